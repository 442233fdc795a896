//! The parts of TensorFlow's schema.fbs (version 3) that are read.

use super::flatbuffer::{File, Table};
use super::tensor::Tensor;
use crate::Error;

/// A row of `Operator`.
pub struct Operator<'a> {
    /// Builtin code: an index into [`super::names::OPERATORS`].
    pub code: usize,
    /// Name of a custom operator.
    pub custom: String,
    /// Numbers of the tensors that it reads; -1 for one that is left out.
    pub inputs: Vec<i32>,
    /// Numbers of the tensors that it makes.
    pub outputs: Vec<i32>,
    /// Options of a builtin operator.
    pub options: Option<Table<'a>>,
    /// Options of a custom operator, in a format of its own.
    pub custom_options: &'a [u8],
}

/// All tensors of a subgraph.
pub fn tensors<'a>(
    file: &'a File<'a>,
    model: Table<'a>,
    subgraph: Table<'a>,
) -> Result<Vec<Tensor<'a>>, Error> {
    let buffers = model.tables(4)?;
    let read = |row: Table<'a>| {
        let buffer = row.u32(2)? as usize;
        let buffer = buffers.get(buffer).ok_or(Error::Corrupt { what: "buffer number", at: buffer })?;
        Tensor::read(row, buffer_data(file, buffer)?)
    };
    subgraph.tables(0)?.into_iter().map(read).collect()
}

/// A buffer's bytes lie in the FlatBuffer, or behind it at an absolute offset in files that are larger than 2 GB.
fn buffer_data<'a>(file: &'a File<'a>, buffer: &Table<'a>) -> Result<&'a [u8], Error> {
    let (offset, size) = (buffer.u64(1)?, buffer.u64(2)?);
    if offset <= 1 {
        return buffer.vector(0, 1);
    }
    let range = usize::try_from(offset).ok().zip(usize::try_from(size).ok());
    let (offset, size) = range.ok_or(Error::Corrupt { what: "buffer", at: offset as usize })?;
    file.slice(offset, size, "buffer")
}

/// All operators of a subgraph, in an order in which they can be computed.
pub fn operators<'a>(
    model: Table<'a>,
    subgraph: Table<'a>,
) -> Result<impl Iterator<Item = Result<Operator<'a>, Error>>, Error> {
    let codes = model.tables(1)?;
    let read = move |row: Table<'a>| {
        let number = row.u32(0)? as usize;
        let code = codes.get(number).ok_or(Error::Corrupt { what: "operator code", at: number })?;
        Ok(Operator {
            // Files older than schema 3a hold codes below 127 in the 8-bit field only.
            code: usize::from(code.u8(0)?).max(code.i32(3, 0)?.max(0) as usize),
            custom: code.string(1)?,
            inputs: row.i32s(1)?,
            outputs: row.i32s(2)?,
            options: row.table(4)?,
            custom_options: row.vector(5, 1)?,
        })
    };
    Ok(subgraph.tables(3)?.into_iter().map(read))
}
