//! The only place that writes to the terminal: answers to stdout, everything else to stderr.

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

/// Prints an answer. A reader that has seen enough (`vitrine packs | head -1`) is no error.
pub fn text(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
        _ => Ok(()),
    }
}

/// Prints an answer as one JSON object.
pub fn json(value: &impl Serialize) -> Result<()> {
    text(&serde_json::to_string_pretty(value).context("cannot write the answer as JSON")?)
}

/// Prints a remark to stderr. That nobody reads it is no reason to stop.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A bar for a known number of bytes; nothing is drawn where stderr is no terminal.
pub fn byte_bar(bytes: u64) -> ProgressBar {
    bar(bytes, "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec}")
}

#[cfg(feature = "models")]
/// A bar for a number of files; nothing is drawn where stderr is no terminal.
pub fn file_bar(files: usize) -> ProgressBar {
    bar(files as u64, "{msg} {wide_bar} {pos}/{len}")
}

fn bar(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Columns of text, each as wide as its longest entry; the columns of `right` lean to the right.
pub fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length = |text: &String| text.chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(length).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, text): (usize, &String)| {
            let width = widths[column];
            if right.contains(&column) { format!("{text:>width$}") } else { format!("{text:<width$}") }
        };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_straight_columns() {
        let rows = [["sky", "0.9"], ["vehicle", "10.25"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(table(&rows, &[1]), "sky        0.9\nvehicle  10.25");
        assert_eq!(table(&[], &[]), "");
    }
}
