//! Videos: told from photos here, looked at in a part of the page that is fetched with the first of them.

use super::state::Studio;
use crate::media::Incoming;
use leptos::prelude::*;
use vitrine_packs::Task;
use web_sys::File;

/// Endings of files of which some systems know no type.
const ENDINGS: [&str; 6] = [".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"];

impl Studio {
    /// Whether the pack is one for videos.
    pub fn acts(&self) -> bool {
        self.pack.with(|state| state.pack().is_some_and(|pack| pack.task == Task::Act))
    }

    /// Shows what is a video, or what comes while the pack is one for videos. Returns the photos.
    pub(super) fn take_clips(&self, incoming: Vec<Incoming>) -> Vec<Incoming> {
        let all = untrack(|| self.acts());
        let (clips, photos): (Vec<_>, Vec<_>) =
            incoming.into_iter().partition(|incoming| all || is_video(&incoming.file));
        if !clips.is_empty() {
            self.clips.set(clips.into_iter().map(|incoming| incoming.file).collect());
        } else if !photos.is_empty() {
            self.clips.set(Vec::new());
        }
        photos
    }

    /// Shows as clips what came before the first pack was known, and was taken for photos: an animation is either.
    pub(super) fn retake_clips(&self) {
        let early = self.photos.with_untracked(|photos| {
            let all_wait =
                photos.iter().all(|photo| photo.is_waiting() && photo.result.with_untracked(Option::is_none));
            all_wait.then(|| photos.iter().map(|photo| photo.file.clone()).collect::<Vec<_>>())
        });
        if let Some(files) = early.filter(|files| !files.is_empty()) {
            self.photos.set(Vec::new());
            self.selected.set(None);
            self.on_stage.set(None);
            self.clips.set(files);
            self.count();
        }
    }
}

/// By what the system and the name say; the part that reads it looks at the bytes.
fn is_video(file: &File) -> bool {
    let (kind, name) = (file.type_(), file.name().to_ascii_lowercase());
    kind.starts_with("video/")
        || kind.starts_with("audio/")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}
