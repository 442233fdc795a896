//! A loaded pack, whatever its task is.

use crate::act::{Clip, Recogniser};
use crate::cascade::Cascade;
use crate::check::Check;
use crate::classify::Classifier;
use crate::detect::Detector;
use crate::segment::Segmenter;
use crate::{Error, LoadOptions};
use vitrine_engine::Device;
use vitrine_graph::Bytes;
use vitrine_packs::{Pack, Task};
use vitrine_pixels::boxes::Detection;
use vitrine_pixels::{ClassMap, Frame};
use vitrine_protocol::{Answer, Segmentation, Timings};

/// A pack's network on a device.
pub enum Model {
    /// A class for every pixel.
    Segment(Segmenter),
    /// Classes for the whole frame.
    Classify(Classifier),
    /// Objects with boxes.
    Detect(Detector),
    /// Objects with boxes, some of which a second network names more exactly.
    Cascade(Box<Cascade>),
    /// What is done in a video.
    Act(Recogniser),
}

/// What a network makes of a frame.
#[derive(Clone, Debug)]
pub struct Answered {
    /// As it is published.
    pub answer: Answer,
    /// What travels beside it.
    pub beside: Beside,
    /// Where the time went.
    pub timings: Timings,
}

/// What is too large for an answer's JSON.
#[derive(Clone, Debug)]
pub enum Beside {
    /// Indices into the pack's classes.
    Classes(ClassMap),
    /// Class activation maps, as [`vitrine_protocol::Activation`] says.
    Activation(Vec<u8>),
    /// Candidates before suppression, the most confident first.
    Candidates(Vec<Detection>),
    /// Nothing.
    Nothing,
}

impl Model {
    /// Reads the model file and brings it to the device.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that cannot be read, [`Error::Pack`] where file and pack disagree.
    pub fn load(
        pack: &Pack,
        model: impl Into<Bytes>,
        device: &Device,
        options: LoadOptions,
    ) -> Result<Self, Error> {
        let model = model.into();
        match pack.task {
            Task::Segment => Segmenter::load(pack, model, device, options).map(Self::Segment),
            Task::Classify => Classifier::load(pack, model, device, options).map(Self::Classify),
            Task::Detect => Detector::load(pack, model, device, options).map(Self::Detect),
            Task::Act => Recogniser::load(pack, model, device, options).map(Self::Act),
        }
    }

    /// Joins the pack that a cascade names, [`vitrine_packs::Then::pack`], to the one that finds its objects.
    ///
    /// # Errors
    /// [`Error::Pack`] where the two do not fit, [`Error::Model`] for a file that cannot be read.
    pub fn followed_by(self, pack: &Pack, model: impl Into<Bytes>, device: &Device) -> Result<Self, Error> {
        let Self::Detect(detector) = self else {
            return Err(Error::Pack("a cascade begins with a detector".to_owned()));
        };
        if pack.task != Task::Classify {
            return Err(Error::Pack(format!("a cascade ends with a classifier, and {} is none", pack.id)));
        }
        let classifier = Classifier::load(pack, model, device, LoadOptions::default())?;
        Cascade::new(detector, classifier).map(|cascade| Self::Cascade(Box::new(cascade)))
    }

    /// Joins the second network of a pack that has one, which reads optical flow: [`vitrine_packs::FlowStream`].
    ///
    /// # Errors
    /// [`Error::Pack`] where the pack has none, or the two do not fit, [`Error::Model`] for a file that cannot be read.
    pub fn with_flow(self, model: impl Into<Bytes>, device: &Device) -> Result<Self, Error> {
        match self {
            Self::Act(recogniser) => recogniser.with_flow(model, device).map(Self::Act),
            _ => Err(Error::Pack("only packs for videos read optical flow".to_owned())),
        }
    }

    /// The pack that was loaded; of a cascade the one that finds the objects.
    pub fn pack(&self) -> &Pack {
        match self {
            Self::Segment(segmenter) => segmenter.pack(),
            Self::Classify(classifier) => classifier.pack(),
            Self::Detect(detector) => detector.pack(),
            Self::Cascade(cascade) => cascade.pack(),
            Self::Act(recogniser) => recogniser.pack(),
        }
    }

    /// Looks at a frame; to a recogniser of actions it is a video of one frame. A classifier averages `crops` (1, 5 or 10)
    /// parts of it. `progress` hears how many runs of the network are done, of how many.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails, [`Error::Crops`] for another number of crops.
    pub async fn run(
        &self,
        frame: &Frame,
        crops: u32,
        progress: impl FnMut(usize, usize),
    ) -> Result<Answered, Error> {
        match self {
            Self::Segment(segmenter) => {
                let segmented = segmenter.run(frame, progress).await?;
                let (classes, timings) = (segmented.classes, segmented.timings);
                let (frame, map) = ([frame.width(), frame.height()], [classes.width(), classes.height()]);
                let areas = Segmentation::new(segmenter.pack(), frame, map, &classes.histogram());
                Ok(Answered { answer: Answer::Segment(areas), beside: Beside::Classes(classes), timings })
            }
            Self::Classify(classifier) => {
                let found = classifier.run(frame, crops, progress).await?;
                let (beside, timings) = (Beside::Activation(found.maps), found.timings);
                Ok(Answered { answer: Answer::Classify(found.answer), beside, timings })
            }
            Self::Detect(detector) => {
                let found = detector.run(frame).await?;
                let (beside, timings) = (Beside::Candidates(found.candidates), found.timings);
                Ok(Answered { answer: Answer::Detect(found.answer), beside, timings })
            }
            Self::Cascade(cascade) => {
                let found = cascade.run(frame, progress).await?;
                let (beside, timings) = (Beside::Candidates(found.candidates), found.timings);
                Ok(Answered { answer: Answer::Detect(found.answer), beside, timings })
            }
            Self::Act(recogniser) => {
                let mut clip = Clip::new(recogniser);
                clip.push(recogniser, frame).await?;
                clip.end(recogniser).await?;
                let (answer, timings) = clip.finish(recogniser);
                Ok(Answered { answer: Answer::Act(answer), beside: Beside::Nothing, timings })
            }
        }
    }

    /// Computes the test card and compares; none when the pack has no self-test, or it was loaded with another input size.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        match self {
            Self::Segment(segmenter) => segmenter.check().await,
            Self::Classify(classifier) => classifier.check().await,
            Self::Detect(detector) => detector.check().await,
            Self::Cascade(cascade) => cascade.check().await,
            Self::Act(recogniser) => recogniser.check().await,
        }
    }
}
