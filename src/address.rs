//! Where the page is served from, and what its address asks for.

use vitrine_protocol::Device;
use web_sys::UrlSearchParams;

/// Choices made in the page's address; they win over remembered ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `?device=cpu` or `?device=webgpu`.
    pub device: Option<Device>,
    /// `?tile=129`: the network's input size in place of the pack's.
    pub tile: Option<u32>,
    /// `?pack=<id>`: which of the installed packs.
    pub pack: Option<String>,
    /// `?lang=fr`.
    pub language: Option<String>,
}

/// Reads the address of the page.
pub fn asked() -> Asked {
    let search = leptos::prelude::window().location().search().unwrap_or_default();
    let Ok(parameters) = UrlSearchParams::new_with_str(&search) else { return Asked::default() };
    Asked {
        device: parameters.get("device").and_then(|text| device(&text)),
        tile: parameters.get("tile").and_then(|text| text.parse().ok()).filter(|&side| side > 0),
        pack: parameters.get("pack").filter(|id| !id.is_empty()),
        language: parameters.get("lang"),
    }
}

/// The absolute address of a pack's folder, with a closing slash. `packs.json` lists ids, which are folders in `packs/`, and
/// addresses of folders that lie elsewhere.
pub fn pack_folder(entry: &str) -> String {
    let entry = entry.trim_end_matches('/');
    if entry.contains('/') { absolute(&format!("{entry}/")) } else { absolute(&format!("packs/{entry}/")) }
}

/// The entry of `packs.json` that an address of the page asks for by the folder's name; an id that is not listed is a folder
/// all the same, and an address that is not listed is nobody's.
pub fn listed_pack(id: &str, packs: &[String]) -> Option<String> {
    let named = |entry: &&String| entry.trim_end_matches('/').rsplit('/').next() == Some(id);
    let plain = || (!id.contains('/')).then(|| id.to_owned());
    packs.iter().find(named).cloned().or_else(plain)
}

fn device(text: &str) -> Option<Device> {
    match text {
        "cpu" => Some(Device::Cpu),
        "webgpu" => Some(Device::Webgpu),
        _ => None,
    }
}

/// The absolute address of `path`, a path relative to the page: the page may be served from any folder.
pub fn absolute(path: &str) -> String {
    let base = leptos::prelude::document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map_or_else(|_| path.to_owned(), |url| url.href())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_asked_for_by_the_names_of_their_folders() {
        let packs = ["streets".to_owned(), "https://example.org/models/dogs/".to_owned()];
        assert_eq!(listed_pack("dogs", &packs).as_deref(), Some("https://example.org/models/dogs/"));
        assert_eq!(listed_pack("streets", &packs).as_deref(), Some("streets"));
        assert_eq!(listed_pack("rooms", &packs).as_deref(), Some("rooms"));
        assert_eq!(listed_pack("https://elsewhere.example/x/", &packs), None);
    }

    #[test]
    fn only_known_devices_are_taken() {
        assert_eq!(device("webgpu"), Some(Device::Webgpu));
        assert_eq!(device("cpu"), Some(Device::Cpu));
        assert_eq!(device("gpu"), None);
    }
}
