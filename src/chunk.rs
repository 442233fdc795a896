//! Parts of the page whose code is fetched when it is first needed, and not with the page.
//!
//! A function marked `#[wasm_split(name, fallible)]` and everything that only such functions of the same name reach become
//! a file of their own, the chunk `name`. Calling the function fetches it. A part is such a function that returns a plain
//! `fn`, which can be called as often as is needed from then on:
//!
//! ```ignore
//! #[wasm_split(panels, fallible)]
//! fn rows_code() -> chunk::Fetched<View> {
//!     Ok(|studio| view! { <Rows studio /> }.into_any())
//! }
//!
//! view! { {chunk::view(studio, rows_code)} }
//! ```

use crate::studio::Studio;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_split_helpers::SplitLoaderError;

/// Code that was fetched, or the fact that it could not be.
pub type Fetched<Code> = Result<Code, SplitLoaderError>;

/// What a part that is shown consists of.
pub type View = fn(Studio) -> AnyView;

/// Shows a part. It is fetched at once and appears when it is there.
pub fn view<Fetching>(studio: Studio, fetch: fn() -> Fetching) -> impl IntoView
where
    Fetching: Future<Output = Fetched<View>> + 'static,
{
    let part = RwSignal::new(None::<View>);
    with(studio, fetch, move |code| {
        // What would have shown it may be gone by now.
        let _ = part.try_set(Some(code));
    });
    move || part.get().map(|part| part(studio))
}

/// Fetches a part and does `work` with it. If it cannot be had, the person reads so and may try again.
pub fn with<Code, Fetching>(studio: Studio, fetch: fn() -> Fetching, work: impl Fn(Code) + 'static)
where
    Code: 'static,
    Fetching: Future<Output = Fetched<Code>> + 'static,
{
    try_with(studio, Rc::new(move || Box::pin(fetch())), Rc::new(work));
}

type Fetch<Code> = dyn Fn() -> Pin<Box<dyn Future<Output = Fetched<Code>>>>;

/// Compiled once for each type of code, not once for each part.
fn try_with<Code: 'static>(studio: Studio, fetch: Rc<Fetch<Code>>, work: Rc<dyn Fn(Code)>) {
    spawn_local(async move {
        match fetch().await {
            Ok(code) => work(code),
            Err(error) => {
                let again = move || try_with(studio, fetch.clone(), work.clone());
                studio.tell_missing_part(error.to_string(), Box::new(again));
            }
        }
    });
}
