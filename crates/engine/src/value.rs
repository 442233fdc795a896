//! Values between the steps of a run, and behind the last one.

use std::sync::Arc;
use vitrine_graph::host::View;
use vitrine_graph::{Data, Kind};

/// A tensor in the host's memory.
#[derive(Debug)]
pub struct HostTensor {
    /// Its size along each axis.
    pub shape: Vec<usize>,
    /// Its elements.
    pub data: Data,
}

impl HostTensor {
    /// As an operand of the host's operators.
    pub fn view(&self) -> View<'_> {
        View { shape: &self.shape, data: &self.data }
    }
}

/// A value, where it was computed.
#[derive(Clone)]
pub enum Held {
    /// In the host's memory.
    Host(Arc<HostTensor>),
    /// In the GPU's memory, as real numbers whatever its kind.
    #[cfg(feature = "webgpu")]
    Gpu(crate::gpu::Tensor),
}

/// An output's elements, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The author's name.
    pub name: String,
    /// What its elements are.
    pub kind: Kind,
    /// Its size along each axis.
    pub shape: Vec<usize>,
    /// As many elements as the shape says.
    pub data: Data,
}

impl Output {
    /// The elements as real numbers.
    pub fn into_f32s(self) -> Vec<f32> {
        match self.data {
            Data::F32(numbers) => numbers,
            Data::I64(numbers) => numbers.into_iter().map(|number| number as f32).collect(),
        }
    }
}
