//! Colours as packs write them.

use std::str::FromStr;

/// Red, green, blue, 0..=255 each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// A text that is not `#rrggbb`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not a colour of the form #rrggbb")]
pub struct ColourError(pub String);

impl FromStr for Colour {
    type Err = ColourError;

    /// Reads `#rrggbb`, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, ColourError> {
        let error = || ColourError(text.to_owned());
        let digits = text.strip_prefix('#').ok_or_else(error)?;
        // `from_str_radix` would take a sign.
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(error());
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| error())?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl Colour {
    /// A colour for the class with this index. Neighbours in the list differ in hue by the golden angle and in lightness;
    /// all are of a luminance that stands out from a white ground and from a nearly black one by 3:1 at least (WCAG 2.2,
    /// success criterion 1.4.11).
    pub fn of_class(index: u32) -> Self {
        let hue = (f64::from(index) * 137.507_764).rem_euclid(360.0);
        let luminance = [0.26, 0.16, 0.21][(index % 3) as usize];
        let (mut dark, mut light) = (0.0, 1.0);
        // Luminance grows with lightness: twelve halvings are finer than a step of eight bits.
        for _ in 0..12 {
            let middle = (dark + light) / 2.0;
            if from_hsl(hue, middle).luminance() < luminance { dark = middle } else { light = middle }
        }
        from_hsl(hue, light)
    }

    /// Black or white, whichever can be read better on it: by 4.5:1 at least.
    pub fn ink(self) -> Self {
        if self.luminance() > 0.179 { Self([0; 3]) } else { Self([255; 3]) }
    }

    /// Relative luminance, 0..=1: WCAG 2.2.
    pub fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// A well saturated colour: hue in degrees, lightness 0..=1.
fn from_hsl(hue: f64, lightness: f64) -> Colour {
    const SATURATION: f64 = 0.78;
    let reach = SATURATION * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let place = (offset + hue / 30.0).rem_euclid(12.0);
        let value = lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    Colour([channel(0.0), channel(8.0), channel(4.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_colour() {
        assert_eq!("#804080".parse(), Ok(Colour([128, 64, 128])));
        assert_eq!("#FFaa00".parse(), Ok(Colour([255, 170, 0])));
    }

    fn contrast(one: Colour, other: Colour) -> f64 {
        let (one, other) = (one.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn luminance_is_that_of_wcag() {
        // Black on white 21:1; #777777 on white 4.48:1, as WCAG's contrast checkers give it.
        assert!((contrast(Colour([0; 3]), Colour([255; 3])) - 21.0).abs() < 1e-9);
        assert!((contrast(Colour([0x77; 3]), Colour([255; 3])) - 4.48).abs() < 0.005);
    }

    #[test]
    fn colours_of_classes_stand_out_in_light_and_dark() {
        let (paper, night) = (Colour([255, 253, 249]), Colour([25, 27, 31]));
        for class in 0..200 {
            let colour = Colour::of_class(class);
            assert!(contrast(colour, paper) >= 3.0, "{class}: {colour:?}");
            assert!(contrast(colour, night) >= 3.0, "{class}: {colour:?}");
            assert!(contrast(colour, colour.ink()) >= 4.5, "{class}: {colour:?}");
        }
    }

    #[test]
    fn no_two_of_eighty_classes_have_the_same_colour() {
        let colours: Vec<_> = (0..80).map(|class| Colour::of_class(class).0).collect();
        for (index, one) in colours.iter().enumerate() {
            for other in &colours[..index] {
                let difference: u32 = one.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
                assert!(difference >= 12, "{index}: {one:?}, {other:?}");
            }
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "#", "804080", "#80408", "#8040800", "#80408g", "#+80408", "#\u{e9}\u{e9}\u{e9}", "red"]
        {
            assert_eq!(text.parse::<Colour>(), Err(ColourError(text.to_owned())));
        }
    }
}
