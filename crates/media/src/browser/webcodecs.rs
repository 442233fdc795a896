//! The few parts of WebCodecs (W3C) that are used. `web-sys` keeps them behind a compiler flag.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::OffscreenCanvasRenderingContext2d;

#[wasm_bindgen]
extern "C" {
    pub type VideoDecoder;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(init: &Object) -> Result<VideoDecoder, JsValue>;
    #[wasm_bindgen(static_method_of = VideoDecoder, js_name = isConfigSupported, catch)]
    pub fn is_config_supported(config: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn configure(this: &VideoDecoder, config: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn decode(this: &VideoDecoder, chunk: &EncodedVideoChunk) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn flush(this: &VideoDecoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn reset(this: &VideoDecoder) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter, js_name = decodeQueueSize)]
    pub fn decode_queue_size(this: &VideoDecoder) -> u32;
    #[wasm_bindgen(method, setter, js_name = ondequeue)]
    pub fn set_ondequeue(this: &VideoDecoder, listener: &Function);

    pub type EncodedVideoChunk;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(init: &Object) -> Result<EncodedVideoChunk, JsValue>;

    /// A decoded picture. The browser has few of them: each must be closed.
    #[derive(Clone)]
    pub type VideoFrame;

    #[wasm_bindgen(method, getter)]
    pub fn timestamp(this: &VideoFrame) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn duration(this: &VideoFrame) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    pub fn display_width(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    pub fn display_height(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method)]
    pub fn close(this: &VideoFrame);

    pub type ImageDecoder;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(init: &Object) -> Result<ImageDecoder, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub fn completed(this: &ImageDecoder) -> Promise;
    #[wasm_bindgen(method, getter)]
    pub fn tracks(this: &ImageDecoder) -> ImageTrackList;
    #[wasm_bindgen(method)]
    pub fn decode(this: &ImageDecoder, options: &Object) -> Promise;

    pub type ImageTrackList;

    #[wasm_bindgen(method, getter)]
    pub fn ready(this: &ImageTrackList) -> Promise;
    #[wasm_bindgen(method, getter, js_name = selectedTrack)]
    pub fn selected_track(this: &ImageTrackList) -> Option<ImageTrack>;

    pub type ImageTrack;

    #[wasm_bindgen(method, getter, js_name = frameCount)]
    pub fn frame_count(this: &ImageTrack) -> u32;

    /// A canvas that pictures are drawn on.
    #[wasm_bindgen(extends = OffscreenCanvasRenderingContext2d)]
    pub type Context;

    #[wasm_bindgen(method, js_name = drawImage, catch)]
    pub fn draw_frame(
        this: &Context,
        frame: &VideoFrame,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;
}

/// Whether the worker's global scope has a class.
pub fn has(class: &str) -> bool {
    Reflect::has(&js_sys::global(), &class.into()).unwrap_or(false)
}

/// A plain object.
pub fn object(fields: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in fields {
        // Setting a field of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object
}

/// What a refusal says.
pub fn said(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| "the browser refused".to_owned())
}

/// A decoded picture that is closed when it is dropped.
pub struct Picture(pub VideoFrame);

impl Drop for Picture {
    fn drop(&mut self) {
        self.0.close();
    }
}
