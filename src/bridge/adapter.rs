//! What the browser says of its graphics adapter, before a GPU worker is worth fetching.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What `navigator.gpu` offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// The browser has no WebGPU.
    NoWebgpu,
    /// WebGPU is there, but gives no adapter.
    None,
    /// A program on the processor: slower than the CPU worker.
    Software(String),
    /// A graphics processor.
    Hardware(String),
}

/// Names, or parts of names, of adapters that are programs.
const SOFTWARE: [&str; 5] = ["swiftshader", "llvmpipe", "lavapipe", "microsoft basic render", "software"];

impl Adapter {
    /// Asks the browser.
    pub async fn probe() -> Self {
        let navigator = JsValue::from(leptos::prelude::window().navigator());
        let Some(gpu) = property(&navigator, "gpu") else { return Self::NoWebgpu };
        match request(&gpu).await {
            Some(adapter) => describe(&adapter),
            None => Self::None,
        }
    }
}

// web-sys keeps WebGPU behind a compiler flag, so the few calls are made by name.
async fn request(gpu: &JsValue) -> Option<JsValue> {
    let function = property(gpu, "requestAdapter")?.dyn_into::<js_sys::Function>().ok()?;
    let promise = function.call0(gpu).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok().filter(|adapter| !adapter.is_null() && !adapter.is_undefined())
}

fn describe(adapter: &JsValue) -> Adapter {
    let info = property(adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let text = |name: &str| property(&info, name).and_then(|value| value.as_string()).unwrap_or_default();
    let name = name_of(&text("vendor"), &text("architecture"), &text("device"), &text("description"));
    // The flag has moved from the adapter to its info.
    let fallback = [adapter, &info].iter().any(|holder| {
        property(holder, "isFallbackAdapter").is_some_and(|value| value.as_bool() == Some(true))
    });
    if fallback || is_software(&name) { Adapter::Software(name) } else { Adapter::Hardware(name) }
}

fn property(holder: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(holder, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn name_of(vendor: &str, architecture: &str, device: &str, description: &str) -> String {
    let parts = if description.is_empty() { [vendor, architecture, device] } else { [description, "", ""] };
    let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if words.is_empty() { "GPU".to_owned() } else { words.join(" ") }
}

fn is_software(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SOFTWARE.iter().any(|software| name.contains(software))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_processors() {
        assert!(is_software("google swiftshader"));
        assert!(is_software("Microsoft Basic Render Driver"));
        assert!(is_software("llvmpipe (LLVM 15.0.6, 256 bits)"));
        assert!(!is_software("nvidia lovelace"));
        assert!(!is_software("Apple M2"));
    }

    #[test]
    fn an_adapter_is_named_by_what_the_browser_tells() {
        assert_eq!(name_of("nvidia", "lovelace", "", ""), "nvidia lovelace");
        assert_eq!(name_of("nvidia", "lovelace", "", "NVIDIA GeForce RTX 4090"), "NVIDIA GeForce RTX 4090");
        assert_eq!(name_of("", "", "", ""), "GPU");
    }
}
