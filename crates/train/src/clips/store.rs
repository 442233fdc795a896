//! Drawn clips on the disk: frames and their optical flow are computed once, as the page computes them, and read window by window.

use super::recipe::ClipData;
use crate::Error;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::flow::TvL1;
use vitrine_pixels::{Filter, Frame, Gray, resample};
use vitrine_scenes::shop::{Action, Shop};
use vitrine_scenes::{Size, Split};

/// Seconds of a clip at most, for an estimate.
const CLIP_SECS: f32 = 40.0;

/// A drawn clip in its file: pictures, channel by channel, of the frames that windows may begin with; then, of every frame but the last,
/// the planes of the flow to the next one.
#[derive(Clone, Debug)]
pub struct StoredClip {
    path: PathBuf,
    side: usize,
    /// Frames from one picture to the next.
    step: usize,
    /// What is done in each frame.
    pub actions: Vec<u8>,
}

/// All clips of a part, drawn where they are not on the disk yet. `tell` hears how many of how many there are.
///
/// # Errors
/// [`Error::Data`] if they would take more room than the recipe allows; [`Error::File`].
pub fn stored(
    data: &ClipData,
    split: Split,
    folder: &Path,
    tell: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<StoredClip>, Error> {
    let count = match split {
        Split::Train => data.clips.train,
        Split::Validation => data.clips.validation,
        Split::Test => data.clips.test,
    };
    let folder = folder.join(key(data, folder)?);
    check_room(data, &folder)?;
    fs::create_dir_all(&folder).map_err(|error| Error::write(&folder, &error))?;
    let seeds: Vec<u64> = split.seeds().take(count).collect();
    let done = AtomicUsize::new(0);
    let clip = |(place, &seed): (usize, &u64)| {
        let still = split == Split::Train && data.still_every > 0 && place % data.still_every == 0;
        let shop = Shop::new(seed);
        let shop = if still { shop.with_still_camera() } else { shop };
        let clip = StoredClip::of(&shop, data, folder.join(format!("{seed:06}.clip")))?;
        tell(done.fetch_add(1, Ordering::Relaxed) + 1, count);
        Ok(clip)
    };
    seeds.par_iter().enumerate().map(clip).collect()
}

/// Clips that were drawn otherwise are others: the key is of all that they depend on, and of what is drawn and computed today.
fn key(data: &ClipData, folder: &Path) -> Result<String, Error> {
    let still = Shop::new(1);
    let (pictures, fields) = computed(&still, &ClipData { frames_per_second: 1.0, ..data.clone() }, 6..8)
        .map_err(|cause| Error::data(folder, cause))?;
    let facts = (data.still_every, data.drawn_side, data.side, data.frame_step, data.frames_per_second);
    let mut digest = Sha256::new();
    digest.update(format!("{facts:?}"));
    digest.update(pictures);
    digest.update(fields);
    let name: String = digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("clips-{name}"))
}

fn check_room(data: &ClipData, folder: &Path) -> Result<(), Error> {
    let frame = f64::from(data.side).powi(2) * (3.0 / f64::from(data.frame_step) + 2.0);
    let clips = data.clips.train + data.clips.validation + data.clips.test;
    let frames = clips as f64 * f64::from(CLIP_SECS * data.frames_per_second);
    let megabytes = (frames * frame / 1e6) as u64;
    if megabytes > data.cache_megabytes {
        let cause = format!(
            "{clips} clips may take {megabytes} MB, and data.cache_megabytes allows {}: raise it, or take fewer clips or a smaller side",
            data.cache_megabytes
        );
        return Err(Error::data(folder, cause));
    }
    Ok(())
}

/// Bytes of pictures and flow planes of these frames.
fn computed(
    shop: &Shop,
    data: &ClipData,
    frames: std::ops::Range<usize>,
) -> Result<(Vec<u8>, Vec<u8>), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let size = Size::new(data.drawn_side, data.drawn_side).map_err(|error| text(&error))?;
    let (mut pictures, mut fields) = (vec![], vec![]);
    let (mut method, mut before) = (TvL1::default(), None::<Gray>);
    for index in frames {
        let drawn = shop.frame(size, data.frames_per_second, index).picture;
        let frame = brought(&drawn.frame().map_err(|error| text(&error))?, data.side)
            .map_err(|error| text(&error))?;
        if index.is_multiple_of(data.frame_step as usize) {
            let (pixels, _) = frame.rgba().as_chunks::<4>();
            (0..3).for_each(|channel| pictures.extend(pixels.iter().map(|pixel| pixel[channel])));
        }
        let grey = Gray::from_frame(&frame);
        if let Some(before) = before {
            let field = method.flow(&before, &grey).map_err(|error| text(&error))?;
            field.planes().iter().for_each(|plane| fields.extend_from_slice(plane.values()));
        }
        before = Some(grey);
    }
    Ok((pictures, fields))
}

/// To the networks' size, as a pack with Pillow's filter does it (`vitrine_tasks::act`).
fn brought(frame: &Frame, side: u32) -> Result<Frame, vitrine_pixels::FrameError> {
    resample(frame, Rect::whole(frame), side, side, Filter::Bilinear)
}

impl StoredClip {
    /// Draws the clip unless it is there.
    fn of(shop: &Shop, data: &ClipData, path: PathBuf) -> Result<Self, Error> {
        let frames = shop.frame_count(data.frames_per_second);
        let action = |index: usize| shop.action_at(index as f32 / data.frames_per_second);
        let actions: Vec<u8> = (0..frames).map(|index| Action::id(action(index)) as u8).collect();
        let clip = Self { path, side: data.side as usize, step: data.frame_step as usize, actions };
        let whole = clip.flow_start() + (frames.saturating_sub(1) * clip.field_bytes()) as u64;
        if fs::metadata(&clip.path).is_ok_and(|file| file.len() == whole) {
            return Ok(clip);
        }
        let (mut bytes, fields) =
            computed(shop, data, 0..frames).map_err(|cause| Error::data(&clip.path, cause))?;
        bytes.extend(fields);
        let new = clip.path.with_extension("new");
        fs::write(&new, bytes).map_err(|error| Error::write(&new, &error))?;
        fs::rename(&new, &clip.path).map_err(|error| Error::write(&clip.path, &error))?;
        Ok(clip)
    }

    fn picture_bytes(&self) -> usize {
        self.side * self.side * 3
    }

    fn field_bytes(&self) -> usize {
        self.side * self.side * 2
    }

    fn flow_start(&self) -> u64 {
        (self.actions.len().div_ceil(self.step.max(1)) * self.picture_bytes()) as u64
    }

    /// `count` pictures from frame `first` on, which is a multiple of the step: `[count, 3, side, side]`.
    pub fn pictures(&self, first: usize, count: usize) -> Result<Vec<u8>, Error> {
        let each = self.picture_bytes();
        self.read((first / self.step.max(1) * each) as u64, count * each)
    }

    /// `count` flow fields from frame `first` on: `[count, 2, side, side]`.
    pub fn fields(&self, first: usize, count: usize) -> Result<Vec<u8>, Error> {
        let each = self.field_bytes();
        self.read(self.flow_start() + (first * each) as u64, count * each)
    }

    fn read(&self, start: u64, count: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; count];
        let read = |bytes: &mut [u8]| {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(bytes)
        };
        read(&mut bytes).map_err(|error| Error::read(&self.path, error))?;
        Ok(bytes)
    }
}
