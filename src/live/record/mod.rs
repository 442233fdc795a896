//! A video with what was found in it: every frame is brought, computed, painted and encoded, however long that takes, and the
//! file that comes out runs at its proper pace.

mod encoder;
mod paint;
mod webm;

use super::frames::{Board, Taker, size_of};
use super::session::Live;
use super::trouble::Trouble;
use super::web::{self, happens, number, set};
use crate::bridge::buffer_from;
use crate::save;
use crate::studio::{self, Photo, Problem};
use encoder::Encoder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File, Url};

/// Longest side of the saved video.
const SAVED_SIDE: u32 = 1280;
/// How long is waited for a frame of a video that has got stuck.
const SEEK_MILLIS: i32 = 10_000;
/// Into a frame, so that rounding does not lead to the one before.
const INTO_FRAME_SECS: f64 = 0.000_5;

/// How far the recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames that are in the file.
    pub done: u32,
    /// All of them.
    pub all: u32,
}

/// Records the file of `live` at `rate` frames a second and offers it to be saved. The picture does not move meanwhile.
pub fn start(live: Live, rate: f64) {
    let Some(file) = live.file() else { return };
    live.release();
    let round = live.round.get_value();
    live.recording.set(Some(Progress { done: 0, all: 0 }));
    spawn_local(async move {
        let outcome = record(live, &file, rate, round).await;
        if !live.is_on(round) {
            return;
        }
        match outcome {
            Ok(Some(blob)) => save::offer(live.studio, Some(blob), name(&file)),
            Ok(None) => {}
            Err(trouble) => {
                live.recording.set(None);
                return live.fail(round, trouble);
            }
        }
        finish(live);
    });
}

/// Ends a recording without a file.
pub fn cancel(live: Live) {
    live.release();
    finish(live);
}

fn finish(live: Live) {
    live.recording.set(None);
    live.begin();
}

/// `street.mp4` -> `street-annotated.webm`
fn name(file: &File) -> String {
    let name = file.name();
    format!("{}-annotated.webm", name.rsplit_once('.').map_or(&*name, |(stem, _)| stem))
}

/// The video; none if nobody wants it any more, or a problem is on show.
async fn record(live: Live, file: &File, rate: f64, round: u32) -> Result<Option<Blob>, Trouble> {
    let address = Url::create_object_url_with_blob(file).map_err(|_| Trouble::Unplayable)?;
    let outcome = frames(live, &address, rate, round).await;
    let _ = Url::revoke_object_url(&address);
    outcome
}

async fn frames(live: Live, address: &str, rate: f64, round: u32) -> Result<Option<Blob>, Trouble> {
    let video = opened(address).await.ok_or(Trouble::Unplayable)?;
    let count = frame_count(number(&video, "duration"), rate).ok_or(Trouble::Unplayable)?;
    // Encoders want even sides.
    let size = size_of(&video, SAVED_SIDE).ok_or(Trouble::Unplayable)?.map(|side| (side & !1).max(2));
    let mut encoder = Encoder::new(size, rate).await.ok_or(Trouble::NoEncoder)?;
    let tools = (Board::new(false), Taker::new(), web::canvas(&[]), live.photo());
    let (Some(board), Some(mut taker), Some((spare, _)), Some(photo)) = tools else {
        return Err(Trouble::Unsupported);
    };
    for index in 0..count {
        seek(&video, f64::from(index) / rate + INTO_FRAME_SECS).await.ok_or(Trouble::Unplayable)?;
        let Some(result) = looked(live, &photo, &video, &mut taker, round).await else { return Ok(None) };
        if !board.draw(&video, size, false) {
            return Err(Trouble::Unplayable);
        }
        paint::paint(live.studio, &board, &spare, &result);
        encoder.push(&board.canvas).await.ok_or(Trouble::NoEncoder)?;
        if !live.is_on(round) {
            return Ok(None);
        }
        if index == 0 {
            show(live, &photo, &board);
        }
        live.recording.set(Some(Progress { done: index + 1, all: count }));
    }
    let bytes = encoder.finish().await.ok_or(Trouble::NoEncoder)?;
    Ok(save::blob_of(&buffer_from(&bytes), "video/webm"))
}

/// The stage shows the frames as they are painted.
fn show(live: Live, photo: &Photo, board: &Board) {
    photo.phase.set(studio::Phase::Done);
    photo.picture.set(Some(board.canvas.clone()));
    live.studio.on_stage.set(Some(photo.clone()));
}

/// The answer of the present frame; again if the GPU was lost on the way. None if there will be none.
async fn looked(
    live: Live,
    photo: &Photo,
    video: &JsValue,
    taker: &mut Taker,
    round: u32,
) -> Option<studio::PhotoResult> {
    while live.is_on(round) {
        let pixels = taker.take(video).await?;
        match studio::look(live.studio, photo, pixels.size, pixels.rgba).await {
            Ok(Some(result)) => return Some(result),
            Ok(None) => {}
            Err(fault) => {
                live.studio.problem.set(Some(Problem { fault, photo: None }));
                return None;
            }
        }
    }
    None
}

/// Frames of the saved video; none if the video's length is not known.
fn frame_count(duration_secs: f64, rate: f64) -> Option<u32> {
    let known = duration_secs.is_finite() && duration_secs > 0.0;
    known.then(|| ((duration_secs * rate).round() as u32).max(1))
}

/// A player of its own, so that the one on the page keeps its place.
async fn opened(address: &str) -> Option<JsValue> {
    let video = web::element("video")?;
    set(&video, "muted", &JsValue::TRUE);
    set(&video, "preload", &"auto".into());
    set(&video, "src", &address.into());
    happens(&video, "loadeddata", SEEK_MILLIS).await.then_some(video)
}

/// Goes to a time; none if the video cannot be read there.
async fn seek(video: &JsValue, secs: f64) -> Option<()> {
    set(video, "currentTime", &secs.into());
    happens(video, "seeked", SEEK_MILLIS).await.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_has_a_frame_for_each_step_of_its_length() {
        assert_eq!(frame_count(3.0, 10.0), Some(30));
        assert_eq!(frame_count(2.96, 25.0), Some(74));
        assert_eq!(frame_count(0.01, 10.0), Some(1));
        assert_eq!(frame_count(f64::INFINITY, 10.0), None);
        assert_eq!(frame_count(f64::NAN, 10.0), None);
    }
}
