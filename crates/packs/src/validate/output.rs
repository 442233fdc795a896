//! What a network gives.

use super::{COLUMNS_MAX, Checked, INPUT_SIDE_MAX, check_line, check_share, each};
use crate::{Head, Output, PackError, State};

/// Most grids of a detector.
const GRIDS_MAX: usize = 16;
/// Most distances of a distribution.
const BINS_MAX: u32 = 256;
/// Most tensors that a network carries from frame to frame.
const STATES_MAX: usize = 1024;
/// Most frames of a second that are read.
const FRAMES_PER_SECOND_MAX: f32 = 240.0;
/// Longest clip of a data set, in seconds.
const CLIP_SECS_MAX: f32 = 600.0;

pub(super) fn check_output(output: &Output) -> Checked {
    match output {
        Output::ClassScores { tensor, .. } => check_line("output.tensor", tensor),
        Output::Logits { tensor, columns, features, .. } => {
            check_line("output.tensor", tensor)?;
            if *columns == 0 || *columns > COLUMNS_MAX {
                let problem = format!("is {columns}");
                return Err(PackError::field("output.columns", problem, "write 1 to 65536"));
            }
            features.as_ref().map_or(Ok(()), |name| check_line("output.features", name))
        }
        Output::Boxes { head, strides, min_confidence, max_iou } => {
            check_head(head, strides)?;
            check_share("output.min_confidence", *min_confidence)?;
            check_share("output.max_iou", *max_iou)
        }
        Output::Stream { tensor, states, frames_per_second, clip_secs, min_confidence } => {
            check_line("output.tensor", tensor)?;
            check_states(states)?;
            check_positive("output.frames_per_second", *frames_per_second, FRAMES_PER_SECOND_MAX)?;
            check_positive("output.clip_secs", *clip_secs, CLIP_SECS_MAX)?;
            check_share("output.min_confidence", *min_confidence)
        }
        Output::Windows { tensor, windows, min_confidence, .. } => {
            check_line("output.tensor", tensor)?;
            let rate = windows.frames_per_second;
            check_positive("output.windows.frames_per_second", rate, FRAMES_PER_SECOND_MAX)?;
            check_share("output.min_confidence", *min_confidence)
        }
    }
}

fn check_states(states: &[State]) -> Checked {
    if states.is_empty() || states.len() > STATES_MAX {
        let problem = format!("has {} entries", states.len());
        return Err(PackError::field("output.states", problem, "write 1 to 1024 pairs of names"));
    }
    each("output.states", states, |field, state| {
        check_line(&format!("{field}.input"), &state.input)?;
        check_line(&format!("{field}.output"), &state.output)?;
        if states.iter().filter(|other| other.input == state.input).count() > 1 {
            let problem = format!("is {:?}, as another state's", state.input);
            let remedy = "write every input of the network once";
            return Err(PackError::field(format!("{field}.input"), problem, remedy));
        }
        Ok(())
    })
}

fn check_positive(field: &str, number: f32, limit: f32) -> Checked {
    // Below, a division would leave the numbers that are computed with.
    if !(0.01..=limit).contains(&number) {
        return Err(PackError::field(
            field,
            format!("is {number}"),
            "write a positive number, at most some hundreds",
        ));
    }
    Ok(())
}

fn check_head(head: &Head, strides: &[u32]) -> Checked {
    if let Head::Rows { tensor, .. } = head {
        return check_line("output.head.tensor", tensor);
    }
    if strides.is_empty()
        || strides.len() > GRIDS_MAX
        || strides.iter().any(|&s| s == 0 || s > INPUT_SIDE_MAX)
    {
        let problem = format!("is {strides:?}");
        return Err(PackError::field("output.strides", problem, "write 1 to 16 numbers of input pixels"));
    }
    match head {
        Head::Yolox { tensor } | Head::Rows { tensor, .. } => check_line("output.head.tensor", tensor),
        Head::Distribution { scores, distances, bins } => {
            if scores.len() != strides.len() || distances.len() != strides.len() {
                let problem = format!("has {} and {} tensors", scores.len(), distances.len());
                let remedy = "write as many `scores` and `distances` as `strides`";
                return Err(PackError::field("output.head", problem, remedy));
            }
            if *bins == 0 || *bins > BINS_MAX {
                return Err(PackError::field("output.head.bins", format!("is {bins}"), "write 1 to 256"));
            }
            each("output.head.scores", scores, |field, name| check_line(field, name))?;
            each("output.head.distances", distances, |field, name| check_line(field, name))
        }
    }
}
