//! Confidence along the time, as lines of a drawing of 1000 x 100 units.

use crate::numbers::plain;
use vitrine_protocol::ActionWindow;

/// Lines in the drawing at most.
const LINES_MAX: usize = 6;
/// Points of a line at most: more than a screen has columns help nobody.
const POINTS_MAX: usize = 500;
/// Classes whose confidence never reaches this have no line.
const PEAK_MIN: f64 = 0.1;

/// Classes with the highest peaks, and the paths of their confidence over `span` seconds.
pub fn lines(windows: &[ActionWindow], span: f64) -> Vec<(u32, String)> {
    let classes = highest(windows);
    classes.into_iter().map(|class| (class, path(windows, span, class))).collect()
}

/// Classes by their peaks, the highest first.
fn highest(windows: &[ActionWindow]) -> Vec<u32> {
    let mut highest: Vec<f64> = vec![];
    for ranked in windows.iter().flat_map(|window| &window.ranked) {
        let class = ranked.class as usize;
        highest.resize(highest.len().max(class + 1), 0.0);
        highest[class] = highest[class].max(ranked.confidence);
    }
    let peaks = highest.into_iter().enumerate().map(|(class, peak)| (class as u32, peak));
    let mut peaks: Vec<(u32, f64)> = peaks.filter(|(_, peak)| *peak >= PEAK_MIN).collect();
    peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
    peaks.iter().take(LINES_MAX).map(|(class, _)| *class).collect()
}

/// A line through the middle of each window, or of several where there are many: then through their highest.
fn path(windows: &[ActionWindow], span: f64, class: u32) -> String {
    let confidence = |window: &ActionWindow| {
        window.ranked.iter().find(|ranked| ranked.class == class).map_or(0.0, |ranked| ranked.confidence)
    };
    let mut path = String::new();
    for group in windows.chunks(windows.len().div_ceil(POINTS_MAX).max(1)) {
        let ([first, .., last] | [first @ last]) = group else { continue };
        let middle = (first.start_secs + last.end_secs) / 2.0;
        let highest = group.iter().map(confidence).fold(0.0, f64::max);
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&plain(middle / span * 1000.0));
        path.push(' ');
        path.push_str(&plain(100.0 - highest * 100.0));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_protocol::RankedClass;

    #[test]
    fn the_highest_classes_have_lines_through_the_windows_middles() {
        let ranked = |class, confidence| RankedClass { class, name: String::new(), confidence };
        let window = |second: f64, ranked| ActionWindow {
            start_secs: second,
            end_secs: second + 1.0,
            ranked,
            scores: vec![],
        };
        let windows = [
            window(0.0, vec![ranked(7, 0.5), ranked(3, 0.25), ranked(9, 0.05)]),
            window(1.0, vec![ranked(3, 0.75)]),
        ];
        let expected = [(3, "M250 75L750 25".to_owned()), (7, "M250 50L750 100".to_owned())];
        assert_eq!(lines(&windows, 2.0), expected);
        assert_eq!(lines(&[], 2.0), []);
    }
}
