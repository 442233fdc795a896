//! How far the work is, by stage.

use crate::bridge::Progress;
use crate::numbers::plain;
use crate::studio::{Notice, Studio};
use crate::{text, words};
use leptos::prelude::*;
use vitrine_protocol::{Device, Stage};

/// A bar with the name of the stage; hidden, but still taking its room, when nothing is going on.
#[component]
pub fn ProgressBar(studio: Studio) -> impl IntoView {
    let workers = studio.workers();
    let (cpu, gpu) = (workers.progress(Device::Cpu), workers.progress(Device::Webgpu));
    // In automatic mode the CPU's work is the one that is waited for.
    let progress = Signal::derive(move || cpu.get().or(gpu.get()));
    let reading = Signal::derive(move || studio.notice.with(|it| matches!(it, Notice::Reading(_))));
    let words = Signal::derive(move || {
        let locale = studio.locale.get();
        match progress.get() {
            Some(progress) => words::progress(locale, progress),
            None if reading.get() => text!(locale, stage.read),
            None => String::new(),
        }
    });
    let share = Signal::derive(move || progress.get().and_then(share));
    // The sheet has a bar for all photos.
    let single = move || !studio.sheet.get() || progress.get().is_some_and(|it| it.stage != Stage::Run);
    let idle = Signal::derive(move || progress.get().is_none() && !reading.get() || !single());
    view! {
        <div class="progress" class:idle=idle data-testid="progress">
            <span class="progress-words">{words}</span>
            <span class="progress-track" class:unknown=Signal::derive(move || share.get().is_none()) role="progressbar"
                aria-valuemin="0" aria-valuemax="100" aria-label=words
                aria-valuenow=move || share.get().map(|share| plain((share * 100.0).round()))>
                <span style:transform=Signal::derive(move || format!("scaleX({})", plain(share.get().unwrap_or(0.3))))></span>
            </span>
        </div>
    }
}

/// Done units by all units, 0..=1; none if their number is not known.
fn share(progress: Progress) -> Option<f64> {
    let total = progress.total.filter(|&total| total > 0)?;
    Some((progress.done as f64 / total as f64).min(1.0))
}
