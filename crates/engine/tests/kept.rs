//! Networks that remember: what a run leaves for the next one stays where it was computed.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

use crate::common::devices;
use vitrine_engine::{DeviceKind, Held, Kept, Plan};
use vitrine_graph::{Binary, Data, Graph, Node, Op, Unary, ValueId, infer};

fn sum(graph: &mut Graph, inputs: [ValueId; 2]) -> ValueId {
    let output = graph.add_value("sum", vec![]);
    let op = Op::Binary(Binary::Add, Unary::Identity);
    let node = Node { name: format!("#{}", graph.nodes.len()), op, inputs: inputs.to_vec(), output };
    let (kind, shape) = infer(graph, &node).unwrap();
    (graph.values[output.0].kind, graph.values[output.0].shape) = (kind, shape);
    graph.nodes.push(node);
    output
}

/// Reads what is given and what is remembered; gives twice their sum, and remembers the sum.
fn counter() -> Graph {
    let mut graph = Graph::default();
    let [given, kept] = ["given", "kept"].map(|name| graph.add_value(name, vec![2, 3]));
    graph.inputs = vec![given, kept];
    let total = sum(&mut graph, [given, kept]);
    let twice = sum(&mut graph, [total, total]);
    graph.outputs = vec![twice, total];
    graph
}

#[test]
fn what_a_network_remembers_stays_on_its_device() {
    for device in devices() {
        let plan = Plan::new(counter(), device).unwrap();
        let mut memory = Kept::default();
        for turn in 1..4 {
            let run = plan.run_keeping(vec![Held::on_host(Data::F32(vec![1.5; 6]))], memory);
            let (outputs, left) = pollster::block_on(run).unwrap();
            assert_eq!(outputs.len(), 1);
            assert_eq!(outputs[0].data, Data::F32(vec![3.0 * turn as f32; 6]));
            assert_eq!(left.places(), (1, usize::from(device.kind() == DeviceKind::Webgpu)));
            memory = left;
        }
        let zeros = || Held::on_host(Data::F32(vec![0.0; 6]));
        let all = vec![zeros(), zeros()];
        assert!(pollster::block_on(plan.run_keeping(all, memory)).is_err(), "nothing is left to remember");
    }
}
