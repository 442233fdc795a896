//! Bytes become a file in the person's downloads.

use gloo::timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// A browser may fetch the address a little after the click.
const ADDRESS_LIVES_MILLIS: u32 = 60_000;

/// A text as a blob.
pub fn blob(text: &str, kind: &str) -> Option<Blob> {
    made(&Array::of1(&text.into()), kind)
}

/// Bytes as a blob.
pub fn blob_of(bytes: &ArrayBuffer, kind: &str) -> Option<Blob> {
    made(&Array::of1(bytes), kind)
}

/// Texts and bytes, one after the other, as a blob.
pub fn made(parts: &Array, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_blob_sequence_and_options(parts, &options).ok()
}

/// Hands a file to the browser.
pub fn offer(blob: &Blob, name: &str) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Timeout::new(ADDRESS_LIVES_MILLIS, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}
