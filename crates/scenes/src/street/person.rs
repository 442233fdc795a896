//! People in the street, seen from the front, the back or the side, on foot or on a bicycle.

use super::category::Category::Human;
use super::stage::{Place, Stage};
use crate::colour::{Colour, hex, hsv, lit, varied};
use crate::random::Random;

struct Clothes {
    top: Colour,
    legs: Colour,
    skin: Colour,
    hair: Colour,
    shoes: Colour,
}

impl Clothes {
    fn new(random: &mut Random) -> Self {
        Self {
            top: hsv(random.unit(), random.range(0.05, 0.7), random.range(0.12, 0.8)),
            legs: hsv(random.pick([0.6, 0.62, 0.08, 0.0]), random.range(0.05, 0.5), random.range(0.1, 0.45)),
            skin: varied(hex(random.pick([0xf0ccb0, 0xd8a47c, 0xa9714a, 0x6a4028])), 0.03, random),
            hair: varied(hex(random.pick([0x1a1512, 0x3a271b, 0x6b4a2a, 0xb08d55, 0x9a9791])), 0.03, random),
            shoes: [random.range(0.05, 0.3); 3],
        }
    }
}

/// Somebody who walks or stands.
pub fn draw_walker(stage: &mut Stage, foot: Place, random: &mut Random) {
    let clothes = Clothes::new(random);
    let size = random.range(0.88, 1.08);
    let stride = if random.chance(0.75) { random.range(0.08, 0.3) } else { 0.04 };
    let at = |x: f32, height: f32| Place::new(foot.x + x * size, foot.height + height * size, foot.z);
    stage.ground_shadow([foot.x - 0.35, foot.x + 0.35], [foot.z - 0.2, foot.z + 0.25], 0.45);
    for (side, ahead) in [(-1.0, stride), (1.0, -stride)] {
        let (hip, knee, ankle) =
            (at(side * 0.07, 0.92), at(side * 0.08 + ahead * 0.45, 0.5), at(side * 0.07 + ahead * 0.8, 0.08));
        stage.bar(hip, knee, [0.095 * size, 0.07 * size], Human, lit(clothes.legs, 1.0 + 0.12 * side));
        stage.bar(knee, ankle, [0.07 * size, 0.05 * size], Human, lit(clothes.legs, 1.0 + 0.12 * side));
        stage.bar(ankle, at(side * 0.08 + ahead * 0.8 + 0.05, 0.05), [0.05, 0.045], Human, clothes.shoes);
    }
    draw_arms(stage, &at, &clothes, stride, size);
    stage.bar(at(0.0, 0.95), at(0.0, 1.33), [0.15 * size, 0.17 * size], Human, clothes.top);
    stage.bar(at(-0.12, 1.36), at(0.12, 1.36), [0.08 * size, 0.08 * size], Human, lit(clothes.top, 1.1));
    if random.chance(0.35) {
        let bag = hsv(random.unit(), 0.5, 0.4);
        stage.bar(at(0.2, 0.95), at(0.22, 1.15), [0.1, 0.08], Human, bag);
    }
    draw_head(stage, at(0.0, 1.6), size, &clothes, random.chance(0.5));
}

fn draw_arms(stage: &mut Stage, at: &impl Fn(f32, f32) -> Place, clothes: &Clothes, stride: f32, size: f32) {
    for (side, ahead) in [(-1.0, -stride), (1.0, stride)] {
        let (shoulder, elbow) = (at(side * 0.19, 1.38), at(side * 0.23 + ahead * 0.2, 1.1));
        let hand = at(side * 0.22 + ahead * 0.5, 0.86);
        let sleeve = lit(clothes.top, 0.86);
        stage.bar(shoulder, elbow, [0.06 * size, 0.05 * size], Human, sleeve);
        stage.bar(elbow, hand, [0.05 * size, 0.04 * size], Human, sleeve);
        stage.disc(hand, 0.045 * size, Human, clothes.skin);
    }
}

fn draw_head(stage: &mut Stage, centre: Place, size: f32, clothes: &Clothes, facing: bool) {
    let up = |height: f32| Place::new(centre.x, centre.height + height * size, centre.z);
    stage.bar(up(-0.16), up(-0.08), [0.055 * size; 2], Human, lit(clothes.skin, 0.85));
    stage.bar(
        up(-0.04),
        up(0.05),
        [0.088 * size, 0.1 * size],
        Human,
        if facing { clothes.skin } else { clothes.hair },
    );
    let hair = if facing { 0.075 } else { 0.06 };
    stage.disc(up(hair), 0.092 * size, Human, clothes.hair);
    if facing {
        stage.disc(up(0.0), 0.078 * size, Human, clothes.skin);
    }
}

/// Somebody on a bicycle, from behind.
pub fn draw_cyclist(stage: &mut Stage, foot: Place, random: &mut Random) {
    let clothes = Clothes::new(random);
    let top = if random.chance(0.4) { hex(0xd6e021) } else { clothes.top };
    let at = |x: f32, height: f32| Place::new(foot.x + x, foot.height + height, foot.z);
    stage.ground_shadow([foot.x - 0.3, foot.x + 0.3], [foot.z - 0.6, foot.z + 1.2], 0.5);
    stage.bar(at(0.0, 0.04), at(0.0, 0.66), [0.045, 0.045], Human, [0.08; 3]);
    stage.bar(at(0.0, 0.6), at(0.0, 0.95), [0.03, 0.05], Human, [0.3; 3]);
    stage.bar(at(-0.3, 1.02), at(0.3, 1.02), [0.025, 0.025], Human, [0.15; 3]);
    let push = random.range(-0.16, 0.16);
    for side in [-1.0, 1.0] {
        let (hip, knee) = (at(side * 0.1, 0.98), at(side * 0.17, 0.66 + side * push));
        stage.bar(hip, knee, [0.1, 0.075], Human, clothes.legs);
        stage.bar(knee, at(side * 0.13, 0.26 + side * push), [0.07, 0.05], Human, lit(clothes.legs, 0.85));
        stage.bar(at(side * 0.2, 1.42), at(side * 0.29, 1.1), [0.06, 0.045], Human, lit(top, 0.85));
    }
    stage.bar(at(0.0, 1.0), at(0.0, 1.4), [0.15, 0.18], Human, top);
    let helmet = Clothes { hair: hsv(random.unit(), 0.3, 0.7), ..clothes };
    draw_head(stage, at(0.0, 1.66), 1.0, &helmet, false);
}
