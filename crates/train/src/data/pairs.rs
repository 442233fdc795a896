//! Folders of pictures and masks: `images/<stem>.*` and `labels8/<stem>.png`, as `vitrine eval` reads them.

use super::split::Role;
use super::{Augmentation, Labelled, Picture, files_in, normalised};
use crate::{Error, Recipe};
use rand::rngs::StdRng;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::codecs::{Limits, decode, decode_labels, upright_size};
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
    /// Columns and rows of what is read, in training and when it is measured.
    sizes: [[u32; 2]; 2],
    mean: [f32; 3],
    std: [f32; 3],
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
        let sizes = [[data.width, data.height], recipe.test_size()];
        Ok(Self { pairs, classes: Classes::new(recipe), sizes, mean: data.mean, std: data.std })
    }

    /// The pairs of one role.
    pub fn split(&self, recipe: &Recipe, role: Role) -> Self {
        let stem = |pair: &Pair| pair.mask.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let names: Vec<String> = self.pairs.iter().map(stem).collect();
        let roles = recipe.data.split.roles(&names, recipe.seed);
        let chosen = self.pairs.iter().zip(roles).filter(|&(_, other)| other == role);
        Self { pairs: chosen.map(|(pair, _)| pair.clone()).collect(), ..self.clone() }
    }

    /// Every `step`-th pair.
    pub fn thinned(&self, step: usize) -> Self {
        Self { pairs: self.pairs.iter().step_by(step.max(1)).cloned().collect(), ..self.clone() }
    }

    /// Reads every mask, and of every picture how large it is, so that what is wrong shows before the first step.
    ///
    /// # Errors
    /// [`Error::Data`] names the file.
    pub fn check(&self) -> Result<(), Error> {
        self.pairs.par_iter().try_for_each(|pair| {
            let mask = self.mask(pair)?;
            let bytes = std::fs::read(&pair.image).map_err(|error| Error::read(&pair.image, error))?;
            let size = upright_size(&bytes).map_err(|error| Error::data(&pair.image, error.to_string()))?;
            check_sizes(pair, size, [mask.width(), mask.height()])
        })
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

    fn squashed(
        &self,
        frame: &Frame,
        mask: &ClassMap,
    ) -> Result<(Vec<u8>, Vec<Option<u8>>), vitrine_pixels::FrameError> {
        let [_, [width, height]] = self.sizes;
        let region = Rect::whole(frame);
        let rgb = resample_rgb(frame, region, width, height, Filter::Bilinear)?;
        let ids = mask.resized(width, height)?.into_ids().into_iter().map(Some).collect();
        Ok((rgb, ids))
    }
}

impl Labelled for Pairs {
    fn len(&self) -> usize {
        self.pairs.len()
    }

    fn size(&self, training: bool) -> [usize; 2] {
        self.sizes[usize::from(!training)].map(|side| side as usize)
    }

    fn truth_size(&self, size: [usize; 2]) -> [usize; 2] {
        size
    }

    fn read(&self, index: usize, vary: Option<(&Augmentation, &mut StdRng)>) -> Result<Picture, Error> {
        let pair = &self.pairs[index];
        let bytes = std::fs::read(&pair.image).map_err(|error| Error::read(&pair.image, error))?;
        let decoded = decode(&bytes, &Limits::default());
        let frame = decoded.map_err(|error| Error::data(&pair.image, error.to_string()))?.frame;
        let mask = self.mask(pair)?;
        check_sizes(pair, [frame.width(), frame.height()], [mask.width(), mask.height()])?;
        let (rgb, ids) = match vary {
            Some((augmentation, random)) => augmentation.vary(&frame, &mask, self.sizes[0], random),
            None => self.squashed(&frame, &mask),
        }
        .map_err(|error| Error::data(&pair.image, error.to_string()))?;
        let classes = ids.into_iter().map(|id| id.and_then(|id| self.classes.index(id))).collect();
        Ok(Picture { pixels: normalised(&rgb, self.mean, self.std), classes })
    }

    fn frame(&self, index: usize) -> Result<Frame, Error> {
        let pair = &self.pairs[index];
        let bytes = std::fs::read(&pair.image).map_err(|error| Error::read(&pair.image, error))?;
        let wrong = |error: &dyn std::fmt::Display| Error::data(&pair.image, error.to_string());
        let frame = decode(&bytes, &Limits::default()).map_err(|error| wrong(&error))?.frame;
        let [_, [width, height]] = self.sizes;
        resample(&frame, Rect::whole(&frame), width, height, Filter::Bilinear).map_err(|error| wrong(&error))
    }
}

fn check_sizes(pair: &Pair, picture: [u32; 2], mask: [u32; 2]) -> Result<(), Error> {
    if picture == mask {
        return Ok(());
    }
    let cause = format!(
        "has {} x {} pixels, its picture {} x {}: give both the same size",
        mask[0], mask[1], picture[0], picture[1]
    );
    Err(Error::data(&pair.mask, cause))
}

fn by_stem(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(files_in(folder)?.into_iter().map(|path| (stem(&path), path)).collect())
}
