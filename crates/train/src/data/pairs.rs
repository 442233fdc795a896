//! Folders of pictures and masks: `images/<stem>.*` and `labels8/<stem>.png`, as `vitrine eval` reads them.

use super::{Augmentation, normalised};
use crate::{Error, Recipe};
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::codecs::{Limits, decode, decode_labels};
use vitrine_pixels::{ClassMap, Filter, Frame, resample, resample_rgb};

/// A picture and its mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The picture's file.
    pub image: PathBuf,
    /// The mask's file: a PNG of class ids.
    pub mask: PathBuf,
}

/// What the values of masks mean.
#[derive(Clone, Debug)]
pub struct Classes {
    /// Class index of each value.
    indices: [Option<u8>; 256],
    ignored: [bool; 256],
    /// How many there are.
    pub count: usize,
}

/// The pairs of a folder, and how they are read.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// In the order of their names.
    pub pairs: Vec<Pair>,
    /// What masks mean.
    pub classes: Classes,
    size: [u32; 2],
    mean: [f32; 3],
    std: [f32; 3],
}

/// A picture as a network reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// `[3, h, w]`, normalised.
    pub pixels: Vec<f32>,
    /// `[h, w]`: class index; none where it is ignored.
    pub classes: Vec<Option<u8>>,
}

impl Classes {
    /// Those of a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let mut classes = Self { indices: [None; 256], ignored: [false; 256], count: recipe.classes.len() };
        for (index, class) in recipe.classes.iter().enumerate() {
            classes.indices[usize::from(class.id)] = Some(index as u8);
        }
        for &id in &recipe.data.ignored {
            classes.ignored[usize::from(id)] = true;
        }
        classes
    }

    /// Class index of a mask's value; none where it is ignored.
    pub fn index(&self, id: u8) -> Option<u8> {
        self.indices[usize::from(id)]
    }

    /// The first value that the recipe does not know.
    fn unknown(&self, mask: &ClassMap) -> Option<u8> {
        let known = |id: usize| self.indices[id].is_some() || self.ignored[id];
        mask.histogram()
            .iter()
            .enumerate()
            .find(|&(id, &count)| count > 0 && !known(id))
            .map(|(id, _)| id as u8)
    }
}

impl Pairs {
    /// Lists a folder.
    ///
    /// # Errors
    /// [`Error::Data`]: it has not this layout, a picture has no mask, or there is none.
    pub fn list(folder: &Path, recipe: &Recipe) -> Result<Self, Error> {
        let (images, mut masks) = (by_stem(&folder.join("images"))?, by_stem(&folder.join("labels8"))?);
        let mut pairs = Vec::with_capacity(images.len());
        for (stem, image) in images {
            let Some(mask) = masks.remove(&stem) else {
                let cause = format!(
                    "has no mask {stem}.png in labels8/ beside it: add one, or take the picture away"
                );
                return Err(Error::data(&image, cause));
            };
            pairs.push(Pair { image, mask });
        }
        if pairs.is_empty() {
            return Err(Error::data(
                folder,
                "has no pictures in images/: put some there, or name another folder",
            ));
        }
        let data = &recipe.data;
        let size = [data.width, data.height];
        Ok(Self { pairs, classes: Classes::new(recipe), size, mean: data.mean, std: data.std })
    }

    /// Other pairs, read likewise.
    pub fn with(&self, pairs: Vec<Pair>) -> Self {
        Self { pairs, ..self.clone() }
    }

    /// Decodes a mask.
    ///
    /// # Errors
    /// [`Error::Data`] if it cannot be read or has a value that the recipe does not know.
    pub fn mask(&self, pair: &Pair) -> Result<ClassMap, Error> {
        let path = &pair.mask;
        let bytes = std::fs::read(path).map_err(|error| Error::read(path, error))?;
        let mask = decode_labels(&bytes, &Limits::default())
            .map_err(|error| Error::data(path, error.to_string()))?;
        match self.classes.unknown(&mask) {
            None => Ok(mask),
            Some(id) => Err(Error::data(
                path,
                format!(
                    "has the value {id}, which the recipe does not know: add it to classes or to data.ignored"
                ),
            )),
        }
    }

    /// Reads a pair, varied by `augmentation` with `random`, or as it is.
    ///
    /// # Errors
    /// [`Error::Data`] if a file cannot be read, or their sizes differ.
    pub fn read(&self, pair: &Pair, vary: Option<(&Augmentation, &mut StdRng)>) -> Result<Picture, Error> {
        let bytes = std::fs::read(&pair.image).map_err(|error| Error::read(&pair.image, error))?;
        let decoded = decode(&bytes, &Limits::default());
        let frame = decoded.map_err(|error| Error::data(&pair.image, error.to_string()))?.frame;
        let mask = self.mask(pair)?;
        let (whole, other) = ([frame.width(), frame.height()], [mask.width(), mask.height()]);
        if whole != other {
            let [width, height] = other;
            let cause = format!(
                "has {width} x {height} pixels, its picture {} x {}: give both the same size",
                whole[0], whole[1]
            );
            return Err(Error::data(&pair.mask, cause));
        }
        let (rgb, ids) = match vary {
            Some((augmentation, random)) => augmentation.vary(&frame, &mask, self.size, random),
            None => self.squashed(&frame, &mask),
        }
        .map_err(|error| Error::data(&pair.image, error.to_string()))?;
        let classes = ids.into_iter().map(|id| id.and_then(|id| self.classes.index(id))).collect();
        Ok(Picture { pixels: normalised(&rgb, self.mean, self.std), classes })
    }

    fn squashed(
        &self,
        frame: &Frame,
        mask: &ClassMap,
    ) -> Result<(Vec<u8>, Vec<Option<u8>>), vitrine_pixels::FrameError> {
        let [width, height] = self.size;
        let region = Rect::whole(frame);
        let rgb = resample_rgb(frame, region, width, height, Filter::Bilinear)?;
        let ids = mask.resized(width, height)?.into_ids().into_iter().map(Some).collect();
        Ok((rgb, ids))
    }

    /// A picture as it is, at the network's size, for people.
    ///
    /// # Errors
    /// [`Error::Data`] if the file cannot be read.
    pub fn frame(&self, pair: &Pair) -> Result<Frame, Error> {
        let bytes = std::fs::read(&pair.image).map_err(|error| Error::read(&pair.image, error))?;
        let wrong = |error: &dyn std::fmt::Display| Error::data(&pair.image, error.to_string());
        let frame = decode(&bytes, &Limits::default()).map_err(|error| wrong(&error))?.frame;
        let [width, height] = self.size;
        resample(&frame, Rect::whole(&frame), width, height, Filter::Bilinear).map_err(|error| wrong(&error))
    }

    /// Columns and rows of what is read.
    pub fn size(&self) -> [usize; 2] {
        self.size.map(|side| side as usize)
    }
}

fn by_stem(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let remedy = "a labelled folder has images/ and labels8/ (PNGs of class ids under the pictures' names)";
    let entries =
        std::fs::read_dir(folder).map_err(|error| Error::data(folder, format!("{error}; {remedy}")))?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| Error::read(folder, error))?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && !stem.starts_with('.') {
            files.insert(stem, path);
        }
    }
    Ok(files)
}
