//! Sky, light and haze.

use super::category::Category;
use super::stage::Lens;
use crate::canvas::Canvas;
use crate::colour::{Colour, hex, lit, mix, tinted};
use crate::picture::Size;
use crate::random::{Random, clouds};
use crate::shapes::Slab;
use crate::vector::Point;

/// The weather.
#[derive(Clone, Copy, Debug)]
pub struct Air {
    zenith: Colour,
    horizon: Colour,
    cloud: Colour,
    /// 0 none to 1 overcast.
    cover: f32,
    /// Of light that far things lose, for each metre.
    haze: f32,
    /// -1 from the left to 1 from the right; 0 where the sun is hidden.
    pub sun: f32,
    exposure: f32,
    tint: Colour,
    contrast: f32,
    /// Levels of 255.
    pub noise_levels: f32,
    seed: u32,
}

impl Air {
    pub fn new(random: &mut Random) -> Self {
        let clear = random.chance(0.5);
        let warm = random.range(-0.06, 0.08);
        let grey = random.range(0.66, 0.97);
        Self {
            zenith: if clear {
                hex(random.pick([0x4f86c6, 0x6d9fd4, 0x3f74b5]))
            } else {
                [grey * 0.9, grey * 0.94, grey]
            },
            horizon: if clear { hex(random.pick([0xcfdfec, 0xe4e6e4, 0xdbe8f2])) } else { [grey; 3] },
            cloud: if clear { [0.97, 0.97, 0.96] } else { [grey * 0.72, grey * 0.75, grey * 0.79] },
            cover: if clear { random.range(0.0, 0.55) } else { random.range(0.3, 0.9) },
            haze: random.range(0.0012, 0.006),
            sun: if clear { random.sign() * random.range(0.4, 1.0) } else { 0.0 },
            exposure: if clear { random.range(0.85, 1.1) } else { random.range(0.6, 1.02) },
            tint: [1.0 + warm, 1.0 + warm * 0.3, 1.0 - warm],
            contrast: random.range(0.92, 1.18),
            noise_levels: random.range(1.5, 6.0),
            seed: random.bits() as u32,
        }
    }

    /// A colour as it looks from so far.
    pub fn through(&self, colour: Colour, z: f32) -> Colour {
        mix(colour, lit(self.horizon, 0.93), 1.0 - 1.0 / (1.0 + z * self.haze))
    }

    /// Light on a wall along the street on the left (-1) or the right (1) side.
    pub fn on_side(&self, side: f32) -> f32 {
        0.92 - 0.26 * side * self.sun
    }

    /// Everything above, and below for what is not covered.
    pub fn draw_sky(&self, canvas: &mut Canvas, lens: &Lens, size: Size) {
        let all = Slab::between(
            Point::new(-9.0, -9.0),
            Point::new(size.width() as f32 + 9.0, size.height() as f32 + 9.0),
        );
        let (width, horizon) = (size.width() as f32, lens.vanishing.y.max(1.0));
        canvas.fill_labelled(&all, Category::Sky.id(), |pixel| {
            let up = ((horizon - pixel.y) / horizon).clamp(0.0, 1.0);
            let blue = mix(self.horizon, self.zenith, up * (2.0 - up));
            // Clouds lie on a plane, so that they are flatter towards the horizon.
            let far = 1.0 / (0.18 + up);
            let plane = Point::new((pixel.x / width - 0.5) * far * 2.4, far * 2.2);
            let veil = ((clouds(self.seed, plane) - 0.72 + 0.55 * self.cover) * 3.2).clamp(0.0, 1.0);
            mix(blue, self.cloud, veil * 0.85)
        });
    }

    /// The camera's exposure, over everything.
    pub fn develop(&self, canvas: &mut Canvas) {
        canvas.develop(|colour, _, place| {
            let off = place - Point::new(0.5, 0.5);
            let light = self.exposure * (1.0 - 0.28 * off.dot(off));
            let toned = tinted(lit(colour, light), self.tint);
            toned.map(|part| (part - 0.45) * self.contrast + 0.45)
        });
    }
}
