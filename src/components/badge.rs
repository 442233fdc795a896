//! Where it is computed, why there, and a choice.

use super::device_panel;
use super::icon::{Glyph, Icon};
use super::menu::Menu;
use crate::bridge::Choice;
use crate::chunk;
use crate::studio::Studio;
use crate::{say, text, words};
use leptos::prelude::*;
use vitrine_protocol::Device;

/// The device badge with its menu.
#[component]
pub fn Badge(studio: Studio) -> impl IntoView {
    let reason = studio.workers().reason();
    let said = Signal::derive({
        let reason = reason.clone();
        move || reason.with(|reason| words::reason(studio.locale.get(), reason))
    });
    let kind = move || match reason.with(|reason| reason.device()) {
        Some(Device::Webgpu) => "webgpu",
        Some(Device::Cpu) => "cpu",
        None => "none",
    };
    // A narrow screen shows the device alone.
    let split = move || said.with(|said| said.find(':').unwrap_or(said.len()));
    let device = Signal::derive(move || said.with(|said| said[..split()].trim_end().to_owned()));
    let why = Signal::derive(move || said.with(|said| said[said[..split()].trim_end().len()..].to_owned()));
    let button = move || {
        let kind = kind.clone();
        view! {
            <span class="badge" data-testid="badge" data-device=kind>
                <span class="badge-dot"></span>
                <span class="badge-text">{device}<span class="badge-why">{why}</span></span>
            </span>
        }
    };
    view! {
        <Menu class="menu-device" testid="device-choice" label=said button=ViewFn::from(button)>
            <fieldset class="choices">
                <legend>{say!(studio, device.choose)}</legend>
                {Choice::ALL.map(|choice| view! { <DeviceOption studio choice /> }).collect_view()}
            </fieldset>
            {chunk::view(studio, device_panel::code)}
        </Menu>
    }
}

/// One device to choose.
#[component]
fn DeviceOption(studio: Studio, choice: Choice) -> impl IntoView {
    let words = move || {
        let locale = studio.locale.get();
        match choice {
            Choice::Auto => (text!(locale, device.auto), text!(locale, device.auto_note)),
            Choice::Webgpu => (text!(locale, device.webgpu), text!(locale, device.webgpu_note)),
            Choice::Cpu => (text!(locale, device.cpu), text!(locale, device.cpu_note)),
        }
    };
    let glyph = match choice {
        Choice::Auto => Glyph::Fit,
        Choice::Webgpu => Glyph::Device,
        Choice::Cpu => Glyph::Chip,
    };
    view! {
        <label class="choice">
            <input type="radio" name="device" value=choice.tag()
                data-testid=format!("device-{}", choice.tag())
                prop:checked=move || studio.choice.get() == choice
                on:change=move |_| studio.choose_device(choice) />
            <Icon glyph />
            <span class="choice-text">
                <span>{Signal::derive(move || words().0)}</span>
                <small>{Signal::derive(move || words().1)}</small>
            </span>
        </label>
    }
}
