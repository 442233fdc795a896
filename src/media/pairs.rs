//! Which files are photos, and which of them are the ground truth of which photo.

use super::intake::Incoming;
use crate::studio::{LabelKind, Labels};
use std::collections::HashMap;
use web_sys::File;

/// A file with its path below what was dropped.
pub struct Found {
    /// With slashes; the last part is the file's name.
    pub path: String,
    /// The file.
    pub file: File,
}

/// Files -> photos, and files of boxes, each in the same order. Where there is no photo that boxes could belong to (`alone`:
/// the page has none either), they are listed as photos, with the reason why they are none.
pub fn sorted(found: Vec<Found>, alone: bool) -> (Vec<Incoming>, Vec<File>) {
    let (boxes, photos): (Vec<_>, Vec<_>) = found.into_iter().partition(|it| may_hold_boxes(&it.path));
    if alone && photos.is_empty() {
        return (paired(boxes), Vec::new());
    }
    (paired(photos), boxes.into_iter().map(|it| it.file).collect())
}

/// Whether a name is one of YOLO's text, Pascal VOC's XML or COCO's JSON.
pub fn may_hold_boxes(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    !name.starts_with('.') && [".txt", ".xml", ".json"].iter().any(|ending| name.ends_with(ending))
}

/// Files -> photos in the same order. Hidden files are left out, label images join the photos that they belong to.
fn paired(found: Vec<Found>) -> Vec<Incoming> {
    let (mut labels, mut photos) = (HashMap::new(), Vec::new());
    for Found { path, file } in found {
        match part(&path) {
            Part::Hidden => {}
            Part::Labels(key, kind) => {
                labels.insert(key, Labels { file, kind });
            }
            Part::Photo => photos.push((path, file)),
        }
    }
    let incoming = |(path, file): (String, File)| {
        let labels = keys(&path).into_iter().find_map(|key| labels.remove(&key));
        Incoming { file, folder: folder(&path).map(str::to_owned), labels }
    };
    photos.into_iter().map(incoming).collect()
}

/// What a path says of its file.
#[derive(Debug, PartialEq)]
enum Part {
    Hidden,
    /// A label image, under the key that its photo has too.
    Labels(String, LabelKind),
    Photo,
}

/// Endings of Cityscapes' names; what stands before them names the photo.
const LABEL_ENDINGS: [&str; 3] = ["_gtFine_labelIds.png", "_gtCoarse_labelIds.png", "_labelIds.png"];
const PHOTO_ENDING: &str = "_leftImg8bit";

fn part(path: &str) -> Part {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
        return Part::Hidden;
    }
    if let Some(stem) = LABEL_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        return Part::Labels(format!("ids {stem}"), LabelKind::LabelIds);
    }
    match folder(path) {
        Some("labels8") if name.ends_with(".png") => {
            Part::Labels(format!("groups {}", stem(name)), LabelKind::Groups)
        }
        _ => Part::Photo,
    }
}

/// The keys under which a photo's labels may be found.
fn keys(path: &str) -> [String; 2] {
    let stem = stem(path.rsplit('/').next().unwrap_or(path));
    let scene = stem.strip_suffix(PHOTO_ENDING).unwrap_or(stem);
    [format!("ids {scene}"), format!("groups {stem}")]
}

fn folder(path: &str) -> Option<&str> {
    path.rsplit('/').nth(1)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the photo finds the labels.
    fn belong(photo: &str, labels: &str) -> bool {
        let Part::Labels(key, _) = part(labels) else { return false };
        part(photo) == Part::Photo && keys(photo).contains(&key)
    }

    #[test]
    fn labels_are_found_by_the_names_of_cityscapes() {
        assert!(belong("ulm_000087_000019_leftImg8bit.png", "ulm_000087_000019_gtFine_labelIds.png"));
        assert!(belong("a/leftImg8bit/x_leftImg8bit.png", "a/gtFine/x_gtFine_labelIds.png"));
        assert!(belong("street.jpg", "street_labelIds.png"));
        assert!(!belong("ulm_leftImg8bit.png", "bonn_gtFine_labelIds.png"));
    }

    #[test]
    fn labels_of_categories_lie_in_a_folder_beside_the_photos() {
        assert!(belong("street/images/ulm.jpg", "street/labels8/ulm.png"));
        assert!(!belong("street/images/ulm.jpg", "street/masks/ulm.png"));
    }

    #[test]
    fn files_of_boxes_are_known_by_their_endings() {
        assert!(
            may_hold_boxes("a/street.txt") && may_hold_boxes("instances.json") && may_hold_boxes("b.xml")
        );
        assert!(
            !may_hold_boxes("street.jpg")
                && !may_hold_boxes("a.txt/photo")
                && !may_hold_boxes("a/.hidden.txt")
        );
    }

    #[test]
    fn hidden_files_are_no_photos() {
        for path in [".DS_Store", "a/.git/x.png", "__MACOSX/a.jpg"] {
            assert_eq!(part(path), Part::Hidden, "{path}");
        }
        assert_eq!(part("a/b.jpg"), Part::Photo);
        assert_eq!(part("notes.txt"), Part::Photo, "it is listed with the reason why it is none");
    }
}
