//! The worker side of the page: owns device and models, answers [`vitrine_protocol::Request`]s. Built twice, as a CPU
//! and a GPU bundle; only the CPU bundle has image codecs.
//!
//! Outside a browser there is nothing to start.

#[cfg(target_family = "wasm")]
mod browser;
mod faults;

#[cfg(target_family = "wasm")]
pub use browser::start;

/// Does nothing: a worker lives in a browser.
#[cfg(not(target_family = "wasm"))]
pub fn start() {}
