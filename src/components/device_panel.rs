//! Below the choice of a device: why it is that one, how long it takes, and another measurement.

use crate::bridge::Reason;
use crate::chunk;
use crate::studio::Studio;
use crate::{numbers, say, text, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_protocol::Device;
use wasm_split_helpers::wasm_split;

#[wasm_split(panels, fallible)]
pub fn code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <DevicePanel studio /> }.into_any())
}

/// The reason, times on both devices, and a button to measure again.
#[component]
fn DevicePanel(studio: Studio) -> impl IntoView {
    let workers = studio.workers();
    let reason = workers.reason();
    let (said, differed) = (reason.clone(), reason.clone());
    let why = move || words::reason(studio.locale.get(), &said.get());
    let differed = move || match differed.get() {
        Reason::CpuFailed(fault) => Some(fault.cause),
        _ => None,
    };
    // Counts measurements: each changes what is remembered.
    let (measured, measuring) = (RwSignal::new(0_u32), RwSignal::new(false));
    let named = workers.clone();
    spawn_local(async move {
        named.know_adapter().await;
        let _ = measured.try_update(|count| *count += 1);
    });
    let speed = Memo::new(move |_| {
        measured.track();
        reason.track();
        studio.pack_ready().map(|pack| studio.workers().speed_of(&pack.json)).unwrap_or_default()
    });
    let time = move |device: Device| match speed.get().on(device) {
        Some(millis) => numbers::duration(studio.locale.get(), millis.into()),
        None => text!(studio.locale.get(), device.unmeasured),
    };
    let measure = move |_| {
        let workers = workers.clone();
        measuring.set(true);
        spawn_local(async move {
            // A device that fails says so where it is used; the panel may be gone by then.
            let _ = workers.measure_again().await;
            let _ = measuring.try_set(false);
            let _ = measured.try_update(|count| *count += 1);
        });
    };
    let label = Signal::derive(move || match (measuring.get(), speed.get() == Default::default()) {
        (true, _) => text!(studio.locale.get(), device.measuring),
        (false, true) => text!(studio.locale.get(), device.measure),
        (false, false) => text!(studio.locale.get(), device.again),
    });
    view! {
        <div class="device-panel" data-testid="device-panel">
            <p data-testid="device-reason">{why}</p>
            {move || differed().map(|cause| view! {
                <p class="device-fault" data-testid="device-fault">
                    <strong>{say!(studio, device.why)}</strong> " " {cause}
                </p>
            })}
            <dl>
                <Last studio />
                <dt>{say!(studio, device.time)}</dt>
                <dd data-testid="device-times">"CPU: " {move || time(Device::Cpu)} <br /> "WebGPU: " {move || time(Device::Webgpu)}</dd>
            </dl>
            <button class="button" type="button" data-testid="measure-again" disabled=move || measuring.get() on:click=measure>
                {label}
            </button>
        </div>
    }
}

/// Time and device of the photo on the stage.
#[component]
fn Last(studio: Studio) -> impl IntoView {
    move || {
        let result = studio.on_stage.get().and_then(|photo| photo.result.get())?;
        let time = numbers::duration(studio.locale.get(), result.timings.total_millis);
        Some(view! {
            <dt>{say!(studio, device.last)}</dt>
            <dd>{time} ", " {words::device(result.device)}</dd>
        })
    }
}
