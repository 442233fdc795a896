//! How long a pack takes on this machine's devices, remembered for the next visit.

use super::fields::Fields;
use crate::memory;
use vitrine_protocol::Device;

/// Times for the test card, in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Speed {
    /// On the processor.
    pub cpu: Option<u32>,
    /// On WebGPU.
    pub webgpu: Option<u32>,
}

impl Speed {
    /// That of a device.
    pub fn on(self, device: Device) -> Option<u32> {
        match device {
            Device::Cpu => self.cpu,
            Device::Webgpu => self.webgpu,
        }
    }

    /// Whether both are known, and the processor is the faster one.
    pub fn favours_cpu(self) -> Option<bool> {
        Some(self.cpu? < self.webgpu?)
    }

    /// With the time of a device.
    pub fn with(self, device: Device, millis: f64) -> Self {
        let millis = Some(millis.round().max(1.0) as u32);
        match device {
            Device::Cpu => Self { cpu: millis, ..self },
            Device::Webgpu => Self { webgpu: millis, ..self },
        }
    }

    /// What was measured of the pack with this `pack.json` on an earlier visit, with this adapter and this version.
    pub fn recall(pack_json: &str, adapter: &str) -> Self {
        let kept = name(pack_json, adapter).and_then(|name| memory::recall(&name)).unwrap_or_default();
        let mut numbers = kept.split(' ').map(|number| number.parse().ok());
        Self { cpu: numbers.next().flatten(), webgpu: numbers.next().flatten() }
    }

    /// Keeps it for the next visit.
    pub fn remember(self, pack_json: &str, adapter: &str) {
        let text = |millis: Option<u32>| millis.map_or_else(|| "-".to_owned(), |millis| millis.to_string());
        if let Some(name) = name(pack_json, adapter) {
            memory::remember(&name, &(text(self.cpu) + " " + &text(self.webgpu)));
        }
    }
}

/// Another model file, another adapter or another version of the page is measured anew.
fn name(pack_json: &str, adapter: &str) -> Option<String> {
    let digest = Fields::parse(pack_json)?.field("model")?.text("sha256")?;
    let version = env!("CARGO_PKG_VERSION");
    Some(["vitrine-speed", version, digest.get(..16)?, adapter].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_favoured_only_where_both_were_measured() {
        let speed = Speed::default().with(Device::Cpu, 80.4);
        assert_eq!((speed.cpu, speed.favours_cpu()), (Some(80), None));
        assert_eq!(speed.with(Device::Webgpu, 120.0).favours_cpu(), Some(true));
        assert_eq!(speed.with(Device::Webgpu, 12.0).favours_cpu(), Some(false));
    }
}
