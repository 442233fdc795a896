//! The browser's functions by their names. `web-sys` keeps some of them behind a compiler flag, and each of the others would take its
//! place in the page's own program and script, where everybody waits for it: by name they cost nothing until this chunk is fetched.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlCanvasElement;

/// How long is waited for a frame before one looks whether anybody still wants it.
const PATIENCE_MILLIS: i32 = 500;

/// A field; undefined if there is none.
pub fn get(holder: &JsValue, key: &str) -> JsValue {
    Reflect::get(holder, &key.into()).unwrap_or_default()
}

/// A field that is a number; 0 if it is none.
pub fn number(holder: &JsValue, key: &str) -> f64 {
    get(holder, key).as_f64().unwrap_or(0.0)
}

/// A field that is a text; empty if it is none.
pub fn text(holder: &JsValue, key: &str) -> String {
    get(holder, key).as_string().unwrap_or_default()
}

/// Sets a field. Those of the browser's own objects take it, or leave it.
pub fn set(holder: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(holder, &key.into(), value);
}

/// Calls a method; an error if there is none, or it throws.
pub fn call(holder: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(holder, name).dyn_into()?;
    function.apply(holder, &arguments.iter().collect())
}

/// Calls a method that promises something.
pub async fn promised(holder: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let promise: Promise = call(holder, name, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// Makes an object of a class of the browser; an error if it does not know the class.
pub fn make(class: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let class: Function = get(&window(), class).dyn_into()?;
    Reflect::construct(&class, &arguments.iter().collect::<Array>())
}

/// A plain object with these fields.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = JsValue::from(Object::new());
    for (key, value) in fields {
        set(&object, key, value);
    }
    object
}

/// An element that is not on the page.
pub fn element(name: &str) -> Option<JsValue> {
    document().create_element(name).ok().map(JsValue::from)
}

/// A canvas that is not on the page, with its context.
pub fn canvas(options: &[(&str, JsValue)]) -> Option<(HtmlCanvasElement, JsValue)> {
    let canvas = element("canvas")?;
    let context = call(&canvas, "getContext", &["2d".into(), object(options)]).ok()?;
    (!context.is_null()).then(|| (canvas.unchecked_into(), context))
}

/// Waits for the next frame that the browser shows; false if there was none for half a second.
pub async fn next_frame(video: &JsValue) -> bool {
    let promise = Promise::new(&mut |resolve, _| {
        let resolve = JsValue::from(resolve);
        if call(video, "requestVideoFrameCallback", std::slice::from_ref(&resolve)).is_err() {
            // Older browsers: every frame of the screen may be a new one.
            let _ = call(&window(), "requestAnimationFrame", std::slice::from_ref(&resolve));
        }
        let _ = call(&window(), "setTimeout", &[resolve, PATIENCE_MILLIS.into()]);
    });
    // Both callbacks of a frame are given a time, that of the timeout is not.
    JsFuture::from(promise).await.is_ok_and(|time| time.as_f64().is_some())
}

/// Waits for an event of a player; false if an error or nothing came for that long.
pub async fn happens(video: &JsValue, event: &str, millis: i32) -> bool {
    let promise = Promise::new(&mut |resolve, _| {
        let resolve = JsValue::from(resolve);
        for handler in [&format!("on{event}"), "onerror"] {
            set(video, handler, &resolve);
        }
        let _ = call(&window(), "setTimeout", &[resolve, millis.into()]);
    });
    JsFuture::from(promise).await.is_ok_and(|came| text(&came, "type") == event)
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    call(&get(&window(), "performance"), "now", &[]).ok().and_then(|now| now.as_f64()).unwrap_or(0.0)
}

/// Whether the page is out of sight.
pub fn is_hidden() -> bool {
    get(&document(), "hidden").is_truthy()
}
