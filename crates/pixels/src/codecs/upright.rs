//! Samples as a decoder gives them -> RGBA, opaque, upright: one pass over the pixels.

use crate::Frame;
use image::ColorType;
use image::metadata::Orientation;

/// None if the samples do not fill `width * height` pixels, or their kind is unknown.
pub fn frame(
    samples: &[u8],
    width: u32,
    height: u32,
    colour: ColorType,
    orientation: Orientation,
) -> Option<Frame> {
    let bytes = width as usize * height as usize * usize::from(colour.bytes_per_pixel());
    if bytes == 0 || bytes != samples.len() {
        return None;
    }
    let canvas = Canvas { samples, width: width as usize, height: height as usize, orientation };
    let rgba = match colour {
        ColorType::L8 => canvas.draw(|&[grey]: &[u8; 1]| [grey, grey, grey, 255]),
        ColorType::La8 => canvas.draw(|&[grey, alpha]: &[u8; 2]| over_white([grey, grey, grey, alpha])),
        ColorType::Rgb8 => canvas.draw(|&[red, green, blue]: &[u8; 3]| [red, green, blue, 255]),
        ColorType::Rgba8 => canvas.draw(|&pixel: &[u8; 4]| over_white(pixel)),
        ColorType::L16 => canvas.draw(|pixel: &[u8; 2]| grey_of(rounded(pixel))),
        ColorType::La16 => canvas.draw(|pixel: &[u8; 4]| grey_of(rounded(pixel))),
        ColorType::Rgb16 => canvas.draw(|pixel: &[u8; 6]| rounded(pixel)),
        ColorType::Rgba16 => canvas.draw(|pixel: &[u8; 8]| over_white(rounded(pixel))),
        ColorType::Rgb32F => canvas.draw(|pixel: &[u8; 12]| rounded_floats(pixel)),
        ColorType::Rgba32F => canvas.draw(|pixel: &[u8; 16]| over_white(rounded_floats(pixel))),
        _ => return None,
    };
    let (width, height) = if turns(orientation) { (height, width) } else { (width, height) };
    Frame::new(width, height, rgba).ok()
}

/// Whether columns become rows.
pub fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

struct Canvas<'a> {
    samples: &'a [u8],
    width: usize,
    height: usize,
    orientation: Orientation,
}

impl Canvas<'_> {
    /// Converts each pixel of `BYTES` bytes and puts it where it belongs.
    fn draw<const BYTES: usize>(&self, convert: impl Fn(&[u8; BYTES]) -> [u8; 4]) -> Vec<u8> {
        let (first, across, down) = self.path();
        let mut rgba = vec![0; self.width * self.height * 4];
        let target = rgba.as_chunks_mut::<4>().0;
        for (y, row) in self.samples.as_chunks::<BYTES>().0.chunks_exact(self.width).enumerate() {
            let mut at = first.wrapping_add_signed(down * y as isize);
            for pixel in row {
                target[at] = convert(pixel);
                at = at.wrapping_add_signed(across);
            }
        }
        rgba
    }

    /// Where the first pixel of the file goes, and the way from there to its right and lower neighbour.
    fn path(&self) -> (usize, isize, isize) {
        let (width, height) = (self.width as isize, self.height as isize);
        let last = width * height - 1;
        let (first, across, down) = match self.orientation {
            Orientation::NoTransforms => (0, 1, width),
            Orientation::FlipHorizontal => (width - 1, -1, width),
            Orientation::Rotate180 => (last, -1, -width),
            Orientation::FlipVertical => (last - (width - 1), 1, -width),
            Orientation::Rotate90FlipH => (0, height, 1),
            Orientation::Rotate90 => (height - 1, height, -1),
            Orientation::Rotate270FlipH => (last, -height, -1),
            Orientation::Rotate270 => (last - (height - 1), -height, 1),
        };
        (first as usize, across, down)
    }
}

fn over_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    let alpha = u32::from(alpha);
    let mix = |sample: u8| ((u32::from(sample) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
    [mix(red), mix(green), mix(blue), 255]
}

/// Up to four 16-bit samples in the machine's byte order; those that are missing are 255.
fn rounded(pixel: &[u8]) -> [u8; 4] {
    let mut bytes = [255; 4];
    for (byte, &sample) in bytes.iter_mut().zip(pixel.as_chunks::<2>().0) {
        *byte = ((u32::from(u16::from_ne_bytes(sample)) * 255 + 32767) / 65535) as u8;
    }
    bytes
}

/// Up to four samples of 0..1 in the machine's byte order; those that are missing are 255.
fn rounded_floats(pixel: &[u8]) -> [u8; 4] {
    let mut bytes = [255; 4];
    for (byte, &sample) in bytes.iter_mut().zip(pixel.as_chunks::<4>().0) {
        // The cast saturates, and turns a NaN into 0.
        *byte = (f32::from_ne_bytes(sample) * 255.0 + 0.5) as u8;
    }
    bytes
}

/// Grey and, where there is one, alpha, from [`rounded`].
fn grey_of([grey, alpha, ..]: [u8; 4]) -> [u8; 4] {
    over_white([grey, grey, grey, alpha])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of three columns and two rows: 1 2 3 / 4 5 6.
    fn turned(exif: u8) -> (u32, u32, Vec<u8>) {
        let orientation = Orientation::from_exif(exif).unwrap();
        let frame = frame(&[1, 2, 3, 4, 5, 6], 3, 2, ColorType::L8, orientation).unwrap();
        let greys = frame.rgba().chunks_exact(4).map(|pixel| pixel[0]).collect();
        (frame.width(), frame.height(), greys)
    }

    /// The table of the EXIF standard (JEITA CP-3451, tag 0x0112): where row 0 and column 0 of the file are seen.
    #[test]
    fn the_eight_orientations_are_undone() {
        assert_eq!(turned(1), (3, 2, vec![1, 2, 3, 4, 5, 6]), "top, left");
        assert_eq!(turned(2), (3, 2, vec![3, 2, 1, 6, 5, 4]), "top, right");
        assert_eq!(turned(3), (3, 2, vec![6, 5, 4, 3, 2, 1]), "bottom, right");
        assert_eq!(turned(4), (3, 2, vec![4, 5, 6, 1, 2, 3]), "bottom, left");
        assert_eq!(turned(5), (2, 3, vec![1, 4, 2, 5, 3, 6]), "left, top");
        assert_eq!(turned(6), (2, 3, vec![4, 1, 5, 2, 6, 3]), "right, top");
        assert_eq!(turned(7), (2, 3, vec![6, 3, 5, 2, 4, 1]), "right, bottom");
        assert_eq!(turned(8), (2, 3, vec![3, 6, 2, 5, 1, 4]), "left, bottom");
    }

    #[test]
    fn what_lies_below_alpha_shows_as_white() {
        assert_eq!(over_white([9, 9, 9, 0]), [255, 255, 255, 255]);
        assert_eq!(over_white([9, 0, 255, 255]), [9, 0, 255, 255]);
        assert_eq!(over_white([0, 100, 200, 51]), [204, 224, 244, 255]);
    }

    #[test]
    fn deep_samples_are_rounded_to_the_nearest_byte() {
        let sixteen: Vec<u8> =
            [0_u16, 128, 129, 65535].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!(rounded(&sixteen), [0, 0, 1, 255]);
        let floats: Vec<u8> =
            [-1.0_f32, 0.5, f32::NAN, 7.0].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!(rounded_floats(&floats), [0, 128, 0, 255]);
    }

    #[test]
    fn samples_that_do_not_fill_the_picture_are_refused() {
        assert!(frame(&[1, 2, 3], 2, 2, ColorType::L8, Orientation::NoTransforms).is_none());
        assert!(frame(&[], 0, 2, ColorType::L8, Orientation::NoTransforms).is_none());
    }
}
