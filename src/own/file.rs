//! What a file is, by its first bytes and its name.

use crate::bridge::{bytes_from, bytes_of};
use vitrine_protocol::Fault;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// Larger files are not taken: page and worker hold the file, its weights and what they become at the same time.
pub const BYTES_MAX: f64 = 512.0 * 1024.0 * 1024.0;
/// Hosts of static files often refuse larger ones.
pub const HOSTS_MAX: u64 = 25 << 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ONNX or TFLite.
    Model,
    /// A zip file.
    Zip,
    /// A `pack.json`.
    Pack,
    /// What may be a list of labels.
    List,
    /// Something else: a photo, perhaps.
    Other,
}

/// Looks at a file's name and first bytes.
pub async fn kind(file: &File) -> Kind {
    let head = match file.slice_with_i32_and_i32(0, 8) {
        Ok(head) => {
            JsFuture::from(head.array_buffer()).await.map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec())
        }
        Err(error) => Err(error),
    };
    kind_of(&file.name().to_ascii_lowercase(), &head.unwrap_or_default())
}

/// `name` is in lower case, `head` the first eight bytes.
fn kind_of(name: &str, head: &[u8]) -> Kind {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let last = name.rsplit('/').next().unwrap_or(name);
    match head {
        _ if last == "pack.json" => Kind::Pack,
        _ if ends(&[".txt", ".csv", ".json", ".labels", ".names"]) => Kind::List,
        _ if ends(&[".onnx", ".tflite"]) || head.get(4..8) == Some(b"TFL3") => Kind::Model,
        [b'P', b'K', 3, 4, ..] => Kind::Zip,
        // onnx.proto: field 1 is the version, small so far; a producer's name, a domain or the graph follows.
        [0x08, 1..=20, 0x12 | 0x1a | 0x22 | 0x3a | 0x42, ..] => Kind::Model,
        _ if ends(&[".zip"]) => Kind::Zip,
        _ => Kind::Other,
    }
}

/// All of a file.
pub async fn bytes(file: &Blob) -> Result<Vec<u8>, Fault> {
    Ok(bytes_from(&bytes_of(file).await?))
}

/// All of a text file.
pub async fn text(file: &Blob) -> Result<String, Fault> {
    Ok(String::from_utf8_lossy(&bytes(file).await?).into_owned())
}

/// `ONNX` or `TFLite`, by a model's name.
pub fn format(name: &str) -> &'static str {
    if name.to_ascii_lowercase().ends_with(".tflite") { "TFLite" } else { "ONNX" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_bytes_where_the_name_says_nothing() {
        assert_eq!(kind_of("weights", b"\x1c\0\0\0TFL3"), Kind::Model);
        assert_eq!(kind_of("network.pb", b"\x08\x07\x12\x07pyto"), Kind::Model);
        assert_eq!(kind_of("download", b"PK\x03\x04\0\0\0\0"), Kind::Zip);
        assert_eq!(kind_of("photo", b"\xff\xd8\xff\xe0\0\0JF"), Kind::Other);
        assert_eq!(kind_of("notes.bin", b"hello wo"), Kind::Other);
    }

    #[test]
    fn names_of_models_win_so_that_a_damaged_one_is_told_as_such() {
        assert_eq!(kind_of("a.onnx", b"garbage!"), Kind::Model);
        assert_eq!(kind_of("a.zip", b"garbage!"), Kind::Zip);
        assert_eq!(kind_of("mine/pack.json", b"{"), Kind::Pack);
        assert_eq!(kind_of("labels.json", b"["), Kind::List);
    }
}
