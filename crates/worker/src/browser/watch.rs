//! Videos, frame by frame: what was seen before stays here between the requests.

use super::Shared;
use super::post::Parcel;
use crate::faults::{fault, from_task};
use vitrine_pixels::Frame;
use vitrine_protocol::{Actions, Fault, FaultCode, Reply, Ticket};
use vitrine_tasks::{Clip, Model};

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
    let window = pushed?.clone();
    let actions = Actions {
        width,
        height,
        frames_per_second: recogniser.frames_per_second(),
        ranked: clip.ranked(recogniser),
        segments: vec![],
        windows: vec![window],
    };
    let timings = clip.timings();
    let actions_json = serde_json::to_string(&actions).unwrap_or_default();
    state.borrow_mut().clip = Some(clip);
    Ok(Reply::Watched { ticket, actions_json, timings }.into())
}
