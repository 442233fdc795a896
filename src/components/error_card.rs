//! What went wrong, why, and what to do about it.

use super::icon::{Glyph, Icon};
use crate::say;
use crate::studio::{Problem, Studio};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use vitrine_protocol::FaultCode;

/// A card over the page's corner, as long as there is a problem that was not dismissed.
#[component]
pub fn ErrorCard(studio: Studio) -> impl IntoView {
    move || studio.problem.get().map(|problem| view! { <Card studio problem /> })
}

#[component]
fn Card(studio: Studio, problem: Problem) -> impl IntoView {
    let code = problem.fault.code;
    let said = move || words::fault(studio.locale.get(), code);
    let dismiss = say!(studio, error.dismiss);
    let name = problem.photo.as_ref().map(|(name, _)| name.clone());
    let photo = problem.photo.map(|(_, number)| number);
    let retry = move |_| match photo {
        Some(number) => studio.retry(number),
        None => {
            studio.problem.set(None);
            match code {
                FaultCode::PartMissing => studio.fetch_missing_parts(),
                _ => spawn_local(studio.prepare()),
            }
        }
    };
    view! {
        <section class="error-card" role="alert" data-testid="error" data-code=tag(code)
            aria-label=say!(studio, error.label)>
            <Icon glyph=Glyph::Warning />
            <div class="error-body">
                <h2 data-testid="error-title">{Signal::derive(move || said().title)}</h2>
                {name.map(|name| view! { <p class="error-file">{name}</p> })}
                <p data-testid="error-cause">{Signal::derive(move || said().cause)}</p>
                <p class="error-remedy" data-testid="error-remedy">
                    <strong>{say!(studio, error.remedy)}</strong>
                    " " {Signal::derive(move || said().remedy)}
                </p>
                <details open=code == FaultCode::SelfTestFailed>
                    <summary>{say!(studio, error.details)}</summary>
                    <p class="error-detail">{problem.fault.cause}</p>
                </details>
                <Show when=move || can_be_retried(code)>
                    <button class="button" type="button" data-testid="retry" on:click=retry>
                        {say!(studio, error.retry)}
                    </button>
                </Show>
            </div>
            <button class="button-icon" type="button" data-testid="error-dismiss" aria-label=dismiss
                title=dismiss on:click=move |_| studio.problem.set(None)>
                <Icon glyph=Glyph::Close />
            </button>
        </section>
    }
}

/// The code as it is written in messages: `file-empty`.
fn tag(code: FaultCode) -> String {
    let name = code.serialize(&Serializer::json_compatible()).ok();
    name.and_then(|name| name.as_string()).unwrap_or_default()
}

/// The same file cannot become readable; a worker, a network or a device may.
fn can_be_retried(code: FaultCode) -> bool {
    matches!(
        code,
        FaultCode::WorkerCrashed
            | FaultCode::PackMissing
            | FaultCode::PackTampered
            | FaultCode::PackInvalid
            | FaultCode::GpuLost
            | FaultCode::PartMissing
            | FaultCode::Cancelled
    )
}
