//! The line below the player: segments, curves, the playhead.

use super::state::Clip;
use super::{figures, seek, words};
use crate::numbers::{percent, plain};
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;
use vitrine_protocol::ActionSegment;
use web_sys::PointerEvent;

/// The timeline; pressing, dragging and keys move the player.
#[component]
pub fn Timeline(studio: Studio, clip: Clip) -> impl IntoView {
    let dragging = StoredValue::new(false);
    let (pressed, dragged, keyed) = (clip.clone(), clip.clone(), clip.clone());
    let (valued, spoken, spanned) = (clip.clone(), clip.clone(), clip.clone());
    let press = move |event: PointerEvent| {
        dragging.set_value(true);
        hold(&event);
        seek::point(&pressed, &event);
    };
    let drag = move |event: PointerEvent| {
        if dragging.get_value() {
            seek::point(&dragged, &event);
        }
    };
    let head = clip.clone();
    view! {
        <div class="timeline" data-testid="timeline" role="slider" tabindex="0"
            aria-label=say!(studio, clip.timeline) aria-valuemin="0"
            aria-valuemax=move || plain(spanned.span())
            aria-valuenow=move || plain(valued.at.get())
            aria-valuetext=move || value_text(studio, &spoken)
            on:pointerdown=press on:pointermove=drag
            on:pointerup=move |_| dragging.set_value(false)
            on:pointercancel=move |_| dragging.set_value(false)
            on:keydown=move |event| {
                if seek::key(&keyed, &event) {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }>
            <Curves clip=clip.clone() />
            <Segments studio clip=clip.clone() />
            <div class="timeline-head" data-testid="playhead" aria-hidden="true"
                style=move || format!("left:{}%", plain(head.at.get() / head.span() * 100.0))></div>
        </div>
    }
}

/// Moves outside still belong to the line that was pressed.
fn hold(event: &PointerEvent) {
    use wasm_bindgen::JsCast;
    let target = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if let Some(target) = target {
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

/// What a screen reader says of the playhead.
fn value_text(studio: Studio, clip: &Clip) -> String {
    let (locale, at) = (studio.locale.get(), clip.at.get());
    let time = words::time(locale, at);
    let best = clip.window_at(at).and_then(|window| window.ranked.into_iter().next());
    best.map_or(time.clone(), |best| {
        let name = words::class(clip, locale, best.class, &best.name);
        format!("{time}: {name}, {}", percent(locale, best.confidence))
    })
}

/// Confidence along the time, the threshold, and what was not looked at yet.
#[component]
fn Curves(clip: Clip) -> impl IntoView {
    let (lined, seen, level) = (clip.clone(), clip.clone(), clip);
    let lines = move || {
        let span = lined.span();
        let lines = lined.windows.with(|windows| figures::lines(windows, span));
        let line = |(class, path): (u32, String)| {
            view! { <path d=path style=format!("stroke:{}", words::colour(&lined, class)) /> }
        };
        lines.into_iter().map(line).collect_view()
    };
    view! {
        <div class="timeline-curves" aria-hidden="true">
            <svg viewBox="0 0 1000 100" preserveAspectRatio="none">{lines}</svg>
            <div class="timeline-threshold"
                style=move || format!("bottom:{}%", plain(level.min_confidence.get() * 100.0))></div>
        </div>
        <div class="timeline-unseen" aria-hidden="true" class:busy=move || seen.is_busy() style={
            let seen = seen.clone();
            move || format!("left:{}%", plain(seen.seen() / seen.span() * 100.0))
        }></div>
    }
}

#[component]
fn Segments(studio: Studio, clip: Clip) -> impl IntoView {
    let segments = move || {
        let span = clip.span();
        let segment = |segment: ActionSegment| {
            let (left, width) = (segment.start_secs / span, (segment.end_secs - segment.start_secs) / span);
            let style = format!(
                "left:{}%;width:{}%;--action:{}",
                plain(left * 100.0),
                plain(width * 100.0),
                words::colour(&clip, segment.class)
            );
            let (named, titled) = (clip.clone(), clip.clone());
            let (class, english, confidence) = (segment.class, segment.name.clone(), segment.confidence);
            let title = move || {
                let locale = studio.locale.get();
                let times = [segment.start_secs, segment.end_secs].map(|secs| words::time(locale, secs));
                let name = words::class(&titled, locale, class, &segment.name);
                format!("{name} ({}) {} - {}", percent(locale, confidence), times[0], times[1])
            };
            view! {
                <div class="segment" data-testid="segment" style=style title=title>
                    <span>{move || words::class(&named, studio.locale.get(), class, &english)}</span>
                </div>
            }
        };
        clip.segments().into_iter().map(segment).collect_view()
    };
    view! { <div class="timeline-segments">{segments}</div> }
}
