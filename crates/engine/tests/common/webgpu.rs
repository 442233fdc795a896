#![allow(clippy::print_stderr, reason = "tests that are left out are told of")]
//! WebGPU for tests of it alone.

use std::sync::OnceLock;
use vitrine_engine::Device;

/// Opened once a process.
pub fn webgpu() -> Option<&'static Device> {
    static DEVICE: OnceLock<Option<Device>> = OnceLock::new();
    let open = || match pollster::block_on(Device::webgpu()) {
        Ok(device) => Some(device),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    };
    DEVICE.get_or_init(open).as_ref()
}
