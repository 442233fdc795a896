//! A class for every pixel.
//!
//! A frame is brought to the height (or width) that the network reads and, where it is longer than that, read in
//! overlapping tiles: squashing a street of 2:1 into a square costs a third of the small objects. The tiles' scores are
//! blended, enlarged to the class map's size, and only then compared.

mod canvas;
#[cfg(feature = "webgpu")]
mod on_gpu;
mod read_out;
mod scores;
mod taps;

use crate::check::{Check, compare_output};
use crate::prepare::Layout;
use crate::reader::Reader;
use crate::{Error, LoadOptions, file, millis};
use canvas::Canvas;
use vitrine_engine::{Device, Part, Plan};
use vitrine_graph::{Bytes, passes};
use vitrine_packs::{Output, Pack, Resize, Sampling};
use vitrine_pixels::{ClassMap, Frame};
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
    reader: Reader,
    /// How the network writes the scores.
    layout: Layout,
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
        let reader = Reader::new(&plan, tile, &pack.input, device)?;
        let (layout, grid) = score_grid(&plan, pack, reader.layout())?;
        Ok(Self { pack: pack.clone(), plan, tile, grid, reader, layout, sampling: *sampling })
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
        let scaled = self.reader.scale(frame, [canvas.width, canvas.height])?;
        timings.prepare_millis = millis(start);
        let tiles = canvas.tiles();
        let mut scores = vec![];
        for (index, &corner) in tiles.iter().enumerate() {
            progress(index, tiles.len());
            let step = Instant::now();
            let part = Part { corner: corner.map(|side| side as i32), ..Part::default() };
            let input = self.reader.part(&scaled, part);
            timings.prepare_millis += millis(step);
            let step = Instant::now();
            scores.push(self.scores(input).await?);
            timings.infer_millis += millis(step);
        }
        progress(tiles.len(), tiles.len());
        let blend = self.blend(&canvas, map_size(frame));
        let classes = self.classes(&blend, scores, &mut timings).await?;
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
        let scores = self.scores(self.reader.card()?).await?;
        #[cfg(feature = "webgpu")]
        let held = scores.clone();
        let scores = self.on_host(vec![scores]).await?.swap_remove(0);
        let tensor = self.pack.output.tested_tensor();
        let check = compare_output(test, self.plan.precision(), tensor, &scores, self.pack.classes.len())?;
        #[cfg(feature = "webgpu")]
        let check = match self.misread(held, scores).await? {
            Some(worst) => Check { ok: false, worst, ..check },
            None => check,
        };
        Ok(Some(check))
    }

    /// Pixels that neighbouring tiles share; a tile that is made smaller than the pack's shares as much of itself.
    fn overlap(&self) -> Option<u32> {
        match self.pack.input.resize {
            Resize::Squash | Resize::Crop { .. } | Resize::Letterbox { .. } => None,
            Resize::Tiles { overlap } => Some(overlap * self.tile[0] / self.pack.input.width),
        }
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
