//! Zip files, fetched with the rest of what own models need.

use crate::chunk;
use vitrine_packs::archive::{self, Archive, ArchiveError, Limits};
use wasm_split_helpers::wasm_split;

/// [`archive::read`]
type Read = fn(&[u8]) -> Result<Archive, ArchiveError>;
/// [`archive::write`]
type Write = fn(&str, &str, (&str, &[u8])) -> Result<Vec<u8>, ArchiveError>;

/// What the chunk does.
pub struct Zip {
    /// A zip file -> what is in it.
    pub read: Read,
    /// Id, description and model -> a zip file.
    pub write: Write,
}

/// Fetches it.
#[wasm_split(own, fallible)]
pub fn code() -> chunk::Fetched<Zip> {
    Ok(Zip { read: |bytes| archive::read(bytes, &Limits::default()), write: archive::write })
}
