//! A pack on a device, for commands that wait for its answers.

use crate::failure::bad_input;
use crate::installed::PackFolder;
use crate::{clips, given};
use anyhow::{Context, Error, Result};
use clap::builder::RangedI64ValueParser;
use clap::{Args, ValueEnum};
use pollster::block_on;
use std::path::Path;
use vitrine_engine::Device;
#[cfg(feature = "webgpu")]
use vitrine_engine::Precision;
use vitrine_packs::{Pack, Task};
use vitrine_pixels::Frame;
use vitrine_protocol::{Actions, Timings};
use vitrine_tasks::{Answered, Check, Clip, LoadOptions, Model};

/// Where and how a pack is computed.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    pub device: DeviceName,
    /// Side of the squares that a segmenter or detector reads, in pixels [default: the pack's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(33..=2049))]
    pub tile: Option<u32>,
    /// Test resolution of a classifier: rows and columns that it reads [default: the pack's]
    #[arg(long, value_name = "N", value_parser = Self::resolutions())]
    pub resolution: Option<u32>,
    /// Crops that a classifier averages: 1 (the centre), 5 (and the corners) or 10 (and the mirrors of the five) [default: 1]
    #[arg(long, value_name = "N", value_parser = crop_count)]
    pub crops: Option<u32>,
}

impl Options {
    /// Test resolutions: from the smallest at which the reference classifiers' last map has more than two places a side
    /// to what fits into memory many times over.
    pub fn resolutions() -> RangedI64ValueParser<u32> {
        clap::value_parser!(u32).range(96..=1024)
    }

    /// The side that the pack is loaded with.
    ///
    /// # Errors
    /// An option is not for the pack's task.
    fn side(&self, pack: &Pack) -> Result<Option<u32>> {
        let id = &pack.id;
        match (pack.task, self) {
            (Task::Classify, Self { tile: Some(_), .. }) => {
                Err(bad_input(format!("--tile is not for {id}, which classifies: use --resolution N")))
            }
            (Task::Classify, _) => Ok(self.resolution),
            (_, Self { resolution: Some(_), .. } | Self { crops: Some(_), .. }) => Err(bad_input(format!(
                "--resolution and --crops are for classification, and {id} does not classify: leave them out, or use \
                 --tile N"
            ))),
            _ => Ok(self.tile),
        }
    }
}

fn crop_count(text: &str) -> Result<u32, &'static str> {
    match text {
        "1" => Ok(1),
        "5" => Ok(5),
        "10" => Ok(10),
        _ => Err("1, 5 or 10 crops can be averaged"),
    }
}

/// Kinds of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceName {
    /// SIMD code on the processor
    Cpu,
    /// The graphics processor, through WebGPU
    Webgpu,
    /// The same with numbers of 16 bits in memory, and of 32 in sums
    WebgpuF16,
    /// The same with numbers of 16 bits in the sums of convolutions too
    WebgpuF16Sums,
}

/// A loaded pack.
pub struct Runner {
    name: DeviceName,
    device: Device,
    model: Model,
    resolution: u32,
    /// Crops that a classifier averages.
    pub crops: u32,
}

impl DeviceName {
    /// Opens the device.
    pub fn open(self) -> Result<Device> {
        match self {
            Self::Cpu => Ok(Device::cpu()),
            #[cfg(feature = "webgpu")]
            Self::Webgpu => block_on(Device::webgpu()).context("no WebGPU device here: use `--device cpu`"),
            #[cfg(feature = "webgpu")]
            Self::WebgpuF16 => Self::half(Precision::HalfInMemory),
            #[cfg(feature = "webgpu")]
            Self::WebgpuF16Sums => Self::half(Precision::Half),
            #[cfg(not(feature = "webgpu"))]
            Self::Webgpu | Self::WebgpuF16 | Self::WebgpuF16Sums => {
                Err(bad_input("this program was built without that device: build it with all its features"))
            }
        }
    }

    #[cfg(feature = "webgpu")]
    fn half(precision: Precision) -> Result<Device> {
        let device = Self::Webgpu.open()?;
        if device.has_half() {
            return Ok(device.with_precision(precision));
        }
        let name = device.name();
        Err(bad_input(format!("{name} does not compute with numbers of 16 bits: use `--device webgpu`")))
    }
}

impl From<DeviceName> for vitrine_protocol::Device {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Cpu => Self::Cpu,
            DeviceName::Webgpu | DeviceName::WebgpuF16 | DeviceName::WebgpuF16Sums => Self::Webgpu,
        }
    }
}

impl Runner {
    /// Brings a pack to a device.
    pub fn load(folder: &PackFolder, options: &Options) -> Result<Self> {
        let side = options.side(&folder.pack)?;
        let model = given::model_bytes(folder)?;
        let device = options.device.open()?;
        let model = Model::load(&folder.pack, model, &device, LoadOptions { side })
            .map_err(explained)
            .and_then(|model| followed(model, folder, &device))
            .and_then(|model| with_flow(model, folder, &device))
            .with_context(|| format!("cannot load {}", folder.pack.id))?;
        let resolution = side.unwrap_or(folder.pack.input.width);
        Ok(Self { name: options.device, device, model, resolution, crops: options.crops.unwrap_or(1) })
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

    /// Columns that the network reads at once.
    pub fn resolution(&self) -> u32 {
        self.resolution
    }

    /// What is done in a video, and where the time went; reading the file is not counted. `seen` hears of the seconds that
    /// have been read.
    ///
    /// # Errors
    /// The pack is not for videos, the file cannot be read, or the device failed.
    pub fn run_clip(&self, path: &Path, mut seen: impl FnMut(f64)) -> Result<(Actions, Timings)> {
        let Model::Act(recogniser) = &self.model else {
            return Err(bad_input(format!("{} does not recognise actions", self.pack().id)));
        };
        let mut clip = Clip::new(recogniser);
        let rate = recogniser.frames_per_second();
        for (index, frame) in clips::open(path, rate)?.enumerate() {
            block_on(clip.push(recogniser, &frame?)).map_err(explained)?;
            seen((index + 1) as f64 / rate);
        }
        block_on(clip.end(recogniser)).map_err(explained)?;
        Ok(clip.finish(recogniser))
    }

    /// Looks at a frame.
    pub fn run(&self, frame: &Frame) -> Result<Answered> {
        block_on(self.model.run(frame, self.crops, |_, _| ())).map_err(explained)
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

/// Joins the second pack of a cascade, which lies beside the first.
fn followed(model: Model, folder: &PackFolder, device: &Device) -> Result<Model> {
    let Some(then) = &folder.pack.then else { return Ok(model) };
    let id = &then.pack;
    let beside = folder.path.join("..").join(id);
    if !beside.join("pack.json").is_file() {
        return Err(bad_input(format!("it needs {id} beside it: run `vitrine pull {id}`")));
    }
    let second = PackFolder::open(&beside)?;
    let bytes = given::model_bytes(&second)?;
    model.followed_by(&second.pack, bytes, device).map_err(explained)
}

/// Joins the network that reads optical flow, where the pack has one.
fn with_flow(model: Model, folder: &PackFolder, device: &Device) -> Result<Model> {
    let Some(flow) = folder.pack.flow() else { return Ok(model) };
    let bytes = given::file_bytes(folder, &flow.model)?;
    model.with_flow(bytes, device).map_err(explained)
}

/// A pack or a model that cannot be used is bad input; a device that fails is not.
fn explained(error: vitrine_tasks::Error) -> Error {
    match error {
        vitrine_tasks::Error::Model(_) | vitrine_tasks::Error::Pack(_) => bad_input(error.to_string()),
        other => other.into(),
    }
}
