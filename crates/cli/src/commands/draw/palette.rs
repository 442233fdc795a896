//! The colours of small files: median cut (Heckbert 1982) over a histogram, in whole numbers, so that files are the same
//! everywhere.

use anyhow::Result;
use vitrine_scenes::Picture;

/// Colours of a palette; the one that is left means "as before".
const COLOURS: usize = 255;
/// Of a part that the histogram keeps.
const BITS: u32 = 6;

/// How often colours occur, each part in 64 steps.
pub struct Histogram(Vec<u32>);

/// At most 255 colours.
pub struct Palette {
    colours: Vec<[u8; 3]>,
    /// The nearest colour of each of the histogram's bins, once it was asked for.
    nearest: Vec<Option<u8>>,
}

impl Histogram {
    pub fn new() -> Self {
        Self(vec![0; 1 << (3 * BITS)])
    }

    /// Counts a picture's pixels.
    pub fn add(&mut self, picture: &Picture) {
        picture.rgb().as_chunks::<3>().0.iter().for_each(|colour| self.0[bin(*colour)] += 1);
    }

    /// The palette for what was counted: boxes of colours are cut in two where most pixels are farthest apart.
    pub fn palette(&self) -> Palette {
        let all: Vec<([u8; 3], u32)> = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(bin, count)| (middle(bin), *count))
            .collect();
        let mut boxes = vec![all];
        while boxes.len() < COLOURS {
            let worth = |colours: &Vec<([u8; 3], u32)>| {
                let (_, span) = longest(colours);
                // The root of the count, so that a large floor does not take all of them.
                u64::from(span) * u64::from(span) * u64::from(count(colours).isqrt())
            };
            let Some(place) =
                (0..boxes.len()).filter(|&at| boxes[at].len() > 1).max_by_key(|&at| worth(&boxes[at]))
            else {
                break;
            };
            let (low, high) = cut(boxes.swap_remove(place));
            boxes.extend([low, high]);
        }
        let colours =
            boxes.iter().filter(|colours| !colours.is_empty()).map(|colours| mean(colours)).collect();
        Palette { colours, nearest: vec![None; 1 << (3 * BITS)] }
    }
}

impl Palette {
    /// Red, green and blue of all 256 entries; those beyond the colours are black.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.colours.iter().flatten().copied().collect();
        bytes.resize(3 * 256, 0);
        bytes
    }

    /// The entry that is nearest to a colour.
    pub fn index(&mut self, colour: [u8; 3]) -> u8 {
        let bin = bin(colour);
        if let Some(index) = self.nearest[bin] {
            return index;
        }
        let places = 0..self.colours.len().min(COLOURS);
        let index = places.min_by_key(|&at| distance(self.colours[at], middle(bin))).unwrap_or(0) as u8;
        self.nearest[bin] = Some(index);
        index
    }

    /// The largest difference of a part between a colour and an entry.
    pub fn difference(&self, index: u8, colour: [u8; 3]) -> u8 {
        let entry = self.colours.get(usize::from(index)).copied().unwrap_or([0; 3]);
        (0..3).map(|part| entry[part].abs_diff(colour[part])).max().unwrap_or(0)
    }
}

/// A PNG in 255 colours.
pub fn png(picture: &Picture) -> Result<Vec<u8>> {
    let mut histogram = Histogram::new();
    histogram.add(picture);
    let mut palette = histogram.palette();
    let indices: Vec<u8> =
        picture.rgb().as_chunks::<3>().0.iter().map(|colour| palette.index(*colour)).collect();
    let mut file = vec![];
    let mut encoder = png::Encoder::new(&mut file, picture.size().width(), picture.size().height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.bytes());
    encoder.set_compression(png::Compression::High);
    // Neighbouring entries of a palette have little to do with each other.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(file)
}

fn bin(colour: [u8; 3]) -> usize {
    colour.iter().fold(0, |bin, part| bin << BITS | usize::from(part >> (8 - BITS)))
}

fn middle(bin: usize) -> [u8; 3] {
    let part = |shift: u32| ((bin >> shift) as u8 & ((1 << BITS) - 1)) << (8 - BITS) | (1 << (7 - BITS));
    [part(2 * BITS), part(BITS), part(0)]
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    // Eyes see green best.
    (0..3)
        .zip([2, 4, 3])
        .map(|(part, weight)| weight * u32::from(one[part].abs_diff(other[part])).pow(2))
        .sum()
}

fn count(colours: &[([u8; 3], u32)]) -> u32 {
    colours.iter().fold(0, |sum: u32, (_, count)| sum.saturating_add(*count))
}

/// The part that varies most, and how much.
fn longest(colours: &[([u8; 3], u32)]) -> (usize, u8) {
    let span = |part: usize| {
        let values = colours.iter().map(|(colour, _)| colour[part]);
        values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
    };
    (0..3).map(|part| (part, span(part))).max_by_key(|(_, span)| *span).unwrap_or((0, 0))
}

type Box = Vec<([u8; 3], u32)>;

/// Halves with about as many pixels each.
fn cut(mut colours: Box) -> (Box, Box) {
    let (part, _) = longest(&colours);
    colours.sort_by_key(|(colour, _)| (colour[part], *colour));
    let half = count(&colours) / 2;
    let mut sum = 0_u32;
    let place = colours.iter().position(|(_, count)| {
        sum = sum.saturating_add(*count);
        sum > half
    });
    let high = colours.split_off(place.unwrap_or(1).clamp(1, colours.len() - 1));
    (colours, high)
}

fn mean(colours: &[([u8; 3], u32)]) -> [u8; 3] {
    let all = u64::from(count(colours)).max(1);
    let part = |part: usize| {
        let sum: u64 =
            colours.iter().map(|(colour, count)| u64::from(colour[part]) * u64::from(*count)).sum();
        (sum / all).min(255) as u8
    };
    [part(0), part(1), part(2)]
}
