//! The read-out of scores that stay on the GPU.

use super::Segmenter;
use super::canvas::Canvas;
use super::read_out::Blend;
use super::taps::Tap;
use crate::Error;
use crate::check::Difference;
use crate::prepare::Layout;
use vitrine_engine::{BestClass, Held, Share};
use vitrine_pixels::ClassMap;

/// Columns and rows of the class map that the self-test reads out: no whole words of the GPU's.
const PROOF: [u32; 2] = [61, 47];
/// Share of its pixels that may differ from the host's: where two classes are equal but for the scores' last digits.
const NEAR_TIES: f64 = 0.01;

impl Segmenter {
    /// Reads a tile's scores out on the GPU and on the host. The first difference, if there are more than near ties explain.
    pub(super) async fn misread(&self, held: Held, scores: Vec<f32>) -> Result<Option<Difference>, Error> {
        let [width, height] = self.tile;
        // Where frames are read in tiles, the tile stands beside itself.
        let lefts = if self.overlap().is_some() { vec![0, width / 2] } else { vec![0] };
        let tiles = lefts.len();
        let canvas = Canvas { width: lefts[tiles - 1] + width, height, lefts, tops: vec![0] };
        let blend = self.blend(&canvas, PROOF);
        let Some(found) = self.read_out_on_gpu(&blend, &vec![held; tiles]).await? else { return Ok(None) };
        let expected = self.read_out(&blend, &vec![scores; tiles])?;
        let pairs = || found.ids().iter().zip(expected.ids());
        let wrong = pairs().filter(|(a, b)| a != b).count();
        let first =
            pairs().position(|(a, b)| a != b).filter(|_| wrong as f64 > NEAR_TIES * found.ids().len() as f64);
        Ok(first.map(|place| Difference {
            place: ("classes".to_owned(), place as u32),
            expected: expected.ids()[place].into(),
            found: found.ids()[place].into(),
            limit: 0.0,
        }))
    }

    /// As [`Segmenter::read_out`], of scores as the network writes them; none where they are not, or do not fit, on the GPU.
    pub(super) async fn read_out_on_gpu(
        &self,
        blend: &Blend,
        scores: &[Held],
    ) -> Result<Option<ClassMap>, Error> {
        let [columns, rows] = self.grid;
        let classes = self.pack.classes.len();
        let [cell, stride] = match self.layout {
            Layout::ChannelsLast => [classes, 1],
            Layout::ChannelsFirst => [1, rows * columns],
        };
        let tile = rows * columns * classes;
        let shares = |samples: &[Vec<Tap>], grid: usize, tile: usize, cell: usize| -> Vec<Vec<Share>> {
            let share = |tap: &Tap| {
                let place = tap.index / grid * tile + tap.index % grid * cell;
                Share { place, weight: tap.weight }
            };
            samples.iter().map(|taps| taps.iter().map(share).collect()).collect()
        };
        let best = BestClass {
            classes,
            stride,
            rows: &shares(&blend.rows, rows, tile * blend.across, cell * columns),
            columns: &shares(&blend.columns, columns, tile, cell),
        };
        let [width, height] = [&blend.columns, &blend.rows].map(|samples| samples.len() as u32);
        let ids = best.of(scores).await?;
        Ok(ids.map(|ids| ClassMap::new(width, height, ids)).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LoadOptions;
    use crate::reader::Reader;
    use crate::testing::webgpu;
    use pollster::block_on;
    use vitrine_engine::{Device, Plan};
    use vitrine_graph::{Data, Graph};
    use vitrine_packs::{Pack, Resize, Sampling};
    use vitrine_pixels::Frame;

    fn street() -> Pack {
        Pack::from_json(include_str!("../../../../assets/packs/street-unet-mini/pack.json")).unwrap()
    }

    /// Reads tiles of `tile` and writes `grid` scores, but computes nothing.
    fn segmenter(device: &Device, tile: [u32; 2], grid: [usize; 2], classes: usize) -> Segmenter {
        let mut pack = street();
        pack.classes = pack.classes.iter().cycle().take(classes).cloned().collect();
        let mut graph = Graph::default();
        graph.inputs = vec![graph.add_value("tile", vec![1, tile[1] as usize, tile[0] as usize, 3])];
        let plan = Plan::new(graph, device).unwrap();
        Segmenter {
            reader: Reader::new(&plan, tile, &pack.input, device).unwrap(),
            pack,
            plan,
            tile,
            grid,
            layout: Layout::ChannelsLast,
            sampling: Sampling::HalfPixel,
        }
    }

    /// Whole numbers from 0 to `count - 1`, always the same ones.
    fn noise(length: usize, seed: u32, count: u32) -> Vec<f32> {
        let mut state = seed;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) % count) as f32
        };
        (0..length).map(next).collect()
    }

    /// Both maps, of scores with `count` different values.
    fn maps(
        mut segmenter: Segmenter,
        device: &Device,
        [canvas, size]: [[u32; 2]; 2],
        overlap: Option<u32>,
        count: u32,
    ) -> [ClassMap; 2] {
        let frame = Frame::new(canvas[0], canvas[1], vec![0; (canvas[0] * canvas[1] * 4) as usize]).unwrap();
        let canvas = Canvas::new(&frame, segmenter.tile, overlap);
        let classes = segmenter.pack.classes.len();
        let length = segmenter.grid[0] * segmenter.grid[1] * classes;
        let tiles = canvas.tiles().len() as u32;
        let scores: Vec<_> = (0..tiles).map(|tile| noise(length, tile + 1, count)).collect();
        let held = scores.iter().map(|scores| Held::on_device(Data::F32(scores.clone()), device).unwrap());
        let held: Vec<_> = held.collect();
        let blend = segmenter.blend(&canvas, size);
        let on_gpu = block_on(segmenter.read_out_on_gpu(&blend, &held)).unwrap().unwrap();
        let layout = segmenter.layout;
        let scores: Vec<_> = scores.into_iter().map(|it| layout.channels_last(it, classes)).collect();
        segmenter.layout = Layout::ChannelsLast;
        [on_gpu, segmenter.read_out(&blend, &scores).unwrap()]
    }

    #[test]
    fn classes_of_the_gpu_are_those_of_the_host() {
        let Some(device) = webgpu() else { return };
        for (tile, grid, classes, overlap, frame, size) in [
            // One tile, whose rows are not whole words of the result.
            ([16, 12], [5, 4], 7, None, [16, 12], [33, 19]),
            ([16, 12], [16, 12], 19, None, [16, 12], [16, 12]),
            // Tiles side by side, above one another, and both.
            ([16, 16], [5, 5], 8, Some(2), [40, 16], [81, 33]),
            ([16, 16], [4, 4], 3, Some(8), [16, 50], [17, 50]),
            ([16, 16], [3, 6], 5, Some(4), [70, 16], [130, 31]),
            // Lines, single pixels, two classes and all that a byte tells apart.
            ([16, 16], [4, 4], 2, None, [16, 16], [1, 21]),
            ([16, 16], [4, 4], 2, None, [16, 16], [21, 1]),
            ([16, 16], [1, 1], 256, None, [16, 16], [1, 1]),
        ] {
            for layout in [Layout::ChannelsLast, Layout::ChannelsFirst] {
                for sampling in [Sampling::HalfPixel, Sampling::AlignCorners, Sampling::Asymmetric] {
                    let mut segmenter = segmenter(device, tile, grid, classes);
                    segmenter.layout = layout;
                    segmenter.sampling = sampling;
                    let [on_gpu, on_host] = maps(segmenter, device, [frame, size], overlap, 1 << 20);
                    assert!(
                        on_gpu == on_host,
                        "{size:?} of {tile:?}, {classes} classes, {layout:?}, {sampling:?}"
                    );
                }
            }
        }
    }

    /// Scores are the same number everywhere, or nearly.
    #[test]
    fn the_first_of_equal_classes_wins_on_the_gpu_too() {
        let Some(device) = webgpu() else { return };
        for count in [1, 2] {
            let segmenter = segmenter(device, [16, 16], [4, 4], 5);
            let [on_gpu, on_host] = maps(segmenter, device, [[40, 16], [40, 16]], Some(2), count);
            assert_eq!(on_gpu, on_host);
            assert!(count > 1 || on_gpu.ids().iter().all(|&class| class == 0));
        }
    }

    #[test]
    fn from_the_frame_to_the_classes_all_is_on_the_gpu() {
        let Some(device) = webgpu() else { return };
        let model = include_bytes!("../../../../assets/packs/street-unet-mini/model.onnx").to_vec();
        let segmenter = Segmenter::load(&street(), model, device, LoadOptions::default()).unwrap();
        let frame = vitrine_pixels::test_card(300, 192);
        let scaled = segmenter.reader.scale(&frame, [256, 192]).unwrap();
        let input = segmenter.reader.part(&scaled, Default::default());
        assert!(matches!(input, Held::Gpu(_)), "prepared there");
        let scores = block_on(segmenter.scores(input)).unwrap();
        assert!(matches!(scores, Held::Gpu(_)), "computed there");
    }

    #[test]
    fn a_class_map_of_other_scores_than_the_hosts_fails_the_self_test() {
        let Some(device) = webgpu() else { return };
        let mut segmenter = segmenter(device, [16, 16], [4, 4], 5);
        segmenter.pack.input.resize = Resize::Tiles { overlap: 32 };
        let (scores, others) = (noise(80, 1, 100), noise(80, 2, 100));
        let held = Held::on_device(Data::F32(scores.clone()), device).unwrap();
        assert_eq!(block_on(segmenter.misread(held.clone(), scores)).unwrap(), None);
        let difference = block_on(segmenter.misread(held, others)).unwrap().unwrap();
        assert!(difference.to_string().starts_with("classes["), "{difference}");
    }

    #[test]
    fn scores_on_the_host_are_left_to_the_host() {
        let Some(device) = webgpu() else { return };
        let segmenter = segmenter(device, [16, 16], [4, 4], 5);
        let frame = Frame::new(16, 16, vec![0; 1024]).unwrap();
        let blend = segmenter.blend(&Canvas::new(&frame, [16, 16], None), [16, 16]);
        let held = [Held::on_host(Data::F32(vec![0.0; 80]))];
        assert_eq!(block_on(segmenter.read_out_on_gpu(&blend, &held)).unwrap(), None);
    }
}
