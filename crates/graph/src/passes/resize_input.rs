//! The same network for another input size.

use crate::{Error, Graph, Op, infer};
use std::collections::BTreeMap;

/// Gives the graph's only input, a feature map or a picture `[n, 3, h, w]`, `height` rows and `width` columns, and every value the shape that
/// follows. A size that the file spells out (of a resize or an expansion) is brought to the new size of the maps that
/// had it before.
///
/// # Errors
/// [`Error::Node`] when a spelt-out size belongs to no earlier map, or shapes no longer fit.
pub fn resize_input(graph: &mut Graph, height: usize, width: usize) -> Result<(), Error> {
    let &[input] = &graph.inputs[..] else { return Err(Error::node("input", "one input is expected")) };
    let (old_height, old_width, shape) = match *graph.shape(input) {
        // Channels-first, as of a picture in ONNX.
        [n, c @ (1 | 3), h, w] if !matches!(w, 1 | 3) => (h, w, vec![n, c, height, width]),
        [n, h, w, c] => (h, w, vec![n, height, width, c]),
        _ => return Err(Error::node("input", "a feature map has 4 axes")),
    };
    let mut new_sizes = BTreeMap::from([([old_height, old_width], [height, width]), ([1, 1], [1, 1])]);
    let old_shapes: Vec<Vec<usize>> = graph.values.iter().map(|value| value.shape.clone()).collect();
    graph.values[input.0].shape = shape;
    for index in 0..graph.nodes.len() {
        let output = graph.nodes[index].output;
        let old = graph.shape(output).to_vec();
        let spelt_out = matches!(graph.nodes[index].op, Op::Resize(_) | Op::Expand);
        if let (true, &[n, h, w, c]) = (spelt_out, &old[..]) {
            let size = *new_sizes.get(&[h, w]).ok_or_else(|| {
                Error::node(&graph.nodes[index].name, format!("its size {h} x {w} belongs to no earlier map"))
            })?;
            let input =
                graph.nodes[index].inputs.first().map(|&id| graph.shape(id).to_vec()).unwrap_or_default();
            if let Op::Resize(resize) = &mut graph.nodes[index].op {
                for axis in resize.axes.iter_mut().filter(|axis| (1..3).contains(&axis.axis)) {
                    axis.size = size[axis.axis - 1];
                    axis.scale = axis.size as f32 / input.get(axis.axis).map_or(1.0, |&size| size as f32);
                }
            }
            graph.values[output.0].shape = vec![n, size[0], size[1], c];
        }
        if let (Op::Reshape, Some(&map)) = (&graph.nodes[index].op, graph.nodes[index].inputs.first())
            && let Some(shape) = reshaped(&old_shapes[map.0], &old, graph.shape(map))
        {
            graph.values[output.0].shape = shape;
        }
        let (_, shape) = infer(graph, &graph.nodes[index])?;
        if let (&[_, old_h, old_w, _], &[_, h, w, _]) = (&old[..], &shape[..]) {
            new_sizes.entry([old_h, old_w]).or_insert([h, w]);
        }
        graph.values[output.0].shape = shape;
    }
    Ok(())
}

/// The output of a reshape that only adds or drops axes of size 1, for the input's new shape.
fn reshaped(old_input: &[usize], old_output: &[usize], input: &[usize]) -> Option<Vec<usize>> {
    let long = |shape: &[usize]| (0..shape.len()).filter(|&axis| shape[axis] != 1).collect::<Vec<_>>();
    let (from, to) = (long(old_input), long(old_output));
    let alike =
        from.len() == to.len() && from.iter().zip(&to).all(|(&from, &to)| old_input[from] == old_output[to]);
    let mut output = old_output.to_vec();
    from.iter().zip(&to).for_each(|(&from, &to)| output[to] = input[from]);
    alike.then_some(output)
}
