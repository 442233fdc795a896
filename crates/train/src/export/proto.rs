//! The parts of ONNX's onnx.proto that are written, as messages of the crate `prost`. Field numbers are those of
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>. Not the reader's messages (`vitrine-graph`): those borrow from the file, and
//! each field that they had only for writing would be downloaded with the workers.

use prost::Message;

/// IR version 8 and opset 13: what ONNX Runtime reads since 1.10 and every converter knows.
pub const IR_VERSION: i64 = 8;
/// See [`IR_VERSION`].
pub const OPSET: i64 = 13;

/// `TensorProto.FLOAT`
pub const FLOAT: i32 = 1;
/// `TensorProto.INT64`
pub const INT64: i32 = 7;
/// `TensorProto.FLOAT16`
pub const FLOAT16: i32 = 10;

#[derive(Clone, PartialEq, Message)]
pub struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    pub opsets: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
pub struct OperatorSet {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    pub nodes: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializers: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    pub inputs: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub outputs: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Node {
    #[prost(string, repeated, tag = "1")]
    pub inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub outputs: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub operator: String,
    #[prost(message, repeated, tag = "5")]
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub s: Vec<u8>,
    #[prost(int64, repeated, tag = "8")]
    pub ints: Vec<i64>,
    /// `AttributeProto.AttributeType`: 2 a whole number, 3 a text, 7 whole numbers.
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorProto {
    #[prost(int64, repeated, tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(string, tag = "8")]
    pub name: String,
    /// Little-endian.
    #[prost(bytes = "vec", tag = "9")]
    pub raw: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ValueInfo {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    #[prost(int32, tag = "1")]
    pub element: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dims: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    /// One of a number and a name; a number of 0 is written too.
    #[prost(int64, optional, tag = "1")]
    pub value: Option<i64>,
}

impl ValueInfo {
    /// A tensor of real numbers.
    pub fn reals(name: &str, dims: &[usize]) -> Self {
        let dims = dims.iter().map(|&dim| Dimension { value: Some(dim as i64) }).collect();
        let tensor = TensorType { element: FLOAT, shape: Some(Shape { dims }) };
        Self { name: name.to_owned(), kind: Some(Type { tensor: Some(tensor) }) }
    }
}

impl Attribute {
    /// A whole number.
    pub fn int(name: &str, i: i64) -> Self {
        Self { name: name.to_owned(), i, kind: 2, ..Self::default() }
    }

    /// Whole numbers.
    pub fn ints(name: &str, ints: &[usize]) -> Self {
        let ints = ints.iter().map(|&int| int as i64).collect();
        Self { name: name.to_owned(), ints, kind: 7, ..Self::default() }
    }

    /// A text.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), s: text.as_bytes().to_vec(), kind: 3, ..Self::default() }
    }
}
