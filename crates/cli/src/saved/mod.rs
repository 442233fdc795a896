//! What `vitrine run --out` leaves behind: pictures, label ids and tables.

pub mod table;

use crate::commands::run::{FileResult, Report};
use crate::files;
use anyhow::Result;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use vitrine_overlay::{Colour, Heat, Style, compose, heat, paint};
use vitrine_packs::Pack;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};
use vitrine_pixels::{ClassMap, Frame};
use vitrine_protocol::{Actions, Activation, Answer, timeline};
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

    /// Writes `<stem>.overlay.png`, `<stem>.json`, and of a segmentation `<stem>.labels.png`. `report` has one result: that
    /// of `frame`.
    pub fn add(&mut self, pack: &Pack, frame: &Frame, beside: &Beside, report: &Report) -> Result<()> {
        let result = report.results.first();
        let stem = self.stem(result.map_or("", |result| &result.file));
        let answer = result.map(|result| &result.answer);
        let write = |kind: &str, bytes: &[u8]| files::write(&self.path.join(format!("{stem}.{kind}")), bytes);
        let (width, height) = (frame.width(), frame.height());
        if let Beside::Classes(classes) = beside {
            write("overlay.png", &encode_png_rgba(&overlay(pack, frame, classes)?)?)?;
            let labels = classes.mapped(&pack.label_table()).resized(width, height)?;
            write("labels.png", &encode_png_grey(width, height, labels.ids())?)?;
        }
        if let (Beside::Activation(maps), Some(Answer::Classify(answer))) = (beside, answer)
            && let Some(activation) = &answer.activation
        {
            write("overlay.png", &encode_png_rgba(&heated(frame, maps, activation)?)?)?;
        }
        write("json", &serde_json::to_vec_pretty(report)?)?;
        Ok(())
    }

    /// Writes `<stem>.json`, `<stem>.csv` (the timeline's windows) and `<stem>.vtt` (its segments as subtitles, which any
    /// player shows). `report` has one result: that of a video.
    pub fn add_timeline(&mut self, actions: &Actions, report: &Report) -> Result<()> {
        let stem = self.stem(report.results.first().map_or("", |result| &result.file));
        let write = |kind: &str, bytes: &[u8]| files::write(&self.path.join(format!("{stem}.{kind}")), bytes);
        write("json", &serde_json::to_vec_pretty(report)?)?;
        write("csv", timeline::csv(&actions.windows).as_bytes())?;
        write("vtt", timeline::web_vtt(&actions.segments, |segment| segment.name.clone()).as_bytes())
            .map(drop)
    }

    /// Writes `all.csv`: a row for each file, in it the share of each category, or the five best classes.
    pub fn write_table(&self, pack: &Pack, results: &[FileResult]) -> Result<()> {
        files::write(&self.path.join("all.csv"), table::csv(pack, results).as_bytes()).map(drop)
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

/// Where the network looked for the best class, whose map is the first.
fn heated(frame: &Frame, maps: &[u8], activation: &Activation) -> Result<Frame> {
    let &Activation { columns, rows, region } = activation;
    let mask = heat(&Heat { values: maps, columns, rows, region }, frame.width(), frame.height());
    Ok(compose(frame, &mask, frame.width(), frame.height(), OPACITY)?)
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
}
