//! What stands at the kerb on a pole: lamps, signs, traffic lights.

use super::category::Category::Object;
use super::stage::{Place, Stage};
use crate::colour::{hex, lit};
use crate::random::Random;

/// A lamp, a sign or a traffic light; `inwards` is the way to the road, -1 or 1.
pub fn draw_post(stage: &mut Stage, foot: Place, inwards: f32, random: &mut Random) {
    match random.below(5) {
        0 | 1 => draw_lamp(stage, foot, inwards, random),
        2 => draw_lights(stage, foot, random),
        _ => draw_sign(stage, foot, random),
    }
}

fn at(foot: Place, x: f32, height: f32) -> Place {
    Place::new(foot.x + x, height, foot.z)
}

fn draw_lamp(stage: &mut Stage, foot: Place, inwards: f32, random: &mut Random) {
    let (tall, grey) = (random.range(5.0, 8.0), [random.range(0.25, 0.55); 3]);
    stage.bar(foot, at(foot, 0.0, 1.0), [0.1, 0.09], Object, lit(grey, 0.9));
    stage.bar(foot, at(foot, 0.0, tall), [0.075, 0.05], Object, grey);
    let reach = inwards * random.range(0.8, 1.8);
    stage.bar(at(foot, 0.0, tall), at(foot, reach, tall + 0.3), [0.045, 0.04], Object, grey);
    stage.bar(
        at(foot, reach, tall + 0.28),
        at(foot, reach + inwards * 0.6, tall + 0.32),
        [0.1, 0.07],
        Object,
        lit(grey, 1.2),
    );
}

fn draw_lights(stage: &mut Stage, foot: Place, random: &mut Random) {
    let dark = [0.09, 0.1, 0.1];
    stage.bar(foot, at(foot, 0.0, 3.2), [0.06, 0.06], Object, [0.28; 3]);
    stage.board(at(foot, -0.24, 2.25), at(foot, 0.24, 3.35), Object, dark);
    let shown = random.below(3);
    let lamps = [[1.0, 0.2, 0.12], [1.0, 0.7, 0.1], [0.15, 0.95, 0.45]];
    for (number, lamp) in lamps.into_iter().enumerate() {
        let height = 3.12 - 0.32 * number as f32;
        stage.disc(at(foot, 0.0, height), 0.115, Object, if number == shown { lamp } else { lit(lamp, 0.2) });
    }
}

fn draw_sign(stage: &mut Stage, foot: Place, random: &mut Random) {
    let tall = random.range(2.2, 2.9);
    stage.bar(foot, at(foot, 0.0, tall + 0.3), [0.04, 0.04], Object, [0.5, 0.51, 0.52]);
    let (red, blue, white) = (hex(0xb8222a), hex(0x1f4f9c), [0.94; 3]);
    match random.below(4) {
        0 => {
            stage.disc(at(foot, 0.0, tall), 0.37, Object, red);
            stage.disc(at(foot, 0.0, tall), 0.27, Object, white);
            stage.board(at(foot, -0.1, tall - 0.12), at(foot, 0.1, tall + 0.12), Object, [0.15; 3]);
        }
        1 => {
            let triangle = |half: f32, low: f32, high: f32| {
                [at(foot, -half, tall + low), at(foot, half, tall + low), at(foot, 0.0, tall + high)]
            };
            stage.area(&triangle(0.44, -0.3, 0.46), Object, red);
            stage.area(&triangle(0.28, -0.21, 0.28), Object, white);
        }
        2 => {
            stage.disc(at(foot, 0.0, tall), 0.36, Object, blue);
            stage.bar(at(foot, -0.1, tall - 0.15), at(foot, 0.12, tall + 0.16), [0.05, 0.04], Object, white);
        }
        _ => {
            let board = if random.chance(0.5) { blue } else { hex(0x1d6b45) };
            stage.board(at(foot, -0.62, tall - 0.3), at(foot, 0.62, tall + 0.32), Object, white);
            stage.board(at(foot, -0.57, tall - 0.25), at(foot, 0.57, tall + 0.27), Object, board);
            for line in [-0.12, 0.1] {
                stage.board(at(foot, -0.42, tall + line), at(foot, 0.3, tall + line + 0.07), Object, white);
            }
        }
    }
}
