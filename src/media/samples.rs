//! Sample photos that were pulled: `samples/index.json` names them.

use crate::address::absolute;
use gloo::net::http::Request;
use js_sys::{Array, Uint8Array};
use serde::Deserialize;
use web_sys::{File, FilePropertyBag};

/// A photo to try the page with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// Name of the file inside `samples/`.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// Who made it, and its licence.
    #[serde(default)]
    pub credit: String,
}

impl Sample {
    /// Its absolute address.
    pub fn address(&self) -> String {
        absolute(&format!("samples/{}", self.file))
    }
}

/// The samples that the host has; none if there is no list.
pub async fn samples() -> Vec<Sample> {
    match Request::get(&absolute("samples/index.json")).send().await {
        Ok(response) if response.ok() => response.json().await.unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Brings a sample as if it had been dropped.
pub async fn fetch_sample(sample: &Sample) -> Option<File> {
    let response = Request::get(&sample.address()).send().await.ok().filter(|response| response.ok())?;
    let bytes = response.binary().await.ok()?;
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    let name = sample.file.rsplit('/').next().unwrap_or(&sample.file);
    File::new_with_u8_array_sequence_and_options(&parts, name, &FilePropertyBag::new()).ok()
}
