//! What is done in a video, from one frame after the other.
//!
//! A streaming network (MoViNet: Kondratyuk et al. 2021, arXiv:2103.11511, section 3.2) reads one frame a call and
//! remembers: the last frames of each layer and the sum of what it has seen are tensors that go from call to call. Here
//! they are a [`Stream`], which one recogniser may have any number of. Other networks read windows of a video, and a second
//! one may read the optical flow of the same windows (Simonyan and Zisserman 2014, arXiv:1406.2199). A [`Clip`] makes a
//! timeline of what either kind says.

mod clip;
mod layout;
mod stream;
mod streaming;
mod two_stream;
mod window;

use crate::check::{Check, compare_output};
use crate::classify::read_out::probabilities;
use crate::{Error, LoadOptions};
pub use clip::Clip;
pub use stream::Stream;
use streaming::Streaming;
use two_stream::TwoStream;
use vitrine_engine::{Device, Precision};
use vitrine_graph::Bytes;
use vitrine_graph::Graph;
use vitrine_packs::{Input, Output, Pack, Resize};
use vitrine_pixels::Frame;
use vitrine_pixels::boxes::Rect;

/// A network that recognises actions, on a device.
pub struct Recogniser {
    pack: Pack,
    network: Network,
}

enum Network {
    Streaming(Box<Streaming>),
    Windows(Box<TwoStream>),
}

impl Network {
    fn precision(&self) -> Precision {
        match self {
            Self::Streaming(network) => network.plan().precision(),
            Self::Windows(networks) => networks.plan().precision(),
        }
    }
}

impl Recogniser {
    /// Reads the model file, cuts off what is not needed, and brings it to the device. A pack with a second stream needs
    /// [`Recogniser::with_flow`] before it is used.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that cannot be read, [`Error::Pack`] where file and pack disagree, or `options` ask for
    /// another size: what is remembered has the size of the frames.
    pub fn load(
        pack: &Pack,
        model: impl Into<Bytes>,
        device: &Device,
        options: LoadOptions,
    ) -> Result<Self, Error> {
        if options.side.is_some_and(|side| side != pack.input.width) {
            let side = pack.input.width;
            return Err(Error::Pack(format!(
                "a network that reads videos reads {side} x {side} pixels only"
            )));
        }
        let network = match &pack.output {
            Output::Stream { tensor, states, .. } => {
                Network::Streaming(Box::new(Streaming::load(pack, &model.into(), device, tensor, states)?))
            }
            Output::Windows { tensor, windows, .. } => {
                Network::Windows(Box::new(TwoStream::load(pack, &model.into(), device, tensor, windows)?))
            }
            _ => return Err(Error::Pack("a recogniser of actions needs a stream or windows".to_owned())),
        };
        Ok(Self { pack: pack.clone(), network })
    }

    /// Brings the second network, which reads optical flow, to the device.
    ///
    /// # Errors
    /// As [`Recogniser::load`]; the pack has no second stream.
    pub fn with_flow(mut self, model: impl Into<Bytes>, device: &Device) -> Result<Self, Error> {
        match (&mut self.network, self.pack.flow()) {
            (Network::Windows(networks), Some(flow)) => {
                networks.add_flow(&self.pack, flow, &model.into(), device)?
            }
            _ => return Err(Error::Pack("the pack has no second stream".to_owned())),
        }
        Ok(self)
    }

    /// The pack that was loaded.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Frames of a second of video that are to be given.
    pub fn frames_per_second(&self) -> f64 {
        match &self.pack.output {
            Output::Stream { frames_per_second, .. } => f64::from(*frames_per_second),
            Output::Windows { windows, .. } => windows.frames_per_second.into(),
            _ => 1.0,
        }
    }

    /// The confidence from which an action is marked in the timeline.
    fn min_confidence(&self) -> f64 {
        match self.pack.output {
            Output::Stream { min_confidence, .. } | Output::Windows { min_confidence, .. } => {
                min_confidence.into()
            }
            _ => 0.0,
        }
    }

    /// Scores of the classes (before the softmax) after one more frame of what `stream` has seen.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails; the stream then begins anew. [`Error::Pack`] if the network is no streaming
    /// one.
    pub async fn push(&self, stream: &mut Stream, frame: &Frame) -> Result<Vec<f32>, Error> {
        let Network::Streaming(network) = &self.network else {
            return Err(Error::Pack("the network reads windows, not single frames".to_owned()));
        };
        network.push(stream, network.prepare(&self.pack, frame)?).await
    }

    /// Computes the test card as the first frame of a stream, or as every frame of a window, and compares; none when the
    /// pack has no self-test. Of two networks the one that reads pictures is looked at.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        let scores = match &self.network {
            Network::Streaming(network) => network.push(&mut Stream::default(), network.card()?).await?,
            Network::Windows(networks) => networks.scores_of_card().await?,
        };
        compare_output(
            test,
            self.network.precision(),
            self.pack.output.tested_tensor(),
            &scores,
            scores.len(),
        )
        .map(Some)
    }
}

/// What is read of a frame.
fn region_of(input: &Input, frame: &Frame) -> Rect {
    match input.resize {
        Resize::Crop { share } => middle(frame, share),
        _ => Rect::whole(frame),
    }
}

/// Probabilities of all classes.
fn softmax(scores: Vec<f32>) -> Vec<f64> {
    let columns: Vec<usize> = (0..scores.len()).collect();
    probabilities(&[scores], &columns).classes
}

/// Whether the graph's first output has a score for each of the pack's classes.
fn check_scores(graph: &Graph, pack: &Pack) -> Result<(), Error> {
    let scores: usize = graph.outputs.first().map_or(0, |&id| graph.shape(id).iter().product());
    if scores == pack.classes.len() {
        return Ok(());
    }
    let classes = pack.classes.len();
    Err(Error::Pack(format!("the network gives {scores} scores, the pack has {classes} classes")))
}

/// The square in the middle of a frame, in whole pixels: cropped before it is scaled, so that no part of a pixel is lost to
/// rounding. MoViNet feels half a pixel.
fn middle(frame: &Frame, share: f32) -> Rect {
    let side = (f64::from(frame.width().min(frame.height())) * f64::from(share)).max(1.0) as u32;
    let (left, top) = ((frame.width() - side) / 2, (frame.height() - side) / 2);
    Rect { left: left as f32, top: top as f32, right: (left + side) as f32, bottom: (top + side) as f32 }
}
