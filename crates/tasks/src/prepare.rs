//! From a frame to the network's input.

use crate::Error;
use vitrine_engine::Plan;
use vitrine_packs::{self as packs, Colour, Input};
use vitrine_pixels as pixels;

/// The order in which a network reads an input's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[1, rows, columns, 3]`, as TensorFlow.
    ChannelsLast,
    /// `[1, 3, rows, columns]`, as PyTorch and ONNX.
    ChannelsFirst,
}

impl Layout {
    /// That of a network which reads one picture of `[width, height]`.
    ///
    /// # Errors
    /// [`Error::Pack`] if it reads something else.
    pub fn of(plan: &Plan, [width, height]: [u32; 2]) -> Result<Self, Error> {
        let inputs: Vec<_> = plan.input_shapes().collect();
        let (rows, columns) = (height as usize, width as usize);
        match inputs[..] {
            [shape] if shape == [1, rows, columns, 3] => Ok(Self::ChannelsLast),
            [shape] if shape == [1, 3, rows, columns] => Ok(Self::ChannelsFirst),
            _ => {
                let expected = format!("a picture of {columns} x {rows} pixels with three channels");
                Err(Error::Pack(format!("the network reads {inputs:?}, the pack gives {expected}")))
            }
        }
    }

    /// This layout, of a map of `channels` -> channels last.
    pub fn channels_last(self, map: Vec<f32>, channels: usize) -> Vec<f32> {
        match self {
            Self::ChannelsLast => map,
            Self::ChannelsFirst => {
                let places = map.len() / channels.max(1);
                let place = |place: usize| map[place..].iter().step_by(places.max(1)).copied();
                (0..places).flat_map(place).collect()
            }
        }
    }

    /// Channels last -> this layout.
    pub fn arrange(self, pixels: Vec<f32>) -> Vec<f32> {
        match self {
            Self::ChannelsLast => pixels,
            Self::ChannelsFirst => {
                (0..3).flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied()).collect()
            }
        }
    }
}

/// How a pack's frames are scaled.
pub fn filter_of(filter: packs::Filter) -> pixels::Filter {
    match filter {
        packs::Filter::Pillow => pixels::Filter::Bilinear,
        packs::Filter::Opencv => pixels::Filter::Linear,
        packs::Filter::Area => pixels::Filter::Area,
    }
}

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

    #[test]
    fn channels_first_has_each_channel_by_itself() {
        let pixels = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let arranged = Layout::ChannelsFirst.arrange(pixels.clone());
        assert_eq!(arranged, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(Layout::ChannelsFirst.channels_last(arranged, 3), pixels);
    }
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
