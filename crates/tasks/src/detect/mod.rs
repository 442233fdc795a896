//! Objects with a box and a confidence each.
//!
//! The frame is letterboxed or squashed into the network's input, as the network was trained; the cells of its grids say
//! where boxes are (`decode`); of those that overlap the most confident stays.

mod decode;

use crate::check::{Check, compare_output};
use crate::reader::{self, Reader};
use crate::{Error, LoadOptions, file, millis};
use decode::{Grids, Rows};
use vitrine_engine::{Device, Held, Output, Part, Plan};
use vitrine_graph::{Bytes, Data};
use vitrine_packs::{self as packs, Head, Input, Pack, Resize};
use vitrine_pixels::Frame;
use vitrine_pixels::boxes::{Anchor, Decay, Detection, Placement, Suppression};
use vitrine_protocol::{Detections, FoundObject, Timings};
use web_time::Instant;

/// Candidates below it are not read out at all. Average precision is measured down to here.
pub const FLOOR: f32 = 0.01;
/// Candidates that are kept at most, the most confident ones.
const CANDIDATES_MAX: usize = 4096;
/// Objects that an answer has at most: as many as COCO counts.
const OBJECTS_MAX: usize = 100;

/// A detection network on a device.
pub struct Detector {
    pack: Pack,
    plan: Plan,
    /// Columns and rows that the network reads.
    side: [u32; 2],
    reader: Reader,
    head: Head,
    grids: Grids,
    shown: Suppression,
    /// Places of the tensors that the head names among the plan's outputs.
    tensors: Vec<usize>,
}

/// What was found in a frame.
#[derive(Clone, Debug)]
pub struct Detected {
    /// Everything above [`FLOOR`], before suppression, the most confident first, clipped to the frame.
    pub candidates: Vec<Detection>,
    /// What the pack's thresholds leave.
    pub answer: Detections,
    /// Where the time went.
    pub timings: Timings,
}

impl Detector {
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
        let packs::Output::Boxes { head, strides, min_confidence, max_iou } = &pack.output else {
            return Err(Error::Pack("a detector needs boxes".to_owned()));
        };
        let mut graph = file::read(model.into(), &pack.input)?;
        let side = options.side.map_or([pack.input.width, pack.input.height], |side| [side, side]);
        if options.side.is_some() {
            vitrine_graph::passes::resize_input(&mut graph, side[1] as usize, side[0] as usize)?;
        }
        let plan = Plan::new(graph, device)?;
        let grids = Grids::new(side, strides);
        let tensors = find_tensors(&plan, head, &grids, pack.classes.len())?;
        let reader = Reader::new(&plan, side, &pack.input, device)?;
        let shown = Suppression {
            min_confidence: *min_confidence,
            max_iou: *max_iou,
            across_classes: false,
            decay: Decay::Drop,
            max_count: OBJECTS_MAX,
        };
        Ok(Self { pack: pack.clone(), plan, side, reader, head: head.clone(), grids, shown, tensors })
    }

    /// The pack that was loaded.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Finds the objects in a frame.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails.
    pub async fn run(&self, frame: &Frame) -> Result<Detected, Error> {
        let start = Instant::now();
        let (placement, part) = place(frame, &self.pack.input, self.side);
        let input = self.reader.part(&self.reader.scale(frame, placement.size)?, part);
        let prepare_millis = millis(start);
        let step = Instant::now();
        let outputs = self.outputs(input).await?;
        let infer_millis = millis(step);
        let step = Instant::now();
        let candidates = self.read_out(&outputs, &placement, frame);
        let answer = self.answer(&candidates, frame);
        let timings = Timings {
            prepare_millis,
            infer_millis,
            read_out_millis: millis(step),
            total_millis: millis(start),
        };
        Ok(Detected { candidates, answer, timings })
    }

    /// Computes the test card and compares the tensor of boxes, of the first grid if each has its own; none when the pack has
    /// no self-test, or it was loaded with another input size.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        if self.side != [self.pack.input.width, self.pack.input.height] {
            return Ok(None);
        }
        let outputs = self.outputs(self.reader.card()?).await?;
        let boxes = &outputs[self.tensors[self.tensors.len() / 2]];
        let row = match self.head {
            Head::Rows { columns: true, .. } => 1,
            _ => boxes.shape.last().copied().unwrap_or(1),
        };
        compare_output(test, self.plan.precision(), self.pack.output.tested_tensor(), numbers(boxes), row)
            .map(Some)
    }

    /// A frame as the network reads it -> what it writes.
    async fn outputs(&self, input: Held) -> Result<Vec<Output>, Error> {
        reader::run(&self.plan, vec![input]).await
    }

    /// Candidates in image space.
    fn read_out(&self, outputs: &[Output], placement: &Placement, frame: &Frame) -> Vec<Detection> {
        let tensors: Vec<&[f32]> = self.tensors.iter().map(|&index| numbers(&outputs[index])).collect();
        let classes = self.pack.classes.len();
        let mut found = match self.head {
            Head::Yolox { .. } => decode::yolox(tensors[0], &self.grids, classes, FLOOR),
            Head::Distribution { bins, .. } => {
                let (scores, distances) = tensors.split_at(tensors.len() / 2);
                decode::distribution(scores, distances, &self.grids, [classes, bins as usize], FLOOR)
            }
            Head::Rows { columns, object, corners, shares, .. } => {
                let scale = if shares { self.side.map(|side| side as f32) } else { [1.0, 1.0] };
                decode::rows(tensors[0], Rows { columns, object, corners, scale }, classes, FLOOR)
            }
        };
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        found.truncate(CANDIDATES_MAX);
        let inside = |it: Detection| {
            let rect = placement.image_from_input(&it.rect).clipped(frame.width(), frame.height())?;
            Some(Detection { rect, ..it })
        };
        found.into_iter().filter_map(inside).collect()
    }

    fn answer(&self, candidates: &[Detection], frame: &Frame) -> Detections {
        let object = |it: Detection| FoundObject {
            class: it.class.into(),
            name: self.pack.classes[usize::from(it.class)].name.en.clone(),
            confidence: it.confidence,
            left: it.rect.left,
            top: it.rect.top,
            width: it.rect.width(),
            height: it.rect.height(),
            named: vec![],
        };
        let objects = self.shown.apply(candidates).into_iter().map(object).collect();
        Detections { width: frame.width(), height: frame.height(), objects }
    }
}

/// What a head's tensor gives as real numbers; whole numbers are none of a detector's outputs.
fn numbers(output: &Output) -> &[f32] {
    match &output.data {
        Data::F32(numbers) => numbers,
        Data::I64(_) => &[],
    }
}

/// Where the frame lies in the network's input, and what the input is of the frame at that size.
fn place(frame: &Frame, input: &Input, side: [u32; 2]) -> (Placement, Part) {
    let image = [frame.width(), frame.height()];
    let (placement, fill) = match input.resize {
        Resize::Letterbox { fill, centred } => {
            let anchor = if centred { Anchor::Centre } else { Anchor::TopLeft };
            (Placement::letterbox(image, side, anchor), fill)
        }
        _ => (Placement::squash(image, side), 0),
    };
    let corner = placement.offset.map(|side| -(side as i32));
    (placement, Part { corner, mirrored: false, fill })
}

/// Finds the tensors that the head names, scores before distances, and checks their sizes.
fn find_tensors(plan: &Plan, head: &Head, grids: &Grids, classes: usize) -> Result<Vec<usize>, Error> {
    let wanted: Vec<(&String, [usize; 3])> = match head {
        Head::Rows { tensor, columns, object, .. } => {
            let numbers = 4 + usize::from(*object) + classes;
            let boxes = boxes_of(plan, tensor, *columns);
            vec![(tensor, if *columns { [1, numbers, boxes] } else { [1, boxes, numbers] })]
        }
        Head::Yolox { tensor } => vec![(tensor, [1, grids.cells(), 5 + classes])],
        Head::Distribution { scores, distances, bins } => {
            let sized = |names: &'_ [String], row: usize| {
                let rows = names.iter().zip(grids.iter()).map(|(_, grid)| [1, grid.cells(), row]);
                rows.collect::<Vec<_>>()
            };
            let shapes = [sized(scores, classes), sized(distances, 4 * *bins as usize)].concat();
            scores.iter().chain(distances).zip(shapes).collect()
        }
    };
    let outputs: Vec<_> = plan.outputs().collect();
    let find = |(name, shape): (&String, [usize; 3])| {
        let place = outputs.iter().position(|output| output.name == *name);
        let place = place.ok_or_else(|| Error::Pack(format!("the network has no output {name:?}")))?;
        if outputs[place].shape != shape {
            let found = &outputs[place].shape;
            return Err(Error::Pack(format!("{name:?} is {found:?}, the pack gives {shape:?}")));
        }
        Ok(place)
    };
    wanted.into_iter().map(find).collect()
}

/// How many boxes a tensor of rows or columns has; 0 if it is none.
fn boxes_of(plan: &Plan, tensor: &str, columns: bool) -> usize {
    let output = plan.outputs().find(|output| output.name == tensor);
    output.and_then(|output| output.shape.get(if columns { 2 } else { 1 }).copied()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_graph::Graph;

    fn input(resize: Resize) -> Input {
        Input {
            width: 4,
            height: 4,
            colour: packs::Colour::Rgb,
            mean: [0.0; 3],
            std: [1.0; 3],
            resize,
            filter: packs::Filter::Opencv,
        }
    }

    /// A grey frame of 8 x 4 pixels as a network reads it that reads 4 x 4.
    fn prepare(resize: Resize) -> (Vec<f32>, Placement) {
        let frame = Frame::new(8, 4, vec![200; 8 * 4 * 4]).unwrap();
        let (placement, part) = place(&frame, &input(resize), [4, 4]);
        let mut graph = Graph::default();
        graph.inputs = vec![graph.add_value("picture", vec![1, 4, 4, 3])];
        graph.outputs = graph.inputs.clone();
        let plan = Plan::new(graph, &Device::cpu()).unwrap();
        let reader = Reader::new(&plan, [4, 4], &input(resize), &Device::cpu()).unwrap();
        let given = reader.part(&reader.scale(&frame, placement.size).unwrap(), part);
        let mut outputs = pollster::block_on(reader::run(&plan, vec![given])).unwrap();
        (outputs.remove(0).into_f32s(), placement)
    }

    #[test]
    fn a_letterboxed_frame_lies_at_the_top_left_and_the_rest_is_filled() {
        let (numbers, placement) = prepare(Resize::Letterbox { fill: 114, centred: false });
        assert_eq!(numbers[..4 * 2 * 3], [200.0; 24]);
        assert_eq!(numbers[4 * 2 * 3..], [114.0; 24]);
        assert_eq!(placement.size, [4, 2]);
    }

    #[test]
    fn a_centred_frame_is_filled_on_both_sides() {
        let (numbers, placement) = prepare(Resize::Letterbox { fill: 114, centred: true });
        assert_eq!(numbers, [[114.0; 12], [200.0; 12], [200.0; 12], [114.0; 12]].concat());
        assert_eq!(placement.offset, [0, 1]);
    }

    #[test]
    fn a_squashed_frame_fills_the_input() {
        assert_eq!(prepare(Resize::Squash).0, [200.0; 48]);
    }
}
