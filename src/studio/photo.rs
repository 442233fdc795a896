//! One photo on its way: file, picture, answer.

use super::ground_truth::Labels;
use super::result::Result;
use crate::media::Incoming;
use leptos::prelude::*;
use std::sync::{Arc, OnceLock};
use vitrine_protocol::Fault;
use web_sys::{File, HtmlCanvasElement};

/// Where a photo is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Others come first.
    Waiting,
    /// The file is decoded.
    Reading,
    /// The network runs, or is waited for.
    Running,
    /// The answer is there.
    Done,
    /// No answer.
    Failed(Fault),
}

/// A photo that was dropped, picked or pasted. Clones share its signals.
#[derive(Clone)]
pub struct Photo {
    /// Counts up; the strip and the queue know it by this.
    pub number: u32,
    /// Photos that came together share this; later ones have more.
    pub batch: u32,
    /// The file's name.
    pub name: String,
    /// The folder that holds it, as far as it was dropped with the photo.
    pub folder: Option<String>,
    /// Kept, so that the photo can be read again.
    pub file: File,
    /// What is known about it.
    pub labels: Option<Labels>,
    /// Where it is on its way.
    pub phase: ArcRwSignal<Phase>,
    /// The latest answer; it stays while a new one is computed.
    pub result: ArcRwSignal<Option<Arc<Result>>>,
    /// The answer before it, where another pack or other settings gave it.
    pub previous: ArcRwSignal<Option<Arc<Result>>>,
    /// Columns and rows of the frame, known before there is a picture.
    pub size: Arc<OnceLock<[u32; 2]>>,
    /// The picture at display size; dropped for photos that were not looked at for long.
    pub picture: ArcRwSignal<Option<HtmlCanvasElement>>,
    /// The address of a small picture.
    pub thumbnail: ArcRwSignal<Option<String>>,
}

impl Photo {
    /// A photo that waits.
    pub fn new(number: u32, batch: u32, incoming: Incoming) -> Self {
        Self {
            number,
            batch,
            name: incoming.file.name(),
            folder: incoming.folder,
            file: incoming.file,
            labels: incoming.labels,
            phase: ArcRwSignal::new(Phase::Waiting),
            result: ArcRwSignal::new(None),
            previous: ArcRwSignal::new(None),
            size: Arc::default(),
            picture: ArcRwSignal::new(None),
            thumbnail: ArcRwSignal::new(None),
        }
    }

    /// Folder and name.
    pub fn path(&self) -> String {
        match &self.folder {
            Some(folder) => format!("{folder}/{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether the queue has something to do for it.
    pub fn is_waiting(&self) -> bool {
        self.phase.with_untracked(|phase| *phase == Phase::Waiting)
    }

    /// Why it has no answer, if it failed.
    pub fn fault(&self) -> Option<Fault> {
        self.phase.with_untracked(|phase| match phase {
            Phase::Failed(fault) => Some(fault.clone()),
            _ => None,
        })
    }
}

impl PartialEq for Photo {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
