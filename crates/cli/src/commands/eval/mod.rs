//! `vitrine eval`: accuracy on a labelled folder.

mod act;
mod classify;
mod detect;
mod segment;
mod sweep;

use crate::failure::bad_input;
use crate::folders::PacksFolder;
use crate::given;
use crate::runner::{Options, Runner};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use vitrine_packs::Task;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Id of a pack, or a folder that holds a pack.json
    #[arg(value_name = "ID")]
    id: String,
    /// Folder with images/ and labels8/ (PNGs of category ids under the photos' names), with images/ and instances.json
    /// (COCO), with a folder of photos for each class, or with clips.csv (columns file and kinetics600_labels) and its
    /// videos
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    #[command(flatten)]
    options: Options,
    /// Measure a classifier at several test resolutions, with 1, 5 and 10 crops [default: 192,224,256,288,320,384]
    #[arg(long, value_name = "N,N,...", num_args = 0..=1, default_missing_value = sweep::RESOLUTIONS)]
    #[arg(value_delimiter = ',', value_parser = Options::resolutions(), conflicts_with = "resolution")]
    sweep: Option<Vec<u32>>,
    #[command(flatten)]
    packs: PacksFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = given::pack(&arguments.id, &arguments.packs.path())?;
    match (folder.pack.task, &arguments.sweep) {
        (Task::Classify, Some(resolutions)) => sweep::run(arguments, &folder, resolutions),
        (_, Some(_)) => {
            Err(bad_input(format!("--sweep is for classification, and {} does not classify", arguments.id)))
        }
        (Task::Segment, None) => segment::run(arguments, &folder),
        (Task::Classify, None) => classify::run(arguments, &folder),
        (Task::Detect, None) => {
            let runner = Runner::load(&folder, &arguments.options)?;
            detect::run(&arguments.dataset, &runner, arguments.json)
        }
        (Task::Act, None) => {
            let runner = Runner::load(&folder, &arguments.options)?;
            act::run(&arguments.dataset, &runner, arguments.json)
        }
    }
}

/// The middle value, or the mean of the two in the middle. Not a number if there is none.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(&mut [4.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
