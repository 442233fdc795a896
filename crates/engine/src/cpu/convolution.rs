//! A convolution that is computed here: its sizes, and its weights as the kernel reads them.

use super::conv::{self, Operands};
use super::grouped::Grouped;
use super::panels::Packed;
use super::winograd::Winograd;
use crate::sizes::ConvShape;
use crate::value::HostTensor;
use std::sync::Arc;
use vitrine_graph::{Graph, Node};

/// Weights in the order in which they are read.
enum Weights {
    Tiles(Packed),
    Lines(Grouped),
    Winograd(Winograd),
}

impl Weights {
    fn new(weight: &[f32], shape: &ConvShape) -> Self {
        if Grouped::fits(shape) {
            return Self::Lines(Grouped::new(weight, shape));
        }
        if Winograd::fits(shape) {
            return Self::Winograd(Winograd::new(weight, shape));
        }
        Self::Tiles(Packed::new(weight, shape))
    }

    fn conv(&self, operands: Operands, shape: &ConvShape, out: &mut [f32]) {
        match self {
            Self::Tiles(packed) => conv::conv(operands, packed, shape, out),
            Self::Lines(grouped) => grouped.conv(operands, shape, out),
            Self::Winograd(winograd) => winograd.conv(operands, shape, out),
        }
    }
}

/// A convolution of a plan.
pub struct Convolution {
    shape: ConvShape,
    /// None where the weights are computed by a run, or a product of matrices reads them as they are.
    packed: Option<Weights>,
    /// Where it is no operand.
    bias: Option<Vec<f32>>,
}

impl Convolution {
    /// `weight` where it is known before a run.
    pub fn new(shape: ConvShape, weight: Option<&[f32]>) -> Self {
        let packed = weight.filter(|_| by_tiles(&shape)).map(|weight| Weights::new(weight, &shape));
        Self { shape, packed, bias: None }
    }

    /// Of a node that takes means: a depthwise convolution, its padding being zeros that count.
    pub fn of_mean(graph: &Graph, node: &Node) -> Option<Self> {
        let shape = ConvShape::of_mean(graph, node)?;
        let samples: usize = shape.kernel.iter().product();
        let weight = vec![1.0 / samples as f32; samples * shape.co];
        Some(Self { packed: Some(Weights::new(&weight, &shape)), bias: Some(vec![0.0; shape.co]), shape })
    }

    /// Whether the weight is no operand: it lies here.
    pub fn has_weight(&self) -> bool {
        self.packed.is_some()
    }

    /// `operands`: x, weight and bias unless they lie here, and the residual if there is one.
    pub fn compute(&self, operands: &[Arc<HostTensor>]) -> Result<Vec<f32>, String> {
        let mut out = vec![0.0; self.shape.batch * self.shape.output_elements()];
        let numbers: Vec<&[f32]> =
            operands.iter().map(|operand| operand.view().f32s()).collect::<Result<_, _>>()?;
        match (&self.packed, &numbers[..]) {
            (Some(packed), &[x]) => {
                let bias = self.bias.as_deref().ok_or("three operands are expected")?;
                packed.conv(Operands { x, bias, residual: None }, &self.shape, &mut out);
            }
            (Some(packed), &[x, bias, ref residual @ ..]) => {
                let operands = Operands { x, bias, residual: residual.first().copied() };
                packed.conv(operands, &self.shape, &mut out);
            }
            (None, &[x, weight, bias, ref residual @ ..]) => {
                let operands = Operands { x, bias, residual: residual.first().copied() };
                unpacked(operands, weight, &self.shape, &mut out);
            }
            _ => return Err("three operands are expected".to_owned()),
        }
        Ok(out)
    }
}

/// Natively the `gemm` crate has wider vectors than our tiles, and needs several channels of a group.
fn by_tiles(shape: &ConvShape) -> bool {
    cfg!(target_arch = "wasm32") || (shape.groups > 1 && shape.co / shape.groups < 8)
}

fn unpacked(operands: Operands, weight: &[f32], shape: &ConvShape, out: &mut [f32]) {
    #[cfg(not(target_arch = "wasm32"))]
    if !by_tiles(shape) {
        return super::rows::conv(operands, weight, shape, out);
    }
    Weights::new(weight, shape).conv(operands, shape, out);
}
