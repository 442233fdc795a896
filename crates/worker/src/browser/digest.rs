//! SHA-256 by the browser, whose own code is many times as fast as ours in WebAssembly; pages that are not served over
//! HTTPS have none, and there it is ours.

use js_sys::{Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

/// In hexadecimal digits.
pub async fn sha256(bytes: &[u8]) -> String {
    let digest = match browsers(bytes).await {
        Some(digest) => digest,
        None => Sha256::digest(bytes).to_vec(),
    };
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn browsers(bytes: &[u8]) -> Option<Vec<u8>> {
    let crypto = Reflect::get(&super::scope(), &"crypto".into()).ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    let subtle: SubtleCrypto = subtle.is_object().then(|| subtle.unchecked_into())?;
    let digest = subtle.digest_with_str_and_u8_array("SHA-256", bytes).ok()?;
    let digest = JsFuture::from(digest).await.ok()?;
    Some(Uint8Array::new(&digest).to_vec())
}
