//! How the numbers of several frames are arranged.

use crate::Error;

/// The order of an input's axes; one of length 1 at the front is of no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipLayout {
    /// `[channels, frames, rows, columns]`, as 3D networks of PyTorch.
    ChannelsFrames,
    /// `[frames, channels, rows, columns]`, or frames and channels as one axis, as stacked flow.
    FramesChannels,
    /// `[frames, rows, columns, channels]`, as TensorFlow.
    ChannelsLast,
}

impl ClipLayout {
    /// That of a network which reads `frames` squares of `side` pixels with `channels` channels. Where as many frames as
    /// channels are read, the channels come first.
    pub fn of(shape: &[usize], frames: usize, channels: usize, side: usize) -> Result<Self, Error> {
        let axes = shape.strip_prefix(&[1]).unwrap_or(shape);
        let (f, c, s) = (frames, channels, side);
        let is_one = |known: &[&[usize]]| known.iter().any(|it| *it == axes || *it == shape);
        if is_one(&[&[c, f, s, s]]) {
            Ok(Self::ChannelsFrames)
        } else if is_one(&[&[f, c, s, s], &[f * c, s, s]]) {
            Ok(Self::FramesChannels)
        } else if is_one(&[&[f, s, s, c]]) || f == 1 && is_one(&[&[s, s, c]]) {
            Ok(Self::ChannelsLast)
        } else {
            Err(Error::Pack(format!(
                "the network reads {shape:?}, the pack gives windows of {frames} x {side} x {side} with {channels} channels"
            )))
        }
    }

    /// Frames with their channels last -> this layout.
    pub fn arrange(self, frames: &[&[f32]], channels: usize) -> Vec<f32> {
        let plane = |frame: &'_ [f32], channel: usize| -> Vec<f32> {
            frame.iter().skip(channel).step_by(channels.max(1)).copied().collect()
        };
        match self {
            Self::ChannelsLast => frames.concat(),
            Self::FramesChannels => {
                frames.iter().flat_map(|frame| (0..channels).flat_map(move |c| plane(frame, c))).collect()
            }
            Self::ChannelsFrames => {
                (0..channels).flat_map(|c| frames.iter().flat_map(move |frame| plane(frame, c))).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_of_axes_is_told_by_its_shape() {
        let of = |shape: &[usize]| ClipLayout::of(shape, 4, 3, 8).ok();
        assert_eq!(of(&[1, 3, 4, 8, 8]), Some(ClipLayout::ChannelsFrames));
        assert_eq!(of(&[1, 4, 3, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[4, 3, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[1, 12, 8, 8]), Some(ClipLayout::FramesChannels));
        assert_eq!(of(&[1, 4, 8, 8, 3]), Some(ClipLayout::ChannelsLast));
        assert_eq!(of(&[1, 3, 5, 8, 8]), None);
        assert_eq!(ClipLayout::of(&[1, 3, 8, 8], 1, 3, 8).ok(), Some(ClipLayout::FramesChannels));
        assert_eq!(ClipLayout::of(&[1, 8, 8, 3], 1, 3, 8).ok(), Some(ClipLayout::ChannelsLast));
    }

    /// Two frames of two pixels with two channels; tens are the frame, ones count its numbers.
    #[test]
    fn numbers_go_to_their_places() {
        let frames: [&[f32]; 2] = [&[10.0, 11.0, 12.0, 13.0], &[20.0, 21.0, 22.0, 23.0]];
        let arranged = |layout: ClipLayout| layout.arrange(&frames, 2);
        assert_eq!(arranged(ClipLayout::ChannelsLast), [10.0, 11.0, 12.0, 13.0, 20.0, 21.0, 22.0, 23.0]);
        assert_eq!(arranged(ClipLayout::FramesChannels), [10.0, 12.0, 11.0, 13.0, 20.0, 22.0, 21.0, 23.0]);
        assert_eq!(arranged(ClipLayout::ChannelsFrames), [10.0, 12.0, 20.0, 22.0, 11.0, 13.0, 21.0, 23.0]);
    }
}
