//! Videos, frame by frame: what was seen before stays here between the requests.

use super::Shared;
use super::post::Parcel;
use crate::faults::{fault, from_task};
use vitrine_pixels::Frame;
use vitrine_protocol::{ActionWindow, Actions, Fault, FaultCode, Reply, Ticket};
use vitrine_tasks::{Clip, Model, Recogniser};

/// Shows the network one more frame. After a failure the next video begins anew.
pub async fn watch(
    state: Shared,
    ticket: Ticket,
    [width, height]: [u32; 2],
    begin: bool,
    rgba: Vec<u8>,
) -> Result<Parcel, Fault> {
    let model = state.borrow().model.clone();
    let model = model.ok_or_else(|| fault(FaultCode::PackMissing, "no pack was loaded"))?;
    let Model::Act(recogniser) = &*model else {
        return Err(fault(FaultCode::PackInvalid, "the pack recognises no actions"));
    };
    let frame = Frame::new(width, height, rgba).map_err(|error| fault(FaultCode::ImageCorrupt, error))?;
    let before = state.borrow_mut().clip.take().filter(|_| !begin);
    let mut clip = match before {
        Some(clip) => clip,
        None if begin => Clip::new(recogniser),
        None => return Err(fault(FaultCode::WorkerCrashed, "the video's first frames were forgotten")),
    };
    let pushed = clip.push(recogniser, &frame).await.map_err(|error| from_task(&error));
    let windows = pushed?.to_vec();
    Ok(told(&state, ticket, recogniser, clip, windows))
}

/// The video that is watched has no more frames.
pub async fn end(state: Shared, ticket: Ticket) -> Result<Parcel, Fault> {
    let model = state.borrow().model.clone();
    let clip = state.borrow_mut().clip.take();
    let (Some(Model::Act(recogniser)), Some(mut clip)) = (model.as_deref(), clip) else {
        return Err(fault(FaultCode::WorkerCrashed, "the video's first frames were forgotten"));
    };
    let ended = clip.end(recogniser).await.map_err(|error| from_task(&error));
    let windows = ended?.to_vec();
    Ok(told(&state, ticket, recogniser, clip, windows))
}

/// What was found with a frame. The video stays, for its next one.
fn told(
    state: &Shared,
    ticket: Ticket,
    recogniser: &Recogniser,
    clip: Clip,
    windows: Vec<ActionWindow>,
) -> Parcel {
    let [width, height] = clip.size();
    let actions = Actions {
        width,
        height,
        frames_per_second: recogniser.frames_per_second(),
        ranked: clip.ranked(recogniser),
        segments: vec![],
        windows,
    };
    let timings = clip.timings();
    let actions_json = serde_json::to_string(&actions).unwrap_or_default();
    state.borrow_mut().clip = Some(clip);
    Reply::Watched { ticket, actions_json, timings }.into()
}
