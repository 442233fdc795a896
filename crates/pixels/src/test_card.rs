//! A picture that needs no file: the same bytes on every machine, for self-tests and goldens.

use crate::Frame;

/// Sides of the grid that the test card is laid out on.
const GRID: u64 = 1024;

/// Draws the test card, opaque. Each side is brought to 1..=65536.
///
/// All arithmetic is on integers and `/` drops the remainder, so that any language can draw it. For the pixel in column
/// `x` and row `y` let `u = x * 1024 / width` and `v = y * 1024 / height`. The first line that holds gives `(r, g, b)`:
///
/// ```text
/// v >= 960                                     if (x + y) is even (255, 255, 255) else (0, 0, 0)
/// (u - 512)^2 + (v - 512)^2 < 200^2            (40, 120, 220)
/// (u - 800)^2 + (v - 256)^2 < 128^2            (250, 140, 30)
/// 100^2 <= (u - 256)^2 + (v - 768)^2 < 150^2   (120, 20, 140)
/// 64 <= u < 320 and 64 <= v < 448              if (u / 32 + v / 32) is even (230, 40, 60) else (20, 200, 90)
/// 704 <= u < 960 and 576 <= v                  by (u + v) / 24 mod 3: (255, 220, 0), (30, 30, 160), (240, 240, 240)
/// else                                         (u / 4, v / 4, 255 - (u + v) / 8)
/// ```
///
/// `tests/make_resample_goldens.py` holds the same in numpy.
pub fn test_card(width: u32, height: u32) -> Frame {
    let (width, height) = (width.clamp(1, 1 << 16), height.clamp(1, 1 << 16));
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        let v = (u64::from(y) * GRID / u64::from(height)) as i32;
        for x in 0..width {
            let u = (u64::from(x) * GRID / u64::from(width)) as i32;
            let [r, g, b] = if v >= 960 { fine_checker(x, y) } else { colour(u, v) };
            rgba.extend_from_slice(&[r, g, b, 255]);
        }
    }
    Frame::from_parts(width, height, rgba)
}

/// Pixels, not grid cells: what an imprecise resampler gets wrong first.
fn fine_checker(x: u32, y: u32) -> [u8; 3] {
    if (x + y).is_multiple_of(2) { [255; 3] } else { [0; 3] }
}

fn colour(u: i32, v: i32) -> [u8; 3] {
    let squared_distance = |cu: i32, cv: i32| (u - cu) * (u - cu) + (v - cv) * (v - cv);
    if squared_distance(512, 512) < 200 * 200 {
        [40, 120, 220]
    } else if squared_distance(800, 256) < 128 * 128 {
        [250, 140, 30]
    } else if (100 * 100..150 * 150).contains(&squared_distance(256, 768)) {
        [120, 20, 140]
    } else if (64..320).contains(&u) && (64..448).contains(&v) {
        if (u / 32 + v / 32) % 2 == 0 { [230, 40, 60] } else { [20, 200, 90] }
    } else if (704..960).contains(&u) && v >= 576 {
        [[255, 220, 0], [30, 30, 160], [240, 240, 240]][((u + v) / 24 % 3) as usize]
    } else {
        [(u / 4) as u8, (v / 4) as u8, (255 - (u + v) / 8) as u8]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(frame: &Frame, x: u32, y: u32) -> &[u8] {
        let at = (y as usize * frame.width() as usize + x as usize) * 4;
        &frame.rgba()[at..at + 4]
    }

    #[test]
    fn at_the_grids_own_size_each_shape_lies_where_the_formula_says() {
        let card = test_card(1024, 1024);
        assert_eq!(pixel(&card, 0, 0), [0, 0, 255, 255]);
        assert_eq!(pixel(&card, 1023, 0), [255, 0, 128, 255]);
        assert_eq!(pixel(&card, 512, 512), [40, 120, 220, 255]);
        assert_eq!(pixel(&card, 800, 256), [250, 140, 30, 255]);
        assert_eq!(pixel(&card, 256, 768), [64, 192, 127, 255]);
        assert_eq!(pixel(&card, 256, 768 + 120), [120, 20, 140, 255]);
        assert_eq!(pixel(&card, 64, 64), [230, 40, 60, 255]);
        assert_eq!(pixel(&card, 96, 64), [20, 200, 90, 255]);
        assert_eq!(pixel(&card, 704, 592), [255, 220, 0, 255]);
        assert_eq!(pixel(&card, 704, 616), [30, 30, 160, 255]);
        assert_eq!(pixel(&card, 0, 960), [255, 255, 255, 255]);
        assert_eq!(pixel(&card, 1, 960), [0, 0, 0, 255]);
    }

    #[test]
    fn a_card_has_no_empty_side() {
        assert_eq!(test_card(0, 3).rgba().len(), 12);
    }
}
