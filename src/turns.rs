//! Views that take turns. All of them in one task would keep the page from answering for as long as it takes.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Turns of a view's parts, one after the other, each in a task of its own. Copies are the same turns.
#[derive(Clone, Copy)]
pub struct Turns(RwSignal<u32>);

impl Turns {
    /// Begins with turn 0; turn `last` is the last one.
    pub fn until(last: u32) -> Self {
        let turns = Self(RwSignal::new(0));
        turns.follow(last);
        turns
    }

    /// Whether the turn has come.
    pub fn came(self, turn: u32) -> bool {
        self.0.get() >= turn
    }

    fn follow(self, last: u32) {
        Timeout::new(0, move || {
            // The view may be gone by now.
            if self.0.try_update(|turn| *turn += 1).is_some() && self.0.get_untracked() < last {
                self.follow(last);
            }
        })
        .forget();
    }
}
