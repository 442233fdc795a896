//! Many photos at once: how far the work is, pausing and cancelling it, and looking at all of them.

use super::notice::Notice;
use super::photo::{Phase, Photo};
use super::state::Studio;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use vitrine_protocol::FaultCode;

/// From this many photos on, the sheet is opened for them.
const SHEET_FROM: usize = 6;
/// More photos than this are not kept ready for display.
const STRIP_MAX: usize = 24;
/// What changes with every photo is shown this often at most.
const TICK_MILLIS: u32 = 250;

/// How far the work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Photos that wait.
    pub waiting: usize,
    /// Photos that have an answer.
    pub answered: usize,
    /// All photos.
    pub all: usize,
}

impl Count {
    /// Share of the photos that are done, 0..=1.
    pub fn share(&self) -> f64 {
        (self.all - self.waiting) as f64 / self.all.max(1) as f64
    }
}

impl Studio {
    /// Whether photos that nobody looks at are no news.
    pub(super) fn are_several(&self) -> bool {
        self.photos.with_untracked(Vec::len) >= SHEET_FROM
    }

    /// Whether there are so many photos that the page shows them on the sheet, and keeps little of each.
    pub fn are_many(&self) -> bool {
        self.photos.with_untracked(Vec::len) > STRIP_MAX
    }

    /// Whether there is more than one photo to look at.
    pub fn has_many(&self) -> bool {
        self.photos.with(Vec::len) > 1
    }

    /// Shows all photos if so many have come at once; whether it did.
    pub(super) fn open_sheet_for(&self, count: usize) -> bool {
        if count >= SHEET_FROM {
            self.show_sheet();
        }
        count >= SHEET_FROM
    }

    /// Shows all photos.
    pub fn show_sheet(&self) {
        self.selected.set(None);
        self.sheet.set(true);
        self.ring();
    }

    /// Counts the photos that wait, and lets views of all photos follow after a moment.
    pub(super) fn count(&self) {
        let count = self.photos.with_untracked(|photos| Count {
            waiting: photos.iter().filter(|photo| photo.is_waiting()).count(),
            answered: photos.iter().filter(|photo| photo.result.with_untracked(Option::is_some)).count(),
            all: photos.len(),
        });
        if self.counted.get_untracked() != count {
            self.counted.set(count);
            if count.waiting == 0 && self.sheet.get_untracked() {
                self.notice.set(Notice::AllDone(count.answered));
            }
        }
        let (tick, ticking) = (self.tick, self.ticking);
        if !ticking.get_value() {
            ticking.set_value(true);
            Timeout::new(TICK_MILLIS, move || {
                ticking.set_value(false);
                tick.update(|tick| *tick += 1);
            })
            .forget();
        }
    }

    /// Stops after the photo that is being computed, or goes on.
    pub fn pause(&self, paused: bool) {
        self.paused.set(paused);
        self.ring();
    }

    /// Gives up what waits: photos without an answer go, the others keep theirs.
    pub fn cancel(&self) {
        self.photos.update(|photos| {
            photos.retain(|photo| !photo.is_waiting() || photo.result.with_untracked(Option::is_some));
            for photo in photos.iter().filter(|photo| photo.is_waiting()) {
                photo.phase.set(Phase::Done);
            }
        });
        self.paused.set(false);
        self.count();
    }

    /// Looks at all photos again, the one on the stage first; answers stay until the new ones are there.
    pub(super) fn look_again(&self) {
        self.photos.with_untracked(|photos| {
            for photo in photos.iter().filter(|photo| can_be_looked_at(photo)) {
                photo.phase.set(Phase::Waiting);
            }
        });
        if !self.sheet.get_untracked() {
            let shown = self.on_stage.with_untracked(|photo| photo.as_ref().map(|photo| photo.number));
            self.selected.set(shown);
        }
        self.count();
        self.ring();
    }
}

/// A file that is no image does not become one.
fn can_be_looked_at(photo: &Photo) -> bool {
    photo.phase.with_untracked(|phase| match phase {
        Phase::Done => true,
        Phase::Failed(fault) => matches!(
            fault.code,
            FaultCode::WorkerCrashed
                | FaultCode::PackMissing
                | FaultCode::PackInvalid
                | FaultCode::PackTampered
        ),
        _ => false,
    })
}
