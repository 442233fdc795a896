//! Beside the player: progress, the best actions here and overall, the threshold, what can be saved.

use super::frame_by_frame::FrameByFrame;
use super::motion::MotionSwitch;
use super::run;
use super::saved::{self, Kind};
use super::state::{Clip, Phase, Watching};
use super::words;
use crate::numbers::{duration, percent, plain};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use vitrine_packs::Task;
use vitrine_protocol::RankedClass;

/// All of it.
#[component]
pub fn Panel(studio: Studio, watching: Watching, clip: Clip) -> impl IntoView {
    let (here, whole) = (clip.clone(), clip.clone());
    let at_head = clip.clone();
    view! {
        <Choice studio watching />
        <Progress studio watching clip=clip.clone() />
        <section class="clip-part">
            <h2>{move || text!(studio.locale.get(), clip.here, secs = words::time(studio.locale.get(), at_head.at.get()))}</h2>
            <Ranks studio clip=clip.clone() testid="clip-here" ranked=Signal::derive(move || {
                here.window_at(here.at.get()).map(|window| window.ranked).unwrap_or_default()
            }) />
        </section>
        <section class="clip-part">
            <h2>{say!(studio, clip.whole)}</h2>
            <Ranks studio clip=clip.clone() testid="clip-whole"
                ranked=Signal::derive(move || whole.whole.get()) />
        </section>
        <Sliders studio clip=clip.clone() />
        <MotionSwitch studio clip=clip.clone() />
        <Saving studio clip />
        <FrameByFrame studio watching />
    }
}

/// Several videos: which one is shown.
#[component]
fn Choice(studio: Studio, watching: Watching) -> impl IntoView {
    let button = move |(index, clip): (usize, Clip)| {
        let pressed = move || (watching.chosen.get() == index).to_string();
        view! {
            <button type="button" data-testid="clip-choice" aria-pressed=pressed
                on:click=move |_| watching.chosen.set(index)>{clip.file.name()}</button>
        }
    };
    move || {
        let clips = watching.clips.get();
        (clips.len() > 1).then(|| {
            view! {
                <div class="clip-choice" role="group" aria-label=say!(studio, clip.choose)>
                    {clips.into_iter().enumerate().map(button).collect_view()}
                </div>
            }
        })
    }
}

/// What is going on, and how to stop it.
#[component]
fn Progress(studio: Studio, watching: Watching, clip: Clip) -> impl IntoView {
    let (said, timed, busy, stopped, again) =
        (clip.clone(), clip.clone(), clip.clone(), clip.clone(), clip.clone());
    let speed = move || {
        let (device, timings) = timed.timings.get()?;
        let frames = timed.windows.with(Vec::len).max(1) as f64;
        let locale = studio.locale.get();
        let (millis, device) =
            (duration(locale, timings.total_millis / frames), crate::words::device(device));
        Some(text!(locale, clip.speed, millis = millis, device = device))
    };
    let over = move || matches!(again.phase.get(), Phase::Stopped | Phase::Done);
    let restart = clip.clone();
    let failed = clip.clone();
    view! {
        <section class="clip-part clip-progress">
            <Show when={
                let failed = failed.clone();
                move || !matches!(failed.phase.get(), Phase::Failed(_))
            }>
                <p data-testid="clip-phase" role="status">{
                    let said = said.clone();
                    move || words::phase(&said, studio.locale.get())
                }</p>
            </Show>
            <p class="quiet">{speed}</p>
            <PackLine studio watching />
            <div class="clip-buttons">
                <Show when=move || busy.is_busy()>
                    <button class="button" type="button" data-testid="clip-stop" on:click={
                        let stopped = stopped.clone();
                        move |_| stopped.stop.set(true)
                    }>{say!(studio, clip.cancel)}</button>
                </Show>
                <Show when=over>
                    <button class="button" type="button" data-testid="clip-again" on:click={
                        let restart = restart.clone();
                        move |_| {
                            restart.reset();
                            run::begin(studio, watching);
                        }
                    }>{say!(studio, clip.again)}</button>
                </Show>
            </div>
        </section>
    }
}

/// Says that the pack was changed for the video, and leads back.
#[component]
fn PackLine(studio: Studio, watching: Watching) -> impl IntoView {
    let acts = move || studio.pack.with(|state| state.pack().is_some_and(|pack| pack.task == Task::Act));
    move || {
        let before = watching.before.get()?;
        acts().then(|| {
            view! {
                <p class="quiet" data-testid="clip-switched">
                    {say!(studio, clip.switched)} " "
                    <button class="link" type="button" data-testid="clip-back" on:click=move |_| {
                        studio.clips.set(Vec::new());
                        studio.switch_pack(before.clone());
                    }>{say!(studio, clip.back)}</button>
                </p>
            }
        })
    }
}

/// The best classes with bars.
#[component]
fn Ranks(
    studio: Studio,
    clip: Clip,
    testid: &'static str,
    ranked: Signal<Vec<RankedClass>>,
) -> impl IntoView {
    let row = move |rank: RankedClass| {
        let clip = clip.clone();
        let (class, confidence) = (rank.class, rank.confidence);
        let style =
            format!("width:{}%;background:{}", plain(confidence * 100.0), words::colour(&clip, class));
        view! {
            <li class="clip-rank">
                <span class="clip-rank-name">{move || words::class(&clip, studio.locale.get(), class, &rank.name)}</span>
                <span class="legend-percent">{move || percent(studio.locale.get(), confidence)}</span>
                <div class="bar"><span style=style></span></div>
            </li>
        }
    };
    view! {
        <ol class="clip-ranks" data-testid=testid>
            {move || ranked.get().into_iter().map(row.clone()).collect_view()}
        </ol>
        <Show when=move || ranked.with(Vec::is_empty)>
            <p class="quiet">{say!(studio, clip.nothing)}</p>
        </Show>
    }
}

/// What counts as a segment; both act at once.
#[component]
fn Sliders(studio: Studio, clip: Clip) -> impl IntoView {
    let (level, gap) = (clip.min_confidence.clone(), clip.gap_secs.clone());
    let (level_set, gap_set) = (level.clone(), gap.clone());
    let (level_said, gap_said) = (level.clone(), gap.clone());
    let (level_fill, gap_fill) = (level.clone(), gap.clone());
    let none = clip.clone();
    view! {
        <section class="clip-part clip-sliders">
            <label class="slider">
                <span>{say!(studio, clip.threshold)}</span>
                <input type="range" min="0" max="1" step="0.01" data-testid="clip-threshold"
                    prop:value=move || plain(level.get())
                    style=move || format!("--filled:{}%", plain(level_fill.get() * 100.0))
                    on:input:target=move |event| level_set.set(event.target().value_as_number()) />
                <output>{move || percent(studio.locale.get(), level_said.get())}</output>
            </label>
            <label class="slider">
                <span>{say!(studio, clip.merge)}</span>
                <input type="range" min="0" max="5" step="0.2" data-testid="clip-merge"
                    prop:value=move || plain(gap.get())
                    style=move || format!("--filled:{}%", plain(gap_fill.get() * 20.0))
                    on:input:target=move |event| gap_set.set(event.target().value_as_number()) />
                <output>{move || words::seconds(studio.locale.get(), gap_said.get())}</output>
            </label>
            <Show when=move || !none.windows.with(Vec::is_empty) && none.segments().is_empty()>
                <p class="quiet">{say!(studio, clip.none)}</p>
            </Show>
        </section>
    }
}

#[component]
fn Saving(studio: Studio, clip: Clip) -> impl IntoView {
    let button = move |kind: Kind| {
        let (empty, saved) = (clip.clone(), clip.clone());
        let title = move || kind.words(studio.locale.get()).1;
        view! {
            <button class="button" type="button" data-testid=format!("clip-{}", kind.ending()) title=title
                disabled=move || empty.windows.with(Vec::is_empty)
                on:click=move |_| saved::save(studio, &saved, kind)>
                {move || kind.words(studio.locale.get()).0}
            </button>
        }
    };
    view! {
        <section class="clip-part">
            <h2>{say!(studio, clip.save)}</h2>
            <div class="clip-buttons">{Kind::ALL.map(button).collect_view()}</div>
        </section>
    }
}
