//! Optical flow, to be looked at.

use super::post::Parcel;
use crate::faults::fault;
use vitrine_pixels::flow::TvL1;
use vitrine_pixels::{Frame, Gray};
use vitrine_protocol::{Fault, FaultCode, Reply, Ticket};

/// Motion that is as strong as colours get, in pixels, at least: what is less is mostly noise.
const FULL_SCALE_MIN: f32 = 1.0;

/// The motion from one frame to another of the same size as colours of the wheel, clear where nothing moves.
pub fn colours(ticket: Ticket, [width, height]: [u32; 2], frames: [Vec<u8>; 2]) -> Result<Parcel, Fault> {
    let corrupt = |error: vitrine_pixels::FrameError| fault(FaultCode::ImageCorrupt, error);
    let [first, second] = frames.map(|rgba| Frame::new(width, height, rgba).map_err(corrupt));
    let [first, second] = [Gray::from_frame(&first?), Gray::from_frame(&second?)];
    let field = TvL1::default().flow(&first, &second);
    let field = field.map_err(|error| fault(FaultCode::ImageCorrupt, error))?;
    let largest = field.largest_motion();
    let overlay = field.overlay(largest.max(FULL_SCALE_MIN));
    let reply = Reply::Moved { ticket, largest_pixels: largest };
    Ok(Parcel::with_bytes(reply, overlay.rgba()))
}
