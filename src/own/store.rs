//! Kept models in the browser's IndexedDB: a record of pack and model file each.
//!
//! The calls are made by name: bindings of web-sys would add to the page's script, which is fetched first.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

const DATABASE: &str = "vitrine";
const STORE: &str = "packs";

/// A model that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The folder's name.
    pub id: String,
    /// The text of its `pack.json`.
    pub json: String,
    /// The model file.
    pub model: Blob,
}

/// Why nothing could be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No room is left.
    Full,
    /// The browser does not keep anything for this page.
    Forbidden,
}

/// All kept models, by their ids.
pub async fn all() -> Result<Vec<Kept>, Refusal> {
    let found = run("readonly", |store| call(store, "getAll", &[])).await?;
    Ok(found
        .dyn_into::<Array>()
        .map(|list| list.iter().filter_map(|it| read(&it)).collect())
        .unwrap_or_default())
}

/// The kept model of this id.
pub async fn one(id: &str) -> Option<Kept> {
    let found = run("readonly", |store| call(store, "get", &[id.into()])).await;
    found.ok().and_then(|record| read(&record))
}

/// Keeps a model; one of the same id is replaced.
pub async fn keep(kept: &Kept) -> Result<(), Refusal> {
    let record = Object::new();
    let fields: [(&str, JsValue); 3] = [
        ("id", kept.id.as_str().into()),
        ("json", kept.json.as_str().into()),
        ("model", kept.model.clone().into()),
    ];
    for (key, value) in fields {
        Reflect::set(&record, &key.into(), &value).map_err(refusal)?;
    }
    run("readwrite", move |store| call(store, "put", &[record.into()])).await.map(drop)
}

/// Forgets a model.
pub async fn forget(id: &str) -> Result<(), Refusal> {
    run("readwrite", |store| call(store, "delete", &[id.into()])).await.map(drop)
}

fn read(record: &JsValue) -> Option<Kept> {
    let field = |key: &str| Reflect::get(record, &key.into()).ok();
    Some(Kept {
        id: field("id")?.as_string()?,
        json: field("json")?.as_string()?,
        model: field("model")?.dyn_into().ok()?,
    })
}

/// Does one thing with the store, and waits until it is written.
async fn run(
    mode: &str,
    work: impl FnOnce(&JsValue) -> Result<JsValue, JsValue>,
) -> Result<JsValue, Refusal> {
    let database = open().await.map_err(refusal)?;
    let done = async {
        let transaction = call(&database, "transaction", &[STORE.into(), mode.into()])?;
        let store = call(&transaction, "objectStore", &[STORE.into()])?;
        let request = work(&store)?;
        // A full disk may show only when all of it is written.
        settled(&transaction, "oncomplete", &["onabort", "onerror"], &transaction).await?;
        Reflect::get(&request, &"result".into())
    };
    let done = done.await.map_err(refusal);
    let _ = call(&database, "close", &[]);
    done
}

async fn open() -> Result<JsValue, JsValue> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())?;
    let request = call(&factory, "open", &[DATABASE.into(), 1.into()])?;
    let opened = request.clone();
    let upgrade = Closure::once_into_js(move || {
        let options = Object::new();
        let _ = Reflect::set(&options, &"keyPath".into(), &"id".into());
        let database = Reflect::get(&opened, &"result".into());
        let _ = database.and_then(|it| call(&it, "createObjectStore", &[STORE.into(), options.into()]));
    });
    Reflect::set(&request, &"onupgradeneeded".into(), &upgrade)?;
    settled(&request, "onsuccess", &["onerror", "onblocked"], &request).await?;
    Reflect::get(&request, &"result".into())
}

/// Waits for one of the events of `target`; after a bad one, fails with the `error` of `failed`.
async fn settled(target: &JsValue, good: &str, bad: &[&str], failed: &JsValue) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        let _ = Reflect::set(target, &good.into(), &resolve);
        for name in bad {
            let _ = Reflect::set(target, &(*name).into(), &reject);
        }
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(_) => Err(Reflect::get(failed, &"error".into()).unwrap_or(JsValue::UNDEFINED)),
    }
}

fn call(holder: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function = Reflect::get(holder, &name.into())?.dyn_into::<Function>()?;
    function.apply(holder, &arguments.iter().collect::<Array>())
}

fn refusal(error: JsValue) -> Refusal {
    let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
    if name.as_deref() == Some("QuotaExceededError") { Refusal::Full } else { Refusal::Forbidden }
}
