//! A pack on a device, for commands that wait for its answers.

use crate::failure::bad_input;
use crate::given;
use crate::installed::PackFolder;
use anyhow::{Context, Error, Result};
use clap::{Args, ValueEnum};
use pollster::block_on;
use vitrine_engine::Device;
use vitrine_packs::Pack;
use vitrine_pixels::Frame;
use vitrine_tasks::{Answered, Check, LoadOptions, Model};

/// Where and how a pack is computed.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    pub device: DeviceName,
    /// Side of the network's square input in pixels [default: the pack's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(33..=2049))]
    pub tile: Option<u32>,
}

/// Kinds of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceName {
    /// SIMD code on the processor
    Cpu,
    /// The graphics processor, through WebGPU
    Webgpu,
}

/// A loaded pack.
pub struct Runner {
    name: DeviceName,
    device: Device,
    model: Model,
}

impl DeviceName {
    /// Opens the device.
    pub fn open(self) -> Result<Device> {
        match self {
            Self::Cpu => Ok(Device::cpu()),
            #[cfg(feature = "webgpu")]
            Self::Webgpu => block_on(Device::webgpu()).context("no WebGPU device here: use `--device cpu`"),
            #[cfg(not(feature = "webgpu"))]
            Self::Webgpu => {
                Err(bad_input("this program was built without that device: build it with all its features"))
            }
        }
    }
}

impl From<DeviceName> for vitrine_protocol::Device {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Cpu => Self::Cpu,
            DeviceName::Webgpu => Self::Webgpu,
        }
    }
}

impl Runner {
    /// Brings a pack to a device.
    pub fn load(folder: &PackFolder, options: &Options) -> Result<Self> {
        let model = given::model_bytes(folder)?;
        let device = options.device.open()?;
        let model = Model::load(&folder.pack, &model, &device, LoadOptions { side: options.tile })
            .map_err(explained)
            .with_context(|| format!("cannot load {}", folder.pack.id))?;
        Ok(Self { name: options.device, device, model })
    }

    /// The pack.
    pub fn pack(&self) -> &Pack {
        self.model.pack()
    }

    /// The device as it was asked for.
    pub fn device(&self) -> vitrine_protocol::Device {
        self.name.into()
    }

    /// The device's own name.
    pub fn adapter(&self) -> &str {
        self.device.name()
    }

    /// Looks at a frame.
    pub fn run(&self, frame: &Frame) -> Result<Answered> {
        block_on(self.model.run(frame, 1, |_, _| ())).map_err(explained)
    }

    /// Compares with the pack's reference values.
    ///
    /// # Errors
    /// The pack has none, or the device failed.
    pub fn check(&self) -> Result<Check> {
        let id = &self.pack().id;
        let check = block_on(self.model.check()).map_err(explained)?;
        check.ok_or_else(|| {
            bad_input(format!("{id} has no reference values: its pack.json has no `self_test`"))
        })
    }
}

/// A pack or a model that cannot be used is bad input; a device that fails is not.
fn explained(error: vitrine_tasks::Error) -> Error {
    match error {
        vitrine_tasks::Error::Model(_) | vitrine_tasks::Error::Pack(_) => bad_input(error.to_string()),
        other => other.into(),
    }
}
