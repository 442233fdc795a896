//! Folders that are dropped or picked, with everything in them. The code is fetched with the first of them.

use super::intake::Incoming;
use super::pairs::{Found, may_hold_boxes, sorted};
use crate::evaluation::instances;
use crate::studio::Studio;
use crate::{annotate, chunk, own};
use js_sys::{Array, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_split_helpers::wasm_split;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// Files and folders of one drop. The browser forgets them when its event ends, so they are taken out at once.
#[derive(Clone, Default)]
pub struct Dropped {
    files: Vec<File>,
    folders: Vec<FileSystemEntry>,
}

impl Dropped {
    /// What a drop holds.
    pub fn of(transfer: &DataTransfer) -> Self {
        let mut dropped = Self::default();
        let items = transfer.items();
        for item in (0..items.length()).filter_map(|index| items.get(index)) {
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) if entry.is_directory() => dropped.folders.push(entry),
                _ => dropped.files.extend(item.get_as_file().ok().flatten()),
            }
        }
        dropped
    }
}

impl Dropped {
    /// Its files, without those in folders.
    pub fn into_files(self) -> Vec<File> {
        self.files
    }
}

impl From<Vec<File>> for Dropped {
    fn from(files: Vec<File>) -> Self {
        Self { files, folders: Vec::new() }
    }
}

/// Takes photos in. Folders are walked through and label images find their photos; a few plain files are not kept waiting
/// for that.
pub fn take(studio: Studio, dropped: Dropped) {
    if dropped.folders.is_empty() && dropped.files.iter().any(own::may_be_model) {
        return own::take(studio, dropped);
    }
    let plain = dropped.folders.is_empty() && !dropped.files.iter().any(is_part_of_more);
    if plain {
        studio.add(dropped.files.into_iter().map(Incoming::from).collect());
    } else {
        chunk::with(studio, code, move |walk| walk(studio, dropped.clone()));
    }
}

/// Whether the file came in a folder, is a label image, or may hold annotations.
fn is_part_of_more(file: &File) -> bool {
    let name = file.name();
    name.ends_with(".png") && name.contains("_label") || may_hold_boxes(&name) || !path_of(file).is_empty()
}

/// The path below a picked folder; empty for a file that was picked itself.
fn path_of(file: &File) -> String {
    js_sys::Reflect::get(file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string())
        .unwrap_or_default()
}

#[wasm_split(many, fallible)]
fn code() -> chunk::Fetched<fn(Studio, Dropped)> {
    Ok(|studio, dropped| {
        spawn_local(async move {
            let mut found: Vec<Found> = dropped.files.into_iter().map(found_file).collect();
            for folder in dropped.folders {
                walk(folder, &mut found).await;
            }
            if found.iter().any(|found| own::may_be_model(&found.file)) {
                return own::take(
                    studio,
                    found.into_iter().map(|found| found.file).collect::<Vec<_>>().into(),
                );
            }
            found.sort_by(|a, b| a.path.cmp(&b.path));
            let set = found.iter().find(|it| it.path.rsplit('/').next() == Some(instances::NAME));
            if let Some(set) = set {
                instances::keep(studio, &set.file);
            }
            let (photos, boxes) = sorted(found, studio.photos.with_untracked(Vec::is_empty));
            studio.add(photos);
            if !boxes.is_empty() {
                annotate::take(studio, boxes);
            }
        });
    })
}

fn found_file(file: File) -> Found {
    let path = path_of(&file);
    Found { path: if path.is_empty() { file.name() } else { path }, file }
}

/// All files below a folder. What the browser cannot read is left out.
async fn walk(folder: FileSystemEntry, found: &mut Vec<Found>) {
    let mut open = vec![folder];
    while let Some(entry) = open.pop() {
        if entry.is_directory() {
            open.extend(children(entry.unchecked_into()).await);
        } else if let Some(file) = file_of(entry.unchecked_ref()).await {
            let path = entry.full_path();
            found.push(Found { path: path.trim_start_matches('/').to_owned(), file });
        }
    }
}

/// The browser hands out the entries of a folder in portions; an empty one is the end.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut entries = Vec::new();
    loop {
        let portion = Promise::new(&mut |resolve, reject| {
            let _ = reader.read_entries_with_callback_and_callback(&resolve, &reject);
        });
        let portion = JsFuture::from(portion).await.ok().and_then(|portion| portion.dyn_into::<Array>().ok());
        match portion {
            Some(portion) if portion.length() > 0 => {
                entries.extend(portion.iter().map(JsCast::unchecked_into))
            }
            _ => return entries,
        }
    }
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let file = Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    JsFuture::from(file).await.ok()?.dyn_into().ok()
}
