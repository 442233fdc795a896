//! A network that reads one frame a call and carries states from call to call.

use super::{Stream, region_of};
use crate::Error;
use crate::prepare::Layout;
use crate::reader::Reader;
use vitrine_engine::{Device, Held, Plan};
use vitrine_graph::{Bytes, Graph, Options, ValueId, passes};
use vitrine_packs::{Pack, State};
use vitrine_pixels::Frame;

/// A streaming network on a device.
pub struct Streaming {
    /// Reads the frame, then the states; gives the scores, then the states.
    plan: Plan,
    reader: Reader,
}

impl Streaming {
    /// Cuts off what neither scores nor states need, and brings the rest to the device.
    pub fn load(
        pack: &Pack,
        model: &Bytes,
        device: &Device,
        tensor: &str,
        states: &[State],
    ) -> Result<Self, Error> {
        let mut graph = vitrine_graph::read_shared(model, &Options::default())?;
        let frame = cut(&mut graph, tensor, states)?;
        let layout = layout_of(graph.shape(frame), pack.input.width as usize)?;
        super::check_scores(&graph, pack)?;
        let size = [pack.input.width, pack.input.height];
        let reader = Reader::of_layout(layout, size, &pack.input, device)?;
        Ok(Self { plan: Plan::new(graph, device)?, reader })
    }

    /// The network.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A frame as the network reads it -> the scores.
    pub async fn push(&self, stream: &mut Stream, input: Held) -> Result<Vec<f32>, Error> {
        stream.push(&self.plan, input).await
    }

    /// The test card as the network reads it.
    pub fn card(&self) -> Result<Held, Error> {
        self.reader.card()
    }

    /// A frame as the network reads it: the middle of it, or all of it, as the pack says.
    pub fn prepare(&self, pack: &Pack, frame: &Frame) -> Result<Held, Error> {
        self.reader.read(frame, region_of(&pack.input, frame))
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
