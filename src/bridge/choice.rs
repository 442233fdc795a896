//! Where to compute: what the person wants, and why it is as it is.

use vitrine_protocol::{Device, Fault};

/// What the person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The GPU if it is a real one, else the CPU.
    #[default]
    Auto,
    /// The GPU, whatever it is.
    Webgpu,
    /// The CPU.
    Cpu,
}

impl Choice {
    /// All of them, as a list shows them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Webgpu, Self::Cpu];

    /// The name under which it is remembered.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Webgpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }

    /// The inverse of [`Self::tag`].
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.tag() == tag)
    }
}

impl From<Device> for Choice {
    fn from(device: Device) -> Self {
        match device {
            Device::Cpu => Self::Cpu,
            Device::Webgpu => Self::Webgpu,
        }
    }
}

/// Which device computes, and why it is that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not known yet.
    Deciding,
    /// The GPU was asked for and is not ready.
    WebgpuOpening,
    /// The GPU computes.
    Webgpu {
        /// The adapter's name.
        adapter: String,
        /// Whether it is a program.
        software: bool,
    },
    /// The CPU, until the GPU is ready.
    CpuMeanwhile,
    /// The browser has no WebGPU.
    CpuNoWebgpu,
    /// WebGPU gives no adapter.
    CpuNoAdapter,
    /// The only adapter is a program.
    CpuSoftware,
    /// The person wants it so.
    CpuChoice,
    /// The host does not have the GPU worker, or not yet.
    CpuNoGpuPart,
    /// Both were measured, and the CPU is the faster one.
    CpuFaster {
        /// The adapter's name.
        adapter: String,
        /// The CPU's time for the test card.
        cpu_millis: u32,
        /// The GPU's.
        gpu_millis: u32,
    },
    /// The GPU did not do.
    CpuFailed(Fault),
}

impl Reason {
    /// Whether it comes from, or can be changed by, a measurement of a real GPU.
    pub fn is_measured(&self) -> bool {
        matches!(self, Self::Webgpu { software: false, .. } | Self::CpuFaster { .. })
    }

    /// The device that computes now.
    pub fn device(&self) -> Option<Device> {
        match self {
            Self::Deciding => None,
            Self::WebgpuOpening | Self::Webgpu { .. } => Some(Device::Webgpu),
            _ => Some(Device::Cpu),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_being_remembered() {
        for choice in Choice::ALL {
            assert_eq!(Choice::from_tag(choice.tag()), Some(choice));
        }
        assert_eq!(Choice::from_tag("tpu"), None);
    }
}
