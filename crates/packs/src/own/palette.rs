//! Colours of classes: those that stand behind their labels, and others for classes that have none.

use crate::lookup::parse_colour;

/// A label, and the colour that stands behind it: `road #804080`.
pub fn coloured(label: &str) -> (&str, Option<String>) {
    let parts = label.rsplit_once([' ', '\t', ',', ';']);
    let Some((name, colour)) = parts.filter(|(_, colour)| parse_colour(colour).is_some()) else {
        return (label, None);
    };
    match name.trim_end_matches([' ', '\t', ',', ';']) {
        "" => (label, None),
        name => (name, Some(colour.to_ascii_lowercase())),
    }
}

/// The colour of the class at `index`, as `#rrggbb`: hues a golden angle apart, in three brightnesses, so that
/// neighbours differ most.
pub fn colour_of(index: usize) -> String {
    // 360 degrees divided by the square of the golden ratio.
    let hue = (index as f32 * 137.508) % 360.0;
    let lightness = [0.5, 0.66, 0.36][index / 12 % 3];
    let [red, green, blue] = rgb(hue, 0.62, lightness);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Hue in degrees, saturation and lightness 0..=1: CSS Color Module Level 4, section 7.1.
fn rgb(hue: f32, saturation: f32, lightness: f32) -> [u8; 3] {
    let channel = |n: f32| {
        let k = (n + hue / 30.0) % 12.0;
        let spread = saturation * lightness.min(1.0 - lightness);
        let value = lightness - spread * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    [channel(0.0), channel(8.0), channel(4.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_those_of_css() {
        // CSS: hsl(0 100% 50%), hsl(120 100% 25%), hsl(240 100% 50%).
        assert_eq!(rgb(0.0, 1.0, 0.5), [255, 0, 0]);
        assert_eq!(rgb(120.0, 1.0, 0.25), [0, 128, 0]);
        assert_eq!(rgb(240.0, 1.0, 0.5), [0, 0, 255]);
    }

    #[test]
    fn a_colour_is_taken_from_behind_its_label_and_nowhere_else() {
        for label in ["road #804080", "road, #804080", "road\t#804080"] {
            assert_eq!(coloured(label), ("road", Some("#804080".to_owned())), "{label:?}");
        }
        assert_eq!(coloured("traffic light #FAAA1E"), ("traffic light", Some("#faaa1e".to_owned())));
        for label in ["road", "C #", "note #12", "#804080", " #804080", "a#804080"] {
            assert_eq!(coloured(label), (label, None));
        }
    }

    #[test]
    fn the_256_classes_of_a_segmenter_have_colours_of_their_own() {
        let mut colours: Vec<String> = (0..256).map(colour_of).collect();
        colours.sort();
        colours.dedup();
        assert_eq!(colours.len(), 256);
    }
}
