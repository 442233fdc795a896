//! Weights in the order in which tiles read them: packed once, when a plan is built.

use crate::sizes::ConvShape;

/// Output channels that a tile computes together; the last ones of a convolution may be a narrow panel.
pub const WIDE: usize = 8;
/// See [`WIDE`].
pub const NARROW: usize = 4;

/// A convolution's weights.
#[derive(Debug)]
pub struct Packed {
    /// `[panel][sample][depth][lane]`
    weights: Vec<f32>,
    panels: Vec<Panel>,
}

/// Neighbouring output channels.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// The first channel.
    pub first: usize,
    /// Channels, at most `lanes`.
    pub width: usize,
    /// [`WIDE`] or [`NARROW`].
    pub lanes: usize,
    /// The first input channel that they see.
    pub input: usize,
    /// Input channels that they see.
    pub depth: usize,
    start: usize,
    end: usize,
}

impl Packed {
    /// Of `weight [k.., ci / groups, co]`.
    pub fn new(weight: &[f32], shape: &ConvShape) -> Self {
        let samples: usize = shape.kernel.iter().product();
        Self::filled(shape, weight.len(), |panel, weights| {
            for sample in 0..samples {
                for at in 0..panel.depth {
                    if shape.groups == 1 && panel.width == panel.lanes {
                        // As they lie.
                        let row = &weight[(sample * panel.depth + at) * shape.co..];
                        weights.extend_from_slice(&row[panel.first..panel.first + panel.lanes]);
                        continue;
                    }
                    let lane =
                        |lane: usize| value(weight, shape, [sample, panel.input + at, panel.first + lane]);
                    weights.extend((0..panel.lanes).map(|at| if at < panel.width { lane(at) } else { 0.0 }));
                }
            }
        })
    }

    /// About `count` numbers, `fill` appending those of each panel.
    pub fn filled(shape: &ConvShape, count: usize, mut fill: impl FnMut(&Panel, &mut Vec<f32>)) -> Self {
        let mut packed = Self { weights: Vec::with_capacity(count), panels: vec![] };
        for (first, width, lanes) in widths(shape) {
            let start = packed.weights.len();
            let (input, depth) = inputs(shape, first, width);
            let mut panel = Panel { first, width, lanes, input, depth, start, end: start };
            fill(&panel, &mut packed.weights);
            panel.end = packed.weights.len();
            packed.panels.push(panel);
        }
        packed
    }

    /// The panels with their weights.
    pub fn panels(&self) -> impl Iterator<Item = (Panel, &[f32])> {
        self.panels.iter().map(|&panel| (panel, &self.weights[panel.start..panel.end]))
    }
}

/// First channel, number of channels and lanes of each panel.
fn widths(shape: &ConvShape) -> Vec<(usize, usize, usize)> {
    let mut found = vec![];
    let own = shape.co / shape.groups;
    // Groups of few channels: a panel of several groups, whose weights are zero where they do not belong together.
    let (runs, length) = if own < WIDE { (1, shape.co) } else { (shape.groups, own) };
    let crossing = shape.groups > 1 && own < WIDE;
    for run in 0..runs {
        let mut first = 0;
        while first < length {
            let left = length - first;
            let lanes = if crossing || left <= NARROW || length < WIDE { NARROW } else { WIDE };
            // The last panel overlaps the one before it, so that all of its lanes are used.
            let begin = first.min(length.saturating_sub(lanes));
            found.push((run * length + begin, lanes.min(length - begin), lanes));
            first += lanes;
        }
    }
    found
}

/// The input channels that some output channels see: the first one, and how many.
fn inputs(shape: &ConvShape, first: usize, width: usize) -> (usize, usize) {
    let (own, seen) = (shape.co / shape.groups, shape.ci / shape.groups);
    let (from, to) = (first / own, (first + width - 1) / own);
    (from * seen, (to + 1 - from) * seen)
}

/// The weight between an input and an output channel.
fn value(weight: &[f32], shape: &ConvShape, [sample, input, output]: [usize; 3]) -> f32 {
    let (own, seen) = (shape.co / shape.groups, shape.ci / shape.groups);
    let at = input.wrapping_sub(output / own * seen);
    if at < seen { weight[(sample * seen + at) * shape.co + output] } else { 0.0 }
}
