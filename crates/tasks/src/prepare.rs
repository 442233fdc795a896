//! From a frame to the network's input.

use crate::Error;
use vitrine_engine::Plan;
use vitrine_packs::{self as packs, Colour, Input};
use vitrine_pixels as pixels;

/// The order in which a network reads an input's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[1, rows, columns, channels]`, as TensorFlow.
    ChannelsLast,
    /// `[1, channels, rows, columns]`, as PyTorch and ONNX.
    ChannelsFirst,
}

impl Layout {
    /// That of a network which reads one picture of `[width, height]` in these channels.
    ///
    /// # Errors
    /// [`Error::Pack`] if it reads something else.
    pub fn of(plan: &Plan, [width, height]: [u32; 2], colour: Colour) -> Result<Self, Error> {
        let inputs: Vec<_> = plan.input_shapes().collect();
        let (rows, columns) = (height as usize, width as usize);
        let channels = colour.channels();
        match inputs[..] {
            [shape] if shape == [1, rows, columns, channels] => Ok(Self::ChannelsLast),
            [shape] if shape == [1, channels, rows, columns] => Ok(Self::ChannelsFirst),
            _ => {
                let expected = format!("a picture of {columns} x {rows} pixels with {channels} channel(s)");
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
    pub fn arrange(self, pixels: Vec<f32>, channels: usize) -> Vec<f32> {
        match (self, channels) {
            (Self::ChannelsLast, _) | (_, 0 | 1) => pixels,
            (Self::ChannelsFirst, _) => (0..channels)
                .flat_map(|channel| pixels.iter().skip(channel).step_by(channels).copied())
                .collect(),
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

/// 8-bit RGB pixels -> `(pixel - mean) / std`, channels last, in the pack's channels.
pub fn normalise(rgb: impl Iterator<Item = [u8; 3]>, input: &Input) -> Vec<f32> {
    // 256 values for each channel replace an arithmetic of three numbers a pixel.
    let tables = [0, 1, 2].map(|channel| table(input, channel));
    let order = match input.colour {
        Colour::Rgb => [0, 1, 2],
        Colour::Bgr => [2, 1, 0],
        Colour::Grey => return rgb.map(|pixel| tables[0][usize::from(luma(pixel))]).collect(),
    };
    rgb.flat_map(|pixel| [0, 1, 2].map(|channel| tables[channel][pixel[order[channel]] as usize])).collect()
}

/// What each of the 256 values of a channel is to the network; `channel` counts in its order.
pub fn table(input: &Input, channel: usize) -> Vec<f32> {
    (0..=255_u8).map(|pixel| (f32::from(pixel) - input.mean[channel]) / input.std[channel]).collect()
}

/// Weights of red, green and blue in units of 2^-16: Pillow's `L24` (`libImaging/Convert.c`).
pub const LUMA: [u32; 3] = [19_595, 38_470, 7_471];

/// As Pillow's `L24`, rounded.
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let sum = LUMA[0] * u32::from(red) + LUMA[1] * u32::from(green) + LUMA[2] * u32::from(blue);
    ((sum + 0x8000) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_first_has_each_channel_by_itself() {
        let pixels = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let arranged = Layout::ChannelsFirst.arrange(pixels.clone(), 3);
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
        input.colour = Colour::Grey;
        assert_eq!(normalise([[110; 3]].into_iter(), &input), [100.0], "one number a pixel");
    }

    /// `Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0))` of Pillow 13.
    #[test]
    fn grey_is_pillows() {
        let colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 77], [255, 255, 255], [1, 2, 3]];
        assert_eq!(colours.map(luma), [76, 150, 29, 130, 255, 2]);
    }
}
