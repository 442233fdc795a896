//! What the page tells: the status line, the model's state, faults on show.

use super::result::Result as PhotoResult;
use super::shown_pack::ShownPack;
use crate::bridge::Rescue;
use std::sync::Arc;
use vitrine_protocol::{Device, Fault};

/// What the status line says. Kept as data, so that it follows the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Nothing has been decided yet.
    Starting,
    /// There is no pack to load.
    NoPack,
    /// A worker gets the pack ready.
    Loading(Device),
    /// Photos are welcome.
    Ready,
    /// No worker could load the pack.
    PackFailed,
    /// A file is decoded.
    Reading(String),
    /// A photo is read, the model is not there yet.
    WaitingForModel(String),
    /// The network runs.
    Running(String, Device),
    /// A video was looked at.
    Watched(String),
    /// A photo or a video has no answer.
    Failed(String),
    /// The GPU worker is started again.
    Rebuilding(String),
    /// The CPU takes over.
    Moved(String),
    /// Many photos are looked at.
    AllRunning,
    /// Many photos have their answers.
    AllDone(usize),
    /// A file is being made.
    Saving(String),
    /// A file was handed to the browser.
    Saved(String),
    /// A photo has its answer.
    Done {
        /// Name of the file.
        name: String,
        /// The answer.
        result: Arc<PhotoResult>,
        /// What was done if the GPU failed on the way.
        rescued: Option<Rescue>,
    },
}

/// The model, as the page knows it.
#[derive(Clone, Debug, PartialEq)]
pub enum PackState {
    /// Not known yet.
    Starting,
    /// The page's host has none.
    None,
    /// A worker loads it.
    Loading,
    /// It computes.
    Ready(Arc<ShownPack>),
    /// It does not.
    Failed(Fault),
}

impl PackState {
    /// The pack, if it is ready.
    pub fn pack(&self) -> Option<&Arc<ShownPack>> {
        match self {
            Self::Ready(pack) => Some(pack),
            _ => None,
        }
    }
}

/// A fault to show, and the photo it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What happened.
    pub fault: Fault,
    /// The photo's name and number; none if the pack is to blame.
    pub photo: Option<(String, u32)>,
}
