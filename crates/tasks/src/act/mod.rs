//! What is done in a video, from one frame after the other.
//!
//! A streaming network (MoViNet: Kondratyuk et al. 2021, arXiv:2103.11511, section 3.2) reads one frame a call and
//! remembers: the last frames of each layer and the sum of what it has seen are tensors that go from call to call. Here
//! they are a [`Stream`], which one recogniser may have any number of. A [`Clip`] makes a timeline of what a stream says.

mod clip;
mod stream;

use crate::check::{Check, card_input, compare_output};
use crate::prepare::{Layout, filter_of, normalise};
use crate::{Error, LoadOptions};
pub use clip::Clip;
pub use stream::Stream;
use vitrine_engine::{Device, Plan};
use vitrine_graph::{Data, Graph, Kind, Value, ValueId, passes};
use vitrine_packs::{Output, Pack, Resize, State};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{Frame, resample_rgb};

/// A streaming network on a device.
pub struct Recogniser {
    pack: Pack,
    /// Reads the frame, then the states; gives the scores, then the states.
    plan: Plan,
    layout: Layout,
}

impl Recogniser {
    /// Reads the model file, cuts off what neither scores nor states need, and brings it to the device.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that cannot be read, [`Error::Pack`] where file and pack disagree, or `options` ask for
    /// another size: what is remembered has the size of the frames.
    pub fn load(pack: &Pack, model: &[u8], device: &Device, options: LoadOptions) -> Result<Self, Error> {
        let Output::Stream { tensor, states, .. } = &pack.output else {
            return Err(Error::Pack("a recogniser of actions needs a stream".to_owned()));
        };
        if options.side.is_some_and(|side| side != pack.input.width) {
            let side = pack.input.width;
            return Err(Error::Pack(format!(
                "a network that remembers frames reads {side} x {side} pixels only"
            )));
        }
        let mut graph = vitrine_graph::read(model)?;
        let frame = cut(&mut graph, tensor, states)?;
        let layout = layout_of(graph.shape(frame), pack.input.width as usize)?;
        let scores: usize = graph.outputs.first().map_or(0, |&id| graph.shape(id).iter().product());
        if scores != pack.classes.len() {
            let classes = pack.classes.len();
            return Err(Error::Pack(format!(
                "the network gives {scores} scores, the pack has {classes} classes"
            )));
        }
        Ok(Self { pack: pack.clone(), plan: Plan::new(graph, device)?, layout })
    }

    /// The pack that was loaded.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Frames that the network reads of a second of video.
    pub fn frames_per_second(&self) -> f64 {
        match self.pack.output {
            Output::Stream { frames_per_second, .. } => frames_per_second.into(),
            _ => 1.0,
        }
    }

    /// Scores of the classes (before the softmax) after one more frame of what `stream` has seen.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails; the stream then begins anew.
    pub async fn push(&self, stream: &mut Stream, frame: &Frame) -> Result<Vec<f32>, Error> {
        stream.push(&self.plan, self.prepare(frame)?).await
    }

    /// Computes the test card as the first frame of a stream and compares; none when the pack has no self-test.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        let input = self.layout.arrange(card_input(&self.pack.input));
        let scores = Stream::default().push(&self.plan, input).await?;
        compare_output(test, self.pack.output.tested_tensor(), &scores, scores.len()).map(Some)
    }

    /// A frame as the network reads it: the middle of it, or all of it, as the pack says.
    fn prepare(&self, frame: &Frame) -> Result<Vec<f32>, Error> {
        let input = &self.pack.input;
        let region = match input.resize {
            Resize::Crop { share } => middle(frame, share),
            _ => Rect::whole(frame),
        };
        let rgb = resample_rgb(frame, region, input.width, input.height, filter_of(input.filter))?;
        let (pixels, _) = rgb.as_chunks::<3>();
        Ok(self.layout.arrange(normalise(pixels.iter().copied(), input)))
    }
}

/// Makes the graph read the frame and then the states, and give the scores and then the states. States that the file
/// only passes through are no longer there. Returns the frame's input.
fn cut(graph: &mut Graph, tensor: &str, states: &[State]) -> Result<ValueId, Error> {
    graph.outputs = vec![graph.find(tensor)?];
    let mut inputs = vec![];
    for State { input, output } in states {
        let (into, out) = (graph.find(input)?, graph.find(output)?);
        let (a, b) = (graph.value(into), graph.value(out));
        if !graph.inputs.contains(&into) || a.shape != b.shape || a.kind != b.kind {
            return Err(Error::Pack(format!("\"{output}\" cannot become \"{input}\" of the next frame")));
        }
        inputs.push(into);
        graph.outputs.push(out);
    }
    passes::remove_dead(graph);
    let read = |id: &&ValueId| !inputs.contains(id) && graph.uses(**id) > 0;
    let others: Vec<ValueId> = graph.inputs.iter().filter(read).copied().collect();
    let [frame] = others[..] else {
        let names: Vec<&str> = others.iter().map(|&id| graph.value(id).name.as_str()).collect();
        return Err(Error::Pack(format!(
            "besides the states the network reads {names:?}, and one frame is given"
        )));
    };
    graph.inputs = [vec![frame], inputs].concat();
    Ok(frame)
}

/// The square in the middle of a frame, in whole pixels: cropped before it is scaled, so that no part of a pixel is lost to
/// rounding. MoViNet feels half a pixel.
fn middle(frame: &Frame, share: f32) -> Rect {
    let side = (f64::from(frame.width().min(frame.height())) * f64::from(share)).max(1.0) as u32;
    let (left, top) = ((frame.width() - side) / 2, (frame.height() - side) / 2);
    Rect { left: left as f32, top: top as f32, right: (left + side) as f32, bottom: (top + side) as f32 }
}

/// How the numbers of a square frame are arranged; axes of length 1 (batch, time) are of no account.
fn layout_of(shape: &[usize], side: usize) -> Result<Layout, Error> {
    let axes: Vec<usize> = shape.iter().copied().filter(|&length| length != 1).collect();
    match axes[..] {
        [rows, columns, 3] if [rows, columns] == [side, side] => Ok(Layout::ChannelsLast),
        [3, rows, columns] if [rows, columns] == [side, side] => Ok(Layout::ChannelsFirst),
        _ => Err(Error::Pack(format!(
            "the network reads {shape:?}, the pack gives one frame of {side} x {side}"
        ))),
    }
}

/// What a stream starts from.
fn zeros(value: &Value) -> Data {
    let count = value.shape.iter().product();
    match value.kind {
        Kind::F32 => Data::F32(vec![0.0; count]),
        _ => Data::I64(vec![0; count]),
    }
}
