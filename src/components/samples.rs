//! Photos and clips to try the page with.

use crate::media::{self, Sample};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A row of samples; nothing where there are none.
#[component]
pub fn Samples(studio: Studio) -> impl IntoView {
    let samples = RwSignal::new(Vec::<Sample>::new());
    spawn_local(async move { samples.set(media::samples().await) });
    view! {
        <Show when=move || samples.with(|samples| !samples.is_empty())>
            <div class="samples" data-testid="samples">
                <h2>{say!(studio, samples.title)}</h2>
                <ul>
                    <For each=move || samples.get() key=|sample| sample.file.clone() let:sample>
                        <SampleButton studio sample />
                    </For>
                </ul>
            </div>
        </Show>
    }
}

/// One sample.
#[component]
fn SampleButton(studio: Studio, sample: Sample) -> impl IntoView {
    let address = sample.address();
    let credit = sample.credit.clone();
    let of_title = sample.clone();
    let title = Signal::derive(move || of_title.title(studio.locale.get()));
    let open = move |_| {
        let sample = sample.clone();
        studio.pack_for_clips.set_value(sample.pack.clone());
        spawn_local(async move {
            studio.add(media::fetch_sample(&sample).await.into_iter().map(Into::into).collect())
        });
    };
    view! {
        <li>
            <button type="button" class="sample" title=credit on:click=open
                aria-label=Signal::derive(move || text!(studio.locale.get(), samples.open, title = title.get()))>
                <img src=address alt="" loading="lazy" decoding="async" />
                <span>{title}</span>
            </button>
        </li>
    }
}
