//! Detectors, told by the number of their cells.

use super::picture::Picture;
use super::propose::proposal;
use vitrine_graph::{Graph, ValueId};
use vitrine_packs::own::Proposal;
use vitrine_packs::{Corners, Head, Output, Task};

/// Input pixels in a cell of each grid: those of nearly all detectors, and of PicoDet.
const STRIDES: [&[u32]; 2] = [&[8, 16, 32], &[8, 16, 32, 64]];
/// Four numbers of a box; one for an object may follow before the classes.
const BOX_NUMBERS: usize = 4;

/// Ways to understand a detector, the likeliest first; none if the network is no detector.
pub fn detectors(graph: &Graph, picture: &Picture) -> Vec<Proposal> {
    let shaped = |&id: &ValueId| match *graph.shape(id) {
        [1, cells, numbers] => Some((graph.value(id).name.clone(), cells, numbers)),
        _ => None,
    };
    let outputs: Vec<(String, usize, usize)> = graph.outputs.iter().filter_map(shaped).collect();
    STRIDES
        .into_iter()
        .map(|strides| {
            let cells: Vec<usize> = strides.iter().map(|&stride| cells(picture, stride as usize)).collect();
            let found = yolo(&outputs, cells.iter().sum(), strides, picture);
            if found.is_empty() {
                distribution(&outputs, &cells, strides, picture).into_iter().collect()
            } else {
                found
            }
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn cells(picture: &Picture, stride: usize) -> usize {
    picture.width.div_ceil(stride) * picture.height.div_ceil(stride)
}

/// All boxes in one tensor: with a box for each of the `cells`, or three.
fn yolo(
    outputs: &[(String, usize, usize)],
    cells: usize,
    strides: &[u32],
    picture: &Picture,
) -> Vec<Proposal> {
    let Some((name, rows, columns)) = outputs.first() else { return vec![] };
    let tensor = name.clone();
    let (corners, shares) = (Corners::Middle, false);
    let rows_of = |object| Head::Rows { tensor: tensor.clone(), columns: false, object, corners, shares };
    let yolox = || Head::Yolox { tensor: tensor.clone() };
    let heads = match [*rows, *columns] {
        [rows, numbers] if rows == cells && numbers > BOX_NUMBERS + 1 => vec![
            (yolox(), strides, numbers - BOX_NUMBERS - 1, "YOLOX"),
            (rows_of(true), &[][..], numbers - BOX_NUMBERS - 1, "YOLO"),
            (rows_of(false), &[], numbers - BOX_NUMBERS, "YOLOv8, v9, v11"),
        ],
        [rows, numbers] if rows == 3 * cells && numbers > BOX_NUMBERS + 1 => {
            vec![(rows_of(true), &[][..], numbers - BOX_NUMBERS - 1, "YOLOv5, v7")]
        }
        [numbers, columns] if columns == cells && numbers > BOX_NUMBERS => {
            let head = Head::Rows { tensor, columns: true, object: false, corners, shares };
            vec![(head, &[][..], numbers - BOX_NUMBERS, "YOLOv8, v9, v11")]
        }
        _ => vec![],
    };
    let proposal = |(head, strides, classes, family)| boxes(picture, head, strides, classes, family);
    heads.into_iter().map(proposal).collect()
}

/// Scores of each grid, and distances of each grid.
fn distribution(
    outputs: &[(String, usize, usize)],
    grids: &[usize],
    strides: &[u32],
    picture: &Picture,
) -> Option<Proposal> {
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
    Some(boxes(picture, head, strides, classes, "PicoDet, NanoDet"))
}

fn boxes(picture: &Picture, head: Head, strides: &[u32], classes: usize, family: &str) -> Proposal {
    let output = Output::Boxes { head, strides: strides.to_vec(), min_confidence: 0.3, max_iou: 0.6 };
    Proposal { family: Some(family.to_owned()), ..proposal(picture, Task::Detect, output, classes) }
}
