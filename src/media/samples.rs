//! Sample photos that were pulled: `samples/index.json` names them.

use crate::address::absolute;
use crate::bridge::Fields;
use crate::fetch;
use js_sys::Array;
use web_sys::{File, FilePropertyBag};

/// A photo to try the page with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name of the file inside `samples/`.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// Who made it, and its licence.
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
    let index = fetch::json("samples/index.json").await;
    index.and_then(|index| index.as_list(read)).unwrap_or_default()
}

fn read(fields: &Fields) -> Option<Sample> {
    let credit = fields.text("credit").unwrap_or_default();
    Some(Sample { file: fields.text("file")?, title: fields.text("title")?, credit })
}

/// Brings a sample as if it had been dropped.
pub async fn fetch_sample(sample: &Sample) -> Option<File> {
    let blob = fetch::blob(&format!("samples/{}", sample.file)).await?;
    let name = sample.file.rsplit('/').next().unwrap_or(&sample.file);
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &FilePropertyBag::new()).ok()
}
