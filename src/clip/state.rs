//! What is known of the videos on show.

use crate::studio::ShownPack;
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_protocol::{
    ActionSegment, ActionWindow, Device, MediaTrouble, RankedClass, Timings, joined, segments, window_at,
};
use web_sys::File;

/// The timeline is drawn anew after so long at the earliest.
const REDRAW_MILLIS: f64 = 250.0;

fn now_millis() -> f64 {
    js_sys::Date::now()
}

/// Where a video is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Others come first.
    Waiting,
    /// The pack for videos is loaded.
    Switching,
    /// The file is opened.
    Opening,
    /// Frames are looked at.
    Running,
    /// All of it was seen.
    Done,
    /// The person stopped it; what was found stays.
    Stopped,
    /// It cannot be looked at.
    Failed(Trouble),
}

/// Why a video has no timeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The file.
    File(MediaTrouble),
    /// There is no pack for videos.
    NoPack,
    /// The network, with the cause in English.
    Compute(String),
}

/// A video. Clones share its signals.
#[derive(Clone)]
pub struct Clip {
    /// The file.
    pub file: File,
    /// Where it is on its way.
    pub phase: ArcRwSignal<Phase>,
    /// One for each frame that was looked at, or each window of frames. Its readers are told some times a second.
    pub windows: ArcRwSignal<Vec<ActionWindow>>,
    /// Classes that came first or second in a window, in the order in which they came up.
    pub classes: ArcRwSignal<Vec<u32>>,
    /// The best classes of all that was seen.
    pub whole: ArcRwSignal<Vec<RankedClass>>,
    /// Seconds of which the frames were given to the network.
    pub progress: ArcRwSignal<f64>,
    /// Frames that are read of each second.
    pub rate: ArcRwSignal<f64>,
    /// When the readers of `windows` and `whole` were told last, in milliseconds of the page's clock.
    told_millis: ArcRwSignal<f64>,
    /// Whether motion is shown over the picture.
    pub motion: ArcRwSignal<bool>,
    /// Columns and rows of the frames.
    pub size: ArcRwSignal<[u32; 2]>,
    /// Length in seconds, as far as it is known.
    pub duration: ArcRwSignal<Option<f64>>,
    /// Codec, or the type of an animation.
    pub codec: ArcRwSignal<String>,
    /// Why the file was over before its time.
    pub damage: ArcRwSignal<Option<String>>,
    /// Where it was computed, and the time by stage.
    pub timings: ArcRwSignal<Option<(Device, Timings)>>,
    /// The pack that looked.
    pub pack: ArcRwSignal<Option<Arc<ShownPack>>>,
    /// Where the player stands, in seconds.
    pub at: ArcRwSignal<f64>,
    /// Where the person wants the player to be; counted, so that the same place can be asked for twice.
    pub wanted: ArcRwSignal<(u32, f64)>,
    /// Probability that a segment has at least, 0..1.
    pub min_confidence: ArcRwSignal<f64>,
    /// Segments of one action with no more than this between them are one, in seconds.
    pub gap_secs: ArcRwSignal<f64>,
    /// Whether it is to stop.
    pub stop: ArcRwSignal<bool>,
}

impl Clip {
    /// A video that waits.
    pub fn new(file: File) -> Self {
        Self {
            file,
            phase: ArcRwSignal::new(Phase::Waiting),
            windows: ArcRwSignal::default(),
            classes: ArcRwSignal::default(),
            whole: ArcRwSignal::default(),
            progress: ArcRwSignal::default(),
            rate: ArcRwSignal::new(5.0),
            told_millis: ArcRwSignal::default(),
            motion: ArcRwSignal::new(false),
            size: ArcRwSignal::default(),
            duration: ArcRwSignal::default(),
            codec: ArcRwSignal::default(),
            damage: ArcRwSignal::default(),
            timings: ArcRwSignal::default(),
            pack: ArcRwSignal::default(),
            at: ArcRwSignal::default(),
            wanted: ArcRwSignal::default(),
            min_confidence: ArcRwSignal::new(0.3),
            gap_secs: ArcRwSignal::default(),
            stop: ArcRwSignal::default(),
        }
    }

    /// Forgets what was found, to begin again.
    pub fn reset(&self) {
        self.forget();
        self.classes.set(Vec::new());
        self.damage.set(None);
        self.stop.set(false);
        self.phase.set(Phase::Waiting);
    }

    /// Forgets what was found.
    pub fn forget(&self) {
        self.windows.set(Vec::new());
        self.whole.set(Vec::new());
        self.progress.set(0.0);
    }

    /// Takes what was found. The timeline is drawn anew some times a second, however fast frames come.
    pub fn add(&self, whole: Vec<RankedClass>, windows: Vec<ActionWindow>, read_secs: f64) {
        self.progress.update_untracked(|secs| *secs = read_secs);
        self.windows.update_untracked(|all| all.extend(windows));
        self.whole.update_untracked(|ranked| *ranked = whole);
        if now_millis() - self.told_millis.get_untracked() >= REDRAW_MILLIS {
            self.show();
        }
    }

    /// Shows all that was found.
    pub fn show(&self) {
        self.told_millis.update_untracked(|told| *told = now_millis());
        self.progress.notify();
        self.windows.notify();
        self.whole.notify();
    }

    /// Parts of the video in which one thing is done, at the chosen threshold.
    pub fn segments(&self) -> Vec<ActionSegment> {
        let (threshold, gap) = (self.min_confidence.get(), self.gap_secs.get());
        self.windows.with(|windows| joined(segments(windows, threshold), gap))
    }

    /// Seconds that the timeline shows: the video's, or what was seen of it.
    pub fn span(&self) -> f64 {
        let seen = self.seen();
        self.duration.get().unwrap_or(seen).max(seen).max(0.1)
    }

    /// Seconds that were looked at.
    pub fn seen(&self) -> f64 {
        self.windows
            .with(|windows| windows.last().map_or(0.0, |window| window.end_secs))
            .max(self.progress.get())
    }

    /// What is done at a time.
    pub fn window_at(&self, secs: f64) -> Option<ActionWindow> {
        self.windows.with(|windows| window_at(windows, secs).map(|index| windows[index].clone()))
    }

    /// Moves the player.
    pub fn seek(&self, secs: f64) {
        let span = untrack(|| self.span());
        let secs = secs.max(0.0).min(span);
        self.at.set(secs);
        self.wanted.update(|wanted| *wanted = (wanted.0 + 1, secs));
    }

    /// Whether it is being worked on.
    pub fn is_busy(&self) -> bool {
        matches!(self.phase.get(), Phase::Waiting | Phase::Switching | Phase::Opening | Phase::Running)
    }
}

/// The videos on show, and the one that is looked at. Copies are the same.
#[derive(Clone, Copy)]
pub struct Watching {
    /// In the order in which they came.
    pub clips: RwSignal<Vec<Clip>>,
    /// Which of them is shown.
    pub chosen: RwSignal<usize>,
    /// Whether somebody works on them.
    pub running: StoredValue<bool>,
    /// The pack that was chosen before that for videos took its place.
    pub before: RwSignal<Option<String>>,
}

impl Default for Watching {
    fn default() -> Self {
        Self {
            clips: RwSignal::default(),
            chosen: RwSignal::new(0),
            running: StoredValue::new(false),
            before: RwSignal::new(None),
        }
    }
}

impl Watching {
    /// Other videos take the place of these, which stop.
    pub fn replace(&self, clips: Vec<Clip>) {
        let gone = self.clips.try_update(|before| std::mem::replace(before, clips)).unwrap_or_default();
        gone.iter().for_each(|clip| clip.stop.set(true));
        let _ = self.chosen.try_set(0);
    }

    /// The video on show.
    pub fn shown(&self) -> Option<Clip> {
        let chosen = self.chosen.get();
        self.clips.with(|clips| clips.get(chosen).cloned())
    }

    /// The next video to look at: the one on show first.
    pub fn next(&self) -> Option<Clip> {
        let chosen = self.chosen.try_get_untracked()?;
        self.clips.try_with_untracked(|clips| {
            let waits =
                |clip: &&Clip| clip.phase.get_untracked() == Phase::Waiting && !clip.stop.get_untracked();
            clips.get(chosen).filter(waits).or_else(|| clips.iter().find(waits)).cloned()
        })?
    }
}
