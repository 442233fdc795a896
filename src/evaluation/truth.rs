//! Which class a folder's name means.

use crate::studio::ShownPack;
use std::collections::HashMap;

/// Looks folders up, each once.
pub struct Truths<'pack> {
    pack: &'pack ShownPack,
    known: HashMap<String, Option<u32>>,
}

impl<'pack> Truths<'pack> {
    /// For the classes of this pack.
    pub fn new(pack: &'pack ShownPack) -> Self {
        Self { pack, known: HashMap::new() }
    }

    /// The class that a folder holds: its name begins with the class's key, or is its name in one of the languages,
    /// however it is written.
    pub fn class(&mut self, folder: Option<&str>) -> Option<u32> {
        let folder = folder?;
        if let Some(class) = self.known.get(folder) {
            return *class;
        }
        let named = |class: &vitrine_packs::Class| {
            let by_key = class.key.as_deref().is_some_and(|key| begins_with(folder, key));
            by_key || [&class.name.en, &class.name.fr].iter().any(|name| letters(name) == letters(folder))
        };
        let class = self.pack.classes.iter().position(named).map(|class| class as u32);
        self.known.insert(folder.to_owned(), class);
        class
    }
}

/// Whether the key stands at the beginning, and ends there.
fn begins_with(folder: &str, key: &str) -> bool {
    let rest = folder.strip_prefix(key);
    rest.is_some_and(|rest| !key.is_empty() && !rest.starts_with(|next: char| next.is_alphanumeric()))
}

fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_where_it_ends() {
        assert!(begins_with("n02085620-Chihuahua", "n02085620"));
        assert!(begins_with("n02085620", "n02085620"));
        assert!(!begins_with("n020856201", "n02085620"));
        assert!(!begins_with("Chihuahua", ""));
    }

    #[test]
    fn names_are_compared_by_their_letters() {
        assert_eq!(letters("German_shepherd"), letters("german Shepherd"));
        assert_ne!(letters("Collie"), letters("Border collie"));
    }
}
