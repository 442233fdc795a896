//! Motion over the picture: optical flow at the playhead as colours of a wheel, computed by the CPU worker.

use super::playhead;
use super::state::Clip;
use crate::bridge::bytes_from;
use crate::media::Video;
use crate::say;
use crate::studio::Studio;
use crate::view;
use leptos::html::Canvas;
use leptos::prelude::*;
use vitrine_pixels::flow::wheel;
use vitrine_protocol::{Device, Reply, Request};

/// Longer side of the frames of which the flow is computed: each pair is waited for.
const SIDE_MAX: u32 = 160;
/// Time between the two frames.
const STEP_SECS: f64 = 1.0 / 15.0;
/// Side of the legend.
const WHEEL_SIDE: u32 = 96;

/// Switches it on and off.
#[component]
pub fn MotionSwitch(studio: Studio, clip: Clip) -> impl IntoView {
    let (shown, set) = (clip.motion.clone(), clip.motion.clone());
    view! {
        <section class="clip-part">
            <label class="live-choice">
                <span>{say!(studio, clip.motion)}</span>
                <input type="checkbox" role="switch" data-testid="clip-motion" prop:checked=move || shown.get()
                    on:change:target=move |event| set.set(event.target().checked()) />
            </label>
            <p class="quiet">{say!(studio, clip.motion_note)}</p>
        </section>
    }
}

/// What lies over the picture while it is on.
#[component]
pub fn MotionLayer(studio: Studio, clip: Clip) -> impl IntoView {
    let shown = clip.motion.clone();
    move || shown.get().then(|| view! { <Colours studio clip=clip.clone() /> })
}

#[component]
fn Colours(studio: Studio, clip: Clip) -> impl IntoView {
    let (canvas, legend) = (NodeRef::<Canvas>::new(), NodeRef::<Canvas>::new());
    let largest = RwSignal::new(None::<(f64, f32)>);
    follow(studio, canvas, largest, &clip);
    Effect::new(move |_| {
        if let Some(canvas) = legend.get() {
            let wheel = wheel(WHEEL_SIDE);
            let _ = view::on_canvas(&canvas, wheel.rgba(), WHEEL_SIDE, WHEEL_SIDE);
        }
    });
    view! {
        <canvas class="clip-motion" data-testid="clip-motion-layer" aria-hidden="true" node_ref=canvas
            data-at=move || largest.get().map(|(at, _)| at.to_string())
            data-largest=move || largest.get().map(|(_, pixels)| pixels.to_string())></canvas>
        <canvas class="clip-wheel" data-testid="clip-wheel" aria-hidden="true" node_ref=legend></canvas>
    }
}

/// `largest` becomes the time that is shown and the longest vector there.
fn follow(studio: Studio, canvas: NodeRef<Canvas>, largest: RwSignal<Option<(f64, f32)>>, clip: &Clip) {
    playhead::follow(clip, SIDE_MAX, move |video, secs| async move {
        let found = colours(studio, &video, secs).await;
        // The view may be gone.
        if let (Some(found), Some(canvas)) = (found, canvas.try_get_untracked().flatten()) {
            let [width, height] = found.size;
            let _ = view::on_canvas(&canvas, &found.rgba, width, height);
            let _ = largest.try_set(Some((secs, found.largest_pixels)));
        }
    });
}

/// Motion as a picture.
struct Found {
    size: [u32; 2],
    rgba: Vec<u8>,
    largest_pixels: f32,
}

/// None where there is no next frame, or the worker failed: then the colours before stay.
async fn colours(studio: Studio, video: &Video, secs: f64) -> Option<Found> {
    let first = video.frame_at(secs).await.ok()??;
    let second = video.frame_at(secs + STEP_SECS).await.ok()??;
    let (width, height) = (first.width, first.height);
    let request = move |ticket| Request::Motion { ticket, width, height };
    let parcel = studio.workers().ask(Device::Cpu, request, &[first.rgba, second.rgba]).await.ok()?;
    let Reply::Moved { largest_pixels, .. } = parcel.reply else { return None };
    Some(Found { size: [width, height], rgba: bytes_from(parcel.buffers.first()?), largest_pixels })
}
