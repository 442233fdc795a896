//! Messages as JavaScript values: `{json, buffers, bitmap?}`, see `vitrine_protocol`.

use super::fields::Fields;
use super::replies;
use js_sys::{Array, ArrayBuffer, JSON, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use vitrine_protocol::{Reply, Request, Ticket};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ImageBitmap, Worker};

/// A reply with what travelled beside it.
pub struct Parcel {
    /// The message.
    pub reply: Reply,
    /// Transferred bytes; their meaning is the reply's.
    pub buffers: Vec<ArrayBuffer>,
    /// A picture for display.
    pub bitmap: Option<ImageBitmap>,
}

/// Sends a request; the buffers are transferred and empty afterwards.
pub fn send(worker: &Worker, request: &Request, buffers: &[ArrayBuffer]) -> Result<(), JsValue> {
    let json = JSON::stringify(&request.serialize(&Serializer::json_compatible())?)?;
    let list: Array = buffers.iter().collect();
    let message = Object::new();
    Reflect::set(&message, &"json".into(), &json.into())?;
    Reflect::set(&message, &"buffers".into(), &list)?;
    worker.post_message_with_transfer(&message, &list)
}

/// Reads what a worker sent; none if it is no message of ours.
pub fn receive(message: &JsValue) -> Option<Parcel> {
    let json = Reflect::get(message, &"json".into()).ok()?.as_string()?;
    let reply = replies::read(&Fields::parse(&json)?)?;
    let buffers = Reflect::get(message, &"buffers".into()).ok()?;
    let buffers = buffers.dyn_into::<Array>().map(|list| list.iter().collect()).unwrap_or_default();
    let bitmap = Reflect::get(message, &"bitmap".into()).ok()?.dyn_into().ok();
    let buffers: Vec<JsValue> = buffers;
    let buffers = buffers.into_iter().filter_map(|buffer| buffer.dyn_into().ok()).collect();
    Some(Parcel { reply, buffers, bitmap })
}

/// The request that a reply belongs to.
pub fn ticket_of(reply: &Reply) -> Ticket {
    match reply {
        Reply::Ready { ticket, .. }
        | Reply::Progress { ticket, .. }
        | Reply::Decoded { ticket, .. }
        | Reply::Loaded { ticket, .. }
        | Reply::Measured { ticket, .. }
        | Reply::Done { ticket, .. }
        | Reply::Watched { ticket, .. }
        | Reply::Moved { ticket, .. }
        | Reply::Encoded { ticket }
        | Reply::Told { ticket, .. }
        | Reply::WarmedUp { ticket }
        | Reply::Opened { ticket, .. }
        | Reply::Computed { ticket, .. }
        | Reply::Compared { ticket }
        | Reply::Failed { ticket, .. } => *ticket,
    }
}

/// Copies bytes into a buffer that can be transferred.
pub fn buffer_from(bytes: &[u8]) -> ArrayBuffer {
    Uint8Array::from(bytes).buffer()
}

/// Copies a transferred buffer into memory of this module.
pub fn bytes_from(buffer: &ArrayBuffer) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}
