//! Trainings side by side: each network with each loss, with and without augmentation, and the table of what they reach.

mod table;

pub use table::Table;

use crate::recipe::checked;
use crate::report::machine;
use crate::{Augmentation, EpochRecord, Error, Loss, Place, Recipe, train};
use serde::Serialize;
use std::path::Path;

/// A loss that a network is trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// The cross-entropy alone, with the recipe's class weights.
    CrossEntropy,
    /// The Dice loss alone.
    Dice,
    /// One and the other.
    Sum,
}

impl LossKind {
    /// As it is called in tables, arguments and folders.
    pub fn name(self) -> &'static str {
        match self {
            Self::CrossEntropy => "cross-entropy",
            Self::Dice => "dice",
            Self::Sum => "sum",
        }
    }

    fn of(self, recipe: &Recipe) -> Loss {
        let [cross_entropy, dice] = match self {
            Self::CrossEntropy => [1.0, 0.0],
            Self::Dice => [0.0, 1.0],
            Self::Sum => [1.0, 1.0],
        };
        Loss { cross_entropy, dice, ..recipe.loss }
    }
}

/// What is spared, so that all of it can be trained in the time that there is; what is none stays as the recipes say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Passes over the training pictures.
    pub epochs: Option<usize>,
    /// Only every so many-th picture is learnt from, and measured after epochs.
    pub every: Option<usize>,
    /// Columns and rows that networks read.
    pub size: Option<[u32; 2]>,
}

/// One training of the table.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its folder, and its name for people: recipe, loss, augmentation.
    pub name: String,
    /// The loss's name; the recipe's own shares are told as `recipe`.
    pub loss: &'static str,
    /// Whether pictures are varied.
    pub augmented: bool,
    /// The recipe, changed.
    pub recipe: Recipe,
}

/// Every recipe with every loss (with its own if none is named), with or without its augmentation.
///
/// # Errors
/// [`Error::Recipe`] if a cut does not fit a network.
pub fn variants(
    recipes: &[Recipe],
    losses: &[LossKind],
    augmented: &[bool],
    cut: Cut,
) -> Result<Vec<Variant>, Error> {
    let losses: Vec<Option<LossKind>> =
        if losses.is_empty() { vec![None] } else { losses.iter().copied().map(Some).collect() };
    let mut variants = Vec::new();
    for recipe in recipes {
        for &loss in &losses {
            for &augmented in augmented {
                variants.push(variant(recipe, loss, augmented, cut)?);
            }
        }
    }
    Ok(variants)
}

fn variant(recipe: &Recipe, loss: Option<LossKind>, augmented: bool, cut: Cut) -> Result<Variant, Error> {
    let mut changed = recipe.clone();
    let named = loss.map_or("recipe", LossKind::name);
    let name = format!("{}-{named}-{}", recipe.id, if augmented { "augmented" } else { "plain" });
    if let Some(loss) = loss {
        changed.loss = loss.of(recipe);
    }
    if !augmented {
        changed.augmentation = Augmentation::default();
    }
    changed.schedule.epochs = cut.epochs.unwrap_or(recipe.schedule.epochs);
    changed.data.every = cut.every.unwrap_or(recipe.data.every);
    if let Some([width, height]) = cut.size {
        (changed.data.width, changed.data.height, changed.data.test_size) = (width, height, None);
    }
    // As large a share of the steps as before.
    let share = changed.schedule.epochs as f64 * recipe.data.every as f64
        / (recipe.schedule.epochs.max(1) as f64 * changed.data.every.max(1) as f64);
    changed.schedule.warmup_steps = (recipe.schedule.warmup_steps as f64 * share.min(1.0)).round() as usize;
    let recipe = checked(changed, Path::new(&name))?;
    Ok(Variant { name, loss: named, augmented, recipe })
}

/// A line of the table. Shares are 0..1, measured on the whole test part.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The variant's name.
    pub name: String,
    /// The recipe's id.
    pub recipe: String,
    /// The network, for people.
    pub network: String,
    /// Numbers that are trained.
    pub parameters: usize,
    /// The loss's name.
    pub loss: &'static str,
    /// Whether pictures are varied.
    pub augmented: bool,
    /// Passes over the training pictures.
    pub epochs: usize,
    /// Pictures that were learnt from.
    pub train_pictures: usize,
    /// Columns and rows that the network reads.
    pub size: [u32; 2],
    /// Of the best epoch, ignored pixels left out; of whole pictures the share that is right.
    pub pixel_accuracy: f64,
    /// Likewise.
    pub miou: f64,
    /// Median, with the validation.
    pub secs_per_epoch: f64,
    /// Of all epochs.
    pub total_secs: f64,
    /// Test pictures.
    pub n: usize,
}

/// Trains all variants, each in a folder of its own under `place.out`, where it is taken up if it was interrupted; the table is
/// written after each of them. `tell` hears of each epoch.
///
/// # Errors
/// See [`Error`]; what was trained until then stays, and so does the table.
pub fn compare(
    variants: &[Variant],
    cut: Cut,
    place: &Place,
    tell: &mut dyn FnMut(&Variant, &EpochRecord),
) -> Result<Table, Error> {
    let mut table = Table { machine: machine(), cut, planned: variants.len(), rows: Vec::new() };
    std::fs::create_dir_all(&place.out).map_err(|error| Error::write(&place.out, &error))?;
    for variant in variants {
        let own = Place { out: place.out.join(&variant.name), ..place.clone() };
        let outcome = train(&variant.recipe, &own, &mut |record| tell(variant, record))?;
        table.rows.extend(row(variant, &outcome));
        table.write(&place.out)?;
    }
    Ok(table)
}

/// None for a training that was stopped early.
fn row(variant: &Variant, outcome: &crate::Outcome) -> Option<Row> {
    let test = outcome.test.as_ref()?;
    let mut secs: Vec<f64> = outcome.epochs.iter().map(|epoch| epoch.secs).collect();
    secs.sort_by(f64::total_cmp);
    let Recipe { id, network, .. } = &variant.recipe;
    Some(Row {
        name: variant.name.clone(),
        recipe: id.clone(),
        network: network.name(),
        parameters: outcome.parameters,
        loss: variant.loss,
        augmented: variant.augmented,
        epochs: outcome.epochs.len(),
        train_pictures: outcome.train_pictures,
        size: variant.recipe.test_size(),
        pixel_accuracy: test.pixel_accuracy().unwrap_or(0.0),
        miou: test.miou().unwrap_or(0.0),
        secs_per_epoch: secs.get(secs.len() / 2).copied().unwrap_or(0.0),
        total_secs: secs.iter().sum(),
        n: outcome.test_pictures,
    })
}
