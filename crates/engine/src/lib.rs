//! A static graph on a Burn device: the plan, its kernels, and running them.
//!
//! Two devices: `cpu` (burn-flex) and `webgpu` (burn-wgpu), each behind a feature. Hot operators are kernels of our
//! own ([`kernels`]); the long tail goes through Burn's tensor operations. No images and no labels here.

#[cfg(feature = "cpu")]
mod cpu;
mod device;
mod error;
#[cfg(feature = "webgpu")]
mod gpu;
mod kernels;
mod plan;
mod step;

pub use device::{Device, DeviceKind};
pub use error::Error;
pub use plan::{Output, Plan};
