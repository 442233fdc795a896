//! ONNX files that contradict themselves or ask for too much.

use super::limits::try_file;
use super::mutations::{flipped, torn, truncated};
use super::proto::{
    Attribute, Dimension, Function, Graph, Model, Node, OperatorSet, Shape, Tensor, TensorType, Type,
    ValueInfo,
};
use prost::Message;

/// A node.
pub fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Node {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Node { operator: operator.to_owned(), inputs: owned(inputs), outputs: owned(outputs), ..Node::default() }
}

/// A node with attributes.
pub fn with(mut node: Node, attributes: &[Attribute]) -> Node {
    node.attributes.extend_from_slice(attributes);
    node
}

/// A whole number.
pub fn int(name: &str, i: i64) -> Attribute {
    Attribute { name: name.to_owned(), i, kind: 2, ..Attribute::default() }
}

/// Whole numbers.
pub fn ints(name: &str, ints: &[i64]) -> Attribute {
    Attribute { name: name.to_owned(), ints: ints.to_vec(), kind: 7, ..Attribute::default() }
}

/// Numbers of the file.
pub fn wholes(name: &str, dims: &[i64], int64s: &[i64]) -> Tensor {
    let (name, dims, int64s) = (name.to_owned(), dims.to_vec(), int64s.to_vec());
    Tensor { name, dims, data_type: 7, int64s, ..Tensor::default() }
}

/// Numbers of the file.
pub fn reals(name: &str, dims: &[i64], floats: &[f32]) -> Tensor {
    let (name, dims, floats) = (name.to_owned(), dims.to_vec(), floats.to_vec());
    Tensor { name, dims, data_type: 1, floats, ..Tensor::default() }
}

/// An input.
pub fn input(name: &str, element: i32, dims: &[i64]) -> ValueInfo {
    let dims = dims.iter().map(|&value| Dimension { value, name: String::new() }).collect();
    let tensor = Some(TensorType { element, shape: Some(Shape { dims }) });
    ValueInfo { name: name.to_owned(), kind: Some(Type { tensor }) }
}

/// A graph that gives what its last node makes.
pub fn graph(nodes: Vec<Node>, initializers: Vec<Tensor>, inputs: Vec<ValueInfo>) -> Graph {
    let outputs = nodes.last().map(|node| node.outputs.clone()).unwrap_or_default();
    let outputs = outputs.into_iter().map(|name| ValueInfo { name, kind: None }).collect();
    Graph { nodes, initializers, inputs, outputs }
}

/// A file with a graph.
pub fn model(graph: Graph) -> Model {
    let opsets = vec![OperatorSet { domain: String::new(), version: 20 }];
    Model { ir_version: 8, graph: Some(graph), opsets, ..Model::default() }
}

/// The file's bytes.
pub fn file(nodes: Vec<Node>, initializers: Vec<Tensor>, inputs: Vec<ValueInfo>) -> Vec<u8> {
    model(graph(nodes, initializers, inputs)).encode_to_vec()
}

fn map() -> ValueInfo {
    input("x", 1, &[1, 2, 6, 6])
}

/// Convolution, pooling, shape arithmetic, a branch and a function.
fn seed() -> Vec<u8> {
    let branch = |operator: &str| Attribute {
        name: format!("{operator}_branch"),
        g: Some(graph(vec![node("Relu", &["p"], &["b"])], vec![], vec![])),
        ..Attribute::default()
    };
    let nodes = vec![
        with(node("Conv", &["x", "w"], &["c"]), &[ints("pads", &[1, 1, 1, 1]), ints("strides", &[2, 2])]),
        with(node("MaxPool", &["c"], &["p"]), &[ints("kernel_shape", &[2, 2])]),
        with(node("If", &["yes"], &["i"]), &[branch("then"), branch("else")]),
        node("Shape", &["i"], &["s"]),
        with(node("Gather", &["s", "first"], &["n"]), &[int("axis", 0)]),
        with(node("Concat", &["n", "rest"], &["to"]), &[int("axis", 0)]),
        node("Reshape", &["i", "to"], &["r"]),
        with(node("Softmax", &["r"], &["t"]), &[int("axis", 1)]),
        Node { domain: "own".to_owned(), ..node("Twice", &["t"], &["y"]) },
    ];
    let yes = Tensor { data_type: 9, int32s: vec![1], name: "yes".to_owned(), ..Tensor::default() };
    let weight = reals("w", &[3, 2, 3, 3], &[0.25; 54]);
    let initializers = vec![yes, weight, wholes("first", &[1], &[0]), wholes("rest", &[1], &[-1])];
    let twice = Function {
        name: "Twice".to_owned(),
        domain: "own".to_owned(),
        inputs: vec!["a".to_owned()],
        outputs: vec!["b".to_owned()],
        nodes: vec![node("Add", &["a", "a"], &["b"])],
        ..Function::default()
    };
    Model { functions: vec![twice], ..model(graph(nodes, initializers, vec![map()])) }.encode_to_vec()
}

#[test]
fn a_damaged_small_model() {
    let file = seed();
    assert_eq!(try_file("seed", &file).read, 1);
    truncated("onnx seed", &file).and(flipped("onnx seed", &file, 3000)).and(torn("onnx seed", &file, 3000));
}

fn refused(what: &str, file: &[u8]) {
    assert_eq!(try_file(what, file).read, 0, "{what} was read");
}

#[test]
fn shapes_beyond_reason() {
    let relu = || vec![node("Relu", &["x"], &["y"])];
    for dims in [
        &[1 << 40, 1 << 40][..],
        &[i64::MAX, 2, 2],
        &[1 << 28, 2],
        &[1 << 40, 0],
        &[65_536; 4],
        &[1; 100_000],
    ] {
        refused(&format!("input {:?}", &dims[..2]), &file(relu(), vec![], vec![input("x", 1, dims)]));
        refused(&format!("constant {:?}", &dims[..2]), &file(relu(), vec![reals("x", dims, &[1.0])], vec![]));
    }
    refused("a negative size", &file(relu(), vec![reals("x", &[-1], &[1.0])], vec![]));
    let raw = Tensor { raw: vec![0; 7].into(), ..reals("x", &[2], &[]) };
    refused("numbers that break off", &file(relu(), vec![raw], vec![]));
    let outside = Tensor { location: 1, ..reals("x", &[2], &[]) };
    refused("numbers elsewhere", &file(relu(), vec![outside], vec![]));
    let inputs: Vec<_> = (0..1000).map(|index| input(&format!("x{index}"), 1, &[1 << 28])).collect();
    let names: Vec<_> = inputs.iter().map(|input| input.name.clone()).collect();
    let names: Vec<_> = names.iter().map(|name| &name[..]).collect();
    try_file("many gigabytes", &file(vec![node("Sum", &names, &["y"])], vec![], inputs));
}

/// Each would make gigabytes if it were computed at load.
#[test]
fn gigabytes_from_small_files() {
    let big = 1 << 28;
    let constants = || {
        vec![
            wholes("big", &[1], &[big]),
            wholes("scalar", &[], &[big]),
            wholes("huge", &[2], &[i64::MAX, i64::MAX]),
            wholes("zero", &[], &[0]),
            wholes("one", &[], &[1]),
            wholes("pads", &[2], &[big / 2, big / 2 - 1]),
            reals("x", &[1], &[1.0]),
            reals("scales", &[1], &[1e8]),
            reals("nan", &[1], &[f32::NAN]),
            reals("inf", &[1], &[f32::INFINITY]),
            reals("pair", &[2], &[0.0, 1.0]),
        ]
    };
    let makers = [
        ("Expand", vec!["x", "big"]),
        ("Expand", vec!["x", "huge"]),
        ("Tile", vec!["x", "big"]),
        ("Tile", vec!["x", "huge"]),
        ("Pad", vec!["x", "pads"]),
        ("Pad", vec!["x", "huge"]),
        ("Range", vec!["zero", "scalar", "one"]),
        ("Range", vec!["zero", "scalar", "zero"]),
        ("ConstantOfShape", vec!["big"]),
        ("ConstantOfShape", vec!["huge"]),
        ("OneHot", vec!["one", "scalar", "pair"]),
        ("Resize", vec!["x", "", "scales"]),
        ("Resize", vec!["x", "", "nan"]),
        ("Resize", vec!["x", "", "inf"]),
        ("Resize", vec!["x", "", "", "big"]),
        ("Resize", vec!["x", "", "", "huge"]),
        ("EyeLike", vec!["huge"]),
    ];
    for (operator, inputs) in makers {
        let what = format!("{operator} {inputs:?}");
        // Many at once, and a value that is made of them all.
        let names: Vec<_> = (0..64).map(|index| format!("t{index}")).collect();
        let mut nodes: Vec<_> = names.iter().map(|name| node(operator, &inputs, &[name])).collect();
        nodes.extend(names.iter().map(|name| node("Neg", &[name], &[&format!("{name}n")])));
        let names: Vec<_> = names.iter().map(|name| &name[..]).collect();
        nodes.push(with(node("Concat", &names, &["y"]), &[int("axis", 0)]));
        try_file(&what, &file(nodes, constants(), vec![]));
    }
}

#[test]
fn names_that_lead_in_circles() {
    let both = |a: Node, b: Node| file(vec![a, b], vec![], vec![map()]);
    refused("its own operand", &file(vec![node("Add", &["x", "y"], &["y"])], vec![], vec![map()]));
    refused("a cycle", &both(node("Add", &["x", "b"], &["a"]), node("Add", &["x", "a"], &["b"])));
    try_file("the same output twice", &both(node("Relu", &["x"], &["y"]), node("Neg", &["x"], &["y"])));
    try_file("an output that is its input", &both(node("Relu", &["x"], &["x"]), node("Neg", &["x"], &["x"])));
    try_file("empty names", &both(node("Relu", &[""], &[""]), node("", &["x"], &["y"])));
    let mut outputs = graph(vec![node("Relu", &["x"], &["y"])], vec![], vec![map(), map()]);
    outputs.outputs = vec![outputs.outputs[0].clone(); 30_000];
    try_file("one output many times", &model(outputs).encode_to_vec());
}

fn nested(depth: usize) -> Graph {
    let mut inner = graph(vec![node("Relu", &["x"], &["y"])], vec![], vec![]);
    for _ in 0..depth {
        let then_branch =
            Attribute { name: "then_branch".to_owned(), g: Some(inner), ..Attribute::default() };
        inner = graph(vec![with(node("If", &["yes"], &["y"]), &[then_branch])], vec![], vec![]);
    }
    let yes = Tensor { data_type: 9, int32s: vec![1], name: "yes".to_owned(), ..Tensor::default() };
    Graph { initializers: vec![yes], inputs: vec![map()], ..inner }
}

/// A browser's worker has a stack of a megabyte.
#[test]
fn graphs_within_graphs() {
    for depth in [8, 32, 33, 200] {
        let file = model(nested(depth)).encode_to_vec();
        let reading = move || try_file(&format!("{depth} branches"), &file);
        let taken = std::thread::Builder::new().stack_size(1 << 20).spawn(reading).unwrap().join().unwrap();
        assert_eq!(taken.read, usize::from(depth <= 32), "{depth}");
    }
}

fn function(name: &str, nodes: Vec<Node>) -> Function {
    let (inputs, outputs) = (vec!["a".to_owned()], vec!["y".to_owned()]);
    Function {
        name: name.to_owned(),
        domain: "own".to_owned(),
        inputs,
        outputs,
        nodes,
        ..Function::default()
    }
}

fn call(name: &str, input: &str, output: &str) -> Node {
    Node { domain: "own".to_owned(), ..node(name, &[input], &[output]) }
}

/// Each function calls the next one twice; the last one holds something large.
#[test]
fn functions_that_multiply() {
    let long = "n".repeat(100_000);
    let last = [
        node("Relu", &["a"], &["y"]),
        Node { name: long.clone(), ..node("Relu", &["a"], &["y"]) },
        with(node("Relu", &["a"], &["y"]), &[ints("unread", &[1; 100_000])]),
        with(node("Relu", &["a"], &["y"]), &vec![int("unread", 1); 20_000]),
    ];
    for (index, last) in last.into_iter().enumerate() {
        let mut functions: Vec<_> = (0..24)
            .map(|level| {
                let next = format!("f{}", level + 1);
                function(&format!("f{level}"), vec![call(&next, "a", "t"), call(&next, "t", "y")])
            })
            .collect();
        functions.push(function("f24", vec![last]));
        let graph = graph(vec![call("f0", "x", "y")], vec![], vec![map()]);
        refused(&format!("functions {index}"), &Model { functions, ..model(graph) }.encode_to_vec());
    }
}

#[test]
fn attributes_that_refer_to_many() {
    let refers = Attribute { name: "r".to_owned(), refers_to: "none".to_owned(), ..Attribute::default() };
    let body = with(node("Relu", &["a"], &["y"]), &vec![refers; 60_000]);
    let graph = graph(vec![with(call("f", "x", "y"), &vec![int("other", 1); 60_000])], vec![], vec![map()]);
    try_file(
        "references",
        &Model { functions: vec![function("f", vec![body])], ..model(graph) }.encode_to_vec(),
    );
}

/// Chains and fans of small nodes: whatever looks through all nodes for each node takes minutes.
#[test]
fn very_many_nodes() {
    let count = 60_000;
    let name = |index: usize| if index == 0 { "x".to_owned() } else { format!("t{index}") };
    let pads = wholes("one", &[1], &[1]);
    for operators in [
        &["Relu"][..],
        &["Neg", "Abs"],
        &["Transpose", "Relu"],
        &["Unsqueeze", "Squeeze"],
        &["Sigmoid", "Mul"],
    ] {
        let link = |index: usize| {
            let operator = operators[index % operators.len()];
            let operand = name(index);
            let operands = match operator {
                "Unsqueeze" | "Squeeze" => vec![&operand[..], "one"],
                "Mul" => vec![&operand[..], &operand[..]],
                _ => vec![&operand[..]],
            };
            node(operator, &operands, &[&name(index + 1)])
        };
        let chain: Vec<_> = (0..count).map(link).collect();
        try_file(&format!("chain {operators:?}"), &file(chain, vec![pads.clone()], vec![map()]));
        let fan: Vec<_> = (0..count).map(|index| node("Neg", &["x"], &[&name(index + 1)])).collect();
        let mut fan = graph(fan, vec![], vec![map()]);
        fan.outputs =
            fan.nodes.iter().map(|node| ValueInfo { name: node.outputs[0].clone(), kind: None }).collect();
        try_file("fan", &model(fan).encode_to_vec());
    }
    let mut missing = vec![node("Nonsense", &["x"], &["z"])];
    missing.extend((0..count).map(|index| match index % 2 {
        0 => node("Neg", &[&name(index)], &[&name(index + 1)]),
        _ => node("Tile", &["x", &name(index)], &[&name(index + 1)]),
    }));
    missing.extend((0..count / 2).map(|_| node("Reshape", &["x", "t1"], &["w"])));
    refused("what needs inputs, many times", &file(missing, vec![], vec![input("x", 7, &[1])]));
}

/// Two bytes of a file are an empty message, which takes hundreds in memory.
#[test]
fn very_many_empty_messages() {
    let count = 3_000_000;
    let empty = |tag: u8| [tag, 0].repeat(count);
    let length = |bytes: &[u8]| {
        let mut out = vec![];
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        [out, bytes.to_vec()].concat()
    };
    let inside = |tag: u8, bytes: &[u8]| [vec![tag], length(bytes)].concat();
    let version = [0x08, 8];
    for (what, graph) in [
        ("nodes", empty(0x0a)),
        ("initializers", empty(0x2a)),
        ("inputs", empty(0x5a)),
        ("outputs", empty(0x62)),
        ("attributes", inside(0x0a, &empty(0x2a))),
        ("operands", inside(0x0a, &empty(0x0a))),
        ("sizes", inside(0x2a, &inside(0x0a, &vec![1; count]))),
    ] {
        refused(what, &[&version[..], &inside(0x3a, &graph)].concat());
    }
    try_file("opsets", &[&version[..], &empty(0x42)].concat());
    try_file("functions", &[&version[..], &[0xca, 0x01, 0].repeat(count)].concat());
}
