//! A mask laid over a frame, for saving.

use vitrine_pixels::{Frame, FrameError, nearest_indices};

/// Lays a mask of [`crate::paint`] over a frame, at the frame's size: each pixel takes the mask's colour below its
/// middle, with the mask's alpha times `opacity` (0..1). The frame counts as opaque, as decoded frames are, and so is
/// the result.
///
/// # Errors
/// `mask` does not hold `map_width * map_height * 4` bytes, or a side is zero.
pub fn compose(
    frame: &Frame,
    mask: &[u8],
    map_width: u32,
    map_height: u32,
    opacity: f32,
) -> Result<Frame, FrameError> {
    let expected =
        (map_width as usize).checked_mul(map_height as usize).and_then(|pixels| pixels.checked_mul(4));
    if map_width == 0 || map_height == 0 || expected != Some(mask.len()) {
        return Err(FrameError::Size { width: map_width, height: map_height, bytes: mask.len() });
    }
    let (mask, _) = mask.as_chunks::<4>();
    let weights = weights(opacity);
    let columns = nearest_indices(map_width, frame.width());
    let mut rgba = frame.rgba().to_vec();
    let rows = rgba.chunks_exact_mut(frame.width() as usize * 4);
    for (row, map_row) in rows.zip(nearest_indices(map_height, frame.height())) {
        let mask = &mask[map_row * map_width as usize..(map_row + 1) * map_width as usize];
        for (pixel, &column) in row.as_chunks_mut::<4>().0.iter_mut().zip(&columns) {
            let [red, green, blue, alpha] = mask[column];
            let weight = weights[usize::from(alpha)];
            let [r, g, b, _] = *pixel;
            *pixel = [mixed(r, red, weight), mixed(g, green, weight), mixed(b, blue, weight), 255];
        }
    }
    Frame::new(frame.width(), frame.height(), rgba)
}

/// How much of the mask shows, 0..=65536, by alpha.
fn weights(opacity: f32) -> [u32; 256] {
    let opacity = opacity.clamp(0.0, 1.0);
    // The cast turns a NaN into 0.
    std::array::from_fn(|alpha| (alpha as f32 / 255.0 * opacity * 65536.0).round() as u32)
}

fn mixed(below: u8, above: u8, weight: u32) -> u8 {
    ((u32::from(below) * (65536 - weight) + u32::from(above) * weight + 32768) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opacity_mixes_mask_and_frame() {
        let frame = Frame::new(2, 1, vec![100, 100, 100, 255, 0, 0, 0, 255]).unwrap();
        let mask = [200, 0, 255, 255, 255, 255, 255, 51];
        let at = |opacity| compose(&frame, &mask, 2, 1, opacity).unwrap().into_rgba();
        assert_eq!(at(1.0), [200, 0, 255, 255, 51, 51, 51, 255]);
        // Half: 150, 50, 177.5 and 255 * 0.2 / 2 = 25.5, both rounded up.
        assert_eq!(at(0.5), [150, 50, 178, 255, 26, 26, 26, 255]);
        assert_eq!(at(0.0), frame.rgba());
        assert_eq!(at(f32::NAN), frame.rgba());
        assert_eq!(at(7.0), at(1.0));
    }

    #[test]
    fn a_smaller_mask_is_enlarged_without_mixing() {
        let frame = Frame::new(4, 2, [9, 9, 9, 255].repeat(8)).unwrap();
        let mask = [[255, 0, 0, 255], [0, 0, 0, 0]].concat();
        let composed = compose(&frame, &mask, 2, 1, 1.0).unwrap();
        let row = [[255, 0, 0, 255], [255, 0, 0, 255], [9, 9, 9, 255], [9, 9, 9, 255]].concat();
        assert_eq!(composed.rgba(), row.repeat(2));
    }

    #[test]
    fn a_mask_of_another_size_is_refused() {
        let frame = vitrine_pixels::test_card(2, 2);
        assert!(compose(&frame, &[0; 15], 2, 2, 1.0).is_err());
        assert!(compose(&frame, &[], 0, 0, 1.0).is_err());
    }
}
