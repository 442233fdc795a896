//! A static graph on a device: the plan, its kernels, and running them. On a GPU also what comes before and behind: pictures
//! are brought to a network's input, scores become classes; and the optical flow of two grey pictures. No labels here.
//!
//! Two devices. `cpu` computes on the host's memory: hot operators in fast versions, the others as the graph's own host
//! operators have them. `webgpu` (a feature) computes with kernels of our own in CubeCL, on wgpu; a step that
//! has no kernel there is computed on the host, between an awaited readback and an upload.

mod cpu;
mod device;
mod done;
mod error;
#[cfg(feature = "webgpu")]
mod gpu;
mod part;
mod plan;
mod sizes;
mod value;

pub use device::{Device, DeviceKind, Precision};
pub use done::Done;
pub use error::Error;
#[cfg(feature = "webgpu")]
pub use gpu::{BestClass, Channels, Picture, Preparation, Share, Tensor as GpuTensor, TvL1};
pub use part::Part;
pub use plan::Plan;
pub use value::{Held, HostTensor, Kept, Output};
