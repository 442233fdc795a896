//! A bounds-checked FlatBuffer reader: <https://flatbuffers.dev/internals/>.
//!
//! The kept `flatbuffers` crate reads through code that its compiler generates for a whole schema (TFLite's has a union
//! of some 130 members) and trusts it with `unsafe`. Files come from strangers here and few fields are read, so every
//! access is checked instead, and nothing is generated.

use crate::Error;
use std::cell::Cell;

/// The bytes of a file, and how many more of them are read.
///
/// Any number of fields may point at one vector, so that a small file can hold terabytes: a file of which much more is
/// read than it has is refused.
pub struct File<'a> {
    bytes: &'a [u8],
    left: Cell<usize>,
}

/// A table: fields by number, each of which may be absent.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    file: &'a File<'a>,
    at: usize,
    vtable: usize,
    vtable_length: usize,
}

fn take<const N: usize>(bytes: &[u8], at: usize, what: &'static str) -> Result<[u8; N], Error> {
    let slice = at.checked_add(N).and_then(|end| bytes.get(at..end));
    slice.and_then(|slice| slice.try_into().ok()).ok_or(Error::Corrupt { what, at })
}

fn u32_at(bytes: &[u8], at: usize) -> Result<usize, Error> {
    Ok(u32::from_le_bytes(take(bytes, at, "offset")?) as usize)
}

impl<'a> File<'a> {
    /// A file from its bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        // Small vectors are shared by honest files, too.
        Self { bytes, left: Cell::new(bytes.len().saturating_mul(4).saturating_add(1 << 20)) }
    }

    /// The root table.
    pub fn root(&'a self) -> Result<Table<'a>, Error> {
        Table::new(self, u32_at(self.bytes, 0)?)
    }

    /// A part of the file.
    pub fn slice(&self, start: usize, length: usize, what: &'static str) -> Result<&'a [u8], Error> {
        let slice = start.checked_add(length).and_then(|end| self.bytes.get(start..end));
        let left = self.left.get().checked_sub(length).filter(|_| slice.is_some());
        self.left.set(left.unwrap_or(0));
        slice.filter(|_| left.is_some()).ok_or(Error::Corrupt { what, at: start })
    }
}

impl<'a> Table<'a> {
    fn new(file: &'a File<'a>, at: usize) -> Result<Self, Error> {
        let bytes = file.bytes;
        let back = i32::from_le_bytes(take(bytes, at, "table")?);
        let vtable = usize::try_from(at as i64 - i64::from(back));
        let vtable = vtable.map_err(|_| Error::Corrupt { what: "vtable", at })?;
        let vtable_length = u16::from_le_bytes(take(bytes, vtable, "vtable")?) as usize;
        Ok(Self { file, at, vtable, vtable_length })
    }

    fn field(&self, number: usize) -> Result<Option<usize>, Error> {
        let entry = 4 + 2 * number;
        if entry + 2 > self.vtable_length {
            return Ok(None);
        }
        let offset = u16::from_le_bytes(take(self.file.bytes, self.vtable + entry, "field")?) as usize;
        Ok((offset != 0).then_some(self.at.saturating_add(offset)))
    }

    fn scalar<const N: usize>(&self, number: usize) -> Result<Option<[u8; N]>, Error> {
        self.field(number)?.map(|at| take(self.file.bytes, at, "scalar")).transpose()
    }

    /// An 8-bit field; 0 when absent.
    pub fn u8(&self, number: usize) -> Result<u8, Error> {
        Ok(self.scalar::<1>(number)?.map_or(0, |[byte]| byte))
    }

    /// A 32-bit field; 0 when absent.
    pub fn u32(&self, number: usize) -> Result<u32, Error> {
        Ok(self.scalar(number)?.map_or(0, u32::from_le_bytes))
    }

    /// A signed 32-bit field.
    pub fn i32(&self, number: usize, absent: i32) -> Result<i32, Error> {
        Ok(self.scalar(number)?.map_or(absent, i32::from_le_bytes))
    }

    /// A 32-bit real field; 0 when absent.
    pub fn f32(&self, number: usize) -> Result<f32, Error> {
        Ok(self.scalar(number)?.map_or(0.0, f32::from_le_bytes))
    }

    /// A 64-bit field; 0 when absent.
    pub fn u64(&self, number: usize) -> Result<u64, Error> {
        Ok(self.scalar(number)?.map_or(0, u64::from_le_bytes))
    }

    /// A table that the field points to.
    pub fn table(&self, number: usize) -> Result<Option<Table<'a>>, Error> {
        let Some(at) = self.field(number)? else { return Ok(None) };
        Table::new(self.file, at.saturating_add(u32_at(self.file.bytes, at)?)).map(Some)
    }

    /// The bytes of a vector of elements of `size` bytes; empty when absent.
    pub fn vector(&self, number: usize, size: usize) -> Result<&'a [u8], Error> {
        Ok(self.elements(number, size)?.1)
    }

    fn elements(&self, number: usize, size: usize) -> Result<(usize, &'a [u8]), Error> {
        let Some(at) = self.field(number)? else { return Ok((0, &[])) };
        let start = at.saturating_add(u32_at(self.file.bytes, at)?);
        let count = u32_at(self.file.bytes, start)?;
        let length = count.checked_mul(size).ok_or(Error::Corrupt { what: "vector", at: start })?;
        Ok((start + 4, self.file.slice(start + 4, length, "vector")?))
    }

    /// A vector of signed 32-bit numbers; empty when absent.
    pub fn i32s(&self, number: usize) -> Result<Vec<i32>, Error> {
        Ok(numbers(self.vector(number, 4)?, i32::from_le_bytes))
    }

    /// A vector of real numbers; empty when absent.
    pub fn f32s(&self, number: usize) -> Result<Vec<f32>, Error> {
        Ok(numbers(self.vector(number, 4)?, f32::from_le_bytes))
    }

    /// A vector of signed 64-bit numbers; empty when absent.
    pub fn i64s(&self, number: usize) -> Result<Vec<i64>, Error> {
        Ok(numbers(self.vector(number, 8)?, i64::from_le_bytes))
    }

    /// A string, with what is no UTF-8 replaced; empty when absent.
    pub fn string(&self, number: usize) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(self.vector(number, 1)?).into_owned())
    }

    /// A vector of tables; empty when absent.
    pub fn tables(&self, number: usize) -> Result<Vec<Table<'a>>, Error> {
        let (start, slice) = self.elements(number, 4)?;
        let entries = (start..start + slice.len()).step_by(4);
        entries.map(|at| Table::new(self.file, at.saturating_add(u32_at(self.file.bytes, at)?))).collect()
    }
}

/// Little-endian numbers of `N` bytes each; an incomplete last one is left out.
pub fn numbers<T, const N: usize>(bytes: &[u8], parse: fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().map(|chunk| parse(*chunk)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_that_many_fields_share_is_not_read_for_each() {
        let bytes = vec![0; 1 << 20];
        let file = File::new(&bytes);
        let reads = (0..1000).take_while(|_| file.slice(0, bytes.len(), "vector").is_ok());
        assert_eq!(reads.count(), 5);
    }

    #[test]
    fn a_part_outside_of_the_file_is_refused() {
        let file = File::new(&[0; 8]);
        assert!(file.slice(4, 5, "vector").is_err());
        assert!(file.slice(usize::MAX, 2, "vector").is_err());
    }
}
