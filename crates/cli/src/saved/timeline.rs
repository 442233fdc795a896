//! A video's timeline as a table and as subtitles.

use super::table::line;
use vitrine_protocol::{ActionSegment, Actions};

/// A header, then a line for each of the best classes of each window.
pub fn csv(actions: &Actions) -> String {
    let head = ["start_secs", "end_secs", "rank", "action", "confidence"].map(str::to_owned);
    let mut lines = vec![line(head.into_iter())];
    for window in &actions.windows {
        for (index, ranked) in window.ranked.iter().enumerate() {
            let times = [window.start_secs, window.end_secs].map(|secs| format!("{secs:.3}"));
            let found = [(index + 1).to_string(), ranked.name.clone(), format!("{:.6}", ranked.confidence)];
            lines.push(line(times.into_iter().chain(found)));
        }
    }
    lines.concat()
}

/// WebVTT (W3C Candidate Recommendation of 4 April 2019): a cue for each segment.
pub fn web_vtt(segments: &[ActionSegment]) -> String {
    let cue = |segment: &ActionSegment| {
        let (start, end) = (timestamp(segment.start_secs), timestamp(segment.end_secs));
        let name = segment.name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("\n{start} --> {end}\n{name} ({:.0} %)\n", segment.confidence * 100.0)
    };
    format!("WEBVTT\n{}", segments.iter().map(cue).collect::<String>())
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
    use vitrine_protocol::{ActionWindow, RankedClass};

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
        assert_eq!(web_vtt(&[segment]), expected);
        assert_eq!(web_vtt(&[]), "WEBVTT\n");
    }

    #[test]
    fn a_table_has_a_line_for_each_rank_of_each_window() {
        let ranked = |name: &str, confidence| RankedClass { class: 0, name: name.to_owned(), confidence };
        let window = ActionWindow {
            start_secs: 0.2,
            end_secs: 0.4,
            ranked: vec![ranked("a,b", 0.75), ranked("c", 0.125)],
        };
        let actions = Actions {
            width: 1,
            height: 1,
            frames_per_second: 5.0,
            ranked: vec![],
            segments: vec![],
            windows: vec![window],
        };
        let expected = "start_secs,end_secs,rank,action,confidence\r\n\
                        0.200,0.400,1,\"a,b\",0.750000\r\n\
                        0.200,0.400,2,c,0.125000\r\n";
        assert_eq!(csv(&actions), expected);
    }
}
