//! What a recipe may not say.

use super::{Class, Layout, Recipe, Schedule};
use std::collections::BTreeSet;

type Checked = Result<(), String>;

/// More would not fit into a byte with a value to spare for what is ignored.
const CLASSES_MAX: usize = 255;

/// The first thing that makes no sense, and what would.
pub fn check(recipe: &Recipe) -> Checked {
    let Schedule { epochs, batch, learning_rate, .. } = recipe.schedule;
    if recipe.id.is_empty() || !recipe.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Err(format!("id is {:?}; it may have letters, digits and hyphens", recipe.id))
    } else if !(2..=CLASSES_MAX).contains(&recipe.classes.len()) {
        Err(format!("classes has {} entries; a network tells 2 to {CLASSES_MAX} apart", recipe.classes.len()))
    } else if epochs == 0 || batch == 0 || !(learning_rate > 0.0 && learning_rate.is_finite()) {
        Err("schedule.epochs, batch and learning_rate have to be above 0".to_owned())
    } else {
        match recipe.data.layout {
            Layout::Masks => check_masks(recipe)?,
            Layout::ClassFolders => check_class_folders(recipe)?,
        }
        check_data(recipe)?;
        check_loss(recipe)?;
        recipe.network.check()?;
        recipe.augmentation.check()
    }
}

fn check_masks(recipe: &Recipe) -> Checked {
    let ids: BTreeSet<u8> = recipe.classes.iter().map(|class| class.id).collect();
    let is_colour = |colour: &str| {
        let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6);
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    if ids.len() != recipe.classes.len() {
        Err("classes has to name at least two classes with an id each".to_owned())
    } else if recipe.data.ignored.iter().any(|id| ids.contains(id)) {
        Err("a value is in data.ignored and among classes; leave it in one of them".to_owned())
    } else if let Some(class) = recipe.classes.iter().find(|class| !is_colour(&class.colour)) {
        Err(format!("the class {} has the colour {:?}; write it as #rrggbb", class.name.en, class.colour))
    } else if recipe.network.classifies() {
        Err("this network gives a picture one class; set data.layout = \"class-folders\", or name another network".to_owned())
    } else {
        Ok(())
    }
}

fn check_class_folders(recipe: &Recipe) -> Checked {
    let names: BTreeSet<&str> = recipe.classes.iter().map(called).collect();
    let square = |[width, height]: [u32; 2]| width == height;
    if names.len() != recipe.classes.len() {
        Err("two classes have the same key or name; give each its own".to_owned())
    } else if !recipe.network.classifies() {
        Err("this network gives every pixel a class; set network.kind = \"classifier\" for class folders"
            .to_owned())
    } else if !square([recipe.data.width, recipe.data.height]) || !square(recipe.test_size()) {
        Err("data.width and data.height have to be alike for class folders, and so have data.test_size"
            .to_owned())
    } else if recipe.loss.dice > 0.0 {
        Err("loss.dice is of areas; leave it out for class folders".to_owned())
    } else {
        Ok(())
    }
}

fn called(class: &Class) -> &str {
    class.key.as_deref().unwrap_or(&class.name.en)
}

fn check_data(recipe: &Recipe) -> Checked {
    let data = &recipe.data;
    let step = recipe.network.size_step();
    let of_step = |side: u32| side > 0 && (side as usize).is_multiple_of(step);
    let once = |part: &Option<String>, share: f32| part.is_some() != (share > 0.0);
    data.split.check()?;
    if ![data.width, data.height].into_iter().chain(recipe.test_size()).all(of_step) {
        Err(format!(
            "data.width, data.height and data.test_size have to be multiples of {step} for this network"
        ))
    } else if data.std.iter().any(|&std| !std.is_normal()) || data.mean.iter().any(|mean| !mean.is_finite()) {
        Err("data.mean and data.std have to have three numbers each, those of std other than 0".to_owned())
    } else if !once(&data.validation, data.split.validation) || !once(&data.test, data.split.test) {
        Err("data.validation and data.test each name a folder, or have a share of data.train in data.split: one of both".to_owned())
    } else if data.every == 0 {
        Err("data.every is 0; 1 takes every picture".to_owned())
    } else {
        Ok(())
    }
}

fn check_loss(recipe: &Recipe) -> Checked {
    let share = |share: f32| share.is_finite() && share >= 0.0;
    let loss = &recipe.loss;
    if ![loss.cross_entropy, loss.dice, loss.balance].into_iter().all(share) {
        Err("loss has shares of 0 or more".to_owned())
    } else if loss.cross_entropy + loss.dice == 0.0 {
        Err("loss has to give cross_entropy or dice a share above 0".to_owned())
    } else {
        Ok(())
    }
}
