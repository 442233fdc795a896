//! A video's timeline as files.

use crate::text::{field, fixed};
use crate::{ActionSegment, ActionWindow};

/// A table: a header, then a line for each of the best classes of each window. Times in seconds.
pub fn csv(windows: &[ActionWindow]) -> String {
    let mut text = "start_secs,end_secs,rank,action,confidence\r\n".to_owned();
    for window in windows {
        let (start, end) = (fixed(window.start_secs, 3), fixed(window.end_secs, 3));
        for (index, ranked) in window.ranked.iter().enumerate() {
            let (rank, name, confidence) = (index + 1, field(&ranked.name), fixed(ranked.confidence, 6));
            text.push_str(&format!("{start},{end},{rank},{name},{confidence}\r\n"));
        }
    }
    text
}

/// Subtitles, which any player shows: WebVTT (W3C Candidate Recommendation of 4 April 2019) with a cue for each segment,
/// called as `name` says.
pub fn web_vtt(segments: &[ActionSegment], name: impl Fn(&ActionSegment) -> String) -> String {
    let mut text = "WEBVTT\n".to_owned();
    for segment in segments {
        let (start, end) = (timestamp(segment.start_secs), timestamp(segment.end_secs));
        let name = name(segment).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let percent = fixed(segment.confidence * 100.0, 0);
        text.push_str(&format!("\n{start} --> {end}\n{name} ({percent} %)\n"));
    }
    text
}

/// Hours, minutes, seconds and milliseconds.
fn timestamp(secs: f64) -> String {
    let millis = (secs.max(0.0) * 1000.0).round() as u64;
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RankedClass;

    #[test]
    fn subtitles_have_times_and_escaped_names() {
        let segment = ActionSegment {
            class: 0,
            name: "rock & <roll>".to_owned(),
            start_secs: 59.9996,
            end_secs: 3_723.4,
            confidence: 0.456,
        };
        let expected = "WEBVTT\n\n00:01:00.000 --> 01:02:03.400\nrock &amp; &lt;roll&gt; (46 %)\n";
        assert_eq!(web_vtt(&[segment], |segment| segment.name.clone()), expected);
        assert_eq!(web_vtt(&[], |_| String::new()), "WEBVTT\n");
    }

    #[test]
    fn a_table_has_a_line_for_each_rank_of_each_window() {
        let ranked = |name: &str, confidence| RankedClass { class: 0, name: name.to_owned(), confidence };
        let ranked = vec![ranked("a,b", 0.75), ranked("c", 0.125)];
        let expected = "start_secs,end_secs,rank,action,confidence\r\n\
                        0.200,0.400,1,\"a,b\",0.750000\r\n\
                        0.200,0.400,2,c,0.125000\r\n";
        assert_eq!(csv(&[ActionWindow { start_secs: 0.2, end_secs: 0.4, ranked, scores: vec![] }]), expected);
    }
}
