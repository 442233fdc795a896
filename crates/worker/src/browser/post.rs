//! Messages as JavaScript objects: `{json, buffers, bitmap?}`.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use vitrine_protocol::{Reply, Request};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ImageBitmap;

/// A reply with what travels beside it.
pub struct Parcel {
    pub reply: Reply,
    pub buffers: Vec<ArrayBuffer>,
    pub bitmap: Option<ImageBitmap>,
}

impl From<Reply> for Parcel {
    fn from(reply: Reply) -> Self {
        Self { reply, buffers: vec![], bitmap: None }
    }
}

impl Parcel {
    /// With bytes beside it.
    pub fn with_bytes(reply: Reply, bytes: &[u8]) -> Self {
        Self { reply, buffers: vec![Uint8Array::from(bytes).buffer()], bitmap: None }
    }
}

/// Posts a reply; buffers and bitmap are transferred, not copied.
pub fn send(parcel: Parcel) {
    let json = serde_json::to_string(&parcel.reply).unwrap_or_default();
    let message = Object::new();
    let buffers: Array = parcel.buffers.iter().collect();
    let transfer = Array::from(&buffers);
    // Setting properties of a plain object, and posting what was just made, cannot fail.
    let _ = Reflect::set(&message, &"json".into(), &json.into());
    let _ = Reflect::set(&message, &"buffers".into(), &buffers);
    if let Some(bitmap) = &parcel.bitmap {
        let _ = Reflect::set(&message, &"bitmap".into(), bitmap);
        transfer.push(bitmap);
    }
    let _ = super::scope().post_message_with_transfer(&message, &transfer);
}

/// The request and the buffers of a message; none if it is no request.
pub fn parse(data: &JsValue) -> Option<(Request, Vec<ArrayBuffer>)> {
    let json = Reflect::get(data, &"json".into()).ok()?.as_string()?;
    let buffers = Reflect::get(data, &"buffers".into()).ok()?;
    let buffers = buffers.dyn_into::<Array>().map(|array| array.iter().map(JsCast::unchecked_into).collect());
    Some((serde_json::from_str(&json).ok()?, buffers.unwrap_or_default()))
}
