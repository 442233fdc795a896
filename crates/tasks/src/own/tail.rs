//! The last steps of a network: from an output back to the scores that it is made of.

use vitrine_graph::{Coordinates, Graph, Interpolation, Node, Op, Reduction, Unary, ValueId};
use vitrine_packs::Sampling;

/// More steps than a read-out has.
const STEPS_MAX: usize = 16;

/// A value on the way from an output back to the scores.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// The value.
    pub id: ValueId,
    /// Whether a softmax lies between it and the output.
    pub softmax_behind: bool,
    /// Whether a sigmoid does.
    pub sigmoid_behind: bool,
    /// Whether the largest score is chosen between it and the output.
    pub argmax_behind: bool,
    /// How the map is enlarged between it and the output, if it is.
    pub resize_behind: Option<Sampling>,
}

/// The output, and what it is computed from by steps that only rearrange, compare or enlarge, the output first.
pub fn stops(graph: &Graph, output: ValueId) -> Vec<Stop> {
    let first = Stop {
        id: output,
        softmax_behind: false,
        sigmoid_behind: false,
        argmax_behind: false,
        resize_behind: None,
    };
    let mut stops = vec![first];
    while let Some(next) = stops.last().and_then(|stop| before(graph, stop)) {
        stops.push(next);
        if stops.len() == STEPS_MAX {
            break;
        }
    }
    stops
}

fn before(graph: &Graph, stop: &Stop) -> Option<Stop> {
    let node = graph.nodes.iter().find(|node| node.output == stop.id)?;
    let id = *node.inputs.first()?;
    let behind = Stop { id, ..*stop };
    match &node.op {
        Op::Unary(Unary::Identity) | Op::Cast(_) | Op::Transpose(_) | Op::Reshape | Op::Slice(_) => {
            Some(behind)
        }
        Op::Unary(Unary::Sigmoid) => Some(Stop { sigmoid_behind: true, ..behind }),
        Op::Softmax { .. } => Some(Stop { softmax_behind: true, ..behind }),
        Op::ArgReduce { largest: true, .. } | Op::Reduce { kind: Reduction::Max, .. } => {
            Some(Stop { argmax_behind: true, ..behind })
        }
        Op::Resize(_) if stop.resize_behind.is_none() => {
            Some(Stop { resize_behind: Some(sampling(node)?), ..behind })
        }
        _ => None,
    }
}

/// How a bilinear resize of rows and columns places its samples, if it is one that can be done later.
fn sampling(node: &Node) -> Option<Sampling> {
    let Op::Resize(resize) = &node.op else { return None };
    let linear = resize.mode == Interpolation::Linear && !resize.antialias && !resize.exclude_outside;
    let sampling = match resize.coordinates {
        Coordinates::AlignCorners => Sampling::AlignCorners,
        Coordinates::HalfPixel | Coordinates::PytorchHalfPixel => Sampling::HalfPixel,
        Coordinates::Asymmetric => Sampling::Asymmetric,
        _ => return None,
    };
    linear.then_some(sampling)
}
