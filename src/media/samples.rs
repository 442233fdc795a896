//! What the page can be tried with: drawn scenes, which are always there (`drawn/index.json`), and sample photos that were
//! pulled (`samples/index.json`).

use crate::address::absolute;
use crate::bridge::Fields;
use crate::fetch;
use crate::language::Locale;
use js_sys::Array;
use web_sys::{File, FilePropertyBag};

/// A photo or clip to try the page with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its address, relative to the page.
    pub file: String,
    /// What shows it in a list: itself, or a still.
    pub picture: String,
    /// What it shows, in English and in French.
    titles: [String; 2],
    /// Who made it, and its licence.
    pub credit: String,
    /// Id of the pack for videos that it shows off.
    pub pack: Option<String>,
}

impl Sample {
    /// The absolute address of what shows it.
    pub fn address(&self) -> String {
        absolute(&self.picture)
    }

    /// What it shows.
    pub fn title(&self, locale: Locale) -> String {
        let [english, french] = &self.titles;
        if locale == Locale::fr { french } else { english }.clone()
    }
}

/// The samples that the host has; none if there is no list.
pub async fn samples() -> Vec<Sample> {
    let mut all = listed("drawn").await;
    all.extend(listed("samples").await);
    all
}

async fn listed(folder: &str) -> Vec<Sample> {
    let index = fetch::json(&format!("{folder}/index.json")).await;
    index.and_then(|index| index.as_list(|fields| read(folder, fields))).unwrap_or_default()
}

fn read(folder: &str, fields: &Fields) -> Option<Sample> {
    let inside = |file: String| format!("{folder}/{file}");
    let file = fields.text("file")?;
    // One text for both languages where it is a name.
    let title = |language: &str| fields.text("title").or_else(|| fields.field("title")?.text(language));
    Some(Sample {
        picture: inside(fields.text("still").unwrap_or_else(|| file.clone())),
        file: inside(file),
        titles: [title("en")?, title("fr")?],
        credit: fields.text("credit").unwrap_or_default(),
        pack: fields.text("pack"),
    })
}

/// Brings a sample as if it had been dropped.
pub async fn fetch_sample(sample: &Sample) -> Option<File> {
    let blob = fetch::blob(&sample.file).await?;
    let name = sample.file.rsplit('/').next().unwrap_or(&sample.file);
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &FilePropertyBag::new()).ok()
}
