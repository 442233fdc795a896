//! Ways to understand a network, from the shapes of its outputs.

use super::detectors;
use super::picture::Picture;
use super::tail::{Stop, stops};
use crate::classify::head::Head;
use crate::prepare::Layout;
use vitrine_graph::{Graph, Kind, Op, PoolKind, Reduction, ValueId};
use vitrine_packs::own::{Proposal, Scores};
use vitrine_packs::{Output, Sampling, Task};

/// Fewer scores than this are no choice between classes.
const SCORES_MIN: usize = 2;
/// More scores than this are something else, such as a map or features for each place.
const SCORES_MAX: usize = 1 << 16;

/// The ways to understand a network that reads one picture, the likeliest first.
///
/// # Errors
/// There is none; why, and what can be done.
pub fn proposals(graph: &Graph, picture: &Picture) -> Result<Vec<Proposal>, String> {
    let kind = graph.inputs.first().map(|&input| graph.kind(input));
    if kind != Some(Kind::F32) {
        return Err("its input holds whole numbers without a scale: export it with an input of real numbers"
            .to_owned());
    }
    let detectors = detectors::detectors(graph, picture);
    if !detectors.is_empty() {
        return Ok(detectors);
    }
    let of =
        |&output: &ValueId| segmenter(graph, picture, output).or_else(|| classifier(graph, picture, output));
    let found = merged(graph.outputs.iter().filter_map(of));
    if found.is_empty() { Err(unknown(graph)) } else { Ok(found) }
}

/// Of several outputs that are made of the same scores, the later ones say more: what is still done with them.
fn merged(proposals: impl Iterator<Item = Proposal>) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = vec![];
    for proposal in proposals {
        match found.iter_mut().find(|other| tensor(&other.output) == tensor(&proposal.output)) {
            Some(other) => *other = proposal,
            None => found.push(proposal),
        }
    }
    found
}

fn tensor(output: &Output) -> Option<&str> {
    match output {
        Output::ClassScores { tensor, .. } | Output::Logits { tensor, .. } => Some(tensor),
        Output::Boxes { .. } | Output::Stream { .. } | Output::Windows { .. } => None,
    }
}

fn unknown(graph: &Graph) -> String {
    let output = |&id: &ValueId| format!("\"{}\" {:?}", graph.value(id).name, graph.shape(id));
    let outputs: Vec<String> = graph.outputs.iter().map(output).collect();
    format!(
        "its outputs are {}: bring scores of classes [1, classes], or of classes for each place [1, classes, rows, \
         columns] or [1, rows, columns, classes]",
        outputs.join(", ")
    )
}

/// A proposal without its particulars.
pub fn proposal(picture: &Picture, task: Task, output: Output, scores: usize) -> Proposal {
    Proposal {
        task,
        width: picture.width as u32,
        height: picture.height as u32,
        free_size: picture.free_size,
        output,
        scores: scores as u32,
        decoding: None,
        grey: picture.grey,
        family: None,
        normalisation: picture.normalisation(),
    }
}

/// Whether the value is what its name leads to, so that a pack can name it.
fn can_be_named(graph: &Graph, id: ValueId) -> bool {
    let name = &graph.value(id).name;
    !name.trim().is_empty() && graph.kind(id) == Kind::F32 && graph.find(name) == Ok(id)
}

fn segmenter(graph: &Graph, picture: &Picture, output: ValueId) -> Option<Proposal> {
    let stops = stops(graph, output);
    let maps = stops.iter().filter(|stop| can_be_named(graph, stop.id));
    let scored = |stop: &Stop| score_map(graph.shape(stop.id), picture).map(|scores| (*stop, scores));
    // The earliest is the smallest: a softmax and an enlargement behind it change no best class, and cost time.
    let (stop, scores) = maps.filter_map(scored).next_back()?;
    let sampling = stop.resize_behind.unwrap_or(Sampling::HalfPixel);
    let tensor = graph.value(stop.id).name.clone();
    Some(proposal(picture, Task::Segment, Output::ClassScores { tensor, sampling }, scores))
}

/// Classes of a map of scores of the picture's proportions, in the layout that the segmenter expects.
fn score_map(shape: &[usize], picture: &Picture) -> Option<usize> {
    let (rows, columns, scores) = match (picture.layout, shape) {
        (Layout::ChannelsFirst, &[1, scores, rows, columns])
            if is_map_of([rows, columns], picture) && scores >= SCORES_MIN =>
        {
            (rows, columns, scores)
        }
        (_, &[1, rows, columns, scores]) => (rows, columns, scores),
        _ => return None,
    };
    (is_map_of([rows, columns], picture) && (SCORES_MIN..SCORES_MAX).contains(&scores)).then_some(scores)
}

/// Whether rows and columns divide the picture alike, up to rounding.
fn is_map_of([rows, columns]: [usize; 2], picture: &Picture) -> bool {
    let alike = |steps: usize| {
        rows.abs_diff(picture.height.div_ceil(steps)) <= 1
            && columns.abs_diff(picture.width.div_ceil(steps)) <= 1
    };
    rows > 1 && columns > 1 && [1, 2, 4, 8, 16, 32].into_iter().any(alike)
}

fn classifier(graph: &Graph, picture: &Picture, output: ValueId) -> Option<Proposal> {
    let scores: usize = graph.shape(output).iter().product();
    let one_row = graph.shape(output).iter().filter(|&&size| size > 1).count() == 1;
    if !one_row || !(SCORES_MIN..=SCORES_MAX).contains(&scores) || picture.width != picture.height {
        return None;
    }
    let stops = stops(graph, output);
    let named = |stop: &&Stop| {
        can_be_named(graph, stop.id)
            && !stop.argmax_behind
            && stop.resize_behind.is_none()
            && graph.shape(stop.id).iter().product::<usize>() == scores
    };
    let before = stops.iter().filter(named).find(|stop| stop.softmax_behind || stop.sigmoid_behind);
    let stop = before.or_else(|| stops.iter().find(named))?;
    let tensor = graph.value(stop.id).name.clone();
    let decoding = match stop {
        Stop { softmax_behind: true, .. } => Some(Scores::Logits),
        Stop { sigmoid_behind: true, .. } => Some(Scores::Independent),
        _ => None,
    };
    let features = features(graph, stop.id);
    let columns = scores as u32;
    let output = Output::Logits { tensor, columns, features, probabilities: false, independent: false };
    Some(Proposal { decoding, ..proposal(picture, Task::Classify, output, scores) })
}

/// The map from which pooling and a linear layer make the scores, if the network is made so: for heat.
fn features(graph: &Graph, scores: ValueId) -> Option<String> {
    let mut cut = graph.clone();
    cut.outputs = vec![scores];
    vitrine_graph::passes::remove_dead(&mut cut);
    let pooled = |node: &&vitrine_graph::Node| match &node.op {
        Op::Reduce { kind: Reduction::Mean, .. } => true,
        Op::Pool(pool) => matches!(pool.kind, PoolKind::Average { .. }),
        _ => false,
    };
    let mut map = *cut.nodes.iter().rev().find(pooled)?.inputs.first()?;
    // A name may belong to the map before its axes were moved.
    loop {
        if can_be_named(graph, map) && Head::find(&cut, map, &[0]).is_ok() {
            return Some(graph.value(map).name.clone());
        }
        let node = cut.nodes.iter().find(|node| node.output == map)?;
        if !matches!(node.op, Op::Transpose(_)) {
            return None;
        }
        map = *node.inputs.first()?;
    }
}
