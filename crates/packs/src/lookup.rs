//! Questions that the page, the tasks and the command ask a pack.

use crate::{FlowStream, Group, Head, ModelFile, Output, Pack, Text};

impl Text {
    /// The text for a language tag such as `fr-CA`: French for French, English for everything else.
    pub fn in_language(&self, tag: &str) -> &str {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        if primary.eq_ignore_ascii_case("fr") { &self.fr } else { &self.en }
    }
}

impl Group {
    /// The colour's red, green and blue. Black if [`Group::colour`] is not `#rrggbb`, which a validated pack excludes.
    pub fn rgb(&self) -> [u8; 3] {
        parse_colour(&self.colour).unwrap_or_default()
    }
}

impl Output {
    /// Name of the tensor that a self-test is about: of a detector with a grid for each size, the first grid's distances.
    pub fn tested_tensor(&self) -> &str {
        match self {
            Self::ClassScores { tensor, .. }
            | Self::Logits { tensor, .. }
            | Self::Stream { tensor, .. }
            | Self::Windows { tensor, .. }
            | Self::Boxes { head: Head::Yolox { tensor } | Head::Rows { tensor, .. }, .. } => tensor,
            Self::Boxes { head: Head::Distribution { distances, .. }, .. } => {
                distances.first().map_or("", String::as_str)
            }
        }
    }
}

impl Pack {
    /// The network that reads optical flow, if it has one.
    pub fn flow(&self) -> Option<&FlowStream> {
        match &self.output {
            Output::Windows { flow, .. } => flow.as_deref(),
            _ => None,
        }
    }

    /// The files that it needs: a model, and that of a second stream.
    pub fn model_files(&self) -> impl Iterator<Item = &ModelFile> {
        [&self.model].into_iter().chain(self.flow().map(|flow| &flow.model))
    }

    /// Class index -> [`Group::id`]. Indices beyond the classes lead to the void group, or to 0 without one.
    pub fn group_table(&self) -> [u8; 256] {
        let rest = self.groups.iter().find(|group| group.void).map_or(0, |group| group.id);
        self.table(rest, |class| class.group)
    }

    /// Class index -> [`crate::Class::label_id`]. Indices beyond the classes lead to 0.
    pub fn label_table(&self) -> [u8; 256] {
        self.table(0, |class| class.label_id)
    }

    /// Index of the class with this English name.
    pub fn class_named(&self, name: &str) -> Option<usize> {
        self.classes.iter().position(|class| class.name.en == name)
    }

    /// The group with this [`Group::id`].
    pub fn group(&self, id: u8) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    fn table(&self, rest: u8, value: impl Fn(&crate::Class) -> u8) -> [u8; 256] {
        let mut table = [rest; 256];
        for (slot, class) in table.iter_mut().zip(&self.classes) {
            *slot = value(class);
        }
        table
    }
}

/// `#rrggbb` -> red, green, blue.
pub(crate) fn parse_colour(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_is_for_french_tags_and_english_for_the_rest() {
        let text = Text { en: "sky".into(), fr: "ciel".into() };
        for tag in ["fr", "FR", "fr-CA", "fr_FR"] {
            assert_eq!(text.in_language(tag), "ciel");
        }
        for tag in ["en", "de", "fro", ""] {
            assert_eq!(text.in_language(tag), "sky");
        }
    }

    #[test]
    fn a_colour_is_a_hash_and_six_hexadecimal_digits() {
        assert_eq!(parse_colour("#4682b4"), Some([0x46, 0x82, 0xb4]));
        assert_eq!(parse_colour("#4682B4"), Some([0x46, 0x82, 0xb4]));
        for text in ["4682b4", "#4682b", "#4682b4f", "#+682b4", "#46é2b", ""] {
            assert_eq!(parse_colour(text), None, "{text}");
        }
    }
}
