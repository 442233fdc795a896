//! Files of packs.

use crate::faults::fault;
use js_sys::{Reflect, Uint8Array};
use vitrine_protocol::{Fault, FaultCode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

/// `pack.json` files are small; what is larger is something else.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// More is not set aside before it arrives: a pack may say anything.
const RESERVED_MAX: u64 = 64 << 20;

/// A text file.
pub async fn text(address: &str) -> Result<String, Fault> {
    let bytes = bytes(address, [0, MAX_TEXT_BYTES], |_| {}).await?;
    String::from_utf8(bytes).map_err(|_| fault(FaultCode::PackInvalid, format!("{address} is no text")))
}

/// A file of `limit` bytes at most, as it arrives, where `expected` are likely. `progress` hears how many are there.
pub async fn bytes(
    address: &str,
    [expected, limit]: [u64; 2],
    progress: impl Fn(u64),
) -> Result<Vec<u8>, Fault> {
    let failed = |cause: JsValue| {
        let cause = cause.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        fault(FaultCode::PackMissing, format!("{address}: {}", cause.unwrap_or_default()))
    };
    let response = JsFuture::from(super::scope().fetch_with_str(address)).await.map_err(failed)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(fault(FaultCode::PackMissing, format!("{address}: status {}", response.status())));
    }
    let Some(body) = response.body() else { return Ok(vec![]) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::with_capacity(expected.min(RESERVED_MAX) as usize);
    while let Some(chunk) = next_chunk(&reader).await.map_err(failed)? {
        if bytes.len() as u64 + u64::from(chunk.length()) > limit {
            // What is longer than the pack says is refused before it fills the memory.
            return Err(fault(FaultCode::PackTampered, format!("{address} is longer than {limit} bytes")));
        }
        let had = bytes.len();
        bytes.resize(had + chunk.length() as usize, 0);
        chunk.copy_to(&mut bytes[had..]);
        progress(bytes.len() as u64);
    }
    Ok(bytes)
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    let done = Reflect::get(&result, &"done".into())?.is_truthy();
    let value = Reflect::get(&result, &"value".into())?;
    Ok(if done { None } else { value.dyn_into().ok() })
}
