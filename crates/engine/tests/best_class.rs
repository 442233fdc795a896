//! The best class of each pixel of scores that stay on the GPU. Expected classes are counted by hand; `vitrine-tasks` compares
//! whole maps with the host's.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

use crate::common::webgpu::webgpu;
use pollster::block_on;
use std::slice;
use vitrine_engine::{BestClass, Error, Held, Plan, Share};
use vitrine_graph::{Binary, Data, Graph, Kind, Node, Op, Unary};

fn share(place: usize, weight: f32) -> Share {
    Share { place, weight }
}

fn held(numbers: &[f32]) -> Option<Held> {
    Some(Held::on_device(Data::F32(numbers.to_vec()), webgpu()?).unwrap())
}

#[test]
fn two_cells_fade_into_each_other() {
    // Three classes of two cells: class 1 leads left, class 2 right.
    let Some(scores) = held(&[0.0, 3.0, 1.0, 0.0, 1.0, 2.0]) else { return };
    let at = |weight: f32| vec![share(0, 1.0 - weight), share(3, weight)];
    let columns = [vec![share(0, 1.0)], at(0.6), at(0.7), vec![share(3, 1.0)], at(0.5)];
    let best = BestClass { classes: 3, stride: 1, rows: &[vec![share(0, 1.0)]], columns: &columns };
    assert_eq!(block_on(best.of(&[scores])).unwrap().unwrap(), [1, 1, 2, 2, 1]);
}

#[test]
fn channels_that_come_first_lie_far_apart_and_values_behind_one_another() {
    let (Some(left), Some(right)) = (held(&[0.0, 5.0, 1.0, 2.0]), held(&[7.0, 0.0, 2.0, 1.0])) else {
        return;
    };
    // Two classes, two columns of one row each: [0, 5] against [1, 2], [7, 0] against [2, 1].
    let columns: Vec<_> = [0, 1, 4, 5].map(|place| vec![share(place, 1.0)]).to_vec();
    let best = BestClass { classes: 2, stride: 2, rows: &[vec![share(0, 1.0)]], columns: &columns };
    assert_eq!(block_on(best.of(&[left, right])).unwrap().unwrap(), [1, 0, 0, 1]);
}

#[test]
fn places_outside_of_the_scores_and_too_many_classes_are_refused() {
    let Some(scores) = held(&[0.0; 6]) else { return };
    let rows = [vec![share(0, 1.0)]];
    let columns = [vec![share(4, 1.0)]];
    let best = BestClass { classes: 3, stride: 1, rows: &rows, columns: &columns };
    let error = block_on(best.of(slice::from_ref(&scores))).unwrap_err();
    assert!(matches!(error, Error::Place { place: 6, length: 6 }), "{error}");
    let best = BestClass { classes: 257, ..best };
    let error = block_on(best.of(slice::from_ref(&scores))).unwrap_err();
    assert_eq!(error.to_string(), "257 classes; a class map tells 1 to 256 apart");
    let on_host = Held::on_host(Data::F32(vec![0.0; 6]));
    let best = BestClass { classes: 2, ..best };
    assert_eq!(block_on(best.of(&[scores, on_host])).unwrap(), None);
}

/// Gives twice what it is given.
fn doubling() -> Graph {
    let mut graph = Graph::default();
    let [given, twice] = ["given", "twice"].map(|name| graph.add_value(name, vec![2, 3]));
    let op = Op::Binary(Binary::Add, Unary::Identity);
    graph.nodes.push(Node { name: "sum".into(), op, inputs: vec![given, given], output: twice });
    (graph.inputs, graph.outputs) = (vec![given], vec![twice]);
    graph
}

#[test]
fn a_plan_reads_what_another_one_left_on_the_device() {
    let Some(device) = webgpu() else { return };
    let plan = Plan::new(doubling(), device).unwrap();
    let first = block_on(plan.run_held(vec![Held::on_host(Data::F32(vec![1.5; 6]))])).unwrap();
    assert!(matches!(first[..], [Held::Gpu(_)]), "{first:?}");
    let second = block_on(plan.run_held(first)).unwrap();
    let outputs = block_on(plan.read_held(second)).unwrap();
    assert_eq!((outputs[0].kind, &outputs[0].data), (Kind::F32, &Data::F32(vec![6.0; 6])));
    let short = Held::on_device(Data::F32(vec![0.0; 5]), device).unwrap();
    let error = block_on(plan.run_held(vec![short])).unwrap_err();
    assert_eq!(error.to_string(), "input 0 has 5 numbers, 6 are expected");
    assert!(block_on(plan.run_held(vec![])).is_err() && block_on(plan.read_held(vec![])).is_err());
}
