//! `vitrine packs`: what is installed, and what could be pulled.

use crate::folders::PacksFolder;
use crate::installed::{State, all_in, state_of_all};
use crate::problems::{self, Problem};
use crate::{catalogue, output};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use vitrine_packs::{Pack, Task};

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    packs: PacksFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listing {
    folder: String,
    packs: Vec<Entry>,
    /// Folders that the page will refuse, or may not get.
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    task: Task,
    title: String,
    state: State,
    bytes: u64,
    licence: String,
    /// None for a file that nobody publishes.
    address: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = arguments.packs.path();
    let listing = Listing {
        folder: folder.display().to_string(),
        packs: entries(&folder)?,
        problems: problems::all_in(&folder),
    };
    if arguments.json { output::json(&listing) } else { output::text(&human(&listing)) }
}

/// The project's packs and those that are installed beside them, by id.
fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = BTreeMap::new();
    for known in catalogue::all()? {
        let state = state_of_all(&folder.join(&known.pack.id), &known.pack);
        entries.insert(known.pack.id.clone(), entry(known.pack, state));
    }
    for found in all_in(folder) {
        let state = found.state();
        entries.entry(found.pack.id.clone()).or_insert_with(|| entry(found.pack, state));
    }
    Ok(entries.into_values().collect())
}

fn entry(pack: Pack, state: State) -> Entry {
    let Pack { id, task, title, model, .. } = pack;
    let (bytes, licence, address) = (model.bytes, model.licence, model.address);
    Entry { id, task, title: title.en, state, bytes, licence, address }
}

fn human(listing: &Listing) -> String {
    let row = |entry: &Entry| {
        let size = format!("{:.1} MB", entry.bytes as f64 / 1e6);
        vec![
            entry.id.clone(),
            entry.state.word().to_owned(),
            size,
            entry.licence.clone(),
            entry.title.clone(),
        ]
    };
    let rows: Vec<_> = listing.packs.iter().map(row).collect();
    let mut text = output::table(&rows, &[2]);
    if listing.packs.iter().any(|entry| entry.state != State::Installed) {
        text.push_str("\n`vitrine pull` brings what is missing.");
    }
    for Problem { folder, problem } in &listing.problems {
        text.push_str(&format!("\nproblem: {folder}: {problem}"));
    }
    text
}
