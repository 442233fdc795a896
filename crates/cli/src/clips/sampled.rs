//! Frames of any durations -> the frames that are shown at steady times.

use vitrine_pixels::Frame;
use vitrine_pixels::codecs::{DecodeError, TimedFrame};

/// The frame that is shown at each multiple of a step.
pub struct Sampled<I> {
    frames: I,
    rate: f64,
    /// Samples that were given.
    count: u64,
    /// What is shown until `end_secs`.
    current: Option<Frame>,
    end_secs: f64,
}

impl<I: Iterator<Item = Result<TimedFrame, DecodeError>>> Sampled<I> {
    /// `rate` samples a second.
    pub fn new(frames: I, rate: f64) -> Self {
        Self { frames, rate, count: 0, current: None, end_secs: 0.0 }
    }
}

impl<I: Iterator<Item = Result<TimedFrame, DecodeError>>> Iterator for Sampled<I> {
    type Item = Result<Frame, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let asked_secs = self.count as f64 / self.rate;
        // Durations are sums of decimal fractions: a billionth of a second is no time.
        while self.end_secs <= asked_secs + 1e-9 {
            match self.frames.next()? {
                Ok(TimedFrame { frame, secs }) => {
                    self.end_secs += secs;
                    self.current = Some(frame);
                }
                Err(error) => return Some(Err(error)),
            }
        }
        self.count += 1;
        self.current.clone().map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first pixel's red tells which frame it is.
    fn shown(secs: &[f64], rate: f64) -> Vec<u8> {
        let frame = |(index, &secs): (usize, &f64)| {
            let frame = Frame::new(1, 1, vec![index as u8, 0, 0, 255]).unwrap();
            Ok(TimedFrame { frame, secs })
        };
        Sampled::new(secs.iter().enumerate().map(frame), rate).map(|it| it.unwrap().rgba()[0]).collect()
    }

    #[test]
    fn the_frame_that_is_shown_at_each_time_is_taken() {
        // Shown from 0, 0.1, 0.3, 0.35 to 0.7 s; asked for at 0, 0.2, 0.4, 0.6 s.
        assert_eq!(shown(&[0.1, 0.2, 0.05, 0.35], 5.0), [0, 1, 3, 3]);
        assert_eq!(shown(&[0.2, 0.2, 0.2], 5.0), [0, 1, 2]);
        assert_eq!(shown(&[1.0], 5.0), [0; 5]);
        assert!(shown(&[], 5.0).is_empty());
    }

    #[test]
    fn an_error_ends_the_frames() {
        let frames = vec![Err(DecodeError::Empty)].into_iter();
        let given: Vec<_> = Sampled::new(frames, 5.0).collect();
        assert_eq!(given, [Err(DecodeError::Empty)]);
    }
}
