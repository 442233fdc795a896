//! Sample media of `vitrine pull --samples`.

use crate::mirror::Mirror;
use crate::{files, folders, output};
use anyhow::{Context, Result};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// What the page shows beside a sample.
#[derive(Serialize)]
struct Sample {
    file: String,
    title: String,
    credit: &'static str,
}

/// Copies the photos of the labelled street set beside the mirror into `samples`, and lists them in `index.json`.
/// They are for use on this machine alone, as their credit says; none may be published with the page.
pub fn bring(mirror: Option<&Mirror>, samples: &Path) -> Result<()> {
    let photos = mirror.map(|mirror| mirror.folder().join("../data/street/images"));
    let photos: Vec<_> = photos.map(|folder| folders::files_in(&folder)).unwrap_or_default();
    let mut listed = Vec::new();
    for photo in photos.iter().filter(|photo| photo.extension().is_some_and(|kind| kind == "jpg")) {
        let Some(file) = photo.file_name().and_then(|name| name.to_str()) else { continue };
        let bytes = fs::read(photo).with_context(|| format!("cannot read {}", photo.display()))?;
        files::write(&samples.join(file), &bytes)?;
        let credit = "Cityscapes: research only, not to be published";
        listed.push(Sample { file: file.to_owned(), title: title(photo, &photos), credit });
    }
    files::write(&samples.join("index.json"), serde_json::to_string(&listed)?.as_bytes())?;
    output::note(&match listed.len() {
        0 => "samples: none: no photo has a pinned public address yet, and none lies beside the mirror"
            .to_owned(),
        count => format!("samples: {count} photos for use on this machine, not to be published"),
    });
    Ok(())
}

/// The city that a file is named after, counted where there are several of it: `zurich_000116_000019.jpg` -> `Zurich`.
fn title(photo: &Path, photos: &[PathBuf]) -> String {
    let city = city(photo);
    let before =
        photos.iter().take_while(|other| *other != photo).filter(|other| self::city(other) == city).count();
    if before == 0 { city } else { format!("{city} {}", before + 1) }
}

fn city(photo: &Path) -> String {
    let name = photo.file_stem().unwrap_or_default().to_string_lossy();
    let mut characters = name.split('_').next().unwrap_or(&name).chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_named_after_their_city_and_counted() {
        let photos = ["lindau_000000_000019.jpg", "lindau_000001_000019.jpg", "ulm_000087_000019.jpg"]
            .map(PathBuf::from);
        let titles: Vec<String> = photos.iter().map(|photo| title(photo, &photos)).collect();
        assert_eq!(titles, ["Lindau", "Lindau 2", "Ulm"]);
    }
}
