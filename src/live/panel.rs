//! The panel of a moving picture: how fast it is, what is seen, what can be done.

use super::controls::Controls;
use super::rows::Rows;
use super::session::{Live, Phase};
use super::{web, words};
use crate::components::{Glyph, Icon};
use crate::numbers;
use crate::studio::Studio;
use leptos::ev;
use leptos::prelude::*;

/// The panel. It begins when it is shown, and whatever it holds of the machine is given back when it goes.
#[component]
pub fn Panel(studio: Studio) -> impl IntoView {
    let live = Live::new(studio);
    live.end_with_others();
    live.video.on_load(move |_| live.begin());
    // It bubbles up from the document.
    let seen = window_event_listener(ev::visibilitychange, move |_| live.hidden.set(web::is_hidden()));
    on_cleanup(move || {
        seen.remove();
        live.release();
    });
    let phase = Signal::derive(move || match live.phase.get() {
        Phase::Starting => "starting",
        Phase::Running if live.hidden.get() => "paused",
        Phase::Running => "running",
        Phase::Failed(_) => "failed",
    });
    let failed = move || match live.phase.get() {
        Phase::Failed(trouble) => Some(trouble),
        _ => None,
    };
    view! {
        <aside class="panel live" data-testid="live" data-phase=phase aria-labelledby="live-title"
            data-frames=Signal::derive(move || live.figures.get().count)>
            <div class="panel-head">
                <span class="live-dot" aria-hidden="true"></span>
                <h2 id="live-title">{Signal::derive(move || title(live))}</h2>
                <span class="quiet live-figures" data-testid="live-figures">
                    {Signal::derive(move || figures(live))}
                </span>
            </div>
            <Controls live />
            <Rows studio answer=live.answer />
            <video class="hidden" node_ref=live.video playsinline=true muted=true aria-hidden="true" tabindex="-1"
                data-testid="live-video"></video>
        </aside>
        {move || failed().map(|trouble| view! { <Message live trouble /> })}
    }
}

fn title(live: Live) -> String {
    match live.file() {
        Some(file) => file.name(),
        None => words::of(live.studio.locale.get()).live.to_owned(),
    }
}

/// `12.4 frames/s, 68 ms`
fn figures(live: Live) -> String {
    let locale = live.studio.locale.get();
    let words = words::of(locale);
    if live.hidden.get() {
        return words.paused.to_owned();
    }
    let figures = live.figures.get();
    match live.phase.get() {
        Phase::Starting => words.starting.to_owned(),
        Phase::Running if figures.rate > 0.0 => {
            let rate = numbers::decimal(locale, figures.rate, 1);
            let latency = numbers::duration(locale, figures.latency_millis);
            format!("{rate}\u{a0}{}, {latency}", words.rate)
        }
        Phase::Running => words.model.to_owned(),
        Phase::Failed(_) => String::new(),
    }
}

/// Why there is no picture, and what to do about it.
#[component]
fn Message(live: Live, trouble: super::trouble::Trouble) -> impl IntoView {
    let words = move || words::trouble(live.studio.locale.get(), trouble);
    let again = move |_| live.begin();
    view! {
        <section class="live-message" role="alert" data-testid="live-message" data-trouble=trouble.tag()>
            <Icon glyph=Glyph::Warning />
            <h2>{Signal::derive(move || words()[0])}</h2>
            <p>{Signal::derive(move || words()[1])}</p>
            <p class="error-remedy">{Signal::derive(move || words()[2])}</p>
            <button class="button" type="button" data-testid="live-again" on:click=again>
                {Signal::derive(move || words::of(live.studio.locale.get()).again)}
            </button>
        </section>
    }
}
