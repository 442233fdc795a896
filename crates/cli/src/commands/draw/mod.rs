//! `vitrine draw`: scenes with exact labels, drawn from seeds. They are synthetic, and what is trained on them should say so.

mod animation;
mod film;
mod palette;
mod shop;
mod street;

use crate::failure::bad_input;
use crate::output;
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use vitrine_scenes::{Size, Split};

#[derive(Args, Debug)]
pub struct Arguments {
    /// What is drawn
    #[arg(value_enum)]
    scene: Scene,
    /// Folder: images/ and labels8/ for streets, clips with timeline.csv for a shop
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// First seed; a seed is the same scene on every machine
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many scenes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
    /// Only seeds of this part: eight of ten train, one validates, one tests
    #[arg(long, value_enum)]
    split: Option<Part>,
    /// Columns and rows, 16 to 4096 [default: 480x360 for streets, 240x180 for a shop]
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<Size>,
    /// Frames of a second of a clip
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = rate)]
    rate: f32,
    /// Seconds of a clip that are drawn, from its beginning [default: all, about half a minute]
    #[arg(long, value_name = "N")]
    seconds: Option<f32>,
    /// A file for each thing that is done, listed in clips.csv as `vitrine eval` reads it
    #[arg(long)]
    trim: bool,
    /// Clips as folders of PNG files too, with frames.csv
    #[arg(long)]
    frames: bool,
    /// Clips as WebM too; needs ffmpeg
    #[arg(long)]
    webm: bool,
    /// Small files, as the page's samples are: a camera that stays still and adds little noise, pictures in 255 colours, and a
    /// still beside each clip
    #[arg(long)]
    small: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scene {
    /// Clips of a shopper at a shelf, seen from above
    Shop,
    /// Streets in the eight Cityscapes categories
    Street,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    Train,
    Validation,
    Test,
}

/// What was written.
#[derive(Serialize)]
struct Drawn {
    out: String,
    seeds: Vec<u64>,
    /// Columns and rows.
    size: [u32; 2],
    /// Pictures, or frames of all clips.
    pictures: usize,
    millis_per_picture: f64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let start = std::time::Instant::now();
    let seeds = seeds(arguments);
    let (size, pictures) = match arguments.scene {
        Scene::Street => street::draw(arguments, &seeds)?,
        Scene::Shop => shop::draw(arguments, &seeds)?,
    };
    let millis_per_picture = start.elapsed().as_secs_f64() * 1e3 / pictures.max(1) as f64;
    let (out, size) = (arguments.out.display().to_string(), [size.width(), size.height()]);
    let drawn = Drawn { out, seeds, size, pictures, millis_per_picture };
    if arguments.json { output::json(&drawn) } else { output::text(&human(&drawn)) }
}

fn human(drawn: &Drawn) -> String {
    let (scenes, [width, height]) = (drawn.seeds.len(), drawn.size);
    let (pictures, millis, out) = (drawn.pictures, drawn.millis_per_picture, &drawn.out);
    format!(
        "{scenes} scenes, {pictures} pictures of {width} x {height}, {millis:.0} ms each, in {out} (synthetic)"
    )
}

fn seeds(arguments: &Arguments) -> Vec<u64> {
    let wanted = arguments.split.map(|part| match part {
        Part::Train => Split::Train,
        Part::Validation => Split::Validation,
        Part::Test => Split::Test,
    });
    let fits = |seed: &u64| wanted.is_none_or(|split| Split::of(*seed) == split);
    (arguments.seed..).filter(fits).take(arguments.count as usize).collect()
}

fn size(text: &str) -> Result<Size, String> {
    let sides =
        text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let (width, height) = sides.ok_or("write columns and rows as 480x360")?;
    Size::new(width, height).map_err(|error| error.to_string())
}

fn rate(text: &str) -> Result<f32, &'static str> {
    let rate = text.parse().ok().filter(|rate| (1.0..=50.0).contains(rate));
    rate.ok_or("write 1 to 50 frames a second")
}

/// The asked size, or the scene's usual one.
fn size_or(arguments: &Arguments, width: u32, height: u32) -> Result<Size> {
    arguments.size.map_or_else(|| Size::new(width, height).map_err(|error| bad_input(error.to_string())), Ok)
}
