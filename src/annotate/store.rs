//! What a person has done to the boxes of each photo. Kept here and not in `Photo`, so that the page's first download has
//! nothing of it.

use super::files_code;
use super::predicted;
use super::truth::{Known, Source, TruthBox};
use crate::chunk;
use crate::studio::{Photo, Studio};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use vitrine_pixels::annotations::Problem;
use vitrine_pixels::boxes::edit::Editor;

/// The boxes of a photo. Clones are the same.
#[derive(Clone)]
pub struct Work {
    /// Columns and rows of the photo.
    pub size: [u32; 2],
    /// The boxes that can be edited.
    pub editor: ArcRwSignal<Editor>,
    /// What annotation files say of the photo.
    pub known: ArcRwSignal<Arc<Known>>,
    /// Whether the boxes were begun with those of a file, for lack of a detector: it would be compared with itself.
    pub from_file: ArcRwSignal<bool>,
}

impl Work {
    /// Boxes of annotation files.
    pub fn truth(&self) -> Vec<TruthBox> {
        self.known.with(|known| known.boxes.clone())
    }
}

/// What is the same for all photos. Clones are the same.
#[derive(Clone)]
pub struct Desk {
    /// Whether the next press draws.
    pub drawing: ArcRwSignal<bool>,
    /// The class of the next box that is drawn.
    pub class: ArcRwSignal<Option<Arc<str>>>,
    /// Classes in the order in which they came.
    pub classes: ArcRwSignal<Vec<Arc<str>>>,
    /// From which intersection over union on a box is found.
    pub min_iou: ArcRwSignal<f64>,
    /// Files that belong to no photo, and what is wrong with them.
    pub problems: ArcRwSignal<Vec<Problem>>,
    /// What the files that were saved last cannot hold.
    pub losses: ArcRwSignal<Vec<Problem>>,
    /// What a screen reader says next.
    pub said: ArcRwSignal<String>,
}

impl Desk {
    /// Adds classes that are new.
    pub fn learn<'a>(&self, names: impl IntoIterator<Item = &'a Arc<str>>) {
        let new = |classes: &Vec<Arc<str>>, name: &Arc<str>| !classes.contains(name);
        for name in names {
            if self.classes.with_untracked(|classes| new(classes, name)) {
                self.classes.update(|classes| classes.push(name.clone()));
            }
        }
    }
}

/// Everything, by the photo's number.
struct Store {
    works: BTreeMap<u32, Work>,
    /// Files that were dropped, the latest last.
    sources: Vec<Arc<Source>>,
    desk: Desk,
}

thread_local! {
    static STORE: RefCell<Store> = RefCell::new(Store {
        works: BTreeMap::new(),
        sources: Vec::new(),
        desk: Desk {
            drawing: ArcRwSignal::new(false),
            class: ArcRwSignal::new(None),
            classes: ArcRwSignal::new(Vec::new()),
            min_iou: ArcRwSignal::new(0.5),
            problems: ArcRwSignal::new(Vec::new()),
            losses: ArcRwSignal::new(Vec::new()),
            said: ArcRwSignal::new(String::new()),
        },
    });
}

/// What is the same for all photos.
pub fn desk() -> Desk {
    STORE.with_borrow(|store| store.desk.clone())
}

/// Keeps files in place of those with the same names, and reads them for the photos that are known.
pub fn keep(studio: Studio, sources: Vec<Arc<Source>>) {
    let works = STORE.with_borrow_mut(|store| {
        store.sources.retain(|old| sources.iter().all(|new| new.name != old.name));
        store.sources.extend(sources);
        store.works.clone()
    });
    for (number, work) in works {
        if let Some(photo) = studio.photo(number) {
            read(studio, &photo, &work);
        }
    }
}

/// The boxes of a photo; none before its size is known.
pub fn work(studio: Studio, photo: &Photo) -> Option<Work> {
    if let Some(work) = STORE.with_borrow(|store| store.works.get(&photo.number).cloned()) {
        return Some(work);
    }
    let size = *photo.size.get()?;
    let work = Work {
        size,
        editor: ArcRwSignal::new(Editor::new(size, Vec::new())),
        known: ArcRwSignal::default(),
        from_file: ArcRwSignal::new(false),
    };
    read(studio, photo, &work);
    STORE.with_borrow_mut(|store| store.works.insert(photo.number, work.clone()));
    Some(work)
}

/// The photos that have boxes here, oldest first.
fn all(studio: Studio) -> Vec<(Photo, Work)> {
    let works = STORE.with_borrow(|store| store.works.clone());
    works.into_iter().filter_map(|(number, work)| Some((studio.photo(number)?, work))).collect()
}

/// The photos with boxes that a person has changed.
pub fn edited(studio: Studio) -> Vec<(Photo, Work)> {
    let mut all = all(studio);
    all.retain(|(_, work)| work.editor.with(Editor::can_undo));
    all
}

/// Reads the files that concern a photo, if there are any.
fn read(studio: Studio, photo: &Photo, work: &Work) {
    let sources = STORE.with_borrow(|store| store.sources.clone());
    if !sources.iter().any(|source| source.concerns(&photo.name)) {
        return;
    }
    let (name, work) = (photo.name.clone(), work.clone());
    chunk::with(studio, files_code, move |files| {
        let known = (files.read)(&sources, &name, work.size);
        desk().learn(&known.classes);
        work.known.set(Arc::new(known));
    });
}

/// Puts in what the detector or a file says, as long as nobody has done anything to the boxes of the photo. To be called
/// where signals are followed.
pub fn follow(studio: Studio, photo: &Photo, work: &Work) {
    let predicted = predicted::boxes(studio, photo);
    let from_file = predicted.is_none();
    let boxes = match predicted {
        Some(found) => {
            desk().learn(&found.classes);
            found.boxes
        }
        None => work.known.with(|known| known.as_boxes()),
    };
    let same = |editor: &Editor| editor.boxes().iter().map(|it| &it.labelled).eq(&boxes);
    if work.editor.with_untracked(|editor| editor.is_untouched() && !same(editor)) {
        work.from_file.set(from_file);
        work.editor.update(|editor| editor.begin_with(boxes));
    }
}
