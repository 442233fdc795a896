//! A class for every pixel.
//!
//! A frame is brought to the height (or width) that the network reads and, where it is longer than that, read in
//! overlapping tiles: squashing a street of 2:1 into a square costs a third of the small objects. The tiles' scores are
//! blended, enlarged to the class map's size, and only then compared.

mod canvas;
mod read_out;
mod taps;

use crate::check::{Check, card_input, compare_output};
use crate::prepare::{Layout, filter_of, normalise};
use crate::{Error, LoadOptions, file, millis};
use canvas::Canvas;
use vitrine_engine::{Device, Plan};
use vitrine_graph::{Bytes, Data, passes};
use vitrine_packs::{Output, Pack, Resize, Sampling};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{ClassMap, Frame, resample_rgb};
use vitrine_protocol::Timings;
use web_time::Instant;

/// Pixels of a class map at most; a larger frame's map is scaled down.
pub const MAX_MAP_PIXELS: u64 = 1 << 21;

/// A segmentation network on a device.
pub struct Segmenter {
    pack: Pack,
    plan: Plan,
    /// Columns and rows that the network reads.
    tile: [u32; 2],
    /// Columns and rows of its scores.
    grid: [usize; 2],
    /// How the network reads a tile, and how it writes the scores.
    layouts: [Layout; 2],
    sampling: Sampling,
}

/// A frame's classes.
#[derive(Clone, Debug)]
pub struct Segmented {
    /// Indices into the pack's classes. The frame's size, or less for a frame of more than [`MAX_MAP_PIXELS`].
    pub classes: ClassMap,
    /// Where the time went.
    pub timings: Timings,
}

impl Segmenter {
    /// Reads the model file, cuts it behind the tensor that the pack names, and brings it to the device.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that cannot be read, [`Error::Pack`] where file and pack disagree.
    pub fn load(
        pack: &Pack,
        model: impl Into<Bytes>,
        device: &Device,
        options: LoadOptions,
    ) -> Result<Self, Error> {
        let Output::ClassScores { tensor, sampling } = &pack.output else {
            return Err(Error::Pack("a segmenter needs class scores".to_owned()));
        };
        let mut graph = file::read(model.into(), &pack.input)?;
        passes::cut(&mut graph, tensor)?;
        let tile = options.side.map_or([pack.input.width, pack.input.height], |side| [side, side]);
        if options.side.is_some() {
            passes::resize_input(&mut graph, tile[1] as usize, tile[0] as usize)?;
        }
        let plan = Plan::new(graph, device)?;
        let input = Layout::of(&plan, tile, pack.input.colour)?;
        let (output, grid) = score_grid(&plan, pack, input)?;
        Ok(Self { pack: pack.clone(), plan, tile, grid, layouts: [input, output], sampling: *sampling })
    }

    /// The pack that was loaded.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Segments a frame. `progress` hears how many tiles are done, of how many.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails.
    pub async fn run(
        &self,
        frame: &Frame,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Segmented, Error> {
        let start = Instant::now();
        let mut timings = Timings::default();
        let canvas = Canvas::new(frame, self.tile, self.overlap());
        let filter = filter_of(self.pack.input.filter);
        let rgb = resample_rgb(frame, Rect::whole(frame), canvas.width, canvas.height, filter)?;
        timings.prepare_millis = millis(start);
        let tiles = canvas.tiles();
        let mut scores = vec![];
        for (index, &corner) in tiles.iter().enumerate() {
            progress(index, tiles.len());
            let step = Instant::now();
            let input = normalise(canvas.pixels(&rgb, corner, self.tile), &self.pack.input);
            timings.prepare_millis += millis(step);
            let step = Instant::now();
            scores.push(self.scores(input).await?);
            timings.infer_millis += millis(step);
        }
        progress(tiles.len(), tiles.len());
        let step = Instant::now();
        let classes = self.read_out(&canvas, &scores, map_size(frame))?;
        timings.read_out_millis = millis(step);
        timings.total_millis = millis(start);
        Ok(Segmented { classes, timings })
    }

    /// Computes the test card and compares; none when the pack has no self-test, or it was loaded with another tile.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        if self.tile != [self.pack.input.width, self.pack.input.height] {
            return Ok(None);
        }
        let scores = self.scores(card_input(&self.pack.input)).await?;
        compare_output(test, self.pack.output.tested_tensor(), &scores, self.pack.classes.len()).map(Some)
    }

    /// Pixels that neighbouring tiles share; a tile that is made smaller than the pack's shares as much of itself.
    fn overlap(&self) -> Option<u32> {
        match self.pack.input.resize {
            Resize::Squash | Resize::Crop { .. } | Resize::Letterbox { .. } => None,
            Resize::Tiles { overlap } => Some(overlap * self.tile[0] / self.pack.input.width),
        }
    }

    /// A tile's input -> its scores `[grid rows, grid columns, classes]`.
    async fn scores(&self, input: Vec<f32>) -> Result<Vec<f32>, Error> {
        let [reads, writes] = self.layouts;
        let input = reads.arrange(input, self.pack.input.colour);
        let scores = self.plan.run(vec![Data::F32(input)]).await?.swap_remove(0).into_f32s();
        Ok(writes.channels_last(scores, self.pack.classes.len()))
    }
}

/// Checks that the plan gives a score for each of the pack's classes: their layout, like the input's where both would do,
/// and their columns and rows.
fn score_grid(plan: &Plan, pack: &Pack, input: Layout) -> Result<(Layout, [usize; 2]), Error> {
    let classes = pack.classes.len();
    match (plan.output_shapes().next(), input) {
        (Some(&[1, k, rows, columns]), Layout::ChannelsFirst) if k == classes => {
            Ok((Layout::ChannelsFirst, [columns, rows]))
        }
        (Some(&[1, rows, columns, k]), _) if k == classes => Ok((Layout::ChannelsLast, [columns, rows])),
        (other, _) => Err(Error::Pack(format!("{classes} classes, but the scores are {other:?}"))),
    }
}

/// Columns and rows of a frame's class map.
fn map_size(frame: &Frame) -> [u32; 2] {
    let (width, height) = (frame.width(), frame.height());
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= MAX_MAP_PIXELS {
        return [width, height];
    }
    let scale = (MAX_MAP_PIXELS as f64 / pixels as f64).sqrt();
    let [width, height] = [width, height].map(|side| ((f64::from(side) * scale) as u32).max(1));
    // A line one pixel wide cannot become narrower: its length gives way.
    let limit = |other: u32| (MAX_MAP_PIXELS / u64::from(other)) as u32;
    let width = width.min(limit(height).max(1));
    [width, height.min(limit(width).max(1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_of_large_frames_are_scaled_down_in_proportion() {
        let size = |width, height| {
            map_size(&Frame::new(width, height, vec![0; width as usize * height as usize * 4]).unwrap())
        };
        assert_eq!(size(2048, 1024), [2048, 1024]);
        assert_eq!(size(4096, 2048), [2048, 1024]);
        assert_eq!(size(1, 3_000_000), [1, 2_097_152]);
        assert_eq!(size(3_000_000, 1), [2_097_152, 1]);
    }
}
