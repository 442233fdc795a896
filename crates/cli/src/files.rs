//! Writing files so that nobody ever sees half of one.

use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// A file in `folder` (made if missing) that vanishes unless it is given its name by [`publish`].
pub fn temporary(folder: &Path) -> Result<NamedTempFile> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut builder = Builder::new();
    builder.prefix(".vitrine-").suffix(".part");
    // Temporary files are for their owner alone; a web server must be able to read these.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder).with_context(|| format!("cannot write into {}", folder.display()))
}

/// Gives a temporary file its name, in place of a file that has it already.
pub fn publish(file: NamedTempFile, path: &Path) -> Result<()> {
    file.persist(path).map(drop).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file in one step. Returns false, and writes nothing, if it has these bytes already: tools that watch a
/// folder would start for nothing.
pub fn write(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    let mut file = temporary(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
    publish(file, path)?;
    Ok(true)
}
