//! From a frame to the network's input.

use vitrine_packs::{Colour, Input};

/// 8-bit RGB pixels -> `(pixel - mean) / std`, channels last, in the pack's colour order.
pub fn normalise(rgb: impl Iterator<Item = [u8; 3]>, input: &Input) -> Vec<f32> {
    // 256 values for each channel replace an arithmetic of three numbers a pixel.
    let table = |channel: usize| -> Vec<f32> {
        (0..=255_u8).map(|pixel| (f32::from(pixel) - input.mean[channel]) / input.std[channel]).collect()
    };
    let tables = [table(0), table(1), table(2)];
    let order = match input.colour {
        Colour::Rgb => [0, 1, 2],
        Colour::Bgr => [2, 1, 0],
    };
    rgb.flat_map(|pixel| [0, 1, 2].map(|channel| tables[channel][pixel[order[channel]] as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_packs::Resize;

    #[test]
    fn channels_are_ordered_and_then_normalised_by_their_place() {
        let mut input = Input {
            width: 1,
            height: 1,
            colour: Colour::Rgb,
            mean: [10.0, 20.0, 30.0],
            std: [1.0, 2.0, 4.0],
            resize: Resize::Squash,
            filter: Default::default(),
        };
        assert_eq!(normalise([[110, 120, 130]].into_iter(), &input), [100.0, 50.0, 25.0]);
        input.colour = Colour::Bgr;
        assert_eq!(normalise([[110, 120, 130]].into_iter(), &input), [120.0, 50.0, 20.0]);
    }
}
