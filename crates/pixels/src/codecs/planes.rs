//! JPEG files whose colours have half the resolution each way (4:2:0), as most photos: enlarged and mixed as libjpeg does.
//!
//! zune-jpeg rounds the enlarged colours twice, and up. They come out half a level too high in every seventh sample, which
//! no eye sees, but it moves the best class of one dog in a hundred. It can be made to hand out the colours as they are
//! stored: a file that says of its four blocks of brightness that they lie below each other, not two by two, has the same
//! entropy-coded bytes, and colours are then repeated, not interpolated.

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A file with its blocks stacked.
pub struct Stacked {
    bytes: Vec<u8>,
    width: usize,
    height: usize,
}

/// The file with the changed header; none if it is not of that kind (sequential, all three components in one scan, colours
/// halved each way) or too high for it.
pub fn stack(file: &[u8]) -> Option<Stacked> {
    let frame = frame_header(file)?;
    let field = |at: usize| Some(usize::from(u16::from_be_bytes([*file.get(at)?, *file.get(at + 1)?])));
    let (height, width) = (field(frame + 5)?, field(frame + 7)?);
    let samplings = [*file.get(frame + 11)?, *file.get(frame + 14)?, *file.get(frame + 17)?];
    let is_kind = file.get(frame + 4) == Some(&8) && file.get(frame + 9) == Some(&3);
    // libjpeg does not interpolate two columns.
    if !is_kind || samplings != [0x22, 0x11, 0x11] || height == 0 || width <= 4 {
        return None;
    }
    let stacked_height = u16::try_from(height.div_ceil(16) * 32).ok()?.to_be_bytes();
    let stacked_width = u16::try_from(width.div_ceil(16) * 8).ok()?.to_be_bytes();
    let mut bytes = file.to_vec();
    bytes[frame + 5..frame + 7].copy_from_slice(&stacked_height);
    bytes[frame + 7..frame + 9].copy_from_slice(&stacked_width);
    bytes[frame + 11] = 0x14;
    Some(Stacked { bytes, width, height })
}

/// Where the frame header of a sequential file begins whose first scan has all three components.
fn frame_header(file: &[u8]) -> Option<usize> {
    let (mut at, mut frame) = (2, None);
    loop {
        let &[0xff, marker, high, low, components, ..] = file.get(at..)? else { return None };
        match marker {
            0xc0 | 0xc1 => frame = Some(at),
            0xda => return frame.filter(|_| components == 3),
            0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => {}
            _ => return None,
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

impl Stacked {
    /// Three bytes a pixel, red first.
    pub fn decode(&self, options: DecoderOptions) -> Result<Vec<u8>, DecodeErrors> {
        let options = options.jpeg_set_out_colorspace(ColorSpace::YCbCr);
        let samples = JpegDecoder::new_with_options(ZCursor::new(&self.bytes[..]), options).decode()?;
        let stride = self.width.div_ceil(16) * 8;
        let (pixels, _) = samples.as_chunks::<3>();
        if pixels.len() < self.height.div_ceil(16) * 32 * stride {
            return Err(DecodeErrors::FormatStatic("fewer samples than the header names"));
        }
        let mut rgb = Vec::with_capacity(self.width * self.height * 3);
        let half = self.width.div_ceil(2);
        let (mut blue, mut red) = (vec![0; half], vec![0; half]);
        for y in 0..self.height {
            let near = colour_row(pixels, stride, y / 2);
            let far = if y % 2 == 0 {
                (y / 2).saturating_sub(1)
            } else {
                (y / 2 + 1).min(self.height.div_ceil(2) - 1)
            };
            let far = colour_row(pixels, stride, far);
            for (column, (near, far)) in near.iter().zip(far).take(half).enumerate() {
                blue[column] = 3 * i32::from(near[1]) + i32::from(far[1]);
                red[column] = 3 * i32::from(near[2]) + i32::from(far[2]);
            }
            for x in 0..self.width {
                let block = y / 16 * 32 + (y % 16 / 8 * 2 + x % 16 / 8) * 8 + y % 8;
                let luma = i32::from(pixels[block * stride + x / 16 * 8 + x % 8][0]);
                rgb.extend(mixed(luma, enlarged(&blue, x), enlarged(&red, x)));
            }
        }
        Ok(rgb)
    }
}

/// A row of the stored colours, each of which was repeated in four rows.
fn colour_row(pixels: &[[u8; 3]], stride: usize, row: usize) -> &[[u8; 3]] {
    &pixels[(row / 8 * 32 + row % 8 * 4) * stride..][..stride]
}

/// libjpeg's `h2v2_fancy_upsample` (jdsample.c): three parts of the nearer column, one of the farther; halves are rounded up
/// and down in turn.
fn enlarged(sums: &[i32], x: usize) -> i32 {
    let near = sums[x / 2];
    let (far, rounding) = match x % 2 {
        0 => ((x / 2).saturating_sub(1), 8),
        _ => ((x / 2 + 1).min(sums.len() - 1), 7),
    };
    (3 * near + sums[far] + rounding) >> 4
}

/// libjpeg's `ycc_rgb_convert` (jdcolor.c): JFIF's equations with 16 fractional bits.
fn mixed(luma: i32, blue: i32, red: i32) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (blue, red) = (blue - 128, red - 128);
    let add = |difference: i32| (luma + ((difference + HALF) >> 16)).clamp(0, 255) as u8;
    [add(91_881 * red), add(-22_554 * blue - 46_802 * red), add(116_130 * blue)]
}
