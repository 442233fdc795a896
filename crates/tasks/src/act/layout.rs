//! How the numbers of several frames are arranged.

use crate::Error;
use crate::prepare::Layout;
use vitrine_graph::{Graph, Node, Op};

/// The order of an input's axes; one of length 1 at the front is of no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipLayout {
    /// `[channels, frames, rows, columns]`, as 3D networks of PyTorch.
    ChannelsFrames,
    /// `[frames, channels, rows, columns]`, or frames and channels as one axis, as stacked flow.
    FramesChannels,
    /// `[frames, rows, columns, channels]`, as TensorFlow.
    ChannelsLast,
}

impl ClipLayout {
    /// That of a network which reads `frames` squares of `side` pixels with `channels` channels. Where as many frames as
    /// channels are read, the channels come first.
    pub fn of(shape: &[usize], frames: usize, channels: usize, side: usize) -> Result<Self, Error> {
        let axes = shape.strip_prefix(&[1]).unwrap_or(shape);
        let (f, c, s) = (frames, channels, side);
        let is_one = |known: &[&[usize]]| known.iter().any(|it| *it == axes || *it == shape);
        if is_one(&[&[c, f, s, s]]) {
            Ok(Self::ChannelsFrames)
        } else if is_one(&[&[f, c, s, s], &[f * c, s, s]]) {
            Ok(Self::FramesChannels)
        } else if is_one(&[&[f, s, s, c]]) || f == 1 && is_one(&[&[s, s, c]]) {
            Ok(Self::ChannelsLast)
        } else {
            Err(Error::Pack(format!(
                "the network reads {shape:?}, the pack gives windows of {frames} x {side} x {side} with {channels} channels"
            )))
        }
    }

    /// How each of the frames is arranged.
    pub fn of_a_frame(self) -> Layout {
        match self {
            Self::ChannelsLast => Layout::ChannelsLast,
            Self::FramesChannels | Self::ChannelsFrames => Layout::ChannelsFirst,
        }
    }

    /// Makes a graph that reads so many frames as its only input read them one by one: they are joined where it is computed.
    pub fn read_frames(self, graph: &mut Graph, frames: usize, channels: usize) {
        let Some(&clip) = graph.inputs.first() else { return };
        // First pieces come first, from frame to frame.
        let pieces = if self == Self::ChannelsFrames { channels } else { 1 };
        let name = graph.value(clip).name.clone();
        let piece = graph.shape(clip).iter().product::<usize>() / (frames * pieces).max(1);
        let frame = |frame| graph.add_value(format!("{name} {frame}"), vec![pieces, piece]);
        graph.inputs = (0..frames).map(frame).collect();
        let joined = graph.add_value(name.as_str(), vec![pieces, piece * frames]);
        let node = |op, inputs, output| Node { name: name.clone(), op, inputs, output };
        let join = node(Op::Concat { axis: 1 }, graph.inputs.clone(), joined);
        graph.nodes.splice(0..0, [join, node(Op::Reshape, vec![joined], clip)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;
    use vitrine_engine::{Device, Plan};
    use vitrine_graph::Data;

    #[test]
    fn each_order_of_axes_is_told_by_its_shape() {
        let of = |shape: &[usize]| ClipLayout::of(shape, 4, 3, 8).ok();
        assert_eq!(of(&[1, 3, 4, 8, 8]), Some(ClipLayout::ChannelsFrames));
        assert_eq!(of(&[1, 4, 3, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[4, 3, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[1, 12, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[1, 4, 8, 8, 3]), Some(ClipLayout::ChannelsLast));
        assert_eq!(of(&[1, 3, 5, 8, 8]), None);
        assert_eq!(ClipLayout::of(&[1, 3, 8, 8], 1, 3, 8).ok(), Some(ClipLayout::FramesChannels));
        assert_eq!(ClipLayout::of(&[1, 8, 8, 3], 1, 3, 8).ok(), Some(ClipLayout::ChannelsLast));
    }

    /// Two frames of two pixels with two channels; tens are the frame, ones count its numbers.
    #[test]
    fn numbers_go_to_their_places() {
        let frames = [[10.0, 11.0, 12.0, 13.0], [20.0, 21.0, 22.0, 23.0]];
        let arranged = |layout: ClipLayout| {
            let mut graph = Graph::default();
            graph.inputs = vec![graph.add_value("clip", vec![1, 8])];
            graph.outputs = graph.inputs.clone();
            layout.read_frames(&mut graph, 2, 2);
            let plan = Plan::new(graph, &Device::cpu()).unwrap();
            let frame = |frame: &[f32; 4]| Data::F32(layout.of_a_frame().arrange(frame.to_vec(), 2));
            block_on(plan.run(frames.iter().map(frame).collect())).unwrap().remove(0).into_f32s()
        };
        assert_eq!(arranged(ClipLayout::ChannelsLast), [10.0, 11.0, 12.0, 13.0, 20.0, 21.0, 22.0, 23.0]);
        assert_eq!(arranged(ClipLayout::FramesChannels), [10.0, 12.0, 11.0, 13.0, 20.0, 22.0, 21.0, 23.0]);
        assert_eq!(arranged(ClipLayout::ChannelsFrames), [10.0, 12.0, 20.0, 22.0, 11.0, 13.0, 21.0, 23.0]);
    }
}
