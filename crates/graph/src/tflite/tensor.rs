//! Tensors of TFLite files as kinds, shapes and numbers.

use super::flatbuffer::{Table, numbers};
use crate::host::{Quantised, Scale, f32s_from_f16_le, f32s_from_le};
use crate::{Constant, Data, Declared, Error, Kind, Quantisation, Unary};
use half::bf16;

/// More axes than any operator has.
const MAX_RANK: usize = 16;

/// A row of `Tensor`.
pub struct Tensor<'a> {
    /// The author's name.
    pub name: String,
    /// Its size along each axis; a free one is 1 (the batch).
    pub shape: Vec<usize>,
    /// Which sizes are free.
    free_axes: Vec<bool>,
    /// Whether a size is free, so that those of what is computed from it may differ from `shape`.
    pub free: bool,
    kind: u8,
    data: &'a [u8],
    scales: Vec<f32>,
    zero_points: Vec<i64>,
    scale_axis: usize,
    unread: Option<&'static str>,
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
    pub const FLOAT64: u8 = 10;
    pub const UINT64: u8 = 12;
    pub const UINT32: u8 = 15;
    pub const UINT16: u8 = 16;
    pub const INT4: u8 = 17;
    pub const BFLOAT16: u8 = 18;
}

impl<'a> Tensor<'a> {
    /// A tensor from its row and the bytes of its buffer.
    pub fn read(row: Table<'a>, data: &'a [u8]) -> Result<Self, Error> {
        let (shape, signature) = (row.i32s(0)?, row.i32s(7)?);
        if shape.len() > MAX_RANK {
            return Err(Error::Corrupt { what: "shape", at: shape.len() });
        }
        let size = |&size: &i32| match size {
            -1 => Ok(1),
            size => usize::try_from(size).map_err(|_| Error::Corrupt { what: "shape", at: 0 }),
        };
        let mut tensor = Self {
            name: row.string(3)?,
            free_axes: (0..shape.len())
                .map(|axis| shape[axis] == -1 || signature.get(axis) == Some(&-1))
                .collect(),
            free: shape.iter().chain(&signature).any(|&size| size == -1),
            shape: shape.iter().map(size).collect::<Result<_, _>>()?,
            kind: row.u8(1)?,
            data,
            scales: vec![],
            zero_points: vec![],
            scale_axis: 0,
            unread: row.table(6)?.map(|_| "a sparse tensor"),
        };
        if let Some(quantisation) = row.table(4)? {
            tensor.scales = quantisation.f32s(2)?;
            tensor.zero_points = quantisation.i64s(3)?;
            tensor.scale_axis = quantisation.i32(6, 0)?.max(0) as usize;
            if quantisation.u8(4)? != 0 {
                tensor.unread = Some("a tensor with custom quantisation");
            }
        }
        Ok(tensor)
    }

    /// As an input.
    pub fn declared(&self) -> Declared {
        let size = |(&size, &free): (&usize, &bool)| (!free).then_some(size);
        // Pixels are 0..=255; a signed input reads them less 128.
        let lowest = match self.kind {
            kind::UINT8 => Some(0.0),
            kind::INT8 => Some(-128.0),
            _ => None,
        };
        let quantisation = self
            .quantisation()
            .zip(lowest)
            .map(|((scale, zero), lowest)| Quantisation { scale, zero_point: zero as f32 - lowest });
        let sizes = self.shape.iter().zip(&self.free_axes).map(size).collect();
        Declared { name: self.name.clone(), sizes, quantisation }
    }

    /// What its elements are: quantised ones stand for real numbers. None for texts, handles and complex numbers.
    pub fn element_kind(&self) -> Option<Kind> {
        use kind::*;
        Some(match self.kind {
            BOOL => Kind::Bool,
            FLOAT32 | FLOAT16 | FLOAT64 | BFLOAT16 => Kind::F32,
            INT4 | INT8 | UINT8 | INT16 | UINT16 | INT32 | UINT32 | INT64 | UINT64 => {
                if self.scales.is_empty() { Kind::I64 } else { Kind::F32 }
            }
            _ => return None,
        })
    }

    /// `(scale, zero point)` of whole numbers that all have the same: they stand for `(q - zero point) * scale`.
    pub fn quantisation(&self) -> Option<(f32, i64)> {
        match self.scales[..] {
            [scale] => Some((scale, self.zero_point(0))),
            _ => None,
        }
    }

    fn zero_point(&self, index: usize) -> i64 {
        self.zero_points.get(index).or(self.zero_points.first()).copied().unwrap_or(0)
    }

    /// The activation that an 8-bit range implies: a range that starts at 0 cuts off what is below, and converters of
    /// quantised networks leave the activation out where it does (TOCO's `RemoveTrivialQuantizedActivationFunc`).
    pub fn implied_activation(&self) -> Unary {
        let lowest = match self.kind {
            kind::UINT8 => 0,
            kind::INT8 => -128,
            _ => return Unary::Identity,
        };
        match self.quantisation() {
            Some((scale, zero)) if zero == lowest => {
                // Written with little precision by some: 6 within half a step.
                if (scale * 255.0 - 6.0).abs() < 0.5 * scale { Unary::RELU6 } else { Unary::Relu }
            }
            _ => Unary::Identity,
        }
    }

    /// Whether its numbers are in the file.
    pub fn is_constant(&self) -> bool {
        !self.data.is_empty() || self.shape.contains(&0)
    }

    /// The numbers of a constant tensor with their scales.
    ///
    /// `(q - zero_point) * scale`, one scale for all or one for each index along an axis.
    pub fn constant(&self) -> Result<Constant, Error> {
        let fail = |cause: String| Error::node(&self.name, cause);
        if let Some(what) = self.unread {
            return Err(fail(format!("{what} is not read")));
        }
        let known = match self.kind {
            kind::UINT8 => self.bytes(false)?,
            kind::INT8 => self.bytes(true)?,
            _ => self.elements()?.into(),
        };
        if crate::shape::count(&self.shape) != Some(known.len()) {
            return Err(fail(format!("{} numbers for the shape {:?}", known.len(), self.shape)));
        }
        Ok(known)
    }

    /// The numbers of a tensor that is not stored in bytes.
    fn elements(&self) -> Result<Data, Error> {
        let data = self.data;
        let whole = |numbers: Vec<i64>| self.expand(numbers);
        Ok(match self.kind {
            kind::FLOAT32 => Data::F32(f32s_from_le(data)),
            kind::FLOAT16 => Data::F32(f32s_from_f16_le(data)),
            kind::BFLOAT16 => Data::F32(numbers(data, |bytes| bf16::from_le_bytes(bytes).to_f32())),
            kind::FLOAT64 => Data::F32(numbers(data, |bytes| f64::from_le_bytes(bytes) as f32)),
            kind::BOOL => Data::I64(data.iter().map(|&byte| i64::from(byte != 0)).collect()),
            kind::INT4 => whole(nibbles(data, crate::shape::count(&self.shape).unwrap_or(0)))?,
            kind::INT16 => whole(numbers(data, |bytes| i16::from_le_bytes(bytes).into()))?,
            kind::UINT16 => whole(numbers(data, |bytes| u16::from_le_bytes(bytes).into()))?,
            kind::INT32 => whole(numbers(data, |bytes| i32::from_le_bytes(bytes).into()))?,
            kind::UINT32 => whole(numbers(data, |bytes| u32::from_le_bytes(bytes).into()))?,
            kind::INT64 | kind::UINT64 => whole(numbers(data, i64::from_le_bytes))?,
            other => return Err(Error::node(&self.name, format!("tensor type {other} is not read"))),
        })
    }

    /// Elements in a row that have the same scale, where there are several scales.
    fn run(&self) -> usize {
        self.shape.get(self.scale_axis + 1..).unwrap_or_default().iter().product::<usize>().max(1)
    }

    /// The numbers of a tensor of bytes.
    fn bytes(&self, signed: bool) -> Result<Constant, Error> {
        let count = self.scales.len();
        let fits = count == 1 || self.shape.get(self.scale_axis) == Some(&count);
        let scale = |(index, &factor): (usize, &f32)| {
            Some(Scale { zero: self.zero_point(index).try_into().ok()?, factor })
        };
        let scales: Option<Vec<Scale>> = self.scales.iter().enumerate().map(scale).collect();
        let run = if count == 1 { self.data.len().max(1) } else { self.run() };
        let stored = scales.filter(|_| fits).and_then(|all| Quantised::new(self.data, signed, run, &all));
        if let Some(stored) = stored {
            return Ok(stored.into());
        }
        let whole = |&q: &u8| if signed { i64::from(q as i8) } else { i64::from(q) };
        self.expand(self.data.iter().map(whole).collect()).map(Constant::from)
    }

    fn expand(&self, numbers: Vec<i64>) -> Result<Data, Error> {
        let numbers = numbers.into_iter();
        match self.scales[..] {
            [] => Ok(Data::I64(numbers.collect())),
            [scale] => {
                let zero = self.zero_point(0);
                Ok(Data::F32(numbers.map(|q| q.wrapping_sub(zero) as f32 * scale).collect()))
            }
            _ => {
                let axis_size = self.shape.get(self.scale_axis).copied().unwrap_or(0);
                if axis_size != self.scales.len() {
                    let cause = format!("{} scales for an axis of {axis_size}", self.scales.len());
                    return Err(Error::node(&self.name, cause));
                }
                let inner = self.run();
                let real = |(index, q): (usize, i64)| {
                    let channel = index / inner % axis_size;
                    q.wrapping_sub(self.zero_point(channel)) as f32 * self.scales[channel]
                };
                Ok(Data::F32(numbers.enumerate().map(real).collect()))
            }
        }
    }
}

/// Signed numbers of four bits each, the lower half of a byte first.
fn nibbles(bytes: &[u8], count: usize) -> Vec<i64> {
    let both = |&byte: &u8| [byte << 4, byte].map(|nibble| i64::from(nibble as i8 >> 4));
    bytes.iter().flat_map(both).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantised<'a>(kind: u8, data: &'a [u8], shape: &[usize], scales: &[f32], zeros: &[i64]) -> Tensor<'a> {
        Tensor {
            name: String::new(),
            shape: shape.to_vec(),
            free: false,
            free_axes: vec![false; shape.len()],
            kind,
            data,
            scales: scales.to_vec(),
            zero_points: zeros.to_vec(),
            scale_axis: 0,
            unread: None,
        }
    }

    #[test]
    fn one_scale_expands_all_numbers() {
        let tensor = quantised(kind::UINT8, &[128, 130, 126], &[3], &[0.5], &[128]);
        assert_eq!(tensor.constant(), Ok(Data::F32(vec![0.0, 1.0, -1.0]).into()));
    }

    #[test]
    fn scales_along_an_axis_expand_by_channel() {
        let data = [1_i8, 1, 2, 2, -1, -1].map(|q| q as u8);
        let first = quantised(kind::INT8, &data, &[3, 2], &[1.0, 10.0, 100.0], &[0; 3]);
        assert_eq!(first.constant(), Ok(Data::F32(vec![1.0, 1.0, 20.0, 20.0, -100.0, -100.0]).into()));
        let last = Tensor { scale_axis: 1, ..quantised(kind::INT8, &data, &[3, 2], &[1.0, 10.0], &[0; 2]) };
        assert_eq!(last.constant(), Ok(Data::F32(vec![1.0, 10.0, 2.0, 20.0, -1.0, -10.0]).into()));
    }

    #[test]
    fn whole_numbers_without_a_scale_stay_whole() {
        let size = quantised(kind::INT32, &[33, 0, 0, 0, 1, 1, 0, 0], &[2], &[], &[]);
        assert_eq!(size.constant(), Ok(Data::I64(vec![33, 257]).into()));
    }

    #[test]
    fn four_bit_numbers_are_signed_and_the_lower_half_of_a_byte_comes_first() {
        let tensor = quantised(kind::INT4, &[0x7f, 0x08], &[3], &[], &[]);
        assert_eq!(tensor.constant(), Ok(Data::I64(vec![-1, 7, -8]).into()));
    }

    #[test]
    fn a_range_that_starts_at_zero_implies_the_activation_that_was_left_out() {
        let range = |kind, scale, zero| quantised(kind, &[], &[], &[scale], &[zero]).implied_activation();
        assert_eq!(range(kind::UINT8, 0.02352824, 0), Unary::RELU6);
        assert_eq!(range(kind::INT8, 0.02352941, -128), Unary::RELU6);
        assert_eq!(range(kind::UINT8, 0.1, 0), Unary::Relu);
        assert_eq!(range(kind::UINT8, 0.02352824, 1), Unary::Identity);
        assert_eq!(range(kind::INT8, 0.02352941, 0), Unary::Identity);
    }
}
