//! Frames from the media worker to the worker that computes, one after the other; the next is decoded meanwhile.

use super::publish;
use super::state::{Clip, Phase, Trouble, Watching};
use crate::bridge::Fields;
use crate::media::{Video, VideoFrame};
use crate::studio::{Notice, PackState, Studio};
use crate::{address, fetch};
use futures::channel::oneshot;
use futures::future::join;
use gloo::timers::callback::Timeout;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_protocol::{
    ActionWindow, Device, Fault, FaultCode, RankedClass, Reply, Request, Ticket, Timings,
};

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
            let name = clip.file.name();
            let (phase, notice) = match look(studio, watching, &clip).await {
                Ok(phase) => (phase, Notice::Watched(name)),
                Err(trouble) => (Phase::Failed(trouble), Notice::Failed(name)),
            };
            clip.show();
            clip.phase.set(phase);
            publish::publish(&clip).await;
            studio.notice.set(notice);
        }
        let _ = watching.running.try_update_value(|running| *running = false);
    });
}

async fn look(studio: Studio, watching: Watching, clip: &Clip) -> Result<Phase, Trouble> {
    clip.phase.set(Phase::Opening);
    let (opened, rate) = join(Video::open(&clip.file, SIDE_MAX), ensure_pack(studio, watching, clip)).await;
    let video = opened.map_err(Trouble::File)?;
    clip.size.set(video.size);
    clip.duration.set(video.duration_secs);
    clip.codec.set(video.codec.clone());
    let Some(rate) = rate? else { return Ok(Phase::Stopped) };
    clip.phase.set(Phase::Running);
    loop {
        match watch(studio, clip, &video, rate).await {
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
                clip.forget();
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

async fn watch(studio: Studio, clip: &Clip, video: &Video, rate: f64) -> Result<Phase, Failure> {
    let file = |trouble| Failure::Final(Trouble::File(trouble));
    let compute = |fault: Fault| Failure::Final(Trouble::Compute(fault.cause));
    let (device, _) = studio.workers().ready().await.map_err(compute)?;
    studio.notice.set(Notice::Running(clip.file.name(), device));
    let at = |index: u32| f64::from(index) / rate;
    let mut index = 0;
    let mut next = video.frame_at(at(0)).await.map_err(file)?;
    while let Some(frame) = next {
        // Another pack may have been chosen meanwhile.
        if clip.stop.get_untracked() || !untrack(|| studio.acts()) {
            return Ok(Phase::Stopped);
        }
        let (seen, following) =
            join(push(studio, device, frame, index == 0), video.frame_at(at(index + 1))).await;
        index += 1;
        if !adopted(studio, clip, device, at(index), seen)? {
            return Ok(Phase::Stopped);
        }
        next = following.map_err(file)?;
    }
    if index == 0 {
        return Ok(Phase::Done);
    }
    // Windows may be filled up only now.
    let rest = ask(studio, device, |ticket| Request::EndWatch { ticket }, &[]).await;
    Ok(if adopted(studio, clip, device, at(index), rest)? { Phase::Done } else { Phase::Stopped })
}

/// Takes what was found up to a time; whether the pack is still the one that found it.
fn adopted(
    studio: Studio,
    clip: &Clip,
    device: Device,
    secs: f64,
    seen: Result<Seen, Fault>,
) -> Result<bool, Failure> {
    match seen {
        Ok(seen) => adopt(clip, device, secs, seen),
        Err(_) if !untrack(|| studio.acts()) => return Ok(false),
        Err(fault) if device == Device::Webgpu => return Err(Failure::Gpu(fault)),
        Err(fault) => return Err(Failure::Final(Trouble::Compute(fault.cause))),
    }
    Ok(true)
}

/// What a frame has added.
struct Seen {
    ranked: Vec<RankedClass>,
    windows: Vec<ActionWindow>,
    timings: Timings,
}

async fn push(studio: Studio, device: Device, frame: VideoFrame, begin: bool) -> Result<Seen, Fault> {
    let VideoFrame { width, height, rgba, .. } = frame;
    ask(studio, device, move |ticket| Request::Watch { ticket, width, height, begin }, &[rgba]).await
}

async fn ask(
    studio: Studio,
    device: Device,
    request: impl FnOnce(Ticket) -> Request + 'static,
    buffers: &[ArrayBuffer],
) -> Result<Seen, Fault> {
    let parcel = studio.workers().ask(device, request, buffers).await?;
    let Reply::Watched { actions_json, timings, .. } = parcel.reply else { return Err(strange()) };
    let read = || {
        let actions = Fields::parse(&actions_json)?;
        let windows = actions.list("windows", window)?;
        Some(Seen { ranked: actions.list("ranked", ranked)?, windows, timings })
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
        scores: fields.list("scores", |score| score.as_number().map(|score| score as f32))?,
    })
}

fn ranked(fields: &Fields) -> Option<RankedClass> {
    Some(RankedClass {
        class: fields.whole("class")?,
        name: fields.text("name")?,
        confidence: fields.number("confidence")?,
    })
}

fn adopt(clip: &Clip, device: Device, secs: f64, seen: Seen) {
    clip.timings.set(Some((device, seen.timings)));
    for ranked in seen.windows.iter().flat_map(|window| window.ranked.iter().take(2)) {
        if clip.classes.with_untracked(|classes| !classes.contains(&ranked.class)) {
            clip.classes.update(|classes| classes.push(ranked.class));
        }
    }
    clip.add(seen.ranked, seen.windows, secs);
}

/// Makes the pack for videos the chosen one, and says how many frames of a second it wants; none if the person stops it.
async fn ensure_pack(studio: Studio, watching: Watching, clip: &Clip) -> Result<Option<f64>, Trouble> {
    while studio.pack.with_untracked(|pack| matches!(pack, PackState::Starting | PackState::Loading)) {
        pause(LOOK_MILLIS).await;
    }
    if !untrack(|| studio.acts()) {
        let id = find_pack(studio).await.ok_or(Trouble::NoPack)?;
        if clip.stop.get_untracked() {
            return Ok(None);
        }
        let before = studio.asked_pack.get_untracked();
        watching.before.set(Some(before.clone()));
        clip.phase.set(Phase::Switching);
        studio.switch_pack(id.clone());
        while !untrack(|| studio.acts()) && !clip.stop.get_untracked() {
            pause(LOOK_MILLIS).await;
            if let PackState::Failed(fault) = studio.pack.get_untracked() {
                return Err(Trouble::Compute(fault.cause));
            }
        }
        if clip.stop.get_untracked() {
            // The person has gone on to something else, which would wait for a pack for pictures in vain.
            if studio.asked_pack.with_untracked(|asked| *asked == id) {
                studio.switch_pack(before);
            }
            return Ok(None);
        }
    }
    let pack = studio.pack_now().ok_or(Trouble::NoPack)?;
    let fields = Fields::parse(&pack.json);
    let output = fields.and_then(|fields| fields.field("output")).ok_or(Trouble::NoPack)?;
    clip.min_confidence.set(output.number("min_confidence").unwrap_or(0.3));
    clip.pack.set(Some(pack));
    // Networks that read windows say it there.
    let paced = output.field("windows").unwrap_or(output);
    let rate = paced.number("frames_per_second").filter(|rate| *rate > 0.0).unwrap_or(5.0);
    clip.rate.set(rate);
    Ok(Some(rate))
}

/// The installed pack that recognises actions: the one that goes with the clip, else the first.
async fn find_pack(studio: Studio) -> Option<String> {
    let mut packs = studio.packs.get_untracked();
    if let Some(wished) = studio.pack_for_clips.try_update_value(Option::take).flatten() {
        // What is wished for and not there is passed over.
        packs.sort_by_key(|entry| *entry != wished);
    }
    for id in packs {
        let pack = fetch::json(&format!("{}pack.json", address::pack_folder(&id))).await;
        if pack.and_then(|pack| pack.text("task")).as_deref() == Some("act") {
            return Some(id);
        }
    }
    None
}

/// Lets the browser do other things for so long.
pub async fn pause(millis: u32) {
    let (sender, receiver) = oneshot::channel::<()>();
    let timer = Timeout::new(millis, move || drop(sender));
    let _ = receiver.await;
    drop(timer);
}
