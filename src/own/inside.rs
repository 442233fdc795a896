//! What is in a model file: inputs, outputs, operators, figures.

use super::form::Form;
use super::looked::Figures;
use crate::language::Locale;
use crate::numbers;
use leptos::prelude::*;

/// A part that is folded away: what `vitrine inspect` prints.
#[component]
pub fn Inside(form: Form) -> impl IntoView {
    let figures = move || {
        let looked = form.looked.get()?;
        let figures = looked.figures.as_ref()?;
        Some(rows(form, figures))
    };
    view! {
        <details class="own-part own-inside" data-testid="own-inside">
            <summary>{move || form.words().inside}</summary>
            {figures}
        </details>
    }
}

fn rows(form: Form, figures: &Figures) -> impl IntoView + use<> {
    let (words, locale) = (form.words(), form.studio.locale.get());
    // Streaming networks have dozens.
    let few = |list: &[String]| list.iter().take(8).cloned().collect::<Vec<_>>().join("; ");
    let bytes = |bytes: f64| numbers::bytes(locale, bytes as u64);
    [
        (words.inputs, few(&figures.inputs)),
        (words.outputs, few(&figures.outputs)),
        (words.parameters, short(locale, figures.parameters)),
        ("FLOPs", short(locale, figures.flops)),
        (words.weights, bytes(figures.weight_bytes)),
        (words.activations, bytes(figures.activation_bytes)),
        (words.operators, figures.operators.join(", ")),
    ]
    .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    .into_iter()
    .collect_view()
    .into_any()
}

/// `3.5 M`
fn short(locale: Locale, value: f64) -> String {
    let (value, unit) = match value {
        v if v >= 1e9 => (v / 1e9, "\u{a0}G"),
        v if v >= 1e6 => (v / 1e6, "\u{a0}M"),
        v if v >= 1e3 => (v / 1e3, "\u{a0}k"),
        v => (v, ""),
    };
    let digits = if unit.is_empty() { 0 } else { 1 };
    let text = numbers::fixed(value, digits);
    let text = if crate::language::tag(locale) == "fr" { text.replace('.', ",") } else { text };
    format!("{text}{unit}")
}
