//! SHA-256 of files.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Lower-case hexadecimal SHA-256 of bytes.
#[cfg(any(feature = "models", test))]
pub fn of_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal SHA-256 of a file.
pub fn of_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut file, &mut hashing).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(hashing.finish())
}

/// Copies `reader` to `writer` up to `limit` bytes; returns the digest and the number of bytes.
pub fn copy(reader: impl Read, writer: impl Write, limit: u64) -> io::Result<(String, u64)> {
    let mut hashing = Hashing::new(writer);
    let bytes = io::copy(&mut reader.take(limit), &mut hashing)?;
    hashing.flush()?;
    Ok((hashing.finish(), bytes))
}

struct Hashing<W> {
    digest: Sha256,
    writer: W,
}

impl<W: Write> Hashing<W> {
    fn new(writer: W) -> Self {
        Self { digest: Sha256::new(), writer }
    }

    fn finish(self) -> String {
        hexadecimal(&self.digest.finalize())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_digest_of_abc_is_that_of_the_standard() {
        assert_eq!(of_bytes(b"abc"), ABC);
        let mut copied = Vec::new();
        assert_eq!(copy(&b"abc"[..], &mut copied, 10).unwrap(), (ABC.to_owned(), 3));
        assert_eq!(copied, b"abc");
    }

    #[test]
    fn no_more_than_the_limit_is_copied() {
        let mut copied = Vec::new();
        assert_eq!(copy(io::repeat(0), &mut copied, 1000).unwrap().1, 1000);
        assert_eq!(copied.len(), 1000);
    }
}
