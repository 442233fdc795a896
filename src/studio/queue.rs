//! One photo at a time: the one that is looked at first, then the newest.

use super::answer;
use super::notice::{Notice, PackState, Problem};
use super::photo::{Phase, Photo};
use super::result::Beside;
use super::state::Studio;
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use leptos::prelude::*;
use vitrine_protocol::Fault;

enum Job {
    /// An answer is wanted.
    Answer(Photo),
    /// The answer is there, the picture was dropped.
    Picture(Photo),
}

/// Works as long as the page lives; a ring says that there may be something to do.
pub async fn run(studio: Studio, mut rings: UnboundedReceiver<()>) {
    loop {
        match next(studio) {
            Some(Job::Answer(photo)) => compute(studio, &photo).await,
            Some(Job::Picture(photo)) => {
                if let Err(fault) = answer::bring_picture(studio, &photo).await {
                    fail(studio, &photo, fault);
                }
            }
            None => {
                if rings.next().await.is_none() {
                    return;
                }
            }
        }
    }
}

fn next(studio: Studio) -> Option<Job> {
    let pack = studio.pack.get_untracked();
    if pack == PackState::Starting {
        return None;
    }
    if untrack(|| studio.acts()) {
        studio.retake_clips();
        return None;
    }
    let selected = studio.selected.get_untracked().and_then(|number| studio.photo(number));
    if let Some(photo) = selected {
        if (photo.is_waiting() || is_dropped(&photo)) && pack != PackState::None {
            return Some(Job::Answer(photo));
        }
        let failed = photo.fault().is_some();
        if !failed && photo.picture.with_untracked(Option::is_none) {
            return Some(Job::Picture(photo));
        }
    }
    if pack == PackState::None || studio.paused.get_untracked() {
        return None;
    }
    studio.photos.with_untracked(|photos| {
        let newest = photos.iter().filter(|photo| photo.is_waiting());
        newest.max_by_key(|photo| (photo.batch, u32::MAX - photo.number)).cloned().map(Job::Answer)
    })
}

/// Whether what is drawn over the photo has to be computed again.
fn is_dropped(photo: &Photo) -> bool {
    let done = photo.phase.with_untracked(|phase| *phase == Phase::Done);
    done && photo.result.with_untracked(|it| it.as_ref().is_some_and(|it| it.beside == Beside::Dropped))
}

async fn compute(studio: Studio, photo: &Photo) {
    match answer::compute(studio, photo).await {
        Ok(_) if photo.is_waiting() => return,
        Ok(rescued) => {
            photo.phase.set(Phase::Done);
            let Some(result) = photo.result.get_untracked() else { return };
            studio.publish(photo, &result);
            studio.tell(photo, Notice::Done { name: photo.name.clone(), result, rescued });
        }
        Err(fault) => fail(studio, photo, fault),
    }
    studio.count();
}

/// Tells the fault; what was on the stage before stays there. Among many photos it is listed and stops nobody.
fn fail(studio: Studio, photo: &Photo, fault: Fault) {
    photo.phase.set(Phase::Failed(fault.clone()));
    studio.tell(photo, Notice::Failed(photo.name.clone()));
    if studio.sheet.get_untracked() {
        return;
    }
    studio.problem.set(Some(Problem { fault, photo: Some((photo.name.clone(), photo.number)) }));
    if studio.selected.get_untracked() == Some(photo.number)
        && let Some(shown) = studio.on_stage.get_untracked()
    {
        studio.selected.set(Some(shown.number));
    }
}
