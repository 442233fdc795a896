//! How fast answers come.

use std::collections::VecDeque;

/// Answers that figures are about.
const RECENT: usize = 30;

/// Figures of recent answers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Answers since the picture began to move.
    pub count: u32,
    /// Frames a second: one over the median time between answers. 0 before the second answer.
    pub rate: f64,
    /// Median time from taking a frame to its answer, in milliseconds.
    pub latency_millis: f64,
}

/// Collects times of answers.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    count: u32,
    last: Option<f64>,
    intervals: VecDeque<f64>,
    latencies: VecDeque<f64>,
}

impl Meter {
    /// An answer came at `now` for a frame that was taken at `taken`; both in milliseconds.
    pub fn note(&mut self, taken: f64, now: f64) {
        self.count += 1;
        push(&mut self.latencies, now - taken);
        if let Some(last) = self.last.replace(now) {
            push(&mut self.intervals, now - last);
        }
    }

    /// Time that passes without frames is not counted.
    pub fn pause(&mut self) {
        self.last = None;
    }

    /// What has been measured.
    pub fn figures(&self) -> Figures {
        let interval = median(&self.intervals).filter(|&interval| interval > 0.0);
        Figures {
            count: self.count,
            rate: interval.map_or(0.0, |interval| 1000.0 / interval),
            latency_millis: median(&self.latencies).unwrap_or(0.0),
        }
    }
}

fn push(recent: &mut VecDeque<f64>, value: f64) {
    if recent.len() == RECENT {
        recent.pop_front();
    }
    recent.push_back(value);
}

/// The upper median; none of nothing.
fn median(values: &VecDeque<f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_latency_are_medians_of_recent_answers() {
        let mut meter = Meter::default();
        for (taken, now) in [(0.0, 40.0), (50.0, 90.0), (100.0, 160.0), (150.0, 190.0)] {
            meter.note(taken, now);
        }
        // Intervals 50, 70, 30; latencies 40, 40, 60, 40.
        assert_eq!(meter.figures(), Figures { count: 4, rate: 20.0, latency_millis: 40.0 });
    }

    #[test]
    fn a_pause_is_no_slow_frame() {
        let mut meter = Meter::default();
        meter.note(0.0, 10.0);
        meter.note(100.0, 110.0);
        meter.pause();
        meter.note(60_000.0, 60_010.0);
        meter.note(60_100.0, 60_110.0);
        assert_eq!(meter.figures().rate, 10.0);
    }

    #[test]
    fn nothing_is_said_before_there_are_two_answers() {
        let mut meter = Meter::default();
        assert_eq!(meter.figures(), Figures::default());
        meter.note(0.0, 10.0);
        assert_eq!(meter.figures().rate, 0.0);
    }

    #[test]
    fn old_answers_are_forgotten() {
        let mut meter = Meter::default();
        for index in 0..60 {
            let (step, base) = if index < 30 { (1000.0, 0.0) } else { (100.0, 27_000.0) };
            let now = base + f64::from(index) * step;
            meter.note(now - 5.0, now);
        }
        assert_eq!(meter.figures().rate, 10.0);
    }
}
