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

/// A value, where it was computed or brought to: what [`crate::Plan::run_held`] is given and gives.
#[derive(Clone)]
pub enum Held {
    /// In the host's memory.
    Host(Arc<HostTensor>),
    /// In the GPU's memory, as real numbers whatever its kind.
    #[cfg(feature = "webgpu")]
    Gpu(crate::gpu::Tensor),
}

/// What a run leaves for the next one: values that stay where they were computed. Nothing, before the first.
#[derive(Clone, Default)]
pub struct Kept(pub(crate) Vec<Held>);

impl Kept {
    /// How many values there are, and how many of them are in a GPU's memory.
    pub fn places(&self) -> (usize, usize) {
        (self.0.len(), self.0.iter().filter(|held| held.is_on_gpu()).count())
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.is_on_gpu() { "Held(on the GPU)" } else { "Held(on the host)" })
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Kept({} values)", self.0.len())
    }
}

impl Held {
    /// A row of numbers in the host's memory; a run gives it the shape of its input.
    pub fn on_host(data: Data) -> Self {
        Self::Host(Arc::new(HostTensor { shape: vec![data.len()], data }))
    }

    /// Numbers on their way to a device's own memory, which is the host's where that is the processor.
    ///
    /// # Errors
    /// [`crate::Error::Device`] when whole numbers are too large to be exact on a GPU.
    pub fn on_device(data: Data, device: &crate::Device) -> Result<Self, crate::Error> {
        match device.kind() {
            #[cfg(feature = "webgpu")]
            crate::DeviceKind::Webgpu => crate::gpu::from_host(&data, device).map(Self::Gpu),
            _ => Ok(Self::on_host(data)),
        }
    }

    /// The value in the GPU's memory, if it is there.
    #[cfg(feature = "webgpu")]
    pub(crate) fn on_gpu(&self) -> Option<&crate::gpu::Tensor> {
        match self {
            Self::Host(_) => None,
            Self::Gpu(tensor) => Some(tensor),
        }
    }

    pub(crate) fn is_on_gpu(&self) -> bool {
        match self {
            Self::Host(_) => false,
            #[cfg(feature = "webgpu")]
            Self::Gpu(_) => true,
        }
    }

    /// As many zeros as the shape says.
    pub fn zeros(kind: Kind, shape: &[usize]) -> Self {
        let count = shape.iter().product();
        let data = match kind {
            Kind::F32 => Data::F32(vec![0.0; count]),
            Kind::I64 | Kind::Bool => Data::I64(vec![0; count]),
        };
        Self::Host(Arc::new(HostTensor { shape: shape.to_vec(), data }))
    }
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
