//! Small files of the page's own host.

use crate::bridge::Fields;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

/// The JSON file at `path`, a path relative to the page; none if there is no such file, or something else in its place:
/// a host may answer with a page of its own.
pub async fn json(path: &str) -> Option<Fields> {
    Fields::parse(&text(path).await?)
}

/// The text of the file at `path`.
pub async fn text(path: &str) -> Option<String> {
    JsFuture::from(response(path).await?.text().ok()?).await.ok()?.as_string()
}

/// The bytes of the file at `path`.
pub async fn blob(path: &str) -> Option<Blob> {
    JsFuture::from(response(path).await?.blob().ok()?).await.ok()?.dyn_into().ok()
}

async fn response(path: &str) -> Option<Response> {
    let promise = leptos::prelude::window().fetch_with_str(&crate::address::absolute(path));
    let response: Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    response.ok().then_some(response)
}
