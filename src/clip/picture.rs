//! Single frames of a video or animation that no player shows: the one at the playhead.

use super::state::Clip;
use crate::bridge::bytes_from;
use crate::media::Video;
use crate::view;
use gloo::timers::callback::Interval;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

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

/// One frame is fetched at a time; where the playhead has moved on meanwhile, the last place counts.
fn show_frames(canvas: NodeRef<Canvas>, clip: &Clip) {
    let video = StoredValue::new_local(None::<Rc<Video>>);
    let busy = StoredValue::new(true);
    let opened = RwSignal::new(0_u32);
    let file = clip.file.clone();
    spawn_local(async move {
        if let Ok(open) = Video::open(&file, SIDE_MAX).await {
            // The view may be gone.
            video.try_update_value(|video| *video = Some(Rc::new(open)));
            busy.try_update_value(|busy| *busy = false);
            let _ = opened.try_update(|opened| *opened += 1);
        }
    });
    let at = clip.at.clone();
    let shown = StoredValue::new(None::<f64>);
    Effect::new(move |_| {
        let (_, secs) = (opened.get(), at.get());
        let Some(video) = video.get_value().filter(|_| !busy.get_value()) else { return };
        busy.set_value(true);
        let at = at.clone();
        spawn_local(async move {
            let found = video.frame_at(secs).await;
            if let (Ok(Some(frame)), Some(canvas)) = (found, canvas.try_get_untracked().flatten())
                && shown.try_get_value().flatten() != Some(frame.at_secs)
            {
                shown.try_update_value(|shown| *shown = Some(frame.at_secs));
                let _ = view::on_canvas(&canvas, &bytes_from(&frame.rgba), frame.width, frame.height);
            }
            busy.try_update_value(|busy| *busy = false);
            if (at.get_untracked() - secs).abs() > 1e-6 {
                let _ = opened.try_update(|opened| *opened += 1);
            }
        });
    });
}
