//! What the tests of the engine share.

use std::sync::OnceLock;
use vitrine_engine::Device;

/// All devices of this build and machine; WebGPU is opened once a process.
pub fn devices() -> &'static [Device] {
    static DEVICES: OnceLock<Vec<Device>> = OnceLock::new();
    DEVICES.get_or_init(|| {
        #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "there is one device"))]
        let mut devices = vec![Device::cpu()];
        #[cfg(feature = "webgpu")]
        match pollster::block_on(Device::webgpu()) {
            Ok(device) => devices.push(device),
            Err(error) => eprintln!("skipped on WebGPU: {error}"),
        }
        devices
    })
}
