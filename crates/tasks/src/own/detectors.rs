//! Detectors, told by the number of their cells.

use super::picture::Picture;
use super::propose::proposal;
use vitrine_graph::{Graph, ValueId};
use vitrine_packs::own::Proposal;
use vitrine_packs::{Head, Output, Task};

/// Input pixels in a cell of each grid: those of nearly all detectors, and of PicoDet.
const STRIDES: [&[u32]; 2] = [&[8, 16, 32], &[8, 16, 32, 64]];
/// Four numbers of a box and one for an object, before the classes.
const BOX_NUMBERS: usize = 5;

/// A detector's proposal; none if the network is no detector; an error if it is one whose boxes cannot be read here.
pub fn detector(graph: &Graph, picture: &Picture) -> Option<Result<Proposal, String>> {
    let shaped = |&id: &ValueId| match *graph.shape(id) {
        [1, cells, numbers] => Some((graph.value(id).name.clone(), cells, numbers)),
        _ => None,
    };
    let outputs: Vec<(String, usize, usize)> = graph.outputs.iter().filter_map(shaped).collect();
    STRIDES.into_iter().find_map(|strides| {
        let cells: Vec<usize> = strides.iter().map(|&stride| cells(picture, stride as usize)).collect();
        yolox(&outputs, &cells, strides, picture).or_else(|| distribution(&outputs, &cells, strides, picture))
    })
}

fn cells(picture: &Picture, stride: usize) -> usize {
    picture.width.div_ceil(stride) * picture.height.div_ceil(stride)
}

fn yolox(
    outputs: &[(String, usize, usize)],
    grids: &[usize],
    strides: &[u32],
    picture: &Picture,
) -> Option<Result<Proposal, String>> {
    let all: usize = grids.iter().sum();
    let (name, cells, numbers) = outputs.first()?;
    if *cells == all && *numbers > BOX_NUMBERS {
        let head = Head::Yolox { tensor: name.clone() };
        return Some(Ok(boxes(picture, head, strides, numbers - BOX_NUMBERS)));
    }
    let family = match () {
        () if *cells == 3 * all && *numbers > BOX_NUMBERS => "YOLOv5 and v7 (three boxes a cell)",
        () if *numbers == all && *cells > BOX_NUMBERS - 1 => "YOLOv8 and its successors",
        () => return None,
    };
    Some(Err(format!(
        "its output \"{name}\" [1, {cells}, {numbers}] has boxes in the form of {family}, which is not read here yet: \
         bring a detector with a head of YOLOX or of generalized focal loss (PicoDet, NanoDet)"
    )))
}

/// Scores of each grid, and distances of each grid.
fn distribution(
    outputs: &[(String, usize, usize)],
    grids: &[usize],
    strides: &[u32],
    picture: &Picture,
) -> Option<Result<Proposal, String>> {
    if outputs.len() != 2 * grids.len() || grids.is_empty() {
        return None;
    }
    let mut scores = vec![];
    let mut distances = vec![];
    let mut sizes = [0, 0];
    for &grid in grids {
        let mut of_grid = outputs.iter().filter(|(_, cells, _)| *cells == grid);
        let (first, second) = (of_grid.next()?, of_grid.next()?);
        sizes = [first.2, second.2];
        scores.push(first.0.clone());
        distances.push(second.0.clone());
    }
    let [classes, numbers] = sizes;
    let alike = |names: &[String], size: usize| {
        outputs.iter().filter(|(name, _, _)| names.contains(name)).all(|&(_, _, numbers)| numbers == size)
    };
    if numbers % 4 != 0 || !alike(&scores, classes) || !alike(&distances, numbers) {
        return None;
    }
    let head = Head::Distribution { scores, distances, bins: (numbers / 4) as u32 };
    Some(Ok(boxes(picture, head, strides, classes)))
}

fn boxes(picture: &Picture, head: Head, strides: &[u32], classes: usize) -> Proposal {
    let output = Output::Boxes { head, strides: strides.to_vec(), min_confidence: 0.3, max_iou: 0.6 };
    proposal(picture, Task::Detect, output, classes)
}
