//! The engine on every device. One program, as each would link the same hundred megabytes.

#[cfg(feature = "webgpu")]
mod best_class;
mod common;
#[cfg(feature = "webgpu")]
mod devices;
#[cfg(feature = "webgpu")]
mod flow;
mod kept;
mod kernels;
#[cfg(feature = "webgpu")]
mod preparation;
mod reference;
