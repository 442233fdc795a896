//! What is done in a video, along its time.

use crate::RankedClass;
use serde::{Deserialize, Serialize};

/// What is done in a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actions {
    /// Columns of the frames.
    pub width: u32,
    /// Rows of the frames.
    pub height: u32,
    /// Frames that were read of each second.
    pub frames_per_second: f64,
    /// The five best classes for the whole video, highest confidence first.
    pub ranked: Vec<RankedClass>,
    /// What the windows have in common, in the order of their times: [`segments`] at the pack's threshold.
    pub segments: Vec<ActionSegment>,
    /// In the order of their times: one for each frame that was read, or for each window of a network that reads several
    /// frames at once.
    pub windows: Vec<ActionWindow>,
}

/// A part of a video in which one thing is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionSegment {
    /// Index into the pack's classes.
    pub class: u32,
    /// English name.
    pub name: String,
    /// Where it begins, in seconds from the video's start.
    pub start_secs: f64,
    /// Where it ends, in seconds from the video's start.
    pub end_secs: f64,
    /// Mean of its windows' probabilities of the class, 0..1.
    pub confidence: f64,
}

/// What the network says after a frame, of what it has seen up to there, or of the frames of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionWindow {
    /// Time of the frame, in seconds from the video's start.
    pub start_secs: f64,
    /// Time of the next frame that is read.
    pub end_secs: f64,
    /// The five best classes, highest confidence first.
    pub ranked: Vec<RankedClass>,
    /// Probabilities of all classes in the pack's order, 0..1; written to six places.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "rounded")]
    pub scores: Vec<f32>,
}

fn rounded<S: serde::Serializer>(scores: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(scores.iter().map(|score| (f64::from(*score) * 1e6).round() / 1e6))
}

/// From where a window speaks for its video: neighbours that overlap divide what they share.
fn begins(windows: &[ActionWindow], index: usize) -> f64 {
    let Some(window) = windows.get(index) else { return f64::INFINITY };
    let before = index.checked_sub(1).and_then(|before| windows.get(before));
    before.map_or(window.start_secs, |before| {
        (before.end_secs.max(window.start_secs) + window.start_secs) / 2.0
    })
}

/// Index of the window that speaks for a time; none before the first and half a second behind the last.
pub fn window_at(windows: &[ActionWindow], secs: f64) -> Option<usize> {
    let mut behind = windows.partition_point(|window| window.start_secs <= secs + 1e-6);
    while behind > 1 && begins(windows, behind - 1) > secs + 1e-6 {
        behind -= 1;
    }
    let index = behind.checked_sub(1)?;
    (secs < windows[index].end_secs + 0.5).then_some(index)
}

/// Neighbouring windows with the same best class, where its probability is at least `min_confidence` (0..1), become one
/// segment. Segments do not overlap: where windows do, each has its half.
pub fn segments(windows: &[ActionWindow], min_confidence: f64) -> Vec<ActionSegment> {
    let mut segments = vec![];
    let best = |window: &ActionWindow| {
        let best = window.ranked.first()?;
        Some((best.class, best.confidence >= min_confidence))
    };
    let mut index = 0;
    for part in windows.chunk_by(|a, b| best(a) == best(b)) {
        let first = index;
        index += part.len();
        if let (Some((class, true)), Some(last)) = (best(&part[0]), part.last()) {
            let sum: f64 = part.iter().filter_map(|it| it.ranked.first()).map(|it| it.confidence).sum();
            segments.push(ActionSegment {
                class,
                name: part[0].ranked.first().map(|best| best.name.clone()).unwrap_or_default(),
                start_secs: begins(windows, first),
                end_secs: begins(windows, index).min(last.end_secs),
                confidence: sum / part.len() as f64,
            });
        }
    }
    segments
}

/// Segments of the same class that follow each other with a gap of at most `gap_secs` become one; its confidence is the mean
/// over their time.
pub fn joined(segments: Vec<ActionSegment>, gap_secs: f64) -> Vec<ActionSegment> {
    let mut joined: Vec<ActionSegment> = vec![];
    for segment in segments {
        // Times are sums of decimal fractions: a billionth of a second is no time.
        let near = |last: &&mut ActionSegment| {
            last.class == segment.class && segment.start_secs - last.end_secs <= gap_secs + 1e-9
        };
        match joined.last_mut().filter(near) {
            Some(last) => {
                let (before, after) =
                    (last.end_secs - last.start_secs, segment.end_secs - segment.start_secs);
                let sum = last.confidence * before + segment.confidence * after;
                last.confidence = sum / (before + after);
                last.end_secs = segment.end_secs;
            }
            None => joined.push(segment),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows of a second with one class each.
    fn windows(best: &[(u32, f64)]) -> Vec<ActionWindow> {
        let window = |(second, &(class, confidence)): (usize, &(u32, f64))| ActionWindow {
            start_secs: second as f64,
            end_secs: second as f64 + 1.0,
            ranked: vec![RankedClass { class, name: class.to_string(), confidence }],
            scores: vec![],
        };
        best.iter().enumerate().map(window).collect()
    }

    fn of(best: &[(u32, f64)], min_confidence: f64) -> Vec<(u32, f64, f64, f64)> {
        let found = segments(&windows(best), min_confidence);
        found.iter().map(|it| (it.class, it.start_secs, it.end_secs, it.confidence)).collect()
    }

    #[test]
    fn neighbours_with_the_same_best_class_are_one_segment_with_their_mean_confidence() {
        let best = [(3, 0.5), (3, 1.0), (7, 0.75), (3, 0.5)];
        assert_eq!(of(&best, 0.3), [(3, 0.0, 2.0, 0.75), (7, 2.0, 3.0, 0.75), (3, 3.0, 4.0, 0.5)]);
    }

    #[test]
    fn a_window_below_the_threshold_divides_what_it_stands_in() {
        let best = [(3, 0.5), (3, 0.25), (3, 0.5), (4, 0.25)];
        assert_eq!(of(&best, 0.3), [(3, 0.0, 1.0, 0.5), (3, 2.0, 3.0, 0.5)]);
        assert_eq!(of(&best, 0.5), [(3, 0.0, 1.0, 0.5), (3, 2.0, 3.0, 0.5)], "the threshold is part of it");
        assert_eq!(of(&best, 0.6), []);
    }

    #[test]
    fn segments_of_one_class_are_joined_over_short_gaps_and_not_past_others() {
        let best = [(3, 0.5), (3, 0.1), (3, 1.0), (3, 1.0), (4, 0.5), (3, 0.5), (3, 0.1), (3, 0.1), (3, 0.5)];
        let found = |gap| -> Vec<(u32, f64, f64, f64)> {
            let found = joined(segments(&windows(&best), 0.3), gap);
            found.iter().map(|it| (it.class, it.start_secs, it.end_secs, it.confidence)).collect()
        };
        let apart = [
            (3, 0.0, 1.0, 0.5),
            (3, 2.0, 4.0, 1.0),
            (4, 4.0, 5.0, 0.5),
            (3, 5.0, 6.0, 0.5),
            (3, 8.0, 9.0, 0.5),
        ];
        assert_eq!(found(0.0), apart);
        // A second at 0.5 and two at 1.0.
        let near = [(3, 0.0, 4.0, 2.5 / 3.0), (4, 4.0, 5.0, 0.5), (3, 5.0, 6.0, 0.5), (3, 8.0, 9.0, 0.5)];
        assert_eq!(found(1.0), near);
        assert_eq!(found(2.0)[2], (3, 5.0, 9.0, 0.5));
    }

    /// Windows of four seconds that begin every other second: 2 to 4 is divided at 3, 4 to 6 at 5.
    #[test]
    fn windows_that_overlap_divide_what_they_share() {
        let mut overlapping = windows(&[(3, 0.5), (3, 1.0), (7, 0.75)]);
        for (index, window) in overlapping.iter_mut().enumerate() {
            window.start_secs = 2.0 * index as f64;
            window.end_secs = window.start_secs + 4.0;
        }
        let found = segments(&overlapping, 0.3);
        let times: Vec<_> = found.iter().map(|it| (it.class, it.start_secs, it.end_secs)).collect();
        assert_eq!(times, [(3, 0.0, 5.0), (7, 5.0, 8.0)]);
        let at = |secs| window_at(&overlapping, secs);
        assert_eq!([at(0.0), at(2.5), at(3.5), at(4.9), at(5.1), at(8.4)], [0, 0, 1, 1, 2, 2].map(Some));
        assert_eq!(at(8.6), None);
    }

    #[test]
    fn scores_are_written_to_six_places() {
        let mut windows = windows(&[(0, 0.5)]);
        windows[0].scores = vec![0.1, 1.0 / 3.0, 1e-9];
        let json = serde_json::to_value(&windows[0]).unwrap();
        assert_eq!(json["scores"], serde_json::json!([0.1, 0.333333, 0.0]));
    }

    #[test]
    fn nothing_gives_no_segment() {
        assert_eq!(segments(&[], 0.3), []);
        let nothing = ActionWindow { start_secs: 0.0, end_secs: 1.0, ranked: vec![], scores: vec![] };
        assert_eq!(segments(&[nothing], 0.0), []);
    }
}
