//! All photos as a table: RFC 4180. Areas have a column a category, classes have their ranks, objects a line each.

use super::field;
use crate::numbers::fixed;
use crate::studio::{Report, ShownPack};
use vitrine_packs::{Group, Task};
use vitrine_protocol::{Answer, Classification, Detections, FoundObject, Segmentation};

/// Classes that an answer ranks.
const RANKS: usize = 5;

/// What a line says of an object.
const OBJECT_COLUMNS: [&str; 6] = ["class", "confidence", "left", "top", "box_width", "box_height"];

/// A header, then a line a photo, or a line an object.
pub fn csv(report: &Report, pack: &ShownPack) -> String {
    let mut text = String::from("file,width,height");
    for name in columns(pack) {
        text.push(',');
        text.push_str(&field(&name));
    }
    for result in &report.results {
        let [width, height] = result.answer.frame_size();
        let photo = [field(&result.file), width.to_string(), height.to_string()];
        let lines = match &result.answer {
            Answer::Segment(areas) => vec![shares(areas, &pack.groups)],
            Answer::Classify(classes) => vec![ranks(classes)],
            Answer::Detect(found) => objects(found),
            Answer::Act(_) => vec![vec![]],
        };
        for line in lines {
            text.push_str("\r\n");
            text.push_str(&[&photo[..], &line].concat().join(","));
        }
    }
    text.push_str("\r\n");
    text
}

fn columns(pack: &ShownPack) -> Vec<String> {
    if pack.task == Task::Segment {
        return pack.groups.iter().map(|group| group.name.en.clone()).collect();
    }
    if pack.task == Task::Detect {
        return OBJECT_COLUMNS.map(str::to_owned).to_vec();
    }
    let ranks = (1..=RANKS).flat_map(|rank| [format!("class_{rank}"), format!("confidence_{rank}")]);
    ["resolution", "crops", "outside"].map(str::to_owned).into_iter().chain(ranks).collect()
}

/// The share (0..1) of every group of the pack, found or not.
fn shares(areas: &Segmentation, groups: &[Group]) -> Vec<String> {
    let share =
        |group: &Group| areas.categories.iter().find(|found| found.id == group.id).map_or(0.0, |it| it.share);
    groups.iter().map(|group| fixed(share(group), 6)).collect()
}

fn objects(found: &Detections) -> Vec<Vec<String>> {
    let line = |it: &FoundObject| {
        let sides = [it.left, it.top, it.width, it.height].map(|side| fixed(side.into(), 2));
        [field(&it.name), fixed(it.confidence.into(), 6)].into_iter().chain(sides).collect()
    };
    found.objects.iter().map(line).collect()
}

fn ranks(classes: &Classification) -> Vec<String> {
    let head = [classes.resolution.to_string(), classes.crops.to_string(), fixed(classes.outside, 6)];
    let ranks = classes.ranked.iter().flat_map(|rank| [field(&rank.name), fixed(rank.confidence, 6)]);
    head.into_iter().chain(ranks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_packs::Text;
    use vitrine_protocol::{GroupShare, RankedClass};

    fn group(id: u8, name: &str) -> Group {
        let name = Text { en: name.to_owned(), fr: String::new() };
        Group { id, name, colour: "#000000".to_owned(), void: id == 0, leading: false }
    }

    #[test]
    fn every_group_has_a_column_found_or_not() {
        let categories = vec![GroupShare { id: 5, name: "sky".to_owned(), share: 0.25 }];
        let areas = Segmentation { width: 4, height: 2, map_width: 4, map_height: 2, categories };
        assert_eq!(shares(&areas, &[group(0, "void"), group(5, "sky")]), ["0.000000", "0.250000"]);
    }

    #[test]
    fn classes_have_a_name_and_a_confidence_for_each_rank() {
        let rank = |name: &str, confidence| RankedClass { class: 0, name: name.to_owned(), confidence };
        let classes = Classification {
            width: 4,
            height: 2,
            resolution: 224,
            crops: 10,
            ranked: vec![rank("beagle", 0.75), rank("basset, old", 0.125)],
            outside: 0.5,
            doubtful: false,
            activation: None,
        };
        let line = ["224", "10", "0.500000", "beagle", "0.750000", "\"basset, old\"", "0.125000"];
        assert_eq!(ranks(&classes), line);
    }

    #[test]
    fn objects_have_a_line_each() {
        let object = FoundObject {
            class: 16,
            name: "dog".to_owned(),
            confidence: 0.75,
            left: 1.5,
            top: 2.0,
            width: 30.25,
            height: 4.0,
            named: vec![],
        };
        let found = Detections { width: 40, height: 30, objects: vec![object] };
        assert_eq!(objects(&found), [["dog", "0.750000", "1.50", "2.00", "30.25", "4.00"]]);
    }

    #[test]
    fn quotes_are_doubled_and_formulas_disarmed() {
        assert_eq!(field("say \"hi\".png"), "\"say \"\"hi\"\".png\"");
        assert_eq!(field("=1+1.png"), "'=1+1.png");
    }
}
