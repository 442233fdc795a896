//! Answers for videos.

use super::{Arguments, FileResult, Report, human};
use crate::output;
use crate::runner::Runner;
use crate::saved::Folder;
use anyhow::Result;
use vitrine_protocol::{ActionSegment, Actions, Answer, RankedClass};

/// Reads every file, prints the answers, and saves them where that was asked for.
///
/// # Errors
/// A file cannot be read, or the device failed.
pub fn run(arguments: &Arguments, runner: &Runner) -> Result<()> {
    let mut saved = arguments.out.as_deref().map(Folder::new);
    let report = |results| Report {
        pack: runner.pack().id.clone(),
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        results,
    };
    let mut results = Vec::new();
    let bar = output::file_bar(arguments.files.len());
    for path in &arguments.files {
        let (actions, timings) =
            runner.run_clip(path, |secs| bar.set_message(format!("{secs:.1} s of {}", path.display())))?;
        let (file, millis) = (path.display().to_string(), timings.total_millis);
        let answer = Answer::Act(actions.clone());
        let result = FileResult { file, millis, answer, timings };
        if let Some(saved) = &mut saved {
            saved.add_timeline(&actions, &report(vec![result.clone()]))?;
        }
        results.push(result);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = report(results);
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

/// The best classes of the whole video, then its segments with their times.
pub fn timeline(actions: &Actions) -> Vec<Vec<String>> {
    let percent = |confidence: f64| format!("{:.1} %", confidence * 100.0);
    let ranked = |ranked: &RankedClass| vec![percent(ranked.confidence), ranked.name.clone()];
    let segment = |it: &ActionSegment| {
        let times = format!("{:.1} s to {:.1} s", it.start_secs, it.end_secs);
        vec![percent(it.confidence), it.name.clone(), times]
    };
    let ranked = actions.ranked.iter().map(ranked);
    let gap = [vec![String::new(), "along the video".to_owned()]];
    ranked.chain(gap).chain(actions.segments.iter().map(segment)).collect()
}
