//! Writes small TFLite files: FlatBuffers with the fields of TensorFlow's schema.fbs that a test needs.
#![allow(clippy::unwrap_used, reason = "only tests use this module")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use vitrine_graph::{Constant, Data, Graph, Kind, host, read};

/// What a field of a table holds.
#[derive(Clone)]
pub enum Field {
    Byte(u8),
    Int(i32),
    Bytes(Vec<u8>),
    Ints(Vec<i32>),
    Reals(Vec<f32>),
    Longs(Vec<i64>),
    Table(Table),
    Tables(Vec<Table>),
}

/// Fields by number.
pub type Table = Vec<(usize, Field)>;

/// Appends a table, its fields behind it, and answers where it is.
fn write_table(out: &mut Vec<u8>, fields: &Table) -> usize {
    let count = fields.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
    let mut offsets = vec![0_u16; count];
    for (index, (number, _)) in fields.iter().enumerate() {
        offsets[*number] = 4 + 4 * index as u16;
    }
    let vtable = out.len();
    let sizes = [4 + 2 * count as u16, 4 + 4 * fields.len() as u16];
    out.extend(sizes.iter().chain(&offsets).flat_map(|number| number.to_le_bytes()));
    let table = out.len();
    out.extend(((table - vtable) as i32).to_le_bytes());
    out.resize(table + 4 + 4 * fields.len(), 0);
    for (index, (_, field)) in fields.iter().enumerate() {
        let at = table + 4 + 4 * index;
        let value = match field {
            Field::Byte(byte) => u32::from(*byte),
            Field::Int(number) => *number as u32,
            other => (write_vector(out, other) - at) as u32,
        };
        out[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    table
}

fn write_vector(out: &mut Vec<u8>, field: &Field) -> usize {
    let start = out.len();
    let (count, bytes): (usize, Vec<u8>) = match field {
        Field::Table(table) => return write_table(out, table),
        Field::Bytes(bytes) => (bytes.len(), bytes.clone()),
        Field::Ints(numbers) => (numbers.len(), numbers.iter().flat_map(|n| n.to_le_bytes()).collect()),
        Field::Reals(numbers) => (numbers.len(), numbers.iter().flat_map(|n| n.to_le_bytes()).collect()),
        Field::Longs(numbers) => (numbers.len(), numbers.iter().flat_map(|n| n.to_le_bytes()).collect()),
        Field::Tables(tables) => (tables.len(), vec![0; 4 * tables.len()]),
        _ => unreachable!("no vector"),
    };
    out.extend((count as u32).to_le_bytes());
    out.extend(bytes);
    if let Field::Tables(tables) = field {
        for (index, table) in tables.iter().enumerate() {
            let at = start + 4 + 4 * index;
            let offset = (write_table(out, table) - at) as u32;
            out[at..at + 4].copy_from_slice(&offset.to_le_bytes());
        }
    }
    start
}

/// Numbers of `TensorType`.
pub const FLOAT32: u8 = 0;
pub const FLOAT16: u8 = 1;
pub const INT32: u8 = 2;
pub const UINT8: u8 = 3;
pub const BOOL: u8 = 6;
pub const INT8: u8 = 9;

/// A file that grows by tensors and operators. Tensors are named after their numbers.
#[derive(Default)]
pub struct File {
    tensors: Vec<Table>,
    buffers: Vec<Table>,
    codes: Vec<Table>,
    operators: Vec<Table>,
    inputs: Vec<i32>,
    outputs: Vec<i32>,
}

impl File {
    fn tensor(&mut self, kind: u8, shape: &[i32], data: Vec<u8>) -> i32 {
        let number = self.tensors.len();
        self.buffers.push(vec![(0, Field::Bytes(data))]);
        self.tensors.push(vec![
            (0, Field::Ints(shape.to_vec())),
            (1, Field::Byte(kind)),
            (2, Field::Int(number as i32)),
            (3, Field::Bytes(format!("tensor {number}").into_bytes())),
        ]);
        number as i32
    }

    /// What a run is given.
    pub fn input(&mut self, kind: u8, shape: &[i32]) -> i32 {
        let number = self.tensor(kind, shape, vec![]);
        self.inputs.push(number);
        number
    }

    /// Bytes of the file.
    pub fn constant(&mut self, kind: u8, shape: &[i32], data: Vec<u8>) -> i32 {
        self.tensor(kind, shape, data)
    }

    /// Whole numbers of the file.
    pub fn ints(&mut self, shape: &[i32], numbers: &[i32]) -> i32 {
        self.tensor(INT32, shape, numbers.iter().flat_map(|n| n.to_le_bytes()).collect())
    }

    /// Real numbers of the file.
    pub fn reals(&mut self, shape: &[i32], numbers: &[f32]) -> i32 {
        self.tensor(FLOAT32, shape, numbers.iter().flat_map(|n| n.to_le_bytes()).collect())
    }

    /// Gives a tensor a scale and a zero point.
    pub fn quantise(&mut self, tensor: i32, scale: f32, zero: i64) {
        let quantisation = vec![(2, Field::Reals(vec![scale])), (3, Field::Longs(vec![zero]))];
        self.tensors[tensor as usize].push((4, Field::Table(quantisation)));
    }

    /// What an operator makes, of a shape that the file leaves out.
    pub fn value(&mut self, kind: u8) -> i32 {
        self.tensor(kind, &[], vec![])
    }

    /// What a run gives.
    pub fn output(&mut self, kind: u8) -> i32 {
        let number = self.value(kind);
        self.outputs.push(number);
        number
    }

    /// An operator by its number in `BuiltinOperator`; 32 is a custom one of that name.
    pub fn operator(&mut self, code: u8, custom: &str, options: Table, inputs: &[i32], outputs: &[i32]) {
        let codes =
            [(0, Field::Byte(code.min(127))), (1, Field::Bytes(custom.into())), (3, Field::Int(code.into()))];
        self.codes.push(codes.to_vec());
        self.operators.push(vec![
            (0, Field::Int(self.operators.len() as i32)),
            (1, Field::Ints(inputs.to_vec())),
            (2, Field::Ints(outputs.to_vec())),
            (4, Field::Table(options)),
        ]);
    }

    /// A custom operator with options of its own.
    pub fn custom(&mut self, name: &str, options: Vec<u8>, inputs: &[i32], outputs: &[i32]) {
        self.operator(32, name, vec![], inputs, outputs);
        self.operators.last_mut().unwrap().push((5, Field::Bytes(options)));
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let subgraph = vec![
            (0, Field::Tables(self.tensors.clone())),
            (1, Field::Ints(self.inputs.clone())),
            (2, Field::Ints(self.outputs.clone())),
            (3, Field::Tables(self.operators.clone())),
        ];
        let model = vec![
            (0, Field::Int(3)),
            (1, Field::Tables(self.codes.clone())),
            (2, Field::Tables(vec![subgraph])),
            (4, Field::Tables(self.buffers.clone())),
        ];
        let mut out = b"\0\0\0\0TFL3".to_vec();
        let root = write_table(&mut out, &model) as u32;
        out[..4].copy_from_slice(&root.to_le_bytes());
        keep(&out);
        out
    }

    /// The graph that is read from it.
    pub fn graph(&self) -> Graph {
        read(&self.bytes()).unwrap()
    }

    /// Shapes and elements of what it gives.
    pub fn run(&self, inputs: &[Data]) -> Vec<(Vec<usize>, Data)> {
        run(&self.graph(), inputs)
    }
}

/// In the folder that `VITRINE_CORPUS` names: the files of these tests are what fuzzing starts from.
fn keep(file: &[u8]) {
    if let Some(folder) = std::env::var_os("VITRINE_CORPUS") {
        let mut hash = DefaultHasher::new();
        file.hash(&mut hash);
        std::fs::write(PathBuf::from(folder).join(format!("{:x}.tflite", hash.finish())), file).unwrap();
    }
}

/// Computes a graph on the host.
pub fn run(graph: &Graph, inputs: &[Data]) -> Vec<(Vec<usize>, Data)> {
    let mut graph = graph.clone();
    let given: Vec<_> =
        graph.inputs.iter().copied().zip(inputs.iter().cloned().map(Constant::from)).collect();
    graph.constants.extend(given);
    for node in graph.nodes.clone() {
        let data = host::evaluate_node(&graph, &node).unwrap().unwrap();
        graph.constants.insert(node.output, data);
    }
    let outputs = graph.outputs.iter();
    outputs.map(|&id| (graph.shape(id).to_vec(), graph.constants[&id].clone().into_data())).collect()
}

/// Whether a graph gives real numbers for each output.
pub fn gives_reals(graph: &Graph) -> bool {
    graph.outputs.iter().all(|&id| graph.kind(id) == Kind::F32)
}

/// A FlexBuffer that holds a map of real numbers, whose keys are sorted: the options of custom operators.
pub fn flex_map(entries: &[(&str, f64)]) -> Vec<u8> {
    let mut out = vec![];
    let mut keys = vec![];
    for (key, _) in entries {
        keys.push(out.len());
        out.extend(key.bytes().chain([0]));
    }
    out.push(entries.len() as u8);
    let key_vector = out.len();
    for key in keys {
        out.push((out.len() - key) as u8);
    }
    for number in [out.len() - key_vector, 1, entries.len()] {
        out.extend((number as u64).to_le_bytes());
    }
    let map = out.len();
    out.extend(entries.iter().flat_map(|(_, number)| number.to_le_bytes()));
    // Real numbers of 8 bytes; then the root, a map of such, 2 bytes wide.
    out.extend(entries.iter().map(|_| 3 << 2 | 3));
    let root = (out.len() - map) as u16;
    out.extend(root.to_le_bytes());
    out.extend([9 << 2 | 3, 2]);
    out
}
