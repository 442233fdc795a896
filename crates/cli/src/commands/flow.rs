//! `vitrine flow`: optical flow of videos as planes that two-stream networks are trained on.

use crate::failure::bad_input;
use crate::runner::DeviceName;
use crate::{clips, files, output};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use vitrine_engine::Device;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};
use vitrine_pixels::flow::{FlowField, TvL1};
use vitrine_pixels::{Filter, Frame, Gray, resample};

#[derive(Args, Debug)]
pub struct Arguments {
    /// Videos, GIF or WebP files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Folder: NAME/flow_x_00001.png and NAME/flow_y_00001.png are motion to the right and down, 128 where nothing moves
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Frames of a second that are read
    #[arg(long, value_name = "N", default_value_t = 15.0, value_parser = rate)]
    rate: f64,
    /// Frames from one picture of a pair to the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=240))]
    step: u16,
    /// Shorter side of the frames of which the flow is computed, in pixels; smaller frames keep their size
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(16..=1024))]
    side: u32,
    /// Write NAME/colour_00001.png too: directions as hues, clear where nothing moves
    #[arg(long)]
    colour: bool,
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceName,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn rate(text: &str) -> Result<f64, &'static str> {
    let rate = text.parse().ok().filter(|rate| (0.1..=240.0).contains(rate));
    rate.ok_or("write 0.1 to 240 frames a second")
}

/// The flow of one video.
#[derive(Serialize)]
struct FileFlow {
    file: String,
    folder: String,
    /// Columns and rows of the planes.
    size: [u32; 2],
    /// Pairs of planes.
    fields: usize,
    /// Length of the longest vector, in pixels.
    largest_pixels: f32,
    /// Adapter or instruction set.
    device: String,
    /// Time of a pair in the middle of all of them.
    millis_median: f64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut results = vec![];
    let device = arguments.device.open()?;
    let mut method = Method::new(&device)?;
    for path in &arguments.files {
        results.push(FileFlow { device: device.name().to_owned(), ..of_file(path, arguments, &mut method)? });
    }
    if arguments.json { output::json(&results) } else { output::text(&human(&results)) }
}

fn human(results: &[FileFlow]) -> String {
    let row = |it: &FileFlow| {
        let size = format!("{} x {}", it.size[0], it.size[1]);
        let pairs = format!("{} pairs", it.fields);
        vec![
            it.file.clone(),
            size,
            pairs,
            format!("{:.0} ms each on {}", it.millis_median, it.device),
            it.folder.clone(),
        ]
    };
    output::table(&results.iter().map(row).collect::<Vec<_>>(), &[])
}

/// TV-L1 on a device.
enum Method {
    Processor(Box<TvL1>),
    #[cfg(feature = "webgpu")]
    Gpu(Box<vitrine_engine::TvL1>),
}

impl Method {
    fn new(device: &Device) -> Result<Self> {
        #[cfg(feature = "webgpu")]
        if device.kind() == vitrine_engine::DeviceKind::Webgpu {
            return Ok(Self::Gpu(Box::new(vitrine_engine::TvL1::new(device, Default::default())?)));
        }
        debug_assert_eq!(device.kind(), vitrine_engine::DeviceKind::Cpu);
        Ok(Self::Processor(Box::default()))
    }

    fn flow(&mut self, first: &Gray, second: &Gray) -> Result<FlowField> {
        match self {
            Self::Processor(method) => Ok(method.flow(first, second)?),
            #[cfg(feature = "webgpu")]
            Self::Gpu(method) => Ok(pollster::block_on(method.flow(first, second))?),
        }
    }
}

fn of_file(path: &Path, arguments: &Arguments, method: &mut Method) -> Result<FileFlow> {
    let stem = path.file_stem().unwrap_or_default();
    let folder = arguments.out.join(stem);
    let mut before = VecDeque::new();
    let mut found = FileFlow {
        file: path.display().to_string(),
        folder: folder.display().to_string(),
        size: [0; 2],
        fields: 0,
        largest_pixels: 0.0,
        device: String::new(),
        millis_median: 0.0,
    };
    let mut millis = vec![];
    for frame in clips::open(path, arguments.rate)? {
        before.push_back(grey(&frame?, arguments.side)?);
        if before.len() <= usize::from(arguments.step) {
            continue;
        }
        if let (Some(first), Some(second)) = (before.pop_front(), before.back()) {
            let start = std::time::Instant::now();
            let field = method.flow(&first, second)?;
            millis.push(start.elapsed().as_secs_f64() * 1e3);
            found.fields += 1;
            found.size = [field.width(), field.height()];
            found.largest_pixels = found.largest_pixels.max(field.largest_motion());
            write(&folder, found.fields, &field, arguments.colour)?;
        }
    }
    if found.fields == 0 {
        let step = arguments.step;
        return Err(bad_input(format!(
            "{} has no two frames that are {step} apart: raise --rate or lower --step",
            path.display()
        )));
    }
    millis.sort_by(f64::total_cmp);
    found.millis_median = millis[millis.len() / 2];
    Ok(found)
}

/// A frame in grey, its shorter side no longer than `side`.
fn grey(frame: &Frame, side: u32) -> Result<Gray> {
    let (width, height) = (frame.width(), frame.height());
    let share = f64::from(side) / f64::from(width.min(height));
    if share >= 1.0 {
        return Ok(Gray::from_frame(frame));
    }
    let scaled = |length: u32| ((f64::from(length) * share).round() as u32).max(1);
    let small = resample(frame, Rect::whole(frame), scaled(width), scaled(height), Filter::Linear)?;
    Ok(Gray::from_frame(&small))
}

fn write(folder: &Path, number: usize, field: &FlowField, colour: bool) -> Result<()> {
    let (width, height) = (field.width(), field.height());
    for (axis, plane) in ["x", "y"].into_iter().zip(field.planes()) {
        let png = encode_png_grey(width, height, plane.values())?;
        files::write(&folder.join(format!("flow_{axis}_{number:05}.png")), &png)?;
    }
    if colour {
        let overlay = field.overlay(field.largest_motion().max(1.0));
        files::write(&folder.join(format!("colour_{number:05}.png")), &encode_png_rgba(&overlay)?)?;
    }
    Ok(())
}
