//! Parts of the page that could not be fetched.

use super::notice::Problem;
use super::state::Studio;
use leptos::prelude::*;
use vitrine_protocol::{Fault, FaultCode};

/// Something to do once more.
pub type Again = Box<dyn Fn()>;

impl Studio {
    /// Says that a part of the page could not be fetched; `again` is called when the person asks for it.
    pub fn tell_missing_part(self, cause: String, again: Again) {
        let code = FaultCode::PartMissing;
        let told = self.problem.with_untracked(|it| it.as_ref().is_some_and(|it| it.fault.code == code));
        self.missing.update_value(|missing| {
            // What an earlier card spoke of was given up with that card.
            if !told {
                missing.clear();
            }
            missing.push(again);
        });
        // The card has words of its own for the remedy.
        self.problem.set(Some(Problem { fault: Fault { code, cause, remedy: String::new() }, photo: None }));
    }

    /// Fetches once more what the card speaks of.
    pub fn fetch_missing_parts(self) {
        let missing = self.missing.try_update_value(std::mem::take).unwrap_or_default();
        missing.iter().for_each(|again| again());
    }
}
