//! A class map becomes a mask: one table look-up a pixel.

use crate::Colour;
use vitrine_pixels::ClassMap;

/// How an area is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All of it is coloured.
    Fill,
    /// Its border is coloured, on its own side.
    Outline {
        /// Width of the line in pixels of the map, on either side of a border.
        thickness: u32,
    },
}

/// How groups are drawn. Groups are addressed by `Group::id` of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Straight-alpha RGBA by group.
    pub colours: [[u8; 4]; 256],
    /// Whether a group is drawn at all.
    pub visible: [bool; 256],
    /// The group that stands out: all others are dimmed. A hidden group stays hidden.
    pub highlighted: Option<u8>,
    /// Areas or borders.
    pub mode: Mode,
}

/// Alpha of dimmed groups is divided by this.
const DIMMED_BY: u8 = 5;

impl Style {
    /// Opaque areas of these groups; groups that are not named are not drawn.
    pub fn new(groups: impl IntoIterator<Item = (u8, Colour)>) -> Self {
        let mut style =
            Self { colours: [[0; 4]; 256], visible: [false; 256], highlighted: None, mode: Mode::Fill };
        for (group, Colour([red, green, blue])) in groups {
            style.colours[usize::from(group)] = [red, green, blue, 255];
            style.visible[usize::from(group)] = true;
        }
        style
    }

    /// What is drawn for a pixel of this group.
    fn shown(&self, group: u8) -> [u8; 4] {
        let [red, green, blue, alpha] = self.colours[usize::from(group)];
        if !self.visible[usize::from(group)] {
            return [0; 4];
        }
        match self.highlighted {
            Some(highlighted) if highlighted != group => [red, green, blue, alpha / DIMMED_BY],
            _ => [red, green, blue, alpha],
        }
    }
}

/// Draws a class map: straight-alpha RGBA, `width * height * 4` bytes of the map. `group_of` gives the group of each
/// class index. What is not drawn is transparent black.
pub fn paint(map: &ClassMap, group_of: &[u8; 256], style: &Style) -> Vec<u8> {
    let table: [u32; 256] = std::array::from_fn(|class| u32::from_ne_bytes(style.shown(group_of[class])));
    let mut rgba = vec![0; map.ids().len() * 4];
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    match style.mode {
        Mode::Fill => {
            for (pixel, &id) in pixels.iter_mut().zip(map.ids()) {
                *pixel = table[usize::from(id)].to_ne_bytes();
            }
        }
        Mode::Outline { thickness } => {
            let outline = map.outline(group_of, thickness);
            for ((pixel, &id), mark) in pixels.iter_mut().zip(map.ids()).zip(outline) {
                // A mark is 0 or 255: as a mask it clears or keeps all four bytes, without a branch.
                *pixel = (table[usize::from(id)] & u32::from_ne_bytes([mark; 4])).to_ne_bytes();
            }
        }
    }
    rgba
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROAD: [u8; 4] = [128, 64, 128, 255];
    const SKY: [u8; 4] = [70, 130, 180, 255];
    const NOTHING: [u8; 4] = [0; 4];

    /// Classes 0 and 1 are group 1 (road), class 2 is group 5 (sky), all others group 0, which has no colour.
    fn groups() -> [u8; 256] {
        let mut group_of = [0; 256];
        group_of[..3].copy_from_slice(&[1, 1, 5]);
        group_of
    }

    fn style() -> Style {
        Style::new([(1, Colour([128, 64, 128])), (5, Colour([70, 130, 180]))])
    }

    fn painted(ids: &[u8], style: &Style) -> Vec<[u8; 4]> {
        let map = ClassMap::new(ids.len() as u32, 1, ids.to_vec()).unwrap();
        paint(&map, &groups(), style).as_chunks().0.to_vec()
    }

    #[test]
    fn each_class_has_the_colour_of_its_group() {
        assert_eq!(painted(&[0, 1, 2, 3], &style()), [ROAD, ROAD, SKY, NOTHING]);
    }

    #[test]
    fn a_hidden_group_is_transparent() {
        let mut style = style();
        style.visible[1] = false;
        assert_eq!(painted(&[0, 1, 2], &style), [NOTHING, NOTHING, SKY]);
        style.highlighted = Some(1);
        assert_eq!(painted(&[0, 2], &style), [NOTHING, [70, 130, 180, 51]]);
    }

    #[test]
    fn a_highlighted_group_dims_the_others() {
        let highlighting = Style { highlighted: Some(5), ..style() };
        assert_eq!(painted(&[0, 2], &highlighting), [[128, 64, 128, 51], SKY]);
    }

    #[test]
    fn outlines_follow_groups_and_not_classes() {
        let outlined = Style { mode: Mode::Outline { thickness: 1 }, ..style() };
        assert_eq!(painted(&[0, 0, 1, 1, 2, 2], &outlined), [NOTHING, NOTHING, NOTHING, ROAD, SKY, NOTHING]);
    }
}
