//! A pack's model file as a graph.

use crate::Error;
use vitrine_graph::{Bytes, Declared, Error as GraphError, Graph, Options};
use vitrine_packs::Input;

/// Reads a model file. Columns and rows of the picture that the file leaves free become those of the pack.
///
/// # Errors
/// As `vitrine_graph::read`.
pub fn read(model: Bytes, input: &Input) -> Result<Graph, Error> {
    let (width, height) = (input.width as usize, input.height as usize);
    let read = vitrine_graph::read_shared(&model, &Options::default());
    // Most files say their sizes, and need no second look.
    if read.as_ref().is_ok_and(|graph| reads(graph, [width, height])) {
        return Ok(read?);
    }
    let declared = vitrine_graph::declared(&model).unwrap_or_default();
    match &declared[..] {
        [picture] if is_free(picture) => Ok(read_sized(&model, picture, [width, height])?),
        _ => Ok(read?),
    }
}

/// Reads a model file whose picture gets `width` columns and `height` rows.
pub fn read_sized(
    model: &Bytes,
    picture: &Declared,
    [width, height]: [usize; 2],
) -> Result<Graph, GraphError> {
    let shape = picture.fixed([height, width]);
    let shapes = [(picture.name.clone(), shape)].into();
    vitrine_graph::read_shared(model, &Options { shapes, ..Options::default() })
}

/// Whether columns or rows of an input of four axes are free; its channels are not.
pub fn is_free(picture: &Declared) -> bool {
    match picture.sizes[..] {
        [_, Some(_), rows, columns] | [_, rows, columns, Some(_)] => rows.is_none() || columns.is_none(),
        _ => false,
    }
}

fn reads(graph: &Graph, [width, height]: [usize; 2]) -> bool {
    let [input] = graph.inputs[..] else { return false };
    matches!(graph.shape(input), [_, sides @ .., _] if sides == [height, width])
        || matches!(graph.shape(input), [_, _, sides @ ..] if sides == [height, width])
}
