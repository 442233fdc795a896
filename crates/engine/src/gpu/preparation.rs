//! A part of a picture as a network reads it, on the GPU.

use super::{Picture, Tensor, launch_size};
use crate::{Device, Error, Held, Part};
use cubecl::client::Client;
use cubecl::prelude::*;

/// Values of a channel that are told apart.
const VALUES: usize = 256;

/// The channels that a network reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
    /// One channel: the sum of red, green and blue times these weights, in units of 2^-16, rounded.
    Grey {
        /// Of red, green and blue.
        weights: [u32; 3],
    },
}

impl Channels {
    /// How many there are.
    pub fn count(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Grey { .. } => 1,
        }
    }
}

/// Brings pictures to a network's input.
pub struct Preparation {
    client: Client,
    channels: Channels,
    /// Columns and rows of the input.
    size: [usize; 2],
    /// `[1, channels, rows, columns]`, not `[1, rows, columns, channels]`.
    channels_first: bool,
    /// For each channel, what each of its 256 values is to the network.
    tables: Tensor,
}

impl Preparation {
    /// For an input of `size` columns and rows, `[1, channels, rows, columns]` if `channels_first`, else `[1, rows, columns, channels]`.
    /// `tables`: for each channel, in the network's order, what each of the 256 values is to it. None where the input is more
    /// than a kernel can be given.
    ///
    /// # Errors
    /// [`Error::NoDevice`] when the device is the processor, [`Error::Tables`] for another number of values.
    pub fn new(
        device: &Device,
        size: [u32; 2],
        channels: Channels,
        channels_first: bool,
        tables: Vec<f32>,
    ) -> Result<Option<Self>, Error> {
        let expected = channels.count() * VALUES;
        if tables.len() != expected {
            return Err(Error::Tables { given: tables.len(), expected });
        }
        let client = device.client()?;
        let tables = Tensor::new(&client, tables);
        let size = size.map(|side| side as usize);
        let fits = tables.fits(size[0] * size[1] * channels.count());
        Ok(fits.then_some(Self { client, channels, size, channels_first, tables }))
    }

    /// The part's numbers in the network's order.
    pub fn input(&self, picture: &Picture, part: Part) -> Held {
        let [width, height] = self.size;
        let out = Tensor::empty(&self.client, width * height * self.channels.count());
        let (count, dim) = launch_size(width * height);
        let fill = u32::from(part.fill) * 0x01_01_01;
        // SAFETY: pixels outside of the picture are not read, and there is a number for each channel of each pixel.
        unsafe {
            input_kernel::launch_unchecked(
                &self.client,
                count,
                dim,
                picture.pixels.arg(),
                self.tables.arg(),
                out.arg(),
                picture.width,
                picture.height,
                width,
                height,
                part.corner[0],
                part.corner[1],
                fill,
                self.channels,
                self.channels_first,
                part.mirrored,
            );
        }
        Held::Gpu(out)
    }
}

#[cube(launch_unchecked)]
fn input_kernel(
    picture: &[u32],
    tables: &[f32],
    out: &mut [f32],
    from_width: usize,
    from_height: usize,
    width: usize,
    height: usize,
    left: i32,
    top: i32,
    fill: u32,
    #[comptime] channels: Channels,
    #[comptime] channels_first: bool,
    #[comptime] mirrored: bool,
) {
    let index = ABSOLUTE_POS;
    if index >= width * height {
        terminate!();
    }
    let x = i32::cast_from(index % width) + left;
    let y = i32::cast_from(index / width) + top;
    let mut pixel = fill;
    if x >= 0 && y >= 0 && x < i32::cast_from(from_width) && y < i32::cast_from(from_height) {
        let column = usize::cast_from(x);
        let column = if comptime!(mirrored) { from_width - 1 - column } else { column };
        pixel = picture[usize::cast_from(y) * from_width + column];
    }
    let (red, green, blue) = (pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255);
    match comptime!(channels) {
        Channels::Grey { weights } => {
            let sum = red * weights[0] + green * weights[1] + blue * weights[2];
            out[index] = tables[usize::cast_from((sum + 0x8000) >> 16)];
        }
        _ => {
            let first = if comptime!(channels == Channels::Bgr) { blue } else { red };
            let last = if comptime!(channels == Channels::Bgr) { red } else { blue };
            let at = if comptime!(channels_first) { index } else { index * 3 };
            let step = if comptime!(channels_first) { width * height } else { 1usize.runtime() };
            out[at] = tables[usize::cast_from(first)];
            out[at + step] = tables[usize::cast_from(green) + VALUES];
            out[at + 2 * step] = tables[usize::cast_from(last) + comptime!(2 * VALUES)];
        }
    }
}
