//! Single frames of a video or animation that no player shows: the one at the playhead.

use super::playhead;
use super::state::Clip;
use crate::bridge::bytes_from;
use crate::view;
use gloo::timers::callback::Interval;
use leptos::html::Canvas;
use leptos::prelude::*;

/// Longer side of the frames on show.
const SIDE_MAX: u32 = 1280;
/// Time between two frames while it plays.
const STEP_MILLIS: u32 = 100;

/// A canvas with the frame at the playhead; a press plays or pauses.
#[component]
pub fn PictureView(clip: Clip) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let playing = StoredValue::new(false);
    show_frames(canvas, &clip);
    let (at, span) = (clip.at.clone(), clip.clone());
    let timer = Interval::new(STEP_MILLIS, move || {
        if playing.try_get_value() == Some(true) {
            let next = at.get_untracked() + f64::from(STEP_MILLIS) / 1000.0;
            at.set(if next < untrack(|| span.span()) { next } else { 0.0 });
        }
    });
    let timer = StoredValue::new_local(Some(timer));
    on_cleanup(move || {
        timer.try_update_value(Option::take);
    });
    view! {
        <canvas class="clip-video" data-testid="clip-picture" node_ref=canvas
            on:click=move |_| playing.update_value(|playing| *playing = !*playing)></canvas>
    }
}

/// A frame that is shown already is not drawn again.
fn show_frames(canvas: NodeRef<Canvas>, clip: &Clip) {
    let shown = StoredValue::new(None::<f64>);
    playhead::follow(clip, SIDE_MAX, move |video, secs| async move {
        let found = video.frame_at(secs).await;
        // The view may be gone.
        if let (Ok(Some(frame)), Some(canvas)) = (found, canvas.try_get_untracked().flatten())
            && shown.try_get_value().flatten() != Some(frame.at_secs)
        {
            shown.try_update_value(|shown| *shown = Some(frame.at_secs));
            let _ = view::on_canvas(&canvas, &bytes_from(&frame.rgba), frame.width, frame.height);
        }
    });
}
