//! Classes for the whole frame: what is most likely to be seen, how sure the network is, and where it looked.
//!
//! A frame is resized and cropped as torchvision does; several crops' probabilities are averaged. The network may be read
//! at another resolution than it was trained at (FixRes: Touvron et al. 2019, arXiv:1906.06423).

mod activation;
mod crops;
pub(crate) mod head;
pub(crate) mod read_out;

use crate::check::{Check, compare_output};
use crate::reader::{self, Reader};
use crate::{Error, LoadOptions, file, millis};
use crops::{Crop, Crops};
use head::Head;
use vitrine_engine::{Device, Held, Plan};
use vitrine_graph::{Bytes, Graph, passes};
use vitrine_packs::{Output, Pack, Resize};
use vitrine_pixels::Frame;
use vitrine_protocol::{Activation, Classification, RankedClass, Timings};
use web_time::Instant;

/// Classes in an answer at most.
const RANKED: usize = 5;

/// A classification network on a device.
pub struct Classifier {
    pack: Pack,
    plan: Plan,
    /// Rows and columns that the network reads.
    side: u32,
    reader: Reader,
    /// Column of each of the pack's classes.
    columns: Vec<usize>,
    /// Whether the scores are probabilities, not logits.
    probabilities: bool,
    /// Whether each class is there or not by itself.
    independent: bool,
    /// Linear layer behind the feature map, and the map's rows and columns; none if the pack names no feature map.
    head: Option<(Head, [usize; 2])>,
}

/// What a frame shows.
#[derive(Clone, Debug)]
pub struct Classified {
    /// As it is published.
    pub answer: Classification,
    /// Class activation maps of the ranked classes, of the centre crop, as [`Activation`] says; empty without any.
    pub maps: Vec<u8>,
    /// Where the time went.
    pub timings: Timings,
}

impl Classifier {
    /// Reads the model file, cuts it behind the logits that the pack names, and brings it to the device.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that cannot be read, [`Error::Pack`] where file and pack disagree.
    pub fn load(
        pack: &Pack,
        model: impl Into<Bytes>,
        device: &Device,
        options: LoadOptions,
    ) -> Result<Self, Error> {
        let Output::Logits { tensor, features, probabilities, independent, .. } = &pack.output else {
            return Err(Error::Pack("a classifier needs logits".to_owned()));
        };
        let mut graph = file::read(model.into(), &pack.input)?;
        graph.outputs = vec![graph.find(tensor)?];
        if let Some(features) = features {
            graph.outputs.push(graph.find(features)?);
        }
        passes::remove_dead(&mut graph);
        let side = options.side.unwrap_or(pack.input.width);
        if side != pack.input.width {
            passes::resize_input(&mut graph, side as usize, side as usize)?;
        }
        let columns: Vec<usize> = pack
            .classes
            .iter()
            .enumerate()
            .map(|(index, class)| class.column.map_or(index, |column| column as usize))
            .collect();
        let head = find_head(&graph, &columns)?;
        let plan = Plan::new(graph, device)?;
        let reader = Reader::new(&plan, [side, side], &pack.input, device)?;
        check_scores(&plan, pack)?;
        let (probabilities, independent) = (*probabilities, *independent);
        Ok(Self { pack: pack.clone(), plan, side, reader, columns, probabilities, independent, head })
    }

    /// The pack that was loaded.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Classifies a frame by `crops` crops: 1, 5 or 10. `progress` hears how many are done, of how many.
    ///
    /// # Errors
    /// [`Error::Crops`] for another number, [`Error::Engine`] when the device fails.
    pub async fn run(
        &self,
        frame: &Frame,
        crops: u32,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Classified, Error> {
        let start = Instant::now();
        let mut timings = Timings::default();
        let layout = self.layout(frame, crops)?;
        let scaled = self.reader.scale(frame, [layout.width, layout.height])?;
        timings.prepare_millis = millis(start);
        let (mut logits, mut features) = (vec![], vec![]);
        for (index, crop) in layout.crops.iter().enumerate() {
            progress(index, layout.crops.len());
            let step = Instant::now();
            let input = self.reader.part(&scaled, crop.part());
            timings.prepare_millis += millis(step);
            let step = Instant::now();
            let mut outputs = self.outputs(input).await?.into_iter();
            timings.infer_millis += millis(step);
            logits.extend(outputs.next());
            // The maps are those of the centre, which is the first crop.
            if let (0, Some(map)) = (index, outputs.next()) {
                features = map;
            }
        }
        progress(layout.crops.len(), layout.crops.len());
        let step = Instant::now();
        let (answer, maps) = self.read_out(frame, &layout, &logits, &features);
        timings.read_out_millis = millis(step);
        timings.total_millis = millis(start);
        Ok(Classified { answer, maps, timings })
    }

    /// Computes the test card and compares; none when the pack has no self-test, or it was loaded at another resolution.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        if self.side != self.pack.input.width {
            return Ok(None);
        }
        let logits = self.outputs(self.reader.card()?).await?.swap_remove(0);
        compare_output(test, self.plan.precision(), self.pack.output.tested_tensor(), &logits, logits.len())
            .map(Some)
    }

    /// What is read of a frame. Photos of data sets that were cropped to the pack's size before are not cropped again.
    fn layout(&self, frame: &Frame, crops: u32) -> Result<Crops, Error> {
        let input = &self.pack.input;
        let cropped = [frame.width(), frame.height()] == [input.width, input.height];
        match (input.resize, crops) {
            (Resize::Crop { .. }, 1) if cropped => Ok(Crops::whole(self.side)),
            (Resize::Crop { share }, 1 | 5 | 10) => {
                Ok(Crops::new([frame.width(), frame.height()], self.side, share, crops))
            }
            (Resize::Squash | Resize::Tiles { .. }, 1) => Ok(Crops::whole(self.side)),
            _ => Err(Error::Crops(crops)),
        }
    }

    /// A crop's input -> its logits, and its feature map if the pack names one.
    async fn outputs(&self, input: Held) -> Result<Vec<Vec<f32>>, Error> {
        let outputs = reader::run(&self.plan, vec![input]).await?;
        let mut outputs: Vec<_> = outputs.into_iter().map(vitrine_engine::Output::into_f32s).collect();
        if let (true, Some(scores)) = (self.probabilities && !self.independent, outputs.first_mut()) {
            // Their softmax gives them back.
            scores.iter_mut().for_each(|score| *score = score.max(f32::MIN_POSITIVE).ln());
        }
        Ok(outputs)
    }

    fn read_out(
        &self,
        frame: &Frame,
        layout: &Crops,
        logits: &[Vec<f32>],
        features: &[f32],
    ) -> (Classification, Vec<u8>) {
        let found = match (self.independent, self.probabilities) {
            (true, true) => read_out::independent(logits, &self.columns, |score| score),
            (true, false) => read_out::independent(logits, &self.columns, read_out::sigmoid),
            (false, _) => read_out::probabilities(logits, &self.columns),
        };
        let best = read_out::largest(&found.classes, RANKED);
        let ranked = best.iter().map(|&class| RankedClass {
            class: class as u32,
            name: self.pack.classes[class].name.en.clone(),
            confidence: found.classes[class],
        });
        let maps = self
            .head
            .iter()
            .flat_map(|(head, _)| best.iter().flat_map(|&class| activation::map(features, head, class)));
        let activation = self.head.as_ref().map(|(_, [rows, columns])| Activation {
            columns: *columns as u32,
            rows: *rows as u32,
            region: region(frame, layout, self.side),
        });
        let answer = Classification {
            width: frame.width(),
            height: frame.height(),
            resolution: self.side,
            crops: layout.crops.len() as u32,
            ranked: ranked.collect(),
            outside: found.outside,
            // Beyond the pack's resolution the softmax flattens, and most dogs would be doubted (docs/dogs.md).
            doubtful: !self.independent && self.side <= self.pack.input.width && found.is_doubtful(),
            activation,
        };
        (answer, maps.collect())
    }
}

fn find_head(graph: &Graph, columns: &[usize]) -> Result<Option<(Head, [usize; 2])>, Error> {
    let Some(&features) = graph.outputs.get(1) else { return Ok(None) };
    let name = &graph.value(features).name;
    let head = Head::find(graph, features, columns)
        .map_err(|cause| Error::Pack(format!("no class activation maps from \"{name}\": {cause}")))?;
    let size = match *graph.shape(features) {
        [_, _, rows, columns] if head.channels_first => [rows, columns],
        [_, rows, columns, _] => [rows, columns],
        _ => [0, 0],
    };
    Ok(Some((head, size)))
}

/// Checks that the plan gives as many scores as the pack says.
fn check_scores(plan: &Plan, pack: &Pack) -> Result<(), Error> {
    let Output::Logits { columns, .. } = pack.output else { return Ok(()) };
    let scores = plan.output_shapes().next().map_or(0, |shape| shape.iter().product());
    if scores != columns as usize {
        return Err(Error::Pack(format!("the network gives {scores} scores, the pack names {columns}")));
    }
    Ok(())
}

/// The part of the frame that the first crop reads: left, top, right, bottom.
fn region(frame: &Frame, layout: &Crops, side: u32) -> [f32; 4] {
    let Crop { left, top, .. } = layout.crops.first().copied().unwrap_or_default();
    let across = f64::from(frame.width()) / f64::from(layout.width);
    let down = f64::from(frame.height()) / f64::from(layout.height);
    let at = |pixel: u32, scale: f64| (f64::from(pixel) * scale) as f32;
    [at(left, across), at(top, down), at(left + side, across), at(top + side, down)]
}
