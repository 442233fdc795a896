//! `vitrine train --compare`: several trainings, and the table of what they reach.

use super::told;
use crate::failure::bad_input;
use crate::output;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use vitrine_train::compare::{Cut, LossKind, compare, variants};
use vitrine_train::{Place, Recipe};

#[derive(Args, Debug)]
pub struct Comparison {
    /// Train every recipe with every loss, with and without augmentation, and write comparison.md, .html and .json
    #[arg(long)]
    pub compare: bool,
    /// Losses of the comparison [default: those of the recipes]
    #[arg(long, value_enum, value_delimiter = ',', requires = "compare", value_name = "LOSS,…")]
    losses: Vec<LossName>,
    /// Whether pictures of the comparison are varied as the recipes say
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        requires = "compare",
        value_name = "on,off",
        default_value = "on"
    )]
    augmentation: Vec<Switch>,
    /// Epochs of each training of the comparison, in place of the recipes'
    #[arg(long, requires = "compare", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Learn from every K-th picture only
    #[arg(long, requires = "compare", value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// Columns and rows that networks of the comparison read, in place of the recipes'
    #[arg(long, requires = "compare", value_name = "WxH", value_parser = crate::columns_and_rows::columns_and_rows)]
    size: Option<[u32; 2]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LossName {
    CrossEntropy,
    Dice,
    Sum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl LossName {
    fn kind(self) -> LossKind {
        match self {
            Self::CrossEntropy => LossKind::CrossEntropy,
            Self::Dice => LossKind::Dice,
            Self::Sum => LossKind::Sum,
        }
    }
}

/// Trains all variants. Recipes have to lie in one folder, as their data is relative to it.
pub fn run(arguments: &Comparison, recipes: &[PathBuf], place: &Place, json: bool) -> Result<()> {
    let beside = |path: &PathBuf| path.parent().map(std::path::Path::to_owned);
    if recipes.iter().any(|path| beside(path) != beside(&recipes[0])) {
        return Err(bad_input("recipes that are compared have to lie in one folder"));
    }
    let read = recipes.iter().map(|path| Recipe::read(path)).collect::<Result<Vec<_>, _>>().map_err(told)?;
    let losses: Vec<LossKind> = arguments.losses.iter().map(|loss| loss.kind()).collect();
    let augmented: Vec<bool> = arguments.augmentation.iter().map(|&switch| switch == Switch::On).collect();
    let whole = |number: u32| number as usize;
    let Comparison { epochs, every, size, .. } = *arguments;
    let cut = Cut { epochs: epochs.map(whole), every: every.map(whole), size };
    let variants = variants(&read, &losses, &augmented, cut).map_err(told)?;
    let table = compare(&variants, cut, place, &mut |variant, record| {
        output::note(&format!("{}: {}", variant.name, super::line(record, variant.recipe.schedule.epochs)));
    });
    let table = table.map_err(told)?;
    if json {
        output::json(&table)
    } else {
        output::text(&format!("{}\n{}", table.markdown(), place.out.join("comparison.html").display()))
    }
}
