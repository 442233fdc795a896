//! Writes ONNX files: messages of onnx.proto in protobuf's wire format. Without a crate, since what a build script needs is compiled
//! for the host before the worker itself can be.

/// Of `TensorProto.DataType`.
const FLOAT: u64 = 1;
const FLOAT16: u64 = 10;
const INT64: u64 = 7;
/// Of `AttributeProto.AttributeType`.
const INT: u64 = 2;
const INTS: u64 = 7;
const STRING: u64 = 3;

/// What an attribute says.
pub enum Value<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Word(&'a str),
}

/// A graph in the making. Values are named as they are made.
#[derive(Default)]
pub struct Network {
    nodes: Vec<u8>,
    constants: Vec<u8>,
    values: usize,
}

impl Network {
    /// A node with one output, whose name comes back. An operand without a name is left out.
    pub fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, Value)]) -> String {
        self.nodes(operator, inputs, 1, attributes).concat()
    }

    /// A node with several outputs.
    pub fn nodes(
        &mut self,
        operator: &str,
        inputs: &[&str],
        outputs: usize,
        attributes: &[(&str, Value)],
    ) -> Vec<String> {
        let outputs: Vec<String> = (0..outputs).map(|_| self.name("v")).collect();
        let mut node = vec![];
        inputs.iter().for_each(|name| block(&mut node, 1, name.as_bytes()));
        outputs.iter().for_each(|name| block(&mut node, 2, name.as_bytes()));
        block(&mut node, 4, operator.as_bytes());
        attributes.iter().for_each(|(name, value)| block(&mut node, 5, &attribute(name, value)));
        block(&mut self.nodes, 1, &node);
        outputs
    }

    /// Real numbers: small ones in a pattern that packs well.
    pub fn weights(&mut self, shape: &[i64]) -> String {
        let count = shape.iter().product::<i64>() as usize;
        let numbers = [0.125_f32, -0.0625, 0.0, 0.03125, -0.125].iter().cycle().take(count);
        self.constant(shape, FLOAT, numbers.flat_map(|number| number.to_le_bytes()).collect())
    }

    /// The same in 16 bits: 0.125 and -0.0625 by turns.
    pub fn half_weights(&mut self, shape: &[i64]) -> String {
        let count = shape.iter().product::<i64>() as usize;
        let numbers = [0x3000_u16, 0xac00].iter().cycle().take(count);
        self.constant(shape, FLOAT16, numbers.flat_map(|number| number.to_le_bytes()).collect())
    }

    /// A number without axes.
    pub fn real(&mut self, number: f32) -> String {
        self.constant(&[], FLOAT, number.to_le_bytes().to_vec())
    }

    /// Given real numbers.
    pub fn reals(&mut self, numbers: &[f32]) -> String {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(&[numbers.len() as i64], FLOAT, bytes)
    }

    /// Given whole numbers.
    pub fn wholes(&mut self, numbers: &[i64]) -> String {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(&[numbers.len() as i64], INT64, bytes)
    }

    /// The file, of opset 13.
    pub fn into_bytes(self, input: (&str, &[i64]), outputs: &[&str]) -> Vec<u8> {
        let mut graph = self.nodes;
        block(&mut graph, 2, b"warm-up");
        graph.extend(self.constants);
        block(&mut graph, 11, &value(input.0, input.1));
        outputs.iter().for_each(|name| block(&mut graph, 12, &value(name, &[])));
        let mut opset = vec![];
        number(&mut opset, 2, 13);
        let mut file = vec![];
        number(&mut file, 1, 8);
        block(&mut file, 7, &graph);
        block(&mut file, 8, &opset);
        file
    }

    fn name(&mut self, kind: &str) -> String {
        self.values += 1;
        format!("{kind}{}", self.values)
    }

    fn constant(&mut self, shape: &[i64], kind: u64, bytes: Vec<u8>) -> String {
        let name = self.name("w");
        let mut tensor = vec![];
        shape.iter().for_each(|&size| number(&mut tensor, 1, size as u64));
        number(&mut tensor, 2, kind);
        block(&mut tensor, 8, name.as_bytes());
        block(&mut tensor, 9, &bytes);
        block(&mut self.constants, 5, &tensor);
        name
    }
}

fn attribute(name: &str, value: &Value) -> Vec<u8> {
    let mut attribute = vec![];
    block(&mut attribute, 1, name.as_bytes());
    match value {
        Value::Int(whole) => number(&mut attribute, 3, *whole as u64),
        Value::Word(word) => block(&mut attribute, 4, word.as_bytes()),
        Value::Ints(wholes) => wholes.iter().for_each(|&whole| number(&mut attribute, 8, whole as u64)),
    }
    let kind = match value {
        Value::Int(_) => INT,
        Value::Word(_) => STRING,
        Value::Ints(_) => INTS,
    };
    number(&mut attribute, 20, kind);
    attribute
}

/// Name and sizes of a tensor of real numbers; sizes that are not given are not said.
fn value(name: &str, sizes: &[i64]) -> Vec<u8> {
    let (mut shape, mut tensor, mut kind, mut value) = (vec![], vec![], vec![], vec![]);
    for &size in sizes {
        let mut dimension = vec![];
        number(&mut dimension, 1, size as u64);
        block(&mut shape, 1, &dimension);
    }
    number(&mut tensor, 1, FLOAT);
    if !sizes.is_empty() {
        block(&mut tensor, 2, &shape);
    }
    block(&mut kind, 1, &tensor);
    block(&mut value, 1, name.as_bytes());
    block(&mut value, 2, &kind);
    value
}

fn number(bytes: &mut Vec<u8>, field: u64, value: u64) {
    varint(bytes, field << 3);
    varint(bytes, value);
}

fn block(bytes: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(bytes, field << 3 | 2);
    varint(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
