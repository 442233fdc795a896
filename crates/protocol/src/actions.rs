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
    /// One for each frame that was read, in the order of their times.
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

/// What the network says after a frame, of what it has seen up to there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionWindow {
    /// Time of the frame, in seconds from the video's start.
    pub start_secs: f64,
    /// Time of the next frame that is read.
    pub end_secs: f64,
    /// The five best classes, highest confidence first.
    pub ranked: Vec<RankedClass>,
}

/// Neighbouring windows with the same best class, where its probability is at least `min_confidence` (0..1), become one
/// segment.
pub fn segments(windows: &[ActionWindow], min_confidence: f64) -> Vec<ActionSegment> {
    let mut segments = vec![];
    let best = |window: &ActionWindow| window.ranked.first().map(|best| best.class);
    for run in windows.chunk_by(|a, b| best(a) == best(b)) {
        let is_sure = |window: &ActionWindow| {
            window.ranked.first().is_some_and(|best| best.confidence >= min_confidence)
        };
        for part in run.chunk_by(|a, b| is_sure(a) == is_sure(b)) {
            if let [first, .., last] | [first @ last] = part
                && let (true, Some(best)) = (is_sure(first), first.ranked.first())
            {
                let sum: f64 = part.iter().filter_map(|it| it.ranked.first()).map(|it| it.confidence).sum();
                segments.push(ActionSegment {
                    class: best.class,
                    name: best.name.clone(),
                    start_secs: first.start_secs,
                    end_secs: last.end_secs,
                    confidence: sum / part.len() as f64,
                });
            }
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

    #[test]
    fn nothing_gives_no_segment() {
        assert_eq!(segments(&[], 0.3), []);
        let nothing = ActionWindow { start_secs: 0.0, end_secs: 1.0, ranked: vec![] };
        assert_eq!(segments(&[nothing], 0.0), []);
    }
}
