//! Streets as `vitrine eval` and training read them: `images/` and `labels8/`.

use super::{Arguments, palette, size_or};
use crate::{files, output};
use anyhow::Result;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};
use vitrine_scenes::Size;
use vitrine_scenes::street::Street;

/// Draws the streets of some seeds. Returns their size and number.
pub fn draw(arguments: &Arguments, seeds: &[u64]) -> Result<(Size, usize)> {
    let size = size_or(arguments, 480, 360)?;
    let bar = output::file_bar(seeds.len());
    for &seed in seeds {
        let street = Street::new(seed);
        let street = if arguments.small { street.with_still_camera() } else { street }.draw(size)?;
        let name = format!("synthetic-street-{seed:06}.png");
        let picture = if arguments.small {
            palette::png(&street.picture)?
        } else {
            encode_png_rgba(&street.picture.frame()?)?
        };
        files::write(&arguments.out.join("images").join(&name), &picture)?;
        let labels = encode_png_grey(size.width(), size.height(), street.labels.ids())?;
        files::write(&arguments.out.join("labels8").join(&name), &labels)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((size, seeds.len()))
}
