//! The decoder's pyramids.

use super::by_corners;
use super::parts::{ConvAct, NormAct, Sizes, conv, pointwise};
use crate::export::Graph;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::module::adaptive_avg_pool2d;
use burn::tensor::{Device, Tensor};

/// Sizes of the decoder's pyramids, in shares of the map; no side gets shorter than [`SHORTEST`].
const SCALES: [f64; 5] = [2.0, 1.5, 1.0, 0.5, 0.1];
const SHORTEST: usize = 5;

/// The decoder's pyramid: depthwise convolutions of the map at five sizes, shuffled and merged.
#[derive(Module, Debug)]
pub struct Pyramid {
    projection_layer: ConvAct,
    stages: Vec<Conv2d>,
    merge_in: NormAct,
    merge_conv: ConvAct,
    merge_out: Conv2d,
    /// None behind the last pyramid, whose convolution has a bias instead.
    br: Option<NormAct>,
}

impl Pyramid {
    pub fn new([inside, inner, outside]: [usize; 3], ends: bool, device: &Device) -> Self {
        let depthwise = Sizes { kernel: 3, stride: 1, groups: inner };
        Self {
            projection_layer: ConvAct::new(
                [inside, inner],
                Sizes { kernel: 1, stride: 1, groups: 1 },
                device,
            ),
            stages: SCALES.iter().map(|_| conv([inner, inner], depthwise, 1, device)).collect(),
            merge_in: NormAct::new(inner * SCALES.len(), device),
            merge_conv: ConvAct::new([inner * SCALES.len(), inner], depthwise, device),
            merge_out: pointwise([inner, outside], 1, ends, device),
            br: (!ends).then(|| NormAct::new(outside, device)),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.projection_layer.forward(x);
        let [n, inner, h, w] = x.dims();
        let seen = SCALES.iter().zip(&self.stages).map(|(&scale, stage)| {
            let size = scaled([h, w], scale);
            if scale < 1.0 {
                by_corners(stage.forward(adaptive_avg_pool2d(x.clone(), size)), [h, w])
            } else if scale > 1.0 {
                adaptive_avg_pool2d(stage.forward(by_corners(x.clone(), size)), [h, w])
            } else {
                stage.forward(x.clone())
            }
        });
        let x = self.merge_in.forward(Tensor::cat(seen.collect(), 1));
        // A shuffle: what the five sizes say of a channel comes to stand together.
        let x = x.reshape([n, SCALES.len(), inner, h, w]).swap_dims(1, 2).reshape([
            n,
            inner * SCALES.len(),
            h,
            w,
        ]);
        let x = self.merge_out.forward(self.merge_conv.forward(x));
        match &self.br {
            Some(norm) => norm.forward(x),
            None => x,
        }
    }

    /// The map has `1 / times` of the picture's sides.
    pub fn describe(&self, graph: &mut Graph, x: &str, times: usize) -> String {
        let size = graph.size().map(|side| side / times);
        let inner = self.stages.first().map_or(1, |stage| stage.weight.dims()[0]);
        let x = self.projection_layer.describe(graph, x);
        let mut seen = Vec::with_capacity(SCALES.len());
        for (&scale, stage) in SCALES.iter().zip(&self.stages) {
            let other = scaled(size, scale);
            seen.push(if scale < 1.0 {
                let small = graph.adaptive_mean(&x, size, other);
                let small = graph.conv(stage, &small);
                graph.resize_by_corners(&small, inner, size)
            } else if scale > 1.0 {
                let large = graph.resize_by_corners(&x, inner, other);
                let large = graph.conv(stage, &large);
                graph.adaptive_mean(&large, other, size)
            } else {
                graph.conv(stage, &x)
            });
        }
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        let joined = graph.concat(&seen);
        let x = self.merge_in.describe(graph, &joined);
        let x = graph.shuffle(&x, [SCALES.len(), inner], size);
        let x = self.merge_conv.describe(graph, &x);
        let x = graph.conv(&self.merge_out, &x);
        match &self.br {
            Some(norm) => norm.describe(graph, &x),
            None => x,
        }
    }
}

fn scaled(size: [usize; 2], scale: f64) -> [usize; 2] {
    size.map(|side| ((side as f64 * scale).ceil() as usize).max(SHORTEST))
}
