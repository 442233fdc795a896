//! The parts of TensorFlow's schema.fbs (version 3) that are read: tensors with their data expanded to numbers.

use super::flatbuffer::{Table, numbers};
use crate::{Data, Error, Kind};

/// A row of `Tensor`.
pub struct Tensor<'a> {
    pub name: String,
    pub shape: Vec<usize>,
    kind: u8,
    data: &'a [u8],
    scales: Vec<f32>,
    zero_points: Vec<i64>,
    scale_axis: usize,
}

/// A row of `Operator`.
pub struct Operator<'a> {
    /// Builtin code: an index into [`super::names::OPERATORS`].
    pub code: usize,
    /// Name of a custom operator.
    pub custom: String,
    pub inputs: Vec<i32>,
    pub outputs: Vec<i32>,
    pub options: Option<Table<'a>>,
}

/// Numbers of `TensorType`.
mod kind {
    pub const FLOAT32: u8 = 0;
    pub const FLOAT16: u8 = 1;
    pub const INT32: u8 = 2;
    pub const UINT8: u8 = 3;
    pub const INT64: u8 = 4;
    pub const BOOL: u8 = 6;
    pub const INT16: u8 = 7;
    pub const INT8: u8 = 9;
}

/// All tensors of a subgraph.
pub fn tensors<'a>(file: &'a [u8], model: Table<'a>, subgraph: Table<'a>) -> Result<Vec<Tensor<'a>>, Error> {
    let buffers = model.tables(4)?;
    subgraph.tables(0)?.into_iter().map(|row| tensor(file, &buffers, row)).collect()
}

fn tensor<'a>(file: &'a [u8], buffers: &[Table<'a>], row: Table<'a>) -> Result<Tensor<'a>, Error> {
    let buffer = row.u32(2)? as usize;
    let buffer = buffers.get(buffer).ok_or(Error::Corrupt { what: "buffer number", at: buffer })?;
    let shape = row.i32s(0)?.into_iter().map(|size| {
        // A size of -1 is free; the file's other sizes fix it at 1 (the batch).
        usize::try_from(size).or(if size == -1 {
            Ok(1)
        } else {
            Err(Error::Corrupt { what: "shape", at: 0 })
        })
    });
    let mut tensor = Tensor {
        name: row.string(3)?,
        shape: shape.collect::<Result<_, _>>()?,
        kind: row.u8(1)?,
        data: buffer_data(file, buffer)?,
        scales: vec![],
        zero_points: vec![],
        scale_axis: 0,
    };
    if let Some(quantisation) = row.table(4)? {
        tensor.scales = quantisation.f32s(2)?;
        tensor.zero_points = quantisation.i64s(3)?;
        tensor.scale_axis = quantisation.i32(6, 0)?.max(0) as usize;
    }
    Ok(tensor)
}

/// A buffer's bytes lie in the FlatBuffer, or behind it at an absolute offset in files that are larger than 2 GB.
fn buffer_data<'a>(file: &'a [u8], buffer: &Table<'a>) -> Result<&'a [u8], Error> {
    let (offset, size) = (buffer.u64(1)?, buffer.u64(2)?);
    if offset <= 1 {
        return buffer.vector(0, 1);
    }
    let range =
        usize::try_from(offset).ok().zip(offset.checked_add(size).and_then(|end| usize::try_from(end).ok()));
    let slice = range.and_then(|(start, end)| file.get(start..end));
    slice.ok_or(Error::Corrupt { what: "buffer", at: offset as usize })
}

impl Tensor<'_> {
    /// What its elements are: quantised ones stand for real numbers.
    pub fn element_kind(&self) -> Kind {
        match self.kind {
            kind::BOOL => Kind::Bool,
            kind::FLOAT32 | kind::FLOAT16 => Kind::F32,
            _ if self.scales.is_empty() => Kind::I64,
            _ => Kind::F32,
        }
    }

    /// The numbers of a constant tensor, expanded with their scales; none when the tensor is computed.
    ///
    /// `(q - zero_point) * scale`, one scale for all or one for each index along an axis.
    pub fn constant(&self) -> Result<Option<Data>, Error> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let constant = match self.kind {
            kind::FLOAT32 => Data::F32(numbers(self.data, f32::from_le_bytes)),
            kind::FLOAT16 => {
                Data::F32(numbers(self.data, |bytes| half::f16::from_le_bytes(bytes).to_f32()))
            }
            kind::UINT8 => self.expand(self.data.iter().map(|&q| i64::from(q)))?,
            kind::INT8 => self.expand(self.data.iter().map(|&q| i64::from(q as i8)))?,
            kind::INT16 => self.expand(numbers(self.data, i16::from_le_bytes).into_iter().map(i64::from))?,
            kind::INT32 => self.expand(numbers(self.data, i32::from_le_bytes).into_iter().map(i64::from))?,
            kind::INT64 => self.expand(numbers(self.data, i64::from_le_bytes).into_iter())?,
            _ => return Err(Error::node(&self.name, format!("tensor type {} is not read", self.kind))),
        };
        let length = match &constant {
            Data::F32(data) => data.len(),
            Data::I64(data) => data.len(),
        };
        let expected = self.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if expected != Some(length) {
            return Err(Error::node(&self.name, format!("{length} numbers for the shape {:?}", self.shape)));
        }
        Ok(Some(constant))
    }

    fn expand(&self, numbers: impl Iterator<Item = i64>) -> Result<Data, Error> {
        let zero =
            |index: usize| self.zero_points.get(index).or(self.zero_points.first()).copied().unwrap_or(0);
        match self.scales[..] {
            [] => Ok(Data::I64(numbers.collect())),
            [scale] => Ok(Data::F32(numbers.map(|q| q.wrapping_sub(zero(0)) as f32 * scale).collect())),
            _ => {
                let axis_size = self.shape.get(self.scale_axis).copied().unwrap_or(0);
                if axis_size != self.scales.len() {
                    let cause = format!("{} scales for an axis of {axis_size}", self.scales.len());
                    return Err(Error::node(&self.name, cause));
                }
                let inner: usize = self.shape[self.scale_axis + 1..].iter().product();
                let real = |(index, q): (usize, i64)| {
                    let channel = index / inner % axis_size;
                    q.wrapping_sub(zero(channel)) as f32 * self.scales[channel]
                };
                Ok(Data::F32(numbers.enumerate().map(real).collect()))
            }
        }
    }
}

/// All operators of a subgraph, in an order in which they can be computed.
pub fn operators<'a>(model: Table<'a>, subgraph: Table<'a>) -> Result<Vec<Operator<'a>>, Error> {
    let codes = model.tables(1)?;
    let read = |row: Table<'a>| {
        let number = row.u32(0)? as usize;
        let code = codes.get(number).ok_or(Error::Corrupt { what: "operator code", at: number })?;
        Ok(Operator {
            // Files older than schema 3a hold codes below 127 in the 8-bit field only.
            code: usize::from(code.u8(0)?).max(code.i32(3, 0)?.max(0) as usize),
            custom: code.string(1)?,
            inputs: row.i32s(1)?,
            outputs: row.i32s(2)?,
            options: row.table(4)?,
        })
    };
    subgraph.tables(3)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(
        kind: u8,
        data: &[u8],
        shape: &[usize],
        scales: &[f32],
        zeros: &[i64],
        axis: usize,
    ) -> Data {
        let tensor = Tensor {
            name: String::new(),
            shape: shape.to_vec(),
            kind,
            data,
            scales: scales.to_vec(),
            zero_points: zeros.to_vec(),
            scale_axis: axis,
        };
        tensor.constant().unwrap().unwrap()
    }

    #[test]
    fn one_scale_expands_all_numbers() {
        let expanded = tensor(kind::UINT8, &[128, 130, 126], &[3], &[0.5], &[128], 0);
        assert_eq!(expanded, Data::F32(vec![0.0, 1.0, -1.0]));
    }

    #[test]
    fn scales_along_an_axis_expand_by_channel() {
        let data = [1_i8, 1, 2, 2, -1, -1].map(|q| q as u8);
        let first = tensor(kind::INT8, &data, &[3, 2], &[1.0, 10.0, 100.0], &[0; 3], 0);
        assert_eq!(first, Data::F32(vec![1.0, 1.0, 20.0, 20.0, -100.0, -100.0]));
        let last = tensor(kind::INT8, &data, &[3, 2], &[1.0, 10.0], &[0; 2], 1);
        assert_eq!(last, Data::F32(vec![1.0, 10.0, 2.0, 20.0, -1.0, -10.0]));
    }

    #[test]
    fn whole_numbers_without_a_scale_stay_whole() {
        let size = tensor(kind::INT32, &[33, 0, 0, 0, 1, 1, 0, 0], &[2], &[], &[], 0);
        assert_eq!(size, Data::I64(vec![33, 257]));
    }
}
