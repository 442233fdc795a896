//! A folder for each class, with its photos in it: `<class>/<photo>`, as `vitrine eval` reads them.

use super::split::Role;
use super::{Augmentation, Labelled, Picture, files_in, normalised};
use crate::{Class, Error, Recipe};
use rand::rngs::StdRng;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::codecs::{Limits, decode};
use vitrine_pixels::{ClassMap, Filter, Frame, FrameError, resample, resample_rgb};

/// A photo of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Its file.
    pub path: PathBuf,
    /// Class index.
    pub class: u8,
}

/// The photos of a part, and how they are read.
#[derive(Clone, Debug)]
pub struct ClassFolders {
    /// Class by class, in the order of their names.
    pub photos: Vec<Photo>,
    /// Sides of what the network reads, in training and when it is measured.
    sides: [u32; 2],
    mean: [f32; 3],
    std: [f32; 3],
}

impl ClassFolders {
    /// Lists a folder.
    ///
    /// # Errors
    /// [`Error::Data`]: it cannot be read, or has a folder that no class of the recipe is called like.
    pub fn list(folder: &Path, recipe: &Recipe) -> Result<Self, Error> {
        let mut photos = Vec::new();
        for inner in subfolders(folder)? {
            let name = inner.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(class) = recipe.classes.iter().position(|class| is_called(class, &name)) else {
                let cause = "no class of the recipe is called so: add one with this name or key, or move the folder away";
                return Err(Error::data(&inner, cause));
            };
            photos.extend(files_in(&inner)?.into_iter().map(|path| Photo { path, class: class as u8 }));
        }
        photos.sort_by(|a, b| (a.class, &a.path).cmp(&(b.class, &b.path)));
        let data = &recipe.data;
        Ok(Self { photos, sides: [data.width, recipe.test_size()[0]], mean: data.mean, std: data.std })
    }

    /// Photos by class index.
    ///
    /// # Errors
    /// [`Error::Data`] names the first class that has none.
    pub fn counts(&self, folder: &Path, classes: &[Class]) -> Result<Vec<u64>, Error> {
        let mut counts = vec![0; classes.len()];
        self.photos.iter().for_each(|photo| counts[usize::from(photo.class)] += 1);
        let Some(empty) = counts.iter().position(|&count| count == 0) else { return Ok(counts) };
        let Class { name, key, .. } = &classes[empty];
        let called = key.as_ref().unwrap_or(&name.en);
        let cause = format!(
            "has no photo of the class {}: put some into a folder {called:?}, or take the class out of the recipe",
            name.en
        );
        Err(Error::data(folder, cause))
    }

    /// Decodes every photo once, one at a time on each thread, so that a bad one shows before the first step.
    ///
    /// # Errors
    /// [`Error::Data`] names the file.
    pub fn check(&self) -> Result<(), Error> {
        self.photos.par_iter().try_for_each(|photo| decoded(&photo.path).map(drop))
    }

    /// The photos of one role, each class being split by itself.
    pub fn split(&self, recipe: &Recipe, role: Role) -> Self {
        let mut photos = Vec::new();
        for class in self.photos.chunk_by(|a, b| a.class == b.class) {
            let names: Vec<String> = class.iter().map(|photo| file_name(&photo.path)).collect();
            let roles = recipe.data.split.roles(&names, recipe.seed);
            let chosen = class.iter().zip(roles).filter(|&(_, other)| other == role);
            photos.extend(chosen.map(|(photo, _)| photo.clone()));
        }
        Self { photos, ..self.clone() }
    }

    /// Every `step`-th photo of each class.
    pub fn thinned(&self, step: usize) -> Self {
        let classes = self.photos.chunk_by(|a, b| a.class == b.class);
        Self {
            photos: classes.flat_map(|class| class.iter().step_by(step.max(1)).cloned()).collect(),
            ..self.clone()
        }
    }
}

impl Labelled for ClassFolders {
    fn len(&self) -> usize {
        self.photos.len()
    }

    fn size(&self, training: bool) -> [usize; 2] {
        [self.sides[usize::from(!training)] as usize; 2]
    }

    fn truth_size(&self, _size: [usize; 2]) -> [usize; 2] {
        [1, 1]
    }

    fn read(&self, index: usize, vary: Option<(&Augmentation, &mut StdRng)>) -> Result<Picture, Error> {
        let Photo { path, class } = &self.photos[index];
        let frame = decoded(path)?;
        let [training, measuring] = self.sides;
        let rgb = match vary {
            Some((augmentation, random)) => one_pixel(*class)
                .and_then(|mask| augmentation.vary(&frame, &mask, [training; 2], random).map(|(rgb, _)| rgb)),
            None => resample_rgb(&frame, middle(&frame), measuring, measuring, Filter::Bilinear),
        };
        let rgb = rgb.map_err(|error| Error::data(path, error.to_string()))?;
        Ok(Picture { pixels: normalised(&rgb, self.mean, self.std), classes: vec![Some(*class)] })
    }

    fn frame(&self, index: usize) -> Result<Frame, Error> {
        let path = &self.photos[index].path;
        let (frame, side) = (decoded(path)?, self.sides[1]);
        let scaled = resample(&frame, middle(&frame), side, side, Filter::Bilinear);
        scaled.map_err(|error| Error::data(path, error.to_string()))
    }
}

/// A photo has one class; what is varied with a mask is given one of a single pixel.
fn one_pixel(class: u8) -> Result<ClassMap, FrameError> {
    ClassMap::new(1, 1, vec![class])
}

/// The square in the middle of a photo: what a pack with a crop of the whole shorter side reads.
fn middle(frame: &Frame) -> Rect {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let side = width.min(height);
    let (left, top) = ((width - side) / 2.0, (height - side) / 2.0);
    Rect { left, top, right: left + side, bottom: top + side }
}

fn decoded(path: &Path) -> Result<Frame, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::read(path, error))?;
    let cause = |error| format!("{error}; repair the picture, or take it away");
    decode(&bytes, &Limits::default())
        .map(|decoded| decoded.frame)
        .map_err(|error| Error::data(path, cause(error)))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let remedy = "a set of photos has a folder for each class";
    let entries =
        std::fs::read_dir(folder).map_err(|error| Error::data(folder, format!("{error}; {remedy}")))?;
    let hidden = |path: &Path| file_name(path).starts_with('.');
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir() && !hidden(path)).collect();
    folders.sort();
    Ok(folders)
}

/// By its key (a folder's name may go on behind it), or by its name in either language.
fn is_called(class: &Class, folder: &str) -> bool {
    let rest = class.key.as_ref().and_then(|key| folder.strip_prefix(key.as_str()));
    let by_key = rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    by_key || [&class.name.en, &class.name.fr].iter().any(|name| plain(name) == plain(folder))
}

/// Letters and digits alone, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
