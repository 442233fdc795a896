//! The table, as Markdown, as a page and as JSON.

use super::{Cut, Row};
use crate::Error;
use crate::report::escaped;
use serde::Serialize;
use std::path::Path;

const HEAD: [&str; 11] = [
    "network",
    "parameters",
    "loss",
    "augmentation",
    "pixel accuracy",
    "mIoU",
    "seconds per epoch",
    "seconds in all",
    "epochs",
    "trained on",
    "tested on (n)",
];

/// What was reached by each variant.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// What it was computed on.
    pub machine: String,
    /// What was spared.
    pub cut: Cut,
    /// How many lines it will have.
    pub planned: usize,
    /// In the order of their training.
    pub rows: Vec<Row>,
}

impl Table {
    /// Writes `comparison.md`, `.html` and `.json`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let json = folder.join("comparison.json");
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::write(&json, &error.into()))?;
        let texts =
            [("comparison.md", self.markdown()), ("comparison.html", self.html()), ("comparison.json", text)];
        texts.into_iter().try_for_each(|(name, text)| {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|error| Error::write(&path, &error))
        })
    }

    /// What was spared, and on what it was computed: a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let Cut { epochs, every, size } = self.cut;
        let cuts = [
            epochs.map(|epochs| format!("{epochs} epochs in place of the recipes'")),
            every
                .filter(|&every| every > 1)
                .map(|every| format!("one training and validation picture in {every} (all test pictures)")),
            size.map(|[width, height]| format!("{width} x {height} pixels in place of the recipes' sizes")),
        ];
        let cuts: Vec<String> = cuts.into_iter().flatten().collect();
        let cut = if cuts.is_empty() {
            "Nothing was cut: the recipes as they are.".to_owned()
        } else {
            format!("Cut to fit the time: {}.", cuts.join("; "))
        };
        let mut notes = vec![cut, format!("Computed on {}.", self.machine)];
        if self.rows.len() < self.planned {
            notes.push(format!("{} of {} trainings are done.", self.rows.len(), self.planned));
        }
        notes
    }

    /// The notes and the table.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = format!("|{}\n", "---|".repeat(HEAD.len()));
        let rows: String = self.rows.iter().map(|row| line(&cells(row))).collect();
        format!("{}\n\n{}{rule}{rows}", self.notes().join(" "), line(&HEAD.map(str::to_owned)))
    }

    fn html(&self) -> String {
        let line = |cells: &[String], tag: &str| {
            let cells: String =
                cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
            format!("<tr>{cells}</tr>\n")
        };
        let rows: String = self.rows.iter().map(|row| line(&cells(row), "td")).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Comparison</title>\n\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}}\
             table{{border-collapse:collapse}}td,th{{padding:.2rem .6rem;text-align:right}}\
             td:first-child,th:first-child{{text-align:left}}</style>\n<h1>Comparison</h1>\n<p>{}</p>\n\
             <table>\n{}{rows}</table>\n</html>\n",
            escaped(&self.notes().join(" ")),
            line(&HEAD.map(str::to_owned), "th")
        )
    }
}

fn cells(row: &Row) -> [String; 11] {
    let [width, height] = row.size;
    [
        row.network.clone(),
        row.parameters.to_string(),
        row.loss.to_owned(),
        if row.augmented { "with" } else { "without" }.to_owned(),
        format!("{:.4}", row.pixel_accuracy),
        format!("{:.4}", row.miou),
        format!("{:.1}", row.secs_per_epoch),
        format!("{:.0}", row.total_secs),
        row.epochs.to_string(),
        format!("{} pictures, {width} x {height}", row.train_pictures),
        row.n.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cut: Cut) -> Table {
        let row = Row {
            name: "a-dice-plain".to_owned(),
            recipe: "a".to_owned(),
            network: "U-Net <small>".to_owned(),
            parameters: 1234,
            loss: "dice",
            augmented: false,
            epochs: 3,
            train_pictures: 40,
            size: [64, 32],
            pixel_accuracy: 0.81234,
            miou: 0.5,
            secs_per_epoch: 2.04,
            total_secs: 6.4,
            n: 117,
        };
        Table { machine: "a machine".to_owned(), cut, planned: 2, rows: vec![row] }
    }

    #[test]
    fn a_line_has_a_cell_for_each_head() {
        let text = table(Cut::default()).markdown();
        let bars: Vec<usize> =
            text.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
        assert_eq!(bars, [12; 3]);
        assert!(text.contains(
            "| 1234 | dice | without | 0.8123 | 0.5000 | 2.0 | 6 | 3 | 40 pictures, 64 x 32 | 117 |"
        ));
        assert!(text.contains("Nothing was cut") && text.contains("1 of 2 trainings"));
    }

    #[test]
    fn what_was_cut_is_said() {
        let said = table(Cut { epochs: Some(2), every: Some(8), size: Some([128, 96]) }).markdown();
        for words in ["2 epochs", "one training and validation picture in 8", "128 x 96"] {
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn names_cannot_become_tags() {
        assert!(table(Cut::default()).html().contains("U-Net &lt;small&gt;"));
    }
}
