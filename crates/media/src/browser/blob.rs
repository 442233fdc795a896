//! A file of the person's, read a piece at a time.

use js_sys::Uint8Array;
use std::io::{Error, Read, Result, Seek, SeekFrom};
use web_sys::{Blob, FileReaderSync};

/// Bytes that are read at once, at least.
const PIECE_BYTES: u64 = 1 << 18;

/// Reads a blob as a file.
pub struct BlobFile {
    blob: Blob,
    reader: FileReaderSync,
    length: u64,
    at: u64,
    /// What was read last, and where it begins.
    piece: Vec<u8>,
    piece_at: u64,
}

impl BlobFile {
    /// A file whose first byte comes next.
    pub fn new(blob: Blob) -> Result<Self> {
        let reader = FileReaderSync::new().map_err(|_| Error::other("the browser reads no files here"))?;
        let length = blob.size() as u64;
        Ok(Self { blob, reader, length, at: 0, piece: vec![], piece_at: 0 })
    }

    fn load(&mut self, bytes: u64) -> Result<()> {
        let end = self.at.saturating_add(bytes.max(PIECE_BYTES)).min(self.length);
        let moved = |_| Error::other("the browser cannot read the file any more");
        let part = self.blob.slice_with_f64_and_f64(self.at as f64, end as f64).map_err(moved)?;
        let buffer = self.reader.read_as_array_buffer(&part).map_err(moved)?;
        self.piece = Uint8Array::new(&buffer).to_vec();
        self.piece_at = self.at;
        Ok(())
    }
}

impl Read for BlobFile {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() || self.at >= self.length {
            return Ok(0);
        }
        let inside = self.at.checked_sub(self.piece_at).filter(|&at| at < self.piece.len() as u64);
        if inside.is_none() {
            self.load(buffer.len() as u64)?;
        }
        let rest = &self.piece[(self.at - self.piece_at) as usize..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobFile {
    fn seek(&mut self, position: SeekFrom) -> Result<u64> {
        let at = match position {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or_else(|| Error::other("a place before the file's beginning"))?;
        Ok(self.at)
    }
}
