//! Frames as a network reads them, prepared on its device.

use crate::Error;
use crate::check::card_input;
#[cfg(feature = "webgpu")]
use crate::prepare::{LUMA, table};
use crate::prepare::{Layout, filter_of, normalise};
#[cfg(feature = "webgpu")]
use std::sync::Arc;
#[cfg(feature = "webgpu")]
use vitrine_engine::{Channels, DeviceKind, Picture, Preparation};
use vitrine_engine::{Device, Held, Output, Part, Plan};
use vitrine_graph::Data;
#[cfg(feature = "webgpu")]
use vitrine_packs::Colour;
use vitrine_packs::Input;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{Frame, resample_rgb};

/// Prepares frames for a network.
pub struct Reader {
    input: Input,
    /// Columns and rows that the network reads, which may be others than the pack's.
    size: [u32; 2],
    layout: Layout,
    #[cfg(feature = "webgpu")]
    gpu: Option<(Device, Arc<Preparation>)>,
}

/// A frame at the scale at which a network reads it, where it was brought to it.
pub enum Scaled {
    /// Three bytes a pixel, red first; columns and rows.
    Host(Vec<u8>, [u32; 2]),
    /// On the network's own device, and what prepares it there.
    #[cfg(feature = "webgpu")]
    Gpu(Picture, Arc<Preparation>),
}

impl Reader {
    /// For a plan that reads one picture of `size` columns and rows.
    ///
    /// # Errors
    /// [`Error::Pack`] if it reads something else.
    pub fn new(plan: &Plan, size: [u32; 2], input: &Input, device: &Device) -> Result<Self, Error> {
        Self::of_layout(Layout::of(plan, size, input.colour)?, size, input, device)
    }

    /// For a network that reads pictures of `size` columns and rows in this layout.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails.
    #[cfg_attr(not(feature = "webgpu"), allow(unused_variables, reason = "there is one way to prepare"))]
    pub fn of_layout(layout: Layout, size: [u32; 2], input: &Input, device: &Device) -> Result<Self, Error> {
        Ok(Self {
            input: input.clone(),
            size,
            layout,
            #[cfg(feature = "webgpu")]
            gpu: preparation(device, size, input, layout)?,
        })
    }

    /// How the network reads a picture.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Brings a frame to `size` columns and rows.
    ///
    /// # Errors
    /// [`Error::Frame`] when a side is zero, [`Error::Engine`] when the device fails.
    pub fn scale(&self, frame: &Frame, size: [u32; 2]) -> Result<Scaled, Error> {
        self.scale_region(frame, Rect::whole(frame), size)
    }

    /// Brings a region of a frame to `size` columns and rows.
    ///
    /// # Errors
    /// Those of [`Reader::scale`]; [`Error::Frame`] also when the region is empty or leaves the frame.
    pub fn scale_region(&self, frame: &Frame, region: Rect, size: [u32; 2]) -> Result<Scaled, Error> {
        let filter = filter_of(self.input.filter);
        #[cfg(feature = "webgpu")]
        if let Some((device, preparation)) = &self.gpu
            && let Some(picture) = Picture::resampled(device, frame, region, size, filter)?
        {
            return Ok(Scaled::Gpu(picture, preparation.clone()));
        }
        Ok(Scaled::Host(resample_rgb(frame, region, size[0], size[1], filter)?, size))
    }

    /// Brings a region of a frame to the size at which the network reads it.
    ///
    /// # Errors
    /// Those of [`Reader::scale_region`].
    pub fn region(&self, frame: &Frame, region: Rect) -> Result<Scaled, Error> {
        self.scale_region(frame, region, self.size)
    }

    /// A region of a frame as the network reads it.
    ///
    /// # Errors
    /// Those of [`Reader::scale_region`].
    pub fn read(&self, frame: &Frame, region: Rect) -> Result<Held, Error> {
        Ok(self.part(&self.region(frame, region)?, Part::default()))
    }

    /// The test card as the network reads it, on the same way as a frame: a GPU that prepares it wrongly does not pass the self-test.
    ///
    /// # Errors
    /// Those of [`Reader::scale`].
    pub fn card(&self) -> Result<Held, Error> {
        #[cfg(feature = "webgpu")]
        if self.gpu.is_some() {
            let card = vitrine_pixels::test_card(self.size[0], self.size[1]);
            return self.read(&card, Rect::whole(&card));
        }
        Ok(self.given(card_input(&self.input)))
    }

    /// A part of a frame that was scaled here, as the network reads it.
    pub fn part(&self, scaled: &Scaled, part: Part) -> Held {
        match scaled {
            Scaled::Host(rgb, size) => {
                self.given(normalise(pixels(rgb, *size, part, self.size), &self.input))
            }
            #[cfg(feature = "webgpu")]
            Scaled::Gpu(picture, preparation) => preparation.input(picture, part),
        }
    }

    /// Normalised pixels, channels last, as the network reads them.
    fn given(&self, pixels: Vec<f32>) -> Held {
        Held::on_host(Data::F32(self.layout.arrange(pixels, self.input.colour.channels())))
    }
}

/// Runs a plan. Readback is awaited.
///
/// # Errors
/// [`Error::Engine`] when the device fails.
pub async fn run(plan: &Plan, given: Vec<Held>) -> Result<Vec<Output>, Error> {
    Ok(plan.read_held(plan.run_held(given).await?).await?)
}

/// What prepares on the device, if it is a GPU.
#[cfg(feature = "webgpu")]
fn preparation(
    device: &Device,
    size: [u32; 2],
    input: &Input,
    layout: Layout,
) -> Result<Option<(Device, Arc<Preparation>)>, Error> {
    if device.kind() != DeviceKind::Webgpu {
        return Ok(None);
    }
    let channels = match input.colour {
        Colour::Rgb => Channels::Rgb,
        Colour::Bgr => Channels::Bgr,
        Colour::Grey => Channels::Grey { weights: LUMA },
    };
    let tables = (0..channels.count()).flat_map(|channel| table(input, channel)).collect();
    let first = layout == Layout::ChannelsFirst;
    let preparation = Preparation::new(device, size, channels, first, tables)?;
    Ok(preparation.map(|preparation| (device.clone(), Arc::new(preparation))))
}

/// The pixels of a part, row by row, out of a picture.
fn pixels(
    rgb: &[u8],
    [width, height]: [u32; 2],
    part: Part,
    [columns, rows]: [u32; 2],
) -> impl Iterator<Item = [u8; 3]> {
    let (pixels, _) = rgb.as_chunks::<3>();
    let [left, top] = part.corner.map(i64::from);
    let (width, height) = (i64::from(width), i64::from(height));
    (top..top + i64::from(rows)).flat_map(move |y| {
        let inside = (0..height).contains(&y);
        let row = if inside { &pixels[(y * width) as usize..][..width as usize] } else { &[] };
        (left..left + i64::from(columns)).map(move |x| {
            let x = if part.mirrored { width - 1 - x } else { x };
            let pixel = usize::try_from(x).ok().and_then(|x| row.get(x));
            pixel.copied().unwrap_or([part.fill; 3])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;
    use vitrine_graph::Graph;
    #[cfg(not(feature = "webgpu"))]
    use vitrine_packs::Colour;
    use vitrine_packs::{Filter, Resize};

    /// What a network reads of a frame.
    fn numbers(
        device: &Device,
        frame: &Frame,
        [canvas, size]: [[u32; 2]; 2],
        part: Part,
        input: &Input,
        first: bool,
    ) -> Vec<f32> {
        let (channels, [columns, rows]) = (input.colour.channels(), size.map(|side| side as usize));
        let shape = if first { vec![1, channels, rows, columns] } else { vec![1, rows, columns, channels] };
        let mut graph = Graph::default();
        graph.inputs = vec![graph.add_value("picture", shape)];
        graph.outputs = graph.inputs.clone();
        let plan = Plan::new(graph, device).unwrap();
        let reader = Reader::new(&plan, size, input, device).unwrap();
        let scaled = reader.scale(frame, canvas).unwrap();
        #[cfg(feature = "webgpu")]
        assert_eq!(matches!(scaled, Scaled::Gpu(..)), device.kind() == DeviceKind::Webgpu);
        block_on(run(&plan, vec![reader.part(&scaled, part)])).unwrap().remove(0).into_f32s()
    }

    #[test]
    fn every_device_prepares_the_same_numbers() {
        #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "there is one device"))]
        let mut devices = vec![Device::cpu()];
        #[cfg(feature = "webgpu")]
        devices.extend(crate::testing::webgpu().cloned());
        let frame = vitrine_pixels::test_card(61, 47);
        let part = Part { corner: [-2, 3], mirrored: false, fill: 114 };
        for colour in [Colour::Rgb, Colour::Bgr, Colour::Grey] {
            for filter in [Filter::Pillow, Filter::Opencv, Filter::Area] {
                let (mean, std) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);
                let input = Input { width: 0, height: 0, colour, mean, std, resize: Resize::Squash, filter };
                for (canvas, first) in [([30, 23], false), ([97, 90], true)] {
                    let read = |device| numbers(device, &frame, [canvas, [33, 21]], part, &input, first);
                    let all: Vec<Vec<f32>> = devices.iter().map(read).collect();
                    assert!(all[0].iter().any(|number| *number != all[0][0]));
                    assert!(all.iter().all(|it| *it == all[0]), "{colour:?}, {filter:?}, {canvas:?}");
                }
            }
        }
    }

    fn read(part: Part, size: [u32; 2]) -> String {
        // Two rows of four pixels.
        let rgb: Vec<u8> = "abcdefgh".bytes().flat_map(|byte| [byte; 3]).collect();
        pixels(&rgb, [4, 2], part, size).map(|[byte, ..]| char::from(byte)).collect()
    }

    #[test]
    fn a_part_is_read_row_by_row() {
        assert_eq!(read(Part { corner: [1, 0], ..Part::default() }, [2, 2]), "bcfg");
    }

    #[test]
    fn a_mirrored_part_reads_the_mirrored_picture() {
        // torchvision mirrors first: d c b a, then takes what is asked for.
        assert_eq!(read(Part { corner: [1, 0], mirrored: true, fill: 0 }, [2, 1]), "cb");
        assert_eq!(read(Part { corner: [2, 1], mirrored: true, fill: 0 }, [2, 1]), "fe");
    }

    #[test]
    fn what_lies_outside_of_the_picture_is_filled() {
        let part = Part { corner: [-1, -1], mirrored: false, fill: b'.' };
        assert_eq!(read(part, [6, 4]), "......".to_owned() + ".abcd." + ".efgh." + "......");
    }
}
