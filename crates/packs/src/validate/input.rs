//! What a network reads.

use super::{Checked, INPUT_SIDE_MAX};
use crate::{Input, PackError, Resize};

pub(super) fn check_input(input: &Input) -> Checked {
    for (field, side) in [("input.width", input.width), ("input.height", input.height)] {
        if side == 0 || side > INPUT_SIDE_MAX {
            return Err(PackError::field(field, format!("is {side}"), "write 1 to 4096 pixels"));
        }
    }
    if !input.mean.iter().all(|mean| mean.is_finite()) {
        return Err(PackError::field("input.mean", "is not finite", "write it in units of 0..255"));
    }
    if !input.std.iter().all(|std| std.is_normal() && *std > 0.0) {
        let remedy = "write positive numbers, in units of 0..255: every pixel is divided by them";
        return Err(PackError::field("input.std", format!("is {:?}", input.std), remedy));
    }
    match input.resize {
        Resize::Tiles { overlap } if overlap >= input.width.min(input.height) => {
            let remedy = "write fewer pixels than the input's shorter side";
            Err(PackError::field("input.resize.overlap", format!("is {overlap}"), remedy))
        }
        Resize::Crop { share } if !(0.25..=1.0).contains(&share) => {
            let remedy = "write a share of 0.25 to 1, such as 0.875";
            Err(PackError::field("input.resize.share", format!("is {share}"), remedy))
        }
        Resize::Tiles { .. } | Resize::Squash | Resize::Crop { .. } | Resize::Letterbox { .. } => Ok(()),
    }
}

pub(super) fn check_square(input: &Input) -> Checked {
    if input.width == input.height {
        return Ok(());
    }
    let problem = format!("is {}, and `input.width` {}", input.height, input.width);
    Err(PackError::field("input.height", problem, "write the same: a classifier reads squares"))
}

pub(super) fn check_resize(rule: &Resize, allowed: &'static str, fits: impl Fn(&Resize) -> bool) -> Checked {
    if fits(rule) {
        return Ok(());
    }
    let problem = format!("is not one that the task has: it has `{allowed}`");
    Err(PackError::field("input.resize.rule", problem, "write one of these"))
}
