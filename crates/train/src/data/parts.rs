//! The parts of the data: listed, split and looked through before anything is trained.

use super::class_folders::ClassFolders;
use super::split::Role;
use super::{Census, Labelled, Pairs};
use crate::recipe::Layout;
use crate::{Error, Recipe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is learnt from, what is measured after every epoch, and what is measured once, at the end.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Learnt from.
    pub train: Arc<dyn Labelled>,
    /// Measured after every epoch.
    pub validation: Arc<dyn Labelled>,
    /// Measured at the end.
    pub test: Arc<dyn Labelled>,
    /// What a pixel, or a picture, of each class counts in the loss.
    pub weights: Vec<f32>,
}

impl Parts {
    /// Lists all parts and looks through them, so that what is wrong shows before the first step. `place` is the folder that
    /// `data.folder` is relative to, or that folder itself.
    ///
    /// # Errors
    /// [`Error::Data`] with file, cause and remedy.
    pub fn list(recipe: &Recipe, place: &Path) -> Result<Self, Error> {
        let folder = place.join(&recipe.data.folder);
        let folder = if folder.is_dir() { folder } else { place.to_owned() };
        let parts = match recipe.data.layout {
            Layout::Masks => of_masks(recipe, &folder)?,
            Layout::ClassFolders => of_classes(recipe, &folder)?,
        };
        let [train, ..] = folders(recipe, &folder);
        if parts.train.len() < recipe.schedule.batch {
            let batch = recipe.schedule.batch;
            let cause = format!(
                "has {} pictures to train on, fewer than schedule.batch ({batch}): add some, or lower it",
                parts.train.len()
            );
            return Err(Error::data(&train, cause));
        }
        for (name, part) in [("validation", &parts.validation), ("test", &parts.test)] {
            if part.is_empty() {
                let cause = format!("leaves no picture for {name}: add some, or raise data.split.{name}");
                return Err(Error::data(&train, cause));
            }
        }
        Ok(parts)
    }
}

/// Folder of each part; a part that is split off is in that of the training.
fn folders(recipe: &Recipe, folder: &Path) -> [PathBuf; 3] {
    let data = &recipe.data;
    [Some(&data.train), data.validation.as_ref(), data.test.as_ref()]
        .map(|part| folder.join(part.unwrap_or(&data.train)))
}

fn of_masks(recipe: &Recipe, folder: &Path) -> Result<Parts, Error> {
    let data = &recipe.data;
    let [of_train, of_validation, of_test] = folders(recipe, folder);
    let whole = Pairs::list(&of_train, recipe)?;
    let part = |own: &Option<String>, folder: &Path, role| match own {
        Some(_) => Pairs::list(folder, recipe),
        None => Ok(whole.split(recipe, role)),
    };
    let train = whole.split(recipe, Role::Train).thinned(data.every);
    let validation = part(&data.validation, &of_validation, Role::Validation)?.thinned(data.every);
    let test = part(&data.test, &of_test, Role::Test)?;
    [&train, &validation, &test].into_iter().try_for_each(Pairs::check)?;
    let weights = Census::take(&of_train, &train, recipe)?.weights(recipe.loss.balance);
    Ok(Parts { train: Arc::new(train), validation: Arc::new(validation), test: Arc::new(test), weights })
}

fn of_classes(recipe: &Recipe, folder: &Path) -> Result<Parts, Error> {
    let data = &recipe.data;
    let [of_train, of_validation, of_test] = folders(recipe, folder);
    let whole = ClassFolders::list(&of_train, recipe)?;
    let part = |own: &Option<String>, folder: &Path, role| match own {
        Some(_) => ClassFolders::list(folder, recipe),
        None => Ok(whole.split(recipe, role)),
    };
    let train = whole.split(recipe, Role::Train).thinned(data.every);
    let validation = part(&data.validation, &of_validation, Role::Validation)?.thinned(data.every);
    let test = part(&data.test, &of_test, Role::Test)?;
    let pixels = train.counts(&of_train, &recipe.classes)?;
    [&train, &validation, &test].into_iter().try_for_each(ClassFolders::check)?;
    let weights = Census { pixels }.weights(recipe.loss.balance);
    Ok(Parts { train: Arc::new(train), validation: Arc::new(validation), test: Arc::new(test), weights })
}
