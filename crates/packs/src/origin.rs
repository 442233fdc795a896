//! Where a model comes from: its authors' page, the published file that it was converted from, or a training of our own.

use crate::PackError;
use crate::validate::{Checked, check_line, check_sha256};
use serde::{Deserialize, Serialize};

/// Who made a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// What they call themselves, or their repository.
    pub name: String,
    /// `https` address of the page that presents the network.
    pub address: String,
}

/// The published file of a model that its author published in a form that nothing here reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// Pinned `https` address of the published file.
    pub address: String,
    /// Lower-case hexadecimal digest of the published file.
    pub sha256: String,
    /// How the model file was made from it, in English.
    pub how: String,
}

/// What `vitrine train` made a network from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The recipe's file name.
    pub recipe: String,
    /// Of the random numbers: weights, order, augmentation.
    pub seed: u64,
    /// Passes over the training part.
    pub epochs: u32,
    /// The day on which it ended: `2026-11-22`.
    pub date: String,
}

pub(crate) fn check_training(training: &Training) -> Checked {
    check_line("trained.recipe", &training.recipe)?;
    let is_day = training.date.len() == 10
        && training.date.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let remedy = "write the day as 2026-11-22";
    if is_day {
        Ok(())
    } else {
        Err(PackError::field("trained.date", format!("is {:?}", training.date), remedy))
    }
}

pub(crate) fn check_upstream(upstream: &Upstream) -> Checked {
    check_line("upstream.name", &upstream.name)?;
    check_address("upstream.address", &upstream.address)
}

pub(crate) fn check_conversion(conversion: &Conversion) -> Checked {
    check_address("model.converted_from.address", &conversion.address)?;
    check_sha256("model.converted_from.sha256", &conversion.sha256)?;
    check_line("model.converted_from.how", &conversion.how)
}

pub(crate) fn check_address(field: &str, address: &str) -> Checked {
    let authority = address.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let host = authority.filter(|host| !host.is_empty() && !host.contains('@'));
    if host.is_none() || address.len() > 2048 || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        let remedy = "write an https:// address of one fixed version, without spaces and credentials";
        return Err(PackError::field(field, format!("is {address:?}"), remedy));
    }
    Ok(())
}
