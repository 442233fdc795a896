//! Windows of stored clips as batches, drawn from all clips at random or one after the other.

use super::recipe::ClipData;
use super::store::StoredClip;
use super::turn::Turn;
use crate::Error;
use crate::data::drawn;
use crate::loss::Truth;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::mpsc::{IntoIter, sync_channel};
use vitrine_scenes::shop::Action;

/// Actions.
const CLASSES: usize = Action::ALL.len();
/// What a flow's byte is where nothing moves, were there such a one: bytes go from -20 to 20 pixels.
pub const FLOW_MEAN: f32 = 127.5;
/// Batches that wait while the loop computes.
const AHEAD: usize = 2;
/// How much brighter or darker, and how much more or less of each colour, pictures of training are.
const LIGHT: f32 = 0.2;

/// What a network reads of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Pictures: `[pictures, 3, side, side]`.
    Rgb,
    /// The flow from each frame to the next: `[frames, 2, side, side]`.
    Flow,
}

impl Sense {
    /// As folders call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rgb => "rgb",
            Self::Flow => "flow",
        }
    }

    /// `[frames, channels, side, side]`
    pub fn shape(self, data: &ClipData) -> [usize; 4] {
        let side = data.side as usize;
        match self {
            Self::Rgb => [data.pictures(), 3, side, side],
            Self::Flow => [data.clip_frames as usize, 2, side, side],
        }
    }
}

/// A window of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index of the clip.
    pub clip: usize,
    /// Its first frame.
    pub first: usize,
    /// How many of its frames show each action, 0 to 1.
    pub shares: [f32; CLASSES],
    /// The action of most frames; of two that have as many, the one that comes first.
    pub action: u8,
}

impl Place {
    /// How many of the frames show the window's action, 0 to 1.
    pub fn share(&self) -> f32 {
        self.shares[usize::from(self.action)]
    }

    /// The action that an answer is measured by: the answer itself where no action has more frames than it. Of two that fill a
    /// window alike neither is wrong.
    pub fn truth(&self, answer: usize) -> usize {
        if self.shares[answer] >= self.share() { answer } else { self.action.into() }
    }
}

/// All windows of some clips.
#[derive(Clone, Debug)]
pub struct Windows {
    data: ClipData,
    clips: Vec<StoredClip>,
    /// In order.
    pub places: Vec<Place>,
}

impl Windows {
    /// One every `stride` frames, as long as the flow at a window's end has a frame to lead to.
    pub fn new(data: &ClipData, clips: Vec<StoredClip>, stride: usize) -> Self {
        let length = data.clip_frames as usize;
        let of_clip = |(clip, stored): (usize, &StoredClip)| {
            let firsts = (0..stored.actions.len().saturating_sub(length)).step_by(stride.max(1));
            firsts.map(|first| place(clip, first, &stored.actions[first..first + length])).collect::<Vec<_>>()
        };
        let places = clips.iter().enumerate().flat_map(of_clip).collect();
        Self { data: data.clone(), clips, places }
    }

    /// A window's pictures as they are stored, `[pictures, 3, side, side]`, and their side.
    pub fn pictures_of(&self, index: usize) -> Result<(Vec<u8>, usize), Error> {
        let place = &self.places[index];
        let pictures = self.clips[place.clip].pictures(place.first, self.data.pictures())?;
        Ok((pictures, self.data.side as usize))
    }

    /// A window's numbers: `[frames, channels, side, side]`.
    fn read(&self, place: &Place, sense: Sense, random: Option<StdRng>) -> Result<Vec<f32>, Error> {
        let [frames, channels, side, _] = sense.shape(&self.data);
        let clip = &self.clips[place.clip];
        let mut bytes = match sense {
            Sense::Rgb => clip.pictures(place.first, frames)?,
            Sense::Flow => clip.fields(place.first, frames)?,
        };
        let mut gains = [1.0; 3];
        if let Some(mut random) = random {
            let turn = Turn::drawn(&mut random);
            bytes = if sense == Sense::Flow { turn.fields(&bytes, side) } else { turn.planes(&bytes, side) };
            let light = 1.0 + LIGHT * random.random_range(-1.0..=1.0);
            gains = gains.map(|_| light * (1.0 + 0.5 * LIGHT * random.random_range(-1.0_f32..=1.0)));
        }
        let table = |channel: usize| -> Vec<f32> {
            let number = |byte: u8| match sense {
                Sense::Flow => (f32::from(byte) - FLOW_MEAN) / self.data.flow_std,
                Sense::Rgb => {
                    let level = (f32::from(byte) * gains[channel]).min(255.0);
                    (level - self.data.mean[channel]) / self.data.std[channel]
                }
            };
            (0..=255).map(number).collect()
        };
        let tables: Vec<Vec<f32>> = (0..channels).map(table).collect();
        let planes = bytes.chunks(side * side).enumerate();
        Ok(planes
            .flat_map(|(plane, bytes)| {
                bytes.iter().map(move |&byte| (plane % channels, byte)).collect::<Vec<_>>()
            })
            .map(|(channel, byte)| tables[channel][usize::from(byte)])
            .collect())
    }
}

fn place(clip: usize, first: usize, actions: &[u8]) -> Place {
    let mut counts = [0_usize; CLASSES];
    actions.iter().for_each(|&action| counts[usize::from(action)] += 1);
    let most = counts.iter().copied().max().unwrap_or(0);
    let action = actions.iter().copied().find(|&action| counts[usize::from(action)] == most).unwrap_or(0);
    Place { clip, first, shares: counts.map(|count| count as f32 / actions.len().max(1) as f32), action }
}

/// Windows and their truth, on the host.
#[derive(Clone, Debug)]
pub struct ClipBatch {
    numbers: Vec<f32>,
    shape: [usize; 4],
    /// Which windows they are.
    pub places: Vec<Place>,
}

impl ClipBatch {
    /// `[n, frames, channels, side, side]`
    pub fn windows(&self, device: &Device) -> Tensor<5> {
        let [t, c, h, w] = self.shape;
        Tensor::from_data(TensorData::new(self.numbers.clone(), [self.places.len(), t, c, h, w]), device)
    }

    /// What is done in them, by the shares of frames.
    pub fn truth(&self, device: &Device) -> Truth {
        let count = self.places.len();
        let shares: Vec<f32> = self.places.iter().flat_map(|place| place.shares).collect();
        Truth {
            one_hot: Tensor::from_data(TensorData::new(shares, [count, CLASSES, 1, 1]), device),
            weight: Tensor::ones([count, 1, 1, 1], device),
        }
    }
}

/// In which order, and whether varied.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// As listed, as they are.
    Listed,
    /// So many at random by seed and epoch, turned and mirrored, lighter and darker.
    Drawn {
        /// The recipe's.
        seed: u64,
        /// Counted from 0.
        epoch: usize,
        /// Windows of an epoch.
        count: usize,
    },
}

/// Batches in their order, read by a thread of their own ahead of the loop.
pub struct ClipBatches(IntoIter<Result<ClipBatch, Error>>);

impl ClipBatches {
    /// Begins to read.
    pub fn start(windows: &Arc<Windows>, sense: Sense, batch: usize, order: Order) -> Self {
        let (send, receive) = sync_channel(AHEAD);
        let windows = Arc::clone(windows);
        std::thread::spawn(move || {
            for chunk in chosen(windows.places.len(), order).chunks(batch) {
                let read = read(&windows, sense, chunk, order);
                let failed = read.is_err();
                // The loop may have ended.
                if send.send(read).is_err() || failed {
                    return;
                }
            }
        });
        Self(receive.into_iter())
    }
}

impl Iterator for ClipBatches {
    type Item = Result<ClipBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

fn chosen(all: usize, order: Order) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..all).collect();
    if let Order::Drawn { seed, epoch, count } = order {
        indices.shuffle(&mut drawn(seed, epoch, usize::MAX / 2));
        indices.truncate(count);
    }
    indices
}

fn read(windows: &Windows, sense: Sense, indices: &[usize], order: Order) -> Result<ClipBatch, Error> {
    let one = |&index: &usize| {
        let random = match order {
            Order::Listed => None,
            Order::Drawn { seed, epoch, .. } => Some(drawn(seed, epoch, index)),
        };
        windows.read(&windows.places[index], sense, random)
    };
    let numbers: Vec<Vec<f32>> = indices.par_iter().map(one).collect::<Result<_, _>>()?;
    let places = indices.iter().map(|&index| windows.places[index]).collect();
    Ok(ClipBatch { numbers: numbers.concat(), shape: sense.shape(&windows.data), places })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand; the rule is that of `vitrine_scenes::shop::Window`.
    #[test]
    fn a_window_is_named_after_what_most_of_its_frames_show() {
        let found = place(0, 0, &[0, 1, 1, 3]);
        assert_eq!((found.action, found.share()), (1, 0.5));
        assert_eq!(found.shares, [0.25, 0.5, 0.0, 0.25, 0.0, 0.0]);
        let tie = place(0, 0, &[3, 0]);
        assert_eq!(tie.action, 3, "of two the first");
        assert_eq!([3, 0, 1].map(|answer| tie.truth(answer)), [3, 0, 3]);
        assert_eq!([0, 1, 3].map(|answer| found.truth(answer)), [1, 1, 1]);
    }
}
