//! One street, from the sky to the nearest pole.

use super::air::Air;
use super::category::Category;
use super::ground::Ground;
use super::plan;
use super::stage::{Lens, Place, Stage};
use crate::canvas::{Canvas, View};
use crate::colour::{hsv, lit};
use crate::picture::{Picture, Size};
use crate::random::{Random, hash, noise};
use crate::shapes::{Ellipse, Polygon};
use crate::vector::Point;
use vitrine_pixels::{ClassMap, FrameError};

/// A street, which a seed decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Street {
    seed: u64,
    still: bool,
}

/// A picture, and what each of its pixels shows.
#[derive(Clone, Debug)]
pub struct LabelledStreet {
    /// What the camera sees.
    pub picture: Picture,
    /// The id of a [`Category`] for each pixel.
    pub labels: ClassMap,
}

/// The streets of some seeds, drawn as they are asked for.
///
/// # Errors
/// Those of [`Street::draw`].
pub fn streets(
    seeds: impl IntoIterator<Item = u64>,
    size: Size,
) -> impl Iterator<Item = Result<LabelledStreet, FrameError>> {
    seeds.into_iter().map(move |seed| Street::new(seed).draw(size))
}

impl Street {
    /// The street of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, still: false }
    }

    /// The same seen by a camera with little noise: such a picture makes a small file.
    pub fn with_still_camera(self) -> Self {
        Self { still: true, ..self }
    }

    /// Draws it. Another size is the same street seen by a camera with another sensor.
    ///
    /// # Errors
    /// Never: the labels' size is right by construction.
    pub fn draw(&self, size: Size) -> Result<LabelledStreet, FrameError> {
        // A street shares no numbers with the shop of the same seed.
        let random = Random::new(self.seed).fork(0x5712_ee75);
        let lens = Lens::new(size, &mut random.fork(1));
        let air = Air::new(&mut random.fork(2));
        let mut stage = Stage { canvas: Canvas::new(size, View::PIXELS), lens, air };
        let ground = Ground::new(&air, &mut random.fork(3));
        air.draw_sky(&mut stage.canvas, &lens, size);
        draw_distance(&mut stage, size, &mut random.fork(4));
        ground.draw(&mut stage, size.width() as f32, size.height() as f32);
        plan::behind(&ground, &mut random.fork(5)).into_iter().for_each(|thing| thing.draw(&mut stage));
        plan::before(&ground, &mut random.fork(6)).into_iter().for_each(|thing| thing.draw(&mut stage));
        draw_bonnet(&mut stage, size, &mut random.fork(7));
        air.develop(&mut stage.canvas);
        // What is left hides the steps of a small palette.
        let noise_levels = if self.still { 2.5 } else { air.noise_levels };
        let noise_seed = hash(self.seed as u32, (self.seed >> 32) as u32, 0);
        let picture = stage.canvas.picture(noise_levels, noise_seed);
        Ok(LabelledStreet { picture, labels: stage.canvas.labels()? })
    }
}

/// Trees and houses where the street ends.
fn draw_distance(stage: &mut Stage, size: Size, random: &mut Random) {
    let (seed, z) = (random.bits() as u32, 170.0);
    let (width, horizon) = (size.width() as f32, stage.lens.vanishing.y);
    let scale = stage.lens.scale(z);
    let tall = random.range(5.0, 11.0);
    let mut outline = vec![Point::new(-9.0, horizon + 2.0)];
    let steps = 120;
    for step in 0..=steps {
        let x = (width + 18.0) * step as f32 / steps as f32 - 9.0;
        let bumps = 0.45
            + 0.8 * noise(seed, Point::new(x / scale / 9.0, 0.0))
            + 0.3 * noise(seed, Point::new(x / scale / 2.0, 9.0));
        outline.push(Point::new(x, horizon - tall * bumps * scale));
    }
    outline.push(Point::new(width + 9.0, horizon + 2.0));
    stage.shape(&Polygon(outline), Category::Nature, [0.27, 0.34, 0.22], z);
    for _ in 0..2 + random.below(5) {
        let (x, half, high) = (random.range(-40.0, 40.0), random.range(4.0, 12.0), random.range(6.0, 16.0));
        let colour = lit([0.62, 0.57, 0.52], random.range(0.7, 1.2));
        stage.board(
            Place::new(x - half, 0.0, z),
            Place::new(x + half, high, z),
            Category::Construction,
            colour,
        );
    }
}

/// The own car's bonnet, in one of four cars.
fn draw_bonnet(stage: &mut Stage, size: Size, random: &mut Random) {
    let paint = hsv(random.unit(), random.range(0.0, 0.5), random.range(0.1, 0.6));
    if !random.chance(0.25) {
        return;
    }
    let (width, height) = (size.width() as f32, size.height() as f32);
    let half = Point::new(width * random.range(0.5, 0.7), height * random.range(0.06, 0.11));
    let bonnet =
        Ellipse { centre: Point::new(width * 0.5, height + half.y * 0.2), half, axis: Point::new(1.0, 0.0) };
    stage.canvas.fill_labelled(&bonnet, Category::Void.id(), |at| {
        lit(paint, 0.7 + 0.8 * ((height - at.y) / half.y).clamp(0.0, 1.0))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn drawn(seed: u64) -> LabelledStreet {
        Street::new(seed).draw(Size::new(96, 72).unwrap()).unwrap()
    }

    /// Taken on x86-64 Linux; other platforms have to find the same.
    #[test]
    fn a_seed_is_the_same_street_on_every_platform() {
        let mut digest = Sha256::new();
        for street in streets(0..12, Size::new(96, 72).unwrap()).map(Result::unwrap) {
            digest.update(street.picture.rgb());
            digest.update(street.labels.ids());
        }
        let found = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(found, "c1cf1775e5e1b18ba3d499222d8e02224024e3deb6647c88b167d93c41cbe086");
    }

    #[test]
    fn streets_show_every_category_and_no_other_label() {
        let mut counts = [0_u64; 256];
        for seed in 0..40 {
            let histogram = drawn(seed).labels.histogram();
            counts.iter_mut().zip(histogram).for_each(|(all, these)| *all += these);
        }
        let all: u64 = counts.iter().sum();
        let share = |category: Category| counts[usize::from(category.id())] as f64 / all as f64;
        assert!(counts[8..].iter().all(|&count| count == 0));
        assert!(Category::ALL.into_iter().all(|category| share(category) > 0.003), "{:?}", &counts[..8]);
        assert!(
            share(Category::Flat) > 0.15
                && share(Category::Sky) > 0.05
                && share(Category::Construction) > 0.1
        );
    }

    #[test]
    fn the_road_is_below_and_the_sky_above() {
        for seed in 0..20 {
            let street = drawn(seed);
            let sky_below =
                street.labels.ids()[96 * 48..].iter().filter(|&&id| id == Category::Sky.id()).count();
            let flat_above =
                street.labels.ids()[..96 * 24].iter().filter(|&&id| id == Category::Flat.id()).count();
            assert_eq!((sky_below, flat_above), (0, 0), "seed {seed}");
        }
    }
}
