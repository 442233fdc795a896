//! All photos as a table: RFC 4180, a column a category.

use crate::numbers::fixed;
use crate::studio::Report;
use std::fmt::Write;
use vitrine_packs::Group;

/// A header, then a line a photo: file, width, height, the share (0..1) of every group of the pack.
pub fn csv(report: &Report, groups: &[Group]) -> String {
    let mut text = String::from("file,width,height");
    for group in groups {
        text.push(',');
        text.push_str(&field(&group.name.en));
    }
    text.push_str("\r\n");
    for result in &report.results {
        let answer = &result.answer;
        let _ = write!(text, "{},{},{}", field(&result.file), answer.width, answer.height);
        for group in groups {
            let found = answer.categories.iter().find(|category| category.id == group.id);
            text.push(',');
            text.push_str(&fixed(found.map_or(0.0, |category| category.share), 6));
        }
        text.push_str("\r\n");
    }
    text
}

/// A field, quoted where RFC 4180 asks for it. A spreadsheet must not take a file's name for a formula.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::ReportedResult;
    use vitrine_packs::Text;
    use vitrine_protocol::{Device, GroupShare, Segmentation, Timings};

    fn group(id: u8, name: &str) -> Group {
        let name = Text { en: name.to_owned(), fr: String::new() };
        Group { id, name, colour: "#000000".to_owned(), void: id == 0 }
    }

    #[test]
    fn every_group_has_a_column_found_or_not() {
        let categories = vec![GroupShare { id: 5, name: "sky".to_owned(), share: 0.25 }];
        let answer = Segmentation { width: 4, height: 2, map_width: 4, map_height: 2, categories };
        let result = ReportedResult {
            file: "a,b.jpg".to_owned(),
            millis: 1.0,
            answer,
            device: Device::Cpu,
            timings: Timings::default(),
        };
        let report = Report { pack: "p".to_owned(), device: Device::Cpu, results: vec![result] };
        assert_eq!(
            csv(&report, &[group(0, "void"), group(5, "sky")]),
            "file,width,height,void,sky\r\n\"a,b.jpg\",4,2,0.000000,0.250000\r\n"
        );
    }

    #[test]
    fn quotes_are_doubled_and_formulas_disarmed() {
        assert_eq!(field("say \"hi\".png"), "\"say \"\"hi\"\".png\"");
        assert_eq!(field("=1+1.png"), "'=1+1.png");
    }
}
