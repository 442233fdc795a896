//! What the tests of the engine share.

#[cfg(feature = "webgpu")]
pub mod webgpu;

use std::sync::OnceLock;
use vitrine_engine::Device;

/// All devices of this build and machine.
pub fn devices() -> &'static [Device] {
    static DEVICES: OnceLock<Vec<Device>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "there is one device"))]
        let mut devices = vec![Device::cpu()];
        #[cfg(feature = "webgpu")]
        devices.extend(webgpu::webgpu().cloned());
        devices
    })
}
