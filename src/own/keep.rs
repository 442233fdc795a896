//! Models that stay: kept in the browser, opened again, saved as zip files.

use super::store::{self, Kept, Refusal};
use super::words::{Words, words};
use super::{file, form, zip};
use crate::bridge::{Fields, Own};
use crate::memory;
use crate::save::{blob_of, offer};
use crate::studio::Studio;
use js_sys::{JSON, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Loads a kept model, and remembers that it was the last one in use.
///
/// # Errors
/// Why it cannot be used.
pub async fn use_it(studio: Studio, kept: &Kept) -> Result<(), String> {
    let own = Own { json: kept.json.as_str().into(), model: kept.model.clone() };
    studio.try_own(own).await.map_err(|fault| fault.cause)?;
    memory::remember(memory::OWN, &kept.id);
    Ok(())
}

/// Opens the page with the kept model that was last in use; with the host's first one if it is gone.
pub async fn reopen(studio: Studio) {
    let id = memory::recall(memory::OWN).unwrap_or_default();
    if let Some(kept) = store::one(&id).await {
        match use_it(studio, &kept).await {
            Ok(()) => return,
            Err(trouble) => form::open(studio, Err(trouble)),
        }
    }
    memory::remember(memory::OWN, "");
    studio.begin(studio.packs.with_untracked(|packs| packs.first().cloned())).await;
}

/// A refusal in words.
pub fn refused(words: &Words, refusal: Refusal) -> String {
    match refusal {
        Refusal::Full => words.storage_full,
        Refusal::Forbidden => words.storage_forbidden,
    }
    .to_owned()
}

/// Hands a model to the person as a zip file that can be hosted.
pub async fn save_zip(studio: Studio, kept: Kept) {
    let name = format!("{}.zip", kept.id);
    let zip = match file::bytes(&kept.model).await {
        Ok(model) => {
            let file = Fields::parse(&kept.json).and_then(|pack| pack.field("model")?.text("file"));
            let file = file.unwrap_or_else(|| "model.onnx".to_owned());
            match zip::code().await {
                Ok(zip) => (zip.write)(&kept.id, &kept.json, (&file, &model)).ok(),
                Err(_) => None,
            }
        }
        Err(_) => None,
    };
    let blob = zip.and_then(|zip| blob_of(&js_sys::Uint8Array::from(&zip[..]).buffer(), "application/zip"));
    offer(studio, blob, name);
}

/// A kept model under another title.
///
/// # Errors
/// In words, when it cannot be kept.
pub async fn rename(studio: Studio, kept: &Kept, title: &str) -> Result<Kept, String> {
    let words = words(studio.locale.get_untracked());
    let json = titled(&kept.json, title).map_err(|_| words.storage_forbidden.to_owned())?;
    let renamed = Kept { json, ..kept.clone() };
    store::keep(&renamed).await.map_err(|refusal| refused(words, refusal))?;
    Ok(renamed)
}

fn titled(json: &str, title: &str) -> Result<String, JsValue> {
    let pack = JSON::parse(json)?;
    let text = Reflect::get(&pack, &"title".into())?;
    for language in ["en", "fr"] {
        Reflect::set(&text, &language.into(), &title.into())?;
    }
    pretty(&pack)
}

/// A JSON value as people read it.
pub fn pretty(value: &JsValue) -> Result<String, JsValue> {
    Ok(JSON::stringify_with_replacer_and_space(value, &JsValue::NULL, &2.into())?.into())
}
