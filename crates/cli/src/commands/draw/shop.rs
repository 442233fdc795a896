//! Clips of a shop, and tables of what is done in them.

use super::{Arguments, animation, film, palette, size_or};
use crate::{files, output};
use anyhow::Result;
use serde::Serialize;
use std::ops::Range;
use vitrine_pixels::codecs::encode_png_rgba;
use vitrine_scenes::Size;
use vitrine_scenes::shop::Shop;

/// A row of timeline.csv.
#[derive(Serialize)]
struct Done {
    file: String,
    start_secs: f32,
    end_secs: f32,
    action: &'static str,
}

/// A row of clips.csv: the columns that `vitrine eval` reads.
#[derive(Serialize)]
struct Clip {
    file: String,
    labels: &'static str,
}

/// A row of frames.csv.
#[derive(Serialize)]
struct Still {
    file: String,
    action: &'static str,
}

/// Draws the clips of some seeds. Returns their size and the number of their frames.
pub fn draw(arguments: &Arguments, seeds: &[u64]) -> Result<(Size, usize)> {
    let size = size_or(arguments, 240, 180)?;
    let bar = output::file_bar(seeds.len());
    let (mut timeline, mut clips, mut stills, mut count) = (vec![], vec![], vec![], 0);
    for &seed in seeds {
        let shop = Shop::new(seed);
        let shop = if arguments.small { shop.with_still_camera() } else { shop };
        for (name, frames) in files_of(arguments, &shop, seed, &mut timeline, &mut clips) {
            count += frames.len();
            write(arguments, &shop, size, &name, frames, &mut stills)?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    table(arguments, "timeline.csv", &timeline)?;
    table(arguments, "clips.csv", &clips)?;
    table(arguments, "frames.csv", &stills)?;
    Ok((size, count))
}

/// The files of a clip, without their endings, and the frames that each has.
fn files_of(
    arguments: &Arguments,
    shop: &Shop,
    seed: u64,
    timeline: &mut Vec<Done>,
    clips: &mut Vec<Clip>,
) -> Vec<(String, Range<usize>)> {
    let whole = format!("synthetic-shop-{seed:06}");
    let end = shop.seconds().min(arguments.seconds.unwrap_or(f32::MAX).max(0.1));
    let number = |seconds: f32| (seconds * arguments.rate) as usize;
    let mut files = vec![];
    for (place, (action, start_secs, end_secs)) in shop.timeline().into_iter().enumerate() {
        if start_secs >= end {
            break;
        }
        let end_secs = end_secs.min(end);
        if !arguments.trim {
            timeline.push(Done {
                file: format!("{whole}.gif"),
                start_secs,
                end_secs,
                action: action.english(),
            });
        } else if number(end_secs) > number(start_secs) {
            let name = format!("{whole}-{place:02}-{}", action.key());
            clips.push(Clip { file: format!("{name}.gif"), labels: action.english() });
            files.push((name, number(start_secs)..number(end_secs)));
        }
    }
    if arguments.trim { files } else { vec![(whole, 0..number(end).max(1))] }
}

fn write(
    arguments: &Arguments,
    shop: &Shop,
    size: Size,
    name: &str,
    frames: Range<usize>,
    stills: &mut Vec<Still>,
) -> Result<()> {
    let picture = |index: usize| shop.frame(size, arguments.rate, index).picture;
    let gif = animation::gif(size, arguments.rate, frames.clone(), &picture)?;
    files::write(&arguments.out.join(format!("{name}.gif")), &gif)?;
    if arguments.small {
        let still = palette::png(&picture(frames.start.midpoint(frames.end)))?;
        files::write(&arguments.out.join(format!("{name}.png")), &still)?;
    }
    if arguments.webm {
        film::webm(
            &arguments.out.join(format!("{name}.webm")),
            size,
            arguments.rate,
            frames.clone().map(picture),
        )?;
    }
    if arguments.frames {
        for index in frames {
            let frame = shop.frame(size, arguments.rate, index);
            let file = format!("frames/{name}/{index:05}.png");
            files::write(&arguments.out.join(&file), &encode_png_rgba(&frame.picture.frame()?)?)?;
            stills.push(Still { file, action: frame.action.english() });
        }
    }
    Ok(())
}

/// Writes a table that has rows.
fn table<Row: Serialize>(arguments: &Arguments, name: &str, rows: &[Row]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    for row in rows {
        writer.serialize(row)?;
    }
    files::write(&arguments.out.join(name), &writer.into_inner().map_err(|error| error.into_error())?)?;
    Ok(())
}
