//! How far the work is, and what can be done with it.

use super::tools::Tools;
use crate::components::icon::{Glyph, Icon};
use crate::components::picker::{open_folder_picker, open_picker};
use crate::numbers::plain;
use crate::studio::Studio;
use crate::view::Tab;
use crate::{say, text};
use leptos::prelude::*;

/// Title, progress, pause and cancel; below them the tabs.
#[component]
pub fn Head(studio: Studio, shown: Memo<Tab>, possible: Memo<bool>, failed: Memo<usize>) -> impl IntoView {
    let counted = studio.counted;
    let title = Signal::derive(move || {
        let count = studio.photos.with(Vec::len).saturating_sub(failed.get());
        text!(studio.locale.get(), sheet.title, count = count)
    });
    let failures = Signal::derive(move || text!(studio.locale.get(), sheet.left_out, count = failed.get()));
    let add = say!(studio, header.add);
    let folder = say!(studio, welcome.folder);
    view! {
        <header class="sheet-head">
            <h1>{title}</h1>
            <Show when=move || { counted.get().waiting > 0 }><Work studio /></Show>
            <div class="toolbar-space"></div>
            <button class="button" type="button" data-testid="add-folder" title=folder aria-label=folder
                on:click=move |_| open_folder_picker()>
                <Icon glyph=Glyph::Folder /><span>{folder}</span>
            </button>
            <button class="button" type="button" data-testid="add" title=add aria-label=add
                on:click=move |_| open_picker()>
                <Icon glyph=Glyph::Add /><span>{add}</span>
            </button>
        </header>
        <div class="sheet-bar">
            <div class="tabs" role="tablist">
                <TabButton studio shown tab=Tab::Photos testid="tab-photos" words=say!(studio, sheet.photos) />
                <Show when=move || possible.get()>
                    <TabButton studio shown tab=Tab::Scores testid="tab-scores" words=say!(studio, sheet.scores) />
                </Show>
                <Show when=move || { failed.get() > 0 }>
                    <TabButton studio shown tab=Tab::LeftOut testid="tab-left-out" words=failures />
                </Show>
            </div>
            <div class="toolbar-space"></div>
            <Show when=move || shown.get() == Tab::Photos><Tools studio /></Show>
        </div>
    }
}

#[component]
fn TabButton(
    studio: Studio,
    shown: Memo<Tab>,
    tab: Tab,
    testid: &'static str,
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <button type="button" role="tab" data-testid=testid
            aria-selected=Signal::derive(move || (shown.get() == tab).to_string())
            on:click=move |_| studio.view.sheet.tab.set(tab)>{words}</button>
    }
}

/// What is done of what; pause and cancel.
#[component]
fn Work(studio: Studio) -> impl IntoView {
    let counted = studio.counted;
    let words = Signal::derive(move || {
        let count = counted.get();
        text!(studio.locale.get(), sheet.done, done = count.all - count.waiting, all = count.all)
    });
    let pause = Signal::derive(move || match studio.paused.get() {
        true => text!(studio.locale.get(), sheet.resume),
        false => text!(studio.locale.get(), sheet.pause),
    });
    let glyph = Signal::derive(move || if studio.paused.get() { Glyph::Play } else { Glyph::Pause });
    let cancel = say!(studio, sheet.cancel);
    view! {
        <div class="work" data-testid="work">
            <span class="progress-track" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-label=words
                aria-valuenow=Signal::derive(move || plain((counted.get().share() * 100.0).round()))>
                <span style:transform=Signal::derive(move || format!("scaleX({})", plain(counted.get().share())))></span>
            </span>
            <span class="quiet" data-testid="work-words">{words}</span>
            <button class="button-icon" type="button" data-testid="pause" title=pause aria-label=pause
                on:click=move |_| studio.pause(!studio.paused.get_untracked())>
                <Icon glyph />
            </button>
            <button class="button-icon" type="button" data-testid="cancel" title=cancel aria-label=cancel
                on:click=move |_| studio.cancel()>
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}
