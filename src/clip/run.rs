//! Frames from the media worker to the worker that computes, one after the other; the next is decoded meanwhile.

use super::publish;
use super::state::{Clip, Phase, Trouble, Watching};
use crate::bridge::Fields;
use crate::fetch;
use crate::media::{Video, VideoFrame};
use crate::studio::{Notice, PackState, Studio};
use futures::channel::oneshot;
use futures::future::join;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_protocol::{ActionWindow, Device, Fault, FaultCode, RankedClass, Reply, Request, Timings};

/// Longer side of the frames: the network reads a square of some 170 pixels, and scales by itself.
const SIDE_MAX: u32 = 640;
/// How often is looked whether the pack is ready.
const LOOK_MILLIS: u32 = 50;

/// Looks at the videos that wait, unless somebody does so already.
pub fn begin(studio: Studio, watching: Watching) {
    if watching.running.get_value() {
        return;
    }
    watching.running.set_value(true);
    spawn_local(async move {
        while let Some(clip) = watching.next() {
            match look(studio, watching, &clip).await {
                Ok(phase) => clip.phase.set(phase),
                Err(trouble) => clip.phase.set(Phase::Failed(trouble)),
            }
            publish::publish(&clip);
            studio.notice.set(Notice::Ready);
        }
        let _ = watching.running.try_update_value(|running| *running = false);
    });
}

/// What a pack says of its frames.
struct Pace {
    frames_per_second: f64,
}

async fn look(studio: Studio, watching: Watching, clip: &Clip) -> Result<Phase, Trouble> {
    clip.phase.set(Phase::Opening);
    let (opened, pace) = join(Video::open(&clip.file, SIDE_MAX), ensure_pack(studio, watching, clip)).await;
    let video = opened.map_err(Trouble::File)?;
    clip.size.set(video.size);
    clip.duration.set(video.duration_secs);
    clip.codec.set(video.codec.clone());
    let Some(pace) = pace? else { return Ok(Phase::Stopped) };
    clip.phase.set(Phase::Running);
    loop {
        match watch(studio, clip, &video, &pace).await {
            Ok(phase) => {
                clip.damage.set(video.damage());
                if phase == Phase::Done {
                    clip.duration
                        .set(Some(untrack(|| clip.seen()).min(video.duration_secs.unwrap_or(f64::MAX))));
                }
                return Ok(phase);
            }
            Err(Failure::Gpu(fault)) => {
                // From the beginning, there or on the processor.
                studio.workers().rescue(fault);
                clip.windows.set(Vec::new());
            }
            Err(Failure::Final(trouble)) => return Err(trouble),
        }
    }
}

enum Failure {
    /// The GPU failed in the middle.
    Gpu(Fault),
    /// Nothing helps.
    Final(Trouble),
}

async fn watch(studio: Studio, clip: &Clip, video: &Video, pace: &Pace) -> Result<Phase, Failure> {
    let file = |trouble| Failure::Final(Trouble::File(trouble));
    let compute = |fault: Fault| Failure::Final(Trouble::Compute(fault.cause));
    let (device, _) = studio.workers().ready().await.map_err(compute)?;
    studio.notice.set(Notice::Running(clip.file.name(), device));
    let at = |index: u32| f64::from(index) / pace.frames_per_second;
    let mut index = 0;
    let mut next = video.frame_at(at(0)).await.map_err(file)?;
    while let Some(frame) = next {
        // Another pack may have been chosen meanwhile.
        if clip.stop.get_untracked() || !untrack(|| studio.acts()) {
            return Ok(Phase::Stopped);
        }
        let (seen, following) =
            join(push(studio, device, frame, index == 0), video.frame_at(at(index + 1))).await;
        match seen {
            Ok(seen) => adopt(clip, device, seen),
            Err(_) if !untrack(|| studio.acts()) => return Ok(Phase::Stopped),
            Err(fault) if device == Device::Webgpu => return Err(Failure::Gpu(fault)),
            Err(fault) => return Err(compute(fault)),
        }
        next = following.map_err(file)?;
        index += 1;
    }
    Ok(Phase::Done)
}

/// What a frame has added.
struct Seen {
    ranked: Vec<RankedClass>,
    window: ActionWindow,
    timings: Timings,
}

async fn push(studio: Studio, device: Device, frame: VideoFrame, begin: bool) -> Result<Seen, Fault> {
    let VideoFrame { width, height, rgba, .. } = frame;
    let request = move |ticket| Request::Watch { ticket, width, height, begin };
    let parcel = studio.workers().ask(device, request, &[rgba]).await?;
    let Reply::Watched { actions_json, timings, .. } = parcel.reply else { return Err(strange()) };
    let read = || {
        let actions = Fields::parse(&actions_json)?;
        let window = actions.list("windows", window)?.pop()?;
        Some(Seen { ranked: actions.list("ranked", ranked)?, window, timings })
    };
    read().ok_or_else(strange)
}

fn strange() -> Fault {
    let cause = "the worker answered something else".to_owned();
    Fault { code: FaultCode::WorkerCrashed, cause, remedy: String::new() }
}

fn window(fields: &Fields) -> Option<ActionWindow> {
    Some(ActionWindow {
        start_secs: fields.number("start_secs")?,
        end_secs: fields.number("end_secs")?,
        ranked: fields.list("ranked", ranked)?,
    })
}

fn ranked(fields: &Fields) -> Option<RankedClass> {
    Some(RankedClass {
        class: fields.whole("class")?,
        name: fields.text("name")?,
        confidence: fields.number("confidence")?,
    })
}

fn adopt(clip: &Clip, device: Device, seen: Seen) {
    clip.whole.set(seen.ranked);
    clip.timings.set(Some((device, seen.timings)));
    for ranked in seen.window.ranked.iter().take(2) {
        if clip.classes.with_untracked(|classes| !classes.contains(&ranked.class)) {
            clip.classes.update(|classes| classes.push(ranked.class));
        }
    }
    clip.windows.update(|windows| windows.push(seen.window));
}

/// Makes the pack for videos the chosen one, and says how fast it wants its frames; none if the person stops it.
async fn ensure_pack(studio: Studio, watching: Watching, clip: &Clip) -> Result<Option<Pace>, Trouble> {
    while studio.pack.with_untracked(|pack| matches!(pack, PackState::Starting | PackState::Loading)) {
        pause(LOOK_MILLIS).await;
    }
    if !untrack(|| studio.acts()) {
        let id = find_pack(studio).await.ok_or(Trouble::NoPack)?;
        watching.before.set(Some(studio.asked_pack.get_untracked()));
        clip.phase.set(Phase::Switching);
        studio.switch_pack(id);
        while !untrack(|| studio.acts()) {
            pause(LOOK_MILLIS).await;
            if clip.stop.get_untracked() {
                return Ok(None);
            }
            if let PackState::Failed(fault) = studio.pack.get_untracked() {
                return Err(Trouble::Compute(fault.cause));
            }
        }
    }
    let pack = studio.pack_now().ok_or(Trouble::NoPack)?;
    let fields = Fields::parse(&pack.json);
    let output = fields.and_then(|fields| fields.field("output")).ok_or(Trouble::NoPack)?;
    clip.min_confidence.set(output.number("min_confidence").unwrap_or(0.3));
    clip.pack.set(Some(pack));
    let frames_per_second = output.number("frames_per_second").filter(|rate| *rate > 0.0).unwrap_or(5.0);
    Ok(Some(Pace { frames_per_second }))
}

/// The first installed pack that recognises actions.
async fn find_pack(studio: Studio) -> Option<String> {
    for id in studio.packs.get_untracked() {
        let pack = fetch::json(&format!("packs/{id}/pack.json")).await;
        if pack.and_then(|pack| pack.text("task")).as_deref() == Some("act") {
            return Some(id);
        }
    }
    None
}

async fn pause(millis: u32) {
    let (sender, receiver) = oneshot::channel::<()>();
    let timer = Timeout::new(millis, move || drop(sender));
    let _ = receiver.await;
    drop(timer);
}
