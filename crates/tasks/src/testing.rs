//! What unit tests share.

use std::sync::OnceLock;
use vitrine_engine::Device;

/// WebGPU, opened once a process; none, after saying so, where there is no adapter.
#[allow(clippy::print_stderr, reason = "a test may say what it skips")]
pub fn webgpu() -> Option<&'static Device> {
    static DEVICE: OnceLock<Option<Device>> = OnceLock::new();
    let open = || pollster::block_on(Device::webgpu()).map_err(|error| eprintln!("skipped: {error}")).ok();
    DEVICE.get_or_init(open).as_ref()
}
