//! The page's chunks: code that it fetches when it is first needed. Our `wasm-bindgen` cuts them out and names them
//! (`bin/bindgen/split.rs`); Trunk knows nothing of them, so they are laid beside the page here.

use crate::bundle::Finish;
use crate::optimise::optimise;
use crate::shell;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// How the name of a chunk's file in `dist` begins; its own name and a digest follow.
const PREFIX: &str = "vitrine-page-chunk-";

/// Brings the chunks of the page that Trunk has just built into `dist`.
///
/// # Errors
/// There are none, or a tool fails.
pub fn bring(finish: Finish) -> Result<()> {
    // Where Trunk lets wasm-bindgen write.
    let mode = match finish {
        Finish::Quick => "debug",
        Finish::Small => "release",
    };
    let folder = shell::target_folder().join("wasm-bindgen").join(mode).join("vitrine-page-chunks");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("there are no chunks in {}: is wasm-bindgen ours?", folder.display()))?;
    for entry in entries {
        let made = entry?.path();
        let place = shell::dist().join(made.file_name().unwrap_or_default());
        match finish {
            Finish::Quick => drop(fs::copy(&made, &place)?),
            Finish::Small => optimise("-Oz", &made, &place)?,
        }
    }
    Ok(())
}

/// The chunk's own name, if `file` is one: `panels` of `vitrine-page-chunk-panels-0123456789abcdef.wasm`.
pub fn name(file: &Path) -> Option<&str> {
    let rest = file.file_name()?.to_str()?.strip_prefix(PREFIX)?.strip_suffix(".wasm")?;
    Some(rest.rsplit_once('-')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_known_by_its_file() {
        let file = Path::new("dist/vitrine-page-chunk-dog_breeds-0123456789abcdef.wasm");
        assert_eq!(name(file), Some("dog_breeds"));
        assert_eq!(name(Path::new("dist/vitrine-page-0123456789abcdef_bg.wasm")), None);
    }
}
