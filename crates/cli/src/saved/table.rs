//! Answers as a table: RFC 4180, in the columns that the page saves too.

use crate::commands::run::FileResult;
use vitrine_packs::{Pack, Task};
use vitrine_protocol::text::{field, fixed};
use vitrine_protocol::{Answer, Classification, Segmentation};

/// Classes that an answer ranks.
const RANKS: usize = 5;

/// A header, then a line for each file.
pub fn csv(pack: &Pack, results: &[FileResult]) -> String {
    let head = ["file", "width", "height"].map(str::to_owned);
    let mut lines = vec![line(head.into_iter().chain(columns(pack)))];
    for FileResult { file, answer, .. } in results {
        let cells = match answer {
            Answer::Segment(areas) => shares(pack, areas),
            Answer::Classify(found) => ranks(found),
            Answer::Detect(_) | Answer::Act(_) => Vec::new(),
        };
        let [width, height] = answer.frame_size().map(|side| side.to_string());
        lines.push(line([file.clone(), width, height].into_iter().chain(cells)));
    }
    lines.concat()
}

fn columns(pack: &Pack) -> Vec<String> {
    match pack.task {
        Task::Segment => pack.groups.iter().map(|group| group.name.en.clone()).collect(),
        Task::Classify => {
            let ranks = (1..=RANKS).flat_map(|rank| [format!("class_{rank}"), format!("confidence_{rank}")]);
            ["resolution", "crops", "outside"].map(str::to_owned).into_iter().chain(ranks).collect()
        }
        Task::Detect | Task::Act => Vec::new(),
    }
}

/// The share of every category, found or not.
fn shares(pack: &Pack, areas: &Segmentation) -> Vec<String> {
    let found = |id: u8| areas.categories.iter().find(|category| category.id == id);
    let share = |id: u8| found(id).map_or(0.0, |category| category.share);
    pack.groups.iter().map(|group| fixed(share(group.id), 6)).collect()
}

fn ranks(found: &Classification) -> Vec<String> {
    let head = [found.resolution.to_string(), found.crops.to_string(), fixed(found.outside, 6)];
    let ranks = found.ranked.iter().flat_map(|ranked| [ranked.name.clone(), fixed(ranked.confidence, 6)]);
    head.into_iter().chain(ranks).collect()
}

/// A line of RFC 4180.
pub fn line(fields: impl Iterator<Item = String>) -> String {
    fields.map(|text| field(&text)).collect::<Vec<_>>().join(",") + "\r\n"
}
