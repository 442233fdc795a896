//! What `vitrine run --out` leaves behind: pictures, label ids and tables.

use crate::commands::run::{FileResult, Report};
use crate::files;
use anyhow::Result;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use vitrine_overlay::{Colour, Style, compose, paint};
use vitrine_packs::Pack;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};
use vitrine_pixels::{ClassMap, Frame};
use vitrine_protocol::Answer;
use vitrine_tasks::Beside;

/// How much of the mask covers the photo, 0..1.
const OPACITY: f32 = 0.6;

/// A folder of results.
pub struct Folder {
    path: PathBuf,
    /// How often each file stem has been used.
    stems: HashMap<String, usize>,
}

impl Folder {
    /// A folder that is made when the first result comes.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), stems: HashMap::new() }
    }

    /// Writes `<stem>.overlay.png`, `<stem>.labels.png` and `<stem>.json`. `report` has one result: that of `frame`.
    pub fn add(&mut self, pack: &Pack, frame: &Frame, beside: &Beside, report: &Report) -> Result<()> {
        let stem = self.stem(report.results.first().map_or("", |result| &result.file));
        let write = |kind: &str, bytes: &[u8]| files::write(&self.path.join(format!("{stem}.{kind}")), bytes);
        let (width, height) = (frame.width(), frame.height());
        if let Beside::Classes(classes) = beside {
            write("overlay.png", &encode_png_rgba(&overlay(pack, frame, classes)?)?)?;
            let labels = classes.mapped(&pack.label_table()).resized(width, height)?;
            write("labels.png", &encode_png_grey(width, height, labels.ids())?)?;
        }
        write("json", &serde_json::to_vec_pretty(report)?)?;
        Ok(())
    }

    /// Writes `all.csv`: a row for each file, in it the share of each category.
    pub fn write_table(&self, pack: &Pack, results: &[FileResult]) -> Result<()> {
        files::write(&self.path.join("all.csv"), table(pack, results).as_bytes()).map(drop)
    }

    /// The name for a file's results: its stem, numbered if files of several folders share it.
    fn stem(&mut self, file: &str) -> String {
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let count = self.stems.entry(stem.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { stem } else { format!("{stem}-{count}") }
    }
}

fn overlay(pack: &Pack, frame: &Frame, classes: &ClassMap) -> Result<Frame> {
    let style = Style::new(pack.groups.iter().map(|group| (group.id, Colour(group.rgb()))));
    let mask = paint(classes, &pack.group_table(), &style);
    Ok(compose(frame, &mask, classes.width(), classes.height(), OPACITY)?)
}

fn table(pack: &Pack, results: &[FileResult]) -> String {
    let head = ["file", "width", "height"].map(str::to_owned);
    let names = pack.groups.iter().map(|group| group.name.en.clone());
    let mut lines = vec![line(head.into_iter().chain(names))];
    for FileResult { file, answer, .. } in results {
        let Answer::Segment(answer) = answer else { continue };
        let found = |id: u8| answer.categories.iter().find(|category| category.id == id);
        let shares = pack.groups.iter().map(|group| found(group.id).map_or(0.0, |category| category.share));
        let start = [file.clone(), answer.width.to_string(), answer.height.to_string()];
        lines.push(line(start.into_iter().chain(shares.map(|share| format!("{share:.6}")))));
    }
    lines.concat()
}

/// A line of RFC 4180.
fn line(fields: impl Iterator<Item = String>) -> String {
    fields.map(field).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A field, quoted where RFC 4180 asks for it. A spreadsheet must not take a file's name for a formula.
fn field(text: String) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_same_name_get_names_of_their_own() {
        let mut folder = Folder::new(Path::new("out"));
        let stems = ["a/street.jpg", "b/street.png", "c/other.jpg"].map(|file| folder.stem(file));
        assert_eq!(stems, ["street", "street-2", "other"]);
    }

    #[test]
    fn a_field_is_quoted_as_rfc_4180_says_and_is_never_a_formula() {
        let fields = ["a,b", "say \"ah\"", "plain", "=1+1"].map(String::from);
        assert_eq!(line(fields.into_iter()), "\"a,b\",\"say \"\"ah\"\"\",plain,'=1+1\r\n");
    }
}
