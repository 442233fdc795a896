//! Zip files, in a chunk of their own: few models come in one.

use crate::chunk;
use vitrine_packs::archive::{self, Archive, ArchiveError, Limits};
use wasm_split_helpers::wasm_split;

/// What the chunk does.
pub struct Zip {
    /// [`archive::read`]
    pub read: fn(&[u8]) -> Result<Archive, ArchiveError>,
    /// [`archive::write`]
    pub write: fn(&str, &str, (&str, &[u8])) -> Result<Vec<u8>, ArchiveError>,
}

/// Fetches it.
#[wasm_split(zip, fallible)]
pub fn code() -> chunk::Fetched<Zip> {
    Ok(Zip { read: |bytes| archive::read(bytes, &Limits::default()), write: archive::write })
}
