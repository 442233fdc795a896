//! The network that a worker warms up with.
#![allow(clippy::unwrap_used, reason = "a failed test is told by its panic")]

use std::collections::HashSet;
use vitrine_engine::{Device, Plan};
use vitrine_graph::{Data, Graph, Op};

static NETWORK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/warm_up.onnx"));

fn names(graph: &Graph) -> HashSet<String> {
    let name = |op: &Op| format!("{op:?}").split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    graph.nodes.iter().map(|node| name(&node.op)).collect()
}

#[test]
fn it_has_what_networks_for_pictures_have_and_is_computed() {
    assert!(NETWORK.len() < 100_000, "{} bytes", NETWORK.len());
    let graph = vitrine_graph::read(NETWORK).unwrap();
    let names = names(&graph);
    for name in ["Conv", "Pool", "Resize", "Concat", "Slice", "Transpose", "Softmax", "Binary", "Unary"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    let plan = Plan::new(graph, &Device::cpu()).unwrap();
    let elements = |shape: &[usize]| Data::F32(vec![0.5; shape.iter().product()]);
    let inputs = plan.inputs().map(|input| elements(&input.shape)).collect();
    let outputs = pollster::block_on(plan.run(inputs)).unwrap();
    assert_eq!(outputs.len(), 3);
    for output in outputs {
        assert!(output.data.f32s().unwrap().iter().all(|number| number.is_finite()));
    }
}
