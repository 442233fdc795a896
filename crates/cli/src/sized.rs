//! Images beside annotation files: which one is meant, and how large it is.

use crate::{folders, output};
use anyhow::Result;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use vitrine_pixels::annotations::FoundImage;
use vitrine_pixels::codecs::upright_size;

const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"];
/// Holds the header of nearly every JPEG and PNG, with its metadata.
const HEADER_BYTES: u64 = 1 << 18;

/// Finds images and reads their sizes.
pub struct Images {
    given: Option<PathBuf>,
    /// Images of a folder by the stem of their names.
    listed: RefCell<HashMap<PathBuf, HashMap<OsString, PathBuf>>>,
}

impl Images {
    /// Looks into `given` first.
    pub fn new(given: Option<&Path>) -> Self {
        Self { given: given.map(Path::to_owned), listed: RefCell::default() }
    }

    /// The image that an annotation file means: by `name` as it stands, else by the stem of its last part. It is looked
    /// for in the given folder, beside the file, and in the folders `images` that YOLO's and VOC's layouts have.
    pub fn find(&self, annotation: &Path, name: &str) -> Option<FoundImage> {
        let beside = annotation.parent().unwrap_or(Path::new(""));
        let mut folders: Vec<PathBuf> = self.given.iter().cloned().collect();
        folders.push(beside.to_owned());
        folders.extend(["images", "../images", "../JPEGImages"].map(|folder| beside.join(folder)));
        folders.extend(labels_to_images(beside));
        let path = folders.iter().find_map(|folder| self.find_in(folder, name))?;
        let file = path.file_name()?.to_string_lossy().into_owned();
        match size(&path) {
            Ok(size) => Some(FoundImage { file, size }),
            Err(error) => {
                output::note(&format!("{}: its size cannot be read: {error}", path.display()));
                None
            }
        }
    }

    fn find_in(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let name = Path::new(name);
        let stays = name.components().all(|part| matches!(part, Component::Normal(_)));
        if stays && is_image(name) && folder.join(name).is_file() {
            return Some(folder.join(name));
        }
        let mut listed = self.listed.borrow_mut();
        let images = listed.entry(folder.to_owned()).or_insert_with(|| by_stem(folder));
        images.get(name.file_stem()?).cloned()
    }
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_lowercase);
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

fn by_stem(folder: &Path) -> HashMap<OsString, PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let images = folders::files_in(folder).into_iter().filter(|path| is_image(path));
    images.filter_map(|path| Some((path.file_stem()?.to_owned(), path))).collect()
}

/// `set/labels/train` -> `set/images/train`, as Ultralytics has it.
fn labels_to_images(folder: &Path) -> Option<PathBuf> {
    let parts: Vec<&OsStr> = folder.iter().collect();
    let last = parts.iter().rposition(|part| *part == "labels")?;
    let renamed =
        |(at, part): (usize, &&OsStr)| if at == last { OsString::from("images") } else { part.into() };
    Some(parts.iter().enumerate().map(renamed).collect())
}

/// Of most files only the beginning is read.
fn size(path: &Path) -> Result<[u32; 2]> {
    let mut file = File::open(path)?;
    let mut bytes = vec![];
    file.by_ref().take(HEADER_BYTES).read_to_end(&mut bytes)?;
    let is_header_enough = bytes.starts_with(b"\xff\xd8") || bytes.starts_with(b"\x89PNG");
    if is_header_enough && let Ok(size) = upright_size(&bytes) {
        return Ok(size);
    }
    file.read_to_end(&mut bytes)?;
    Ok(upright_size(&bytes)?)
}
