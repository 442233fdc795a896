//! The models that were kept, in the panel behind the model's name.

use super::given;
use super::keep;
use super::store::{self, Kept};
use super::words::{Words, words};
use crate::bridge::Fields;
use crate::components::listed;
use crate::memory;
use crate::studio::Studio;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Kept models to choose, rename, save and delete; and the way to bring another.
#[component]
pub fn Shelf(studio: Studio) -> impl IntoView {
    let kept = RwSignal::new_local(Vec::<Kept>::new());
    let trouble = RwSignal::new(String::new());
    let refresh = move || {
        spawn_local(async move {
            if let Ok(all) = store::all().await {
                // The panel may have been closed.
                let _ = kept.try_set(all);
            }
        });
    };
    refresh();
    // A model that was just kept is in use.
    Effect::new(move |_| {
        studio.asked_pack.track();
        refresh();
    });
    let said = move || words(studio.locale.get());
    let pick = move |input: web_sys::HtmlInputElement| {
        spawn_local(given::take(studio, listed(input.files())));
        input.set_value("");
    };
    view! {
        <fieldset class="choices pack-choices own-shelf" data-testid="own-shelf">
            <legend>{move || said().yours}</legend>
            {move || {
                kept.get().into_iter().map(|it| view! { <Row studio kept=it trouble refresh /> }).collect_view()
            }}
            <p class="own-trouble" role="alert">{move || trouble.get()}</p>
            <label class="own-pick own-open">
                {move || said().open}
                <input class="hidden" type="file" multiple accept=".onnx,.tflite,.zip,.json,.txt"
                    data-testid="own-input" on:change:target=move |event| pick(event.target()) />
            </label>
            <p class="quiet own-hint">{move || said().drop_hint}</p>
        </fieldset>
    }
}

#[component]
fn Row(
    studio: Studio,
    kept: Kept,
    trouble: RwSignal<String>,
    refresh: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let id = kept.id.clone();
    let title = Fields::parse(&kept.json).and_then(|pack| pack.field("title")?.text("en"));
    let title = RwSignal::new(title.unwrap_or_else(|| id.clone()));
    let kept = StoredValue::new_local(kept);
    let sure = RwSignal::new(false);
    let testid = |what: &str| format!("own-{what}-{id}");
    let (chosen, mark) = (id.clone(), id.clone());
    let choose = move |_| {
        let kept = kept.get_value();
        spawn_local(async move {
            let told = keep::use_it(studio, &kept).await.err().unwrap_or_default();
            let _ = trouble.try_set(told);
        });
    };
    let said = move |pick: fn(&'static Words) -> &'static str| move || pick(words(studio.locale.get()));
    let delete = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        spawn_local(delete(studio, kept.get_value().id, trouble, refresh));
    };
    view! {
        <div class="own-kept">
            <label class="choice">
                <input type="radio" name="pack" data-testid=testid("pack")
                    prop:checked=move || studio.asked_pack.with(|asked| *asked == chosen) on:change=choose />
                <span class="choice-text"><span>{title}</span><small>{mark}</small></span>
            </label>
            <details class="own-manage">
                <summary data-testid=testid("manage")>{said(|words| words.manage)}</summary>
                <input type="text" maxlength="80" data-testid=testid("rename") aria-label=said(|words| words.name)
                    prop:value=move || title.get()
                    on:change:target=move |event| {
                        spawn_local(rename(studio, kept, event.target().value(), title, trouble));
                    } />
                <div class="own-row">
                    <button class="button" type="button" data-testid=testid("save")
                        on:click=move |_| spawn_local(keep::save_zip(studio, kept.get_value()))>
                        {said(|words| words.save_zip)}
                    </button>
                    <button class="button" type="button" data-testid=testid("delete") on:click=delete>
                        {move || {
                            let words = words(studio.locale.get());
                            if sure.get() { words.delete_sure } else { words.delete }
                        }}
                    </button>
                </div>
            </details>
        </div>
    }
}

async fn rename(
    studio: Studio,
    kept: StoredValue<Kept, LocalStorage>,
    name: String,
    title: RwSignal<String>,
    trouble: RwSignal<String>,
) {
    let name = name.trim().to_owned();
    let Some(before) = kept.try_get_value().filter(|_| !name.is_empty()) else { return };
    let told = match keep::rename(studio, &before, &name).await {
        Ok(renamed) => {
            let in_use = studio.asked_pack.with_untracked(|asked| *asked == renamed.id);
            let _ = kept.try_set_value(renamed.clone());
            let _ = title.try_set(name);
            // The title at the top follows.
            if in_use { keep::use_it(studio, &renamed).await.err() } else { None }
        }
        Err(told) => Some(told),
    };
    let _ = trouble.try_set(told.unwrap_or_default());
}

async fn delete(studio: Studio, id: String, trouble: RwSignal<String>, refresh: impl Fn()) {
    if let Err(refusal) = store::forget(&id).await {
        let told = keep::refused(words(studio.locale.get_untracked()), refusal);
        let _ = trouble.try_set(told);
        return;
    }
    let in_use = studio.asked_pack.with_untracked(|asked| *asked == id);
    if in_use {
        memory::remember(memory::OWN, "");
        if let Some(first) = studio.packs.with_untracked(|packs| packs.first().cloned()) {
            studio.switch_pack(first);
        }
    }
    refresh();
}
