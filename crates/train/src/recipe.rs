//! Recipes: all that a training depends on, in one TOML file.

mod check;

use crate::Error;
use crate::data::{Augmentation, Split};
use crate::networks::NetworkConfig;
use crate::training::Trains;
use serde::{Deserialize, Serialize};
use std::path::Path;
use vitrine_packs::Text;

/// A training, from the data to the pack. Paths are relative to the recipe's folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The pack's id.
    pub id: String,
    /// The pack's title.
    pub title: Text,
    /// What the pack is for.
    pub summary: Text,
    /// Of weights, order and augmentation.
    pub seed: u64,
    /// Where pictures and masks lie.
    pub data: Data,
    /// What is trained.
    pub network: NetworkConfig,
    /// For how long, and how fast.
    pub schedule: Schedule,
    /// What is made smaller.
    pub loss: Loss,
    /// How training pictures are varied; without it they are not.
    #[serde(default)]
    pub augmentation: Augmentation,
    /// What the network tells apart, in the order of its scores.
    pub classes: Vec<Class>,
    /// What the network is known to get wrong, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failings: Vec<Text>,
    /// Licence and terms of the trained weights.
    pub licence: Licence,
}

/// Labelled pictures for training, validation and test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// What the pictures are, for reports.
    pub name: String,
    /// How pictures say what they show.
    #[serde(default, skip_serializing_if = "is_default")]
    pub layout: Layout,
    /// Folder that holds the others.
    pub folder: String,
    /// What is learnt from.
    pub train: String,
    /// Measured after every epoch; without it `split` says which share of `train` is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validation: Option<String>,
    /// Measured once, at the end; without it `split` says which share of `train` is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub test: Option<String>,
    /// What is kept from training, by the recipe's seed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub split: Split,
    /// Only every so many-th picture is learnt from and measured after epochs; the test is of all.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub every: usize,
    /// What the network reads, in pixels.
    pub width: u32,
    /// What the network reads, in pixels.
    pub height: u32,
    /// Columns and rows that it reads when it is measured and in the pack, if others than in training: objects look larger in
    /// random crops than in whole pictures (FixRes: Touvron et al. 2019, arXiv:1906.06423).
    #[serde(default, skip_serializing_if = "is_default")]
    pub test_size: Option<[u32; 2]>,
    /// Values of a mask that are not learnt and not counted.
    #[serde(default)]
    pub ignored: Vec<u8>,
    /// Subtracted from 0..255, red first.
    pub mean: [f32; 3],
    /// Divided by after that.
    pub std: [f32; 3],
}

/// How pictures say what they show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A class for each pixel: `images/` and `labels8/` with PNGs of class ids under the pictures' names.
    #[default]
    Masks,
    /// A class for each picture: a folder for each, called by its key or its name.
    ClassFolders,
}

fn one() -> usize {
    1
}

fn is_one(number: &usize) -> bool {
    *number == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// For how long, and how fast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Passes over the training pictures.
    pub epochs: usize,
    /// Pictures a step.
    pub batch: usize,
    /// The highest one; it follows half a cosine down to a hundredth of it.
    pub learning_rate: f64,
    /// Steps in which it rises from nothing.
    #[serde(default)]
    pub warmup_steps: usize,
    /// Of AdamW.
    pub weight_decay: f32,
    /// Gradients longer than this are shortened to it.
    #[serde(default)]
    pub max_gradient_norm: Option<f32>,
}

impl Schedule {
    /// At a step counted from 0 over all epochs, of `total`.
    pub fn learning_rate_at(&self, step: usize, total: usize) -> f64 {
        if step < self.warmup_steps {
            return self.learning_rate * (step + 1) as f64 / self.warmup_steps as f64;
        }
        let done = (step - self.warmup_steps) as f64 / total.saturating_sub(self.warmup_steps).max(1) as f64;
        let share = f64::midpoint((std::f64::consts::PI * done.min(1.0)).cos(), 1.0);
        self.learning_rate * (0.01 + 0.99 * share)
    }
}

/// What is made smaller: `cross_entropy * (mean over pixels) + dice * (1 - mean Dice over classes)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Share of the cross-entropy.
    #[serde(default)]
    pub cross_entropy: f32,
    /// Share of the Dice loss.
    #[serde(default)]
    pub dice: f32,
    /// How much rare classes count for more in the cross-entropy: a class with the share `p` of the pixels counts
    /// `(1 / p)^balance`, brought to a mean of 1 over pixels. 0: all pixels alike. The pack's scores
    /// are as if all had counted alike: the logarithms of these weights are taken off.
    #[serde(default)]
    pub balance: f32,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its value in masks.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: u8,
    /// Its name.
    pub name: Text,
    /// "#rrggbb"; classes of whole pictures need none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub colour: String,
    /// What the names of its folders begin with, such as a WordNet id.
    #[serde(default, skip_serializing_if = "is_default")]
    pub key: Option<String>,
}

/// Of the trained weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX.
    pub name: String,
    /// What a person should know before using them.
    pub terms: Text,
}

/// The recipe, if it makes sense; `path` is told where it does not.
pub(crate) fn checked(recipe: Recipe, path: &Path) -> Result<Recipe, Error> {
    match check::check(&recipe) {
        Ok(()) => Ok(recipe),
        Err(cause) => Err(Error::Recipe { path: path.to_owned(), cause }),
    }
}

impl Recipe {
    /// Reads a recipe file.
    ///
    /// # Errors
    /// [`Error::File`], or [`Error::Recipe`] with the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::read(path, error))?;
        let wrong = |cause: String| Error::Recipe { path: path.to_owned(), cause };
        let recipe: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        checked(recipe, path)
    }

    /// Columns and rows that the network reads when it is measured, and in the pack.
    pub fn test_size(&self) -> [u32; 2] {
        self.data.test_size.unwrap_or([self.data.width, self.data.height])
    }
}

impl Trains for Recipe {
    /// What is only said of the weights may differ.
    fn trains_as(&self, other: &Self) -> bool {
        let Self { title, summary, failings, licence, .. } = self.clone();
        *self == Self { title, summary, failings, licence, ..other.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clips::ClipRecipe;

    fn schedule() -> Schedule {
        Schedule {
            epochs: 1,
            batch: 1,
            learning_rate: 0.5,
            warmup_steps: 4,
            weight_decay: 0.0,
            max_gradient_norm: None,
        }
    }

    /// Half a cosine from 0.5 to 0.005: at a quarter of the way `0.005 + 0.495 * (1 + cos 45°) / 2`, by hand.
    #[test]
    fn the_learning_rate_rises_and_then_follows_half_a_cosine() {
        let rate = |step| schedule().learning_rate_at(step, 104);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(rate(0), 0.125) && near(rate(3), 0.5) && near(rate(4), 0.5));
        assert!(near(rate(29), 0.005 + 0.495 * (1.0 + 0.5_f64.sqrt()) / 2.0));
        assert!(near(rate(54), 0.2525) && near(rate(104), 0.005));
    }

    #[test]
    fn every_recipe_of_the_project_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty());
        for file in files {
            match ClipRecipe::is_one(&file) {
                true => drop(ClipRecipe::read(&file).unwrap()),
                false => drop(Recipe::read(&file).unwrap()),
            }
        }
    }
}
