//! Reading reference models. Facts come from the `source.json` beside each.

use vitrine_fixtures::model;
use vitrine_graph::{Error, Op, cost, passes, read};

fn deeplab() -> Option<Vec<u8>> {
    model("street-deeplab-slim", "original.tflite")
}

#[test]
fn deeplab_has_the_parameters_and_multiplications_of_its_float_conversion() {
    let Some(bytes) = deeplab() else { return };
    let graph = read(&bytes).unwrap();
    let figures = cost(&graph);
    // source.json: 62 convolutions, 2,055,379 parameters, 4.316 G multiply-accumulates.
    assert_eq!(figures.operators["Conv"], 62);
    assert_eq!(figures.parameters, 2_055_379);
    assert_eq!((figures.macs as f64 / 1e6).round(), 4316.0);
    assert_eq!(graph.shape(graph.inputs[0]), [1, 513, 513, 3]);
    assert_eq!(graph.shape(graph.outputs[0]), [1, 513, 513]);
}

#[test]
fn passes_leave_deeplab_its_convolutions_and_its_image_feature() {
    let Some(bytes) = deeplab() else { return };
    let mut graph = read(&bytes).unwrap();
    passes::cut(&mut graph, "ResizeBilinear").unwrap();
    passes::optimise(&mut graph);
    let figures = cost(&graph);
    // Its ten sums go into convolutions, requantisation and the resize from 33 x 33 to 33 x 33 go altogether.
    let operators: Vec<_> = figures.operators.iter().map(|(name, &count)| (&name[..], count)).collect();
    assert_eq!(operators, [("Concat", 1), ("Conv", 62), ("Expand", 1), ("ReduceMean", 1)]);
    assert_eq!(graph.shape(graph.outputs[0]), [1, 33, 33, 19]);
}

#[test]
fn deeplab_can_be_made_smaller() {
    let Some(bytes) = deeplab() else { return };
    let mut graph = read(&bytes).unwrap();
    passes::resize_input(&mut graph, 129, 257).unwrap();
    assert_eq!(graph.shape(graph.outputs[0]), [1, 129, 257]);
    let spread = graph.nodes.iter().find(|node| matches!(node.op, Op::Expand)).unwrap();
    assert_eq!(graph.shape(spread.output), [1, 9, 17, 128]);
}

/// source.json: 43 states beside the image, of which 13 change.
#[test]
fn a_streaming_network_gives_its_states_back() {
    let Some(bytes) = model("action-movinet-a0-stream", "original.tflite") else { return };
    let graph = read(&bytes).unwrap();
    assert_eq!((graph.inputs.len(), graph.outputs.len()), (44, 44));
    let unchanged = graph.outputs.iter().filter(|id| graph.inputs.contains(id)).count();
    assert_eq!(unchanged, 30);
}

/// Cut and changed files give an error or a graph, and never a panic.
#[test]
fn damaged_files_are_refused_without_a_panic() {
    let Some(bytes) = deeplab() else { return };
    for end in (0..bytes.len()).step_by(bytes.len() / 30).chain(0..64) {
        assert!(read(&bytes[..end]).is_err(), "{end} bytes were read");
    }
    // Structure lies before and behind the weights: only there does a change mean anything.
    let mut state = 1_u32;
    let mut next = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % limit
    };
    for round in 0..100 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + round % 4 {
            let near = next(40_000);
            let at = if next(2) == 0 { near } else { bytes.len() - 1 - near };
            damaged[at] = next(256) as u8;
        }
        if let Ok(mut graph) = read(&damaged) {
            passes::optimise(&mut graph);
            cost(&graph);
        }
    }
}

#[test]
fn other_files_are_named_as_what_they_are_not() {
    assert_eq!(read(b""), Err(Error::UnknownFormat { length: 0 }));
    assert_eq!(read(b"\x89PNG\r\n\x1a\n0000"), Err(Error::UnknownFormat { length: 12 }));
}
