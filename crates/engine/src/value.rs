//! Values between the steps of a run.

use std::sync::Arc;
use vitrine_graph::Data;
use vitrine_graph::host::View;

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
