//! `vitrine run`: answers for images and videos.

mod clips;

use crate::folders::PacksFolder;
use crate::runner::{Options, Runner};
use crate::saved::Folder;
use crate::{given, output};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use vitrine_packs::Task;
use vitrine_protocol::{Answer, Classification, Detections, Device, FoundObject, Segmentation, Timings};
use vitrine_tasks::Answered;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Id of a pack, or a folder that holds a pack.json
    #[arg(value_name = "ID")]
    id: String,
    /// Image files, or videos for a pack that recognises actions
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Folder for NAME.overlay.png, NAME.labels.png (of a segmentation) and NAME.json of each file, and all.csv; of a
    /// video NAME.json, NAME.csv and NAME.vtt
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    packs: PacksFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Answers of one pack, in the form that the page publishes too.
#[derive(Serialize)]
pub struct Report {
    /// Id of the pack.
    pub pack: String,
    /// Where it was computed.
    pub device: Device,
    /// The device's own name.
    pub adapter: String,
    /// One entry a file, in the order in which they were given.
    pub results: Vec<FileResult>,
}

/// The answer for one file.
#[derive(Clone, Serialize)]
pub struct FileResult {
    /// The file as it was given.
    pub file: String,
    /// From the decoded frame to the answer.
    pub millis: f64,
    /// What was found.
    pub answer: Answer,
    /// `millis` by stage.
    pub timings: Timings,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = given::pack(&arguments.id, &arguments.packs.path())?;
    let runner = Runner::load(&folder, &arguments.options)?;
    if folder.pack.task == Task::Act {
        return clips::run(arguments, &runner);
    }
    let mut saved = arguments.out.as_deref().map(Folder::new);
    let (pack, device, adapter) = (folder.pack.id, runner.device(), runner.adapter().to_owned());
    let mut report = Report { pack, device, adapter, results: Vec::new() };
    let bar = output::file_bar(arguments.files.len());
    for file in &arguments.files {
        let frame = given::frame(file)?;
        let Answered { answer, beside, timings } = runner.run(&frame)?;
        let (file, millis) = (file.display().to_string(), timings.total_millis);
        let result = FileResult { file, millis, answer, timings };
        if let Some(saved) = &mut saved {
            let results = vec![result.clone()];
            let alone =
                Report { pack: report.pack.clone(), device, adapter: report.adapter.clone(), results };
            saved.add(runner.pack(), &frame, &beside, &alone)?;
        }
        report.results.push(result);
        bar.inc(1);
    }
    bar.finish_and_clear();
    if let Some(saved) = &saved {
        saved.write_table(runner.pack(), &report.results)?;
    }
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

fn human(report: &Report) -> String {
    let mut blocks = Vec::new();
    for FileResult { file, millis, answer, .. } in &report.results {
        let [width, height] = answer.frame_size();
        let rows = match answer {
            Answer::Segment(segmentation) => areas(segmentation),
            Answer::Classify(classification) => classes(classification),
            Answer::Detect(found) => objects(found),
            Answer::Act(actions) => clips::timeline(actions),
        };
        blocks.push(format!("{file}  {width} x {height}, {millis:.0} ms\n{}", output::table(&rows, &[0])));
    }
    blocks.join("\n\n")
}

/// The best classes, and whether to believe them.
fn classes(classification: &Classification) -> Vec<Vec<String>> {
    let row = |share: f64, name: String| vec![format!("{:.1} %", share * 100.0), name];
    let ranked = classification.ranked.iter().map(|ranked| row(ranked.confidence, ranked.name.clone()));
    let doubt = if classification.doubtful { ": this may be none of these" } else { "" };
    let outside = row(classification.outside, format!("something else{doubt}"));
    ranked.chain([outside]).collect()
}

fn areas(segmentation: &Segmentation) -> Vec<Vec<String>> {
    let row = |share: f64, name: &str| vec![format!("{:.1} %", share * 100.0), name.to_owned()];
    segmentation.categories.iter().map(|category| row(category.share, &category.name)).collect()
}

fn objects(found: &Detections) -> Vec<Vec<String>> {
    let row = |it: &FoundObject| {
        let corner = format!("{:.0}, {:.0}", it.left, it.top);
        let size = format!("{:.0} x {:.0}", it.width, it.height);
        let named = it.named.first().map(|best| format!("{} {:.1} %", best.name, best.confidence * 100.0));
        let confidence = format!("{:.1} %", it.confidence * 100.0);
        vec![confidence, it.name.clone(), corner, size, named.unwrap_or_default()]
    };
    found.objects.iter().map(row).collect()
}
