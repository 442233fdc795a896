//! Colours: red, green, blue, each 0 to 1 as in a file.

use crate::random::Random;

/// Red, green, blue, 0 to 1. What is brighter is cut off when the picture is done.
pub type Colour = [f32; 3];

/// From a number such as `0xff8000`.
pub fn hex(code: u32) -> Colour {
    [code >> 16, code >> 8, code].map(|part| (part & 0xff) as f32 / 255.0)
}

/// `share` of the second one.
pub fn mix(one: Colour, other: Colour, share: f32) -> Colour {
    [0, 1, 2].map(|part| one[part] + (other[part] - one[part]) * share)
}

/// Brighter or darker.
pub fn lit(colour: Colour, factor: f32) -> Colour {
    colour.map(|part| part * factor)
}

/// Another light's colour on it.
pub fn tinted(colour: Colour, light: Colour) -> Colour {
    [0, 1, 2].map(|part| colour[part] * light[part])
}

/// Hue (a turn is 1), saturation and value, each 0 to 1: the usual hexcone.
pub fn hsv(hue: f32, saturation: f32, value: f32) -> Colour {
    let part = |shift: f32| {
        let turn = (hue + shift) - (hue + shift).floor();
        let ramp = ((turn * 6.0 - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        value * (1.0 - saturation + saturation * ramp)
    };
    [part(0.0), part(2.0 / 3.0), part(1.0 / 3.0)]
}

/// The same colour with each part up to `spread` off.
pub fn varied(colour: Colour, spread: f32, random: &mut Random) -> Colour {
    colour.map(|part| (part + random.range(-spread, spread)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_run_from_red_over_green_to_blue() {
        assert_eq!(hsv(0.0, 1.0, 1.0), [1.0, 0.0, 0.0]);
        assert_eq!(hsv(0.0, 0.0, 0.5), [0.5; 3]);
        let near = |hue: f32, expected: Colour| {
            let found = hsv(hue, 1.0, 1.0);
            (0..3).all(|part| (found[part] - expected[part]).abs() < 1e-4)
        };
        assert!(near(1.0 / 3.0, [0.0, 1.0, 0.0]) && near(2.0 / 3.0, [0.0, 0.0, 1.0]));
    }
}
