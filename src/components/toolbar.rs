//! How the mask is drawn, how strong, how near.

use super::icon::{Glyph, Icon};
use super::picker::open_picker;
use super::save_menu::SaveMenu;
use super::stage::ZOOM_STEP;
use crate::live::{self, Source};
use crate::numbers::{self, plain};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use vitrine_packs::Task;

/// The bar below the stage.
#[component]
pub fn Toolbar(studio: Studio) -> impl IntoView {
    let view = studio.view;
    let zoom_in = say!(studio, view.zoom_in);
    let zoom_out = say!(studio, view.zoom_out);
    let fit = say!(studio, view.zoom_fit);
    let add = say!(studio, header.add);
    let camera = say!(studio, live.camera);
    let task = Memo::new(move |_| studio.task());
    view! {
        <div class="toolbar" role="toolbar" aria-label=say!(studio, view.tools)>
            {move || match task.get() {
                Task::Segment => view! {
                    <div class="segmented" role="group" aria-label=say!(studio, view.mode)>
                        <ModeButton studio outline=false />
                        <ModeButton studio outline=true />
                    </div>
                }.into_any(),
                Task::Classify => view! { <HeatSwitch studio /> }.into_any(),
                _ => ().into_any(),
            }}
            <OpacitySlider studio />
            <div class="zoom">
                <ToolButton glyph=Glyph::Minus label=zoom_out testid="zoom-out"
                    press=move || view.zoom_middle(1.0 / ZOOM_STEP) />
                <ToolButton glyph=Glyph::Fit label=fit testid="zoom-fit" press=move || view.fit() />
                <ToolButton glyph=Glyph::Plus label=zoom_in testid="zoom-in"
                    press=move || view.zoom_middle(ZOOM_STEP) />
            </div>
            <div class="toolbar-space"></div>
            <EditSwitch studio />
            <button class="button add" type="button" data-testid="add" title=add aria-label=add
                on:click=move |_| open_picker()>
                <Icon glyph=Glyph::Add /><span>{add}</span>
            </button>
            // On a narrow screen the top line has no room for it.
            <button class="button camera" type="button" data-testid="toolbar-camera" title=camera aria-label=camera
                on:click=move |_| live::open(studio, Source::Camera)>
                <Icon glyph=Glyph::Camera />
            </button>
            <SaveMenu studio />
        </div>
    }
}

#[component]
fn ModeButton(studio: Studio, outline: bool) -> impl IntoView {
    let view = studio.view;
    let (testid, glyph) =
        if outline { ("mode-outline", Glyph::Outlines) } else { ("mode-fill", Glyph::Areas) };
    let label = Signal::derive(move || match outline {
        true => text!(studio.locale.get(), view.outline),
        false => text!(studio.locale.get(), view.fill),
    });
    let pressed = move || view.outline.get() == outline;
    view! {
        <button type="button" data-testid=testid aria-pressed=Signal::derive(move || pressed().to_string()) title=label
            on:click=move |_| view.outline.set(outline)>
            <Icon glyph /><span>{label}</span>
        </button>
    }
}

/// Shows where the network looked, or the photo alone.
#[component]
fn HeatSwitch(studio: Studio) -> impl IntoView {
    let heat = studio.view.heat;
    let label = say!(studio, view.heat);
    view! {
        <div class="segmented">
            <button type="button" role="switch" data-testid="heat" title=label
                aria-checked=Signal::derive(move || heat.get().to_string())
                on:click=move |_| heat.update(|heat| *heat = !*heat)>
                <Icon glyph=Glyph::Heat /><span>{label}</span>
            </button>
        </div>
    }
}

/// Fades the mask (0..=100 %).
#[component]
fn OpacitySlider(studio: Studio) -> impl IntoView {
    let opacity = move || studio.opacity();
    view! {
        <label class="slider">
            <span>{say!(studio, view.opacity)}</span>
            <input type="range" min="0" max="1" step="0.01" data-testid="opacity"
                prop:value=Signal::derive(move || plain(opacity().get()))
                style=Signal::derive(move || format!("--filled:{}%", plain(opacity().get() * 100.0)))
                aria-valuetext=Signal::derive(move || numbers::percent(studio.locale.get(), opacity().get()))
                on:input:target=move |event| {
                    let value = event.target().value_as_number();
                    if value.is_finite() {
                        untrack(opacity).set(value);
                    }
                } />
        </label>
    }
}

/// Turns to the boxes of the photo, which are then corrected by hand.
#[component]
fn EditSwitch(studio: Studio) -> impl IntoView {
    let (editing, label) = (studio.editing, say!(studio, view.edit));
    view! {
        <button class="button edit-switch" type="button" data-testid="edit" title=label aria-label=label
            hidden=move || studio.live.with(Option::is_some)
            aria-pressed=Signal::derive(move || editing.get().to_string())
            on:click=move |_| editing.update(|editing| *editing = !*editing)>
            <Icon glyph=Glyph::Edit /><span>{label}</span>
        </button>
    }
}

#[component]
fn ToolButton(
    glyph: Glyph,
    label: Signal<String>,
    testid: &'static str,
    press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button class="button-icon" type="button" data-testid=testid title=label aria-label=label
            on:click=move |_| press()>
            <Icon glyph />
        </button>
    }
}
