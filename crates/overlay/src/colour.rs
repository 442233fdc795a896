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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_colour() {
        assert_eq!("#804080".parse(), Ok(Colour([128, 64, 128])));
        assert_eq!("#FFaa00".parse(), Ok(Colour([255, 170, 0])));
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
