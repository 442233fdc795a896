//! Tensors of ONNX files as kinds, shapes and elements.

use super::proto;
use crate::{Data, Error, Kind, Known, host};
use half::{bf16, f16};
use prost::Message;

/// Numbers of `TensorProto.DataType`.
#[allow(missing_docs, reason = "the names are ONNX's, which defines them")]
pub mod data_type {
    pub const FLOAT: i32 = 1;
    pub const UINT8: i32 = 2;
    pub const INT8: i32 = 3;
    pub const UINT16: i32 = 4;
    pub const INT16: i32 = 5;
    pub const INT32: i32 = 6;
    pub const INT64: i32 = 7;
    pub const BOOL: i32 = 9;
    pub const FLOAT16: i32 = 10;
    pub const DOUBLE: i32 = 11;
    pub const UINT32: i32 = 12;
    pub const UINT64: i32 = 13;
    pub const BFLOAT16: i32 = 16;
}
use data_type::*;

/// The kind of a `TensorProto.DataType`; none if it is not computed with.
pub fn kind_of(data_type: i32) -> Option<Kind> {
    match data_type {
        FLOAT | FLOAT16 | DOUBLE | BFLOAT16 => Some(Kind::F32),
        UINT8 | INT8 | UINT16 | INT16 | INT32 | INT64 | UINT32 | UINT64 => Some(Kind::I64),
        BOOL => Some(Kind::Bool),
        _ => None,
    }
}

/// Reads a serialised `TensorProto`, such as ONNX's test cases have.
///
/// # Errors
/// [`Error::Corrupt`] and [`Error::Node`].
pub fn tensor(bytes: &[u8]) -> Result<(String, Known), Error> {
    let tensor = proto::Tensor::decode(bytes).map_err(|_| Error::Corrupt { what: "tensor", at: 0 })?;
    Ok((tensor.name.clone(), known(&tensor)?))
}

/// Kind, shape and elements of a tensor.
pub fn known(tensor: &proto::Tensor) -> Result<Known, Error> {
    let fail = |cause: String| Error::node(&tensor.name, cause);
    let kind = kind_of(tensor.data_type)
        .ok_or_else(|| fail(format!("numbers of type {} are not read", tensor.data_type)))?;
    if tensor.location == 1 {
        return Err(fail("its numbers lie in another file: save the model as one file".to_owned()));
    }
    let sizes = tensor.dims.iter().map(|&size| usize::try_from(size).ok()).collect::<Option<Vec<_>>>();
    let shape = sizes.ok_or_else(|| fail(format!("a shape of {:?}", tensor.dims)))?;
    let data = if tensor.raw.is_empty() { listed(tensor) } else { raw(tensor) };
    if crate::shape::count(&shape) != Some(data.len()) {
        return Err(fail(format!("{} numbers for the shape {shape:?}", data.len())));
    }
    Ok(Known { kind, shape, data })
}

/// Elements that are written one by one.
fn listed(tensor: &proto::Tensor) -> Data {
    let halves = || tensor.int32s.iter().map(|&bits| bits as u16);
    match tensor.data_type {
        FLOAT => Data::F32(tensor.floats.clone()),
        DOUBLE => Data::F32(tensor.doubles.iter().map(|&number| number as f32).collect()),
        FLOAT16 => Data::F32(halves().map(|bits| f16::from_bits(bits).to_f32()).collect()),
        BFLOAT16 => Data::F32(halves().map(|bits| bf16::from_bits(bits).to_f32()).collect()),
        INT64 => Data::I64(tensor.int64s.clone()),
        UINT32 | UINT64 => Data::I64(tensor.uint64s.iter().map(|&number| number as i64).collect()),
        _ => Data::I64(tensor.int32s.iter().map(|&number| number.into()).collect()),
    }
}

/// Elements that are one block of little-endian bytes.
fn raw(tensor: &proto::Tensor) -> Data {
    let bytes = &tensor.raw[..];
    match tensor.data_type {
        FLOAT => Data::F32(host::f32s_from_le(bytes)),
        DOUBLE => Data::F32(each(bytes, |bytes| f64::from_le_bytes(bytes) as f32)),
        FLOAT16 => Data::F32(host::f32s_from_f16_le(bytes)),
        BFLOAT16 => Data::F32(each(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32())),
        UINT16 => Data::I64(each(bytes, |bytes| u16::from_le_bytes(bytes).into())),
        INT16 => Data::I64(each(bytes, |bytes| i16::from_le_bytes(bytes).into())),
        INT32 => Data::I64(each(bytes, |bytes| i32::from_le_bytes(bytes).into())),
        UINT32 => Data::I64(each(bytes, |bytes| u32::from_le_bytes(bytes).into())),
        INT64 | UINT64 => Data::I64(each(bytes, i64::from_le_bytes)),
        INT8 => Data::I64(each(bytes, |bytes| i8::from_le_bytes(bytes).into())),
        BOOL => Data::I64(bytes.iter().map(|&byte| i64::from(byte != 0)).collect()),
        _ => Data::I64(bytes.iter().map(|&byte| byte.into()).collect()),
    }
}

/// A trailing part of a number is dropped: the count is compared with the shape afterwards.
fn each<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (numbers, _) = bytes.as_chunks::<N>();
    numbers.iter().map(|number| read(*number)).collect()
}
