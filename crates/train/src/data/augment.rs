//! Variations of training pictures, alike for picture and mask.

use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{ClassMap, Filter, Frame, FrameError, resample_rgb};

/// Columns by rows of a random crop at most, and the other way round: `RandomResizedCrop`'s.
const WIDEST: f32 = 4.0 / 3.0;

/// Pixels, three bytes each, and their mask; none where a rotation brought in what is outside the picture.
pub type Varied = (Vec<u8>, Vec<Option<u8>>);

/// How far pictures are varied; what is not named is left alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// Half of the pictures are mirrored.
    pub mirror: bool,
    /// Up to so many times as large; what then does not fit is cut off, at random. 0 or 1: not at all.
    pub zoom: f32,
    /// The least share of the picture's area that is read, 0..1, as a crop of random place, area and proportions
    /// (Szegedy et al. 2014, arXiv:1409.4842, section 6; torchvision's `RandomResizedCrop`). 0: all of it; else `zoom` is not used.
    pub crop_area: f32,
    /// Up to so many degrees either way.
    pub rotation_degrees: f32,
    /// Each picture is up to this share brighter or darker.
    pub brightness: f32,
    /// Each picture's contrast is up to this share stronger or weaker.
    pub contrast: f32,
    /// Each picture is sharpened (or blurred) by up to this share of the difference from its neighbourhood's mean.
    pub sharpness: f32,
}

/// What was drawn for one picture.
struct Draw {
    region: Rect,
    mirrored: bool,
    radians: f32,
}

impl Augmentation {
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let shares = [self.brightness, self.contrast, self.sharpness];
        if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            Err("augmentation.brightness, contrast and sharpness go from 0 to 1".to_owned())
        } else if !(0.0..=4.0).contains(&self.zoom) || !(0.0..=45.0).contains(&self.rotation_degrees) {
            Err("augmentation.zoom goes up to 4, rotation_degrees up to 45".to_owned())
        } else if !(0.0..=1.0).contains(&self.crop_area) {
            Err("augmentation.crop_area is a share of the area, 0 to 1".to_owned())
        } else {
            Ok(())
        }
    }

    /// Draws one variation of a picture of any size, at `size` columns and rows.
    ///
    /// # Errors
    /// A side is 0.
    pub fn vary(
        &self,
        frame: &Frame,
        mask: &ClassMap,
        size: [u32; 2],
        random: &mut StdRng,
    ) -> Result<Varied, FrameError> {
        let draw = self.draw([frame.width(), frame.height()], random);
        let [width, height] = size;
        let mut rgb = resample_rgb(frame, draw.region, width, height, Filter::Bilinear)?;
        let mut ids = cut(mask, &draw.region, size);
        if draw.radians != 0.0 {
            (rgb, ids) = rotated(&rgb, &ids, size, draw.radians);
        }
        if draw.mirrored {
            rgb = rgb
                .chunks(width as usize * 3)
                .flat_map(|row| row.chunks(3).rev().flatten().copied())
                .collect();
            ids = ids.chunks(width as usize).flat_map(|row| row.iter().rev().copied()).collect();
        }
        self.tint(&mut rgb, size, random);
        Ok((rgb, ids))
    }

    fn draw(&self, [width, height]: [u32; 2], random: &mut StdRng) -> Draw {
        let (width, height) = (width as f32, height as f32);
        let [columns, rows] = if self.crop_area > 0.0 {
            cropped([width, height], self.crop_area, random)
        } else {
            let zoom = random.random_range(1.0..=self.zoom.max(1.0));
            [width / zoom, height / zoom]
        };
        let left = random.random_range(0.0..=width - columns);
        let top = random.random_range(0.0..=height - rows);
        let region = Rect { left, top, right: (left + columns).min(width), bottom: (top + rows).min(height) };
        let radians = random.random_range(-1.0..=1.0) * self.rotation_degrees.to_radians();
        Draw { region, radians, mirrored: self.mirror && random.random_bool(0.5) }
    }

    fn tint(&self, rgb: &mut [u8], [width, height]: [u32; 2], random: &mut StdRng) {
        let brightness = 1.0 + random.random_range(-1.0..=1.0) * self.brightness;
        let contrast = 1.0 + random.random_range(-1.0..=1.0) * self.contrast;
        let sharpness = random.random_range(-1.0..=1.0) * self.sharpness;
        if sharpness != 0.0 {
            sharpen(rgb, [width as usize, height as usize], sharpness);
        }
        let mean = rgb.iter().map(|&pixel| f32::from(pixel)).sum::<f32>() / rgb.len().max(1) as f32;
        let table: Vec<u8> = (0..=255_u8)
            .map(|pixel| {
                (((f32::from(pixel) - mean) * contrast + mean) * brightness).round().clamp(0.0, 255.0) as u8
            })
            .collect();
        rgb.iter_mut().for_each(|pixel| *pixel = table[usize::from(*pixel)]);
    }
}

/// Columns and rows of a crop, with torchvision's proportions; after ten vain attempts the largest crop of allowed ones.
fn cropped([width, height]: [f32; 2], least_area: f32, random: &mut StdRng) -> [f32; 2] {
    for _ in 0..10 {
        let area = random.random_range(least_area..=1.0) * width * height;
        let proportion = random.random_range((1.0 / WIDEST).ln()..=WIDEST.ln()).exp();
        let (columns, rows) = ((area * proportion).sqrt(), (area / proportion).sqrt());
        if columns <= width && rows <= height {
            return [columns, rows];
        }
    }
    [width.min(height * WIDEST), height.min(width * WIDEST)]
}

/// The mask's values at the middles of the region's pixels.
fn cut(mask: &ClassMap, region: &Rect, [width, height]: [u32; 2]) -> Vec<Option<u8>> {
    let places = |from: f32, to: f32, count: u32, whole: u32| -> Vec<usize> {
        let step = (to - from) / count as f32;
        let place = |index: u32| ((from + (index as f32 + 0.5) * step) as usize).min(whole as usize - 1);
        (0..count).map(place).collect()
    };
    let columns = places(region.left, region.right, width, mask.width());
    let rows = places(region.top, region.bottom, height, mask.height());
    let ids = |row: &usize| {
        let row = &mask.ids()[row * mask.width() as usize..];
        columns.iter().map(|&column| Some(row[column])).collect::<Vec<_>>()
    };
    rows.iter().flat_map(ids).collect()
}

/// About the middle, counter-clockwise; pixels bilinear, the mask by the nearest, what comes from outside grey and unknown.
fn rotated(rgb: &[u8], ids: &[Option<u8>], [width, height]: [u32; 2], radians: f32) -> Varied {
    let (sin, cos) = radians.sin_cos();
    let (columns, rows) = (width as i64, height as i64);
    let middle = [(width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0];
    let inside = |x: i64, y: i64| x >= 0 && y >= 0 && x < columns && y < rows;
    let pixel = |x: i64, y: i64, channel: usize| {
        let (x, y) = (x.clamp(0, columns - 1), y.clamp(0, rows - 1));
        f32::from(rgb[(y * columns + x) as usize * 3 + channel])
    };
    let mut turned = (Vec::with_capacity(rgb.len()), Vec::with_capacity(ids.len()));
    for index in 0..columns * rows {
        let (dx, dy) = ((index % columns) as f32 - middle[0], (index / columns) as f32 - middle[1]);
        let (x, y) = (cos * dx - sin * dy + middle[0], sin * dx + cos * dy + middle[1]);
        let nearest = (x.round() as i64, y.round() as i64);
        let is_inside = inside(nearest.0, nearest.1);
        turned.1.push(if is_inside { ids[(nearest.1 * columns + nearest.0) as usize] } else { None });
        let (left, top) = (x.floor(), y.floor());
        let (right_share, low_share) = (x - left, y - top);
        for channel in 0..3 {
            let row = |y: i64| {
                let (a, b) = (pixel(left as i64, y, channel), pixel(left as i64 + 1, y, channel));
                a + (b - a) * right_share
            };
            let (upper, lower) = (row(top as i64), row(top as i64 + 1));
            let value = upper + (lower - upper) * low_share;
            turned.0.push(if is_inside { value.round() as u8 } else { 127 });
        }
    }
    turned
}

/// `pixel + share * (pixel - mean of the 3 x 3 round it)`; a negative share blurs. The border is left.
fn sharpen(rgb: &mut [u8], [width, height]: [usize; 2], share: f32) {
    let before = rgb.to_vec();
    let stride = width * 3;
    for row in 1..height.saturating_sub(1) {
        for place in row * stride + 3..(row + 1) * stride - 3 {
            let around = |row: usize| -> u16 {
                [row - 3, row, row + 3].iter().map(|&place| u16::from(before[place])).sum()
            };
            let mean = f32::from(around(place - stride) + around(place) + around(place + stride)) / 9.0;
            let pixel = f32::from(before[place]);
            rgb[place] = (pixel + share * (pixel - mean)).round().clamp(0.0, 255.0) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::drawn;

    /// Four quarters in grey levels; the mask has the same values.
    fn quarters() -> (Frame, ClassMap) {
        let level =
            |index: u32| [[10, 60], [110, 160]][(index / 32 / 16) as usize][(index % 32 / 16) as usize];
        let ids: Vec<u8> = (0..32 * 32).map(level).collect();
        let rgba = ids.iter().flat_map(|&id| [id, id, id, 255]).collect();
        (Frame::new(32, 32, rgba).unwrap(), ClassMap::new(32, 32, ids).unwrap())
    }

    /// Away from the borders between quarters a varied pixel equals its varied mask; a mask turned the other way would
    /// agree at no more than 60 %.
    #[test]
    fn picture_and_mask_are_varied_alike() {
        let (frame, mask) = quarters();
        let augmentation =
            Augmentation { mirror: true, zoom: 1.5, rotation_degrees: 20.0, ..Augmentation::default() };
        for seed in 0..20 {
            let (rgb, ids) = augmentation.vary(&frame, &mask, [32, 32], &mut drawn(seed, 0, 0)).unwrap();
            let known = rgb.chunks(3).zip(&ids).filter_map(|(pixel, id)| Some((pixel[0], (*id)?)));
            let (equal, whole) = known
                .fold((0, 0), |(equal, whole), (pixel, id)| (equal + usize::from(pixel == id), whole + 1));
            assert!(whole > 800 && equal * 100 > whole * 75, "{equal} of {whole}");
        }
    }

    /// A square of 100: at least a tenth of its area, no side more than 4/3 of the other. A strip: its whole height, 4/3 of it wide.
    #[test]
    fn random_crops_have_the_areas_and_proportions_of_random_resized_crop() {
        let mut random = drawn(1, 0, 0);
        for _ in 0..500 {
            let [columns, rows] = cropped([100.0, 100.0], 0.1, &mut random);
            let (area, proportion) = (columns * rows, columns / rows);
            assert!((999.0..=10_001.0).contains(&area) && (0.749..=1.334).contains(&proportion));
        }
        let [columns, rows] = cropped([9_000.0, 30.0], 0.9, &mut random);
        assert!((columns - 40.0).abs() < 1e-3 && rows == 30.0);
    }

    #[test]
    fn the_same_seed_draws_the_same_variation() {
        let (frame, mask) = quarters();
        let augmentation =
            Augmentation { mirror: true, zoom: 2.0, brightness: 0.5, ..Augmentation::default() };
        let vary = |seed| augmentation.vary(&frame, &mask, [16, 16], &mut drawn(7, 3, seed)).unwrap();
        assert_eq!(vary(1), vary(1));
        assert_ne!(vary(1), vary(2));
    }

    /// By hand: 9 pixels of 90 and one of 180 in the middle have a mean of 100; half the difference of 80 is added.
    #[test]
    fn sharpening_moves_a_pixel_away_from_its_neighbourhood() {
        let mut rgb: Vec<u8> = (0..9).flat_map(|index| [if index == 4 { 180 } else { 90 }; 3]).collect();
        sharpen(&mut rgb, [3, 3], 0.5);
        assert_eq!(rgb[12..15], [220, 220, 220]);
        assert_eq!(rgb[..12], [90; 12]);
    }
}
