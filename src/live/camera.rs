//! Cameras: which there are, and the one that is on.

use super::trouble::Trouble;
use super::web::{call, get, object, promised, set, text};
use crate::memory;
use js_sys::Array;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// The name under which the chosen camera is remembered.
const CAMERA: &str = "vitrine-camera";
/// Asked of the camera; it gives what it can. More would be scaled down.
const WIDTH: u32 = 1280;
/// See [`WIDTH`].
const HEIGHT: u32 = 720;

/// A camera that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Camera {
    /// The browser's own name for it.
    pub id: String,
    /// A name for people; empty if the browser tells none.
    pub label: String,
}

/// A camera that is on.
pub struct Opened {
    /// What it sees, a `MediaStream`.
    pub stream: JsValue,
    /// Which one.
    pub id: String,
    /// Whether it looks at the person: then it is shown as a mirror. Computers do not say; theirs does as a rule.
    pub front: bool,
}

/// Switches the remembered camera on, or one that looks away from the person where there are several.
pub async fn open() -> Result<Opened, Trouble> {
    let constraints =
        object(&[("audio", JsValue::FALSE), ("video", wanted(memory::recall(CAMERA).as_deref()))]);
    let stream = promised(&devices()?, "getUserMedia", &[constraints]).await;
    let stream = stream.map_err(|error| Trouble::of(&error))?;
    let settings = track(&stream).and_then(|track| call(&track, "getSettings", &[]));
    let settings = settings.unwrap_or_default();
    Ok(Opened {
        stream,
        id: text(&settings, "deviceId"),
        front: text(&settings, "facingMode") != "environment",
    })
}

fn devices() -> Result<JsValue, Trouble> {
    // Pages that did not come safely have no `mediaDevices` at all.
    if !get(&window(), "isSecureContext").is_truthy() {
        return Err(Trouble::Insecure);
    }
    let devices = get(&window().navigator(), "mediaDevices");
    if devices.is_undefined() { Err(Trouble::Unsupported) } else { Ok(devices) }
}

fn wanted(id: Option<&str>) -> JsValue {
    let ideal = |value: JsValue| object(&[("ideal", value)]);
    let which = match id {
        Some(id) => ("deviceId", ideal(id.into())),
        None => ("facingMode", ideal("environment".into())),
    };
    object(&[which, ("width", ideal(WIDTH.into())), ("height", ideal(HEIGHT.into()))])
}

/// All cameras. Browsers tell their names once one of them is on.
pub async fn all() -> Vec<Camera> {
    let Ok(devices) = devices() else { return Vec::new() };
    let list = promised(&devices, "enumerateDevices", &[]).await;
    let list = list.ok().and_then(|list| list.dyn_into::<Array>().ok()).unwrap_or_default();
    let cameras = list.iter().filter(|device| text(device, "kind") == "videoinput");
    cameras.map(|device| Camera { id: text(&device, "deviceId"), label: text(&device, "label") }).collect()
}

/// The camera to use from now on.
pub fn choose(id: &str) {
    memory::remember(CAMERA, id);
}

fn track(stream: &JsValue) -> Result<JsValue, JsValue> {
    Ok(get(&call(stream, "getVideoTracks", &[])?, "0"))
}

/// A camera may be unplugged, or taken away in the browser's own menu: then this function is called.
pub fn when_ended(stream: &JsValue, ended: &JsValue) {
    if let Ok(track) = track(stream) {
        set(&track, "onended", ended);
    }
}

/// Switches the camera off.
pub fn release(stream: &JsValue) {
    if let Ok(track) = track(stream) {
        // Stopping a track twice is allowed.
        let _ = call(&track, "stop", &[]);
    }
}
