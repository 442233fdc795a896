//! Where a model comes from: its authors' page, and the published file that it was converted from.

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
