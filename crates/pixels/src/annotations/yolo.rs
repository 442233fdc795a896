//! YOLO's text files: `class cx cy width height` a line, centre and size in shares of the image.

use super::export::{Names, Writing};
use super::import::{FoundImage, Import};
use super::problem::quoted;
use super::{Annotations, Object, Problem};
use crate::boxes::Extent;
use std::fmt::Write;

const COLUMNS: &str = "write `class cx cy width height`, the last four as shares of the image from 0 to 1";

/// Reads one image's file.
pub fn read(import: &mut Import, file: &str, text: &str, find_image: &dyn Fn(&str) -> Option<FoundImage>) {
    let Some(found) = find_image(file) else {
        let cause = "the image's size is missing: no image of this name was found".to_owned();
        import.lost(file, None, cause, "put the image beside the file, or name the folder of images");
        return;
    };
    let Some(image) = import.image(&found.file, Some(found.size), file) else { return };
    for (index, line) in text.lines().enumerate() {
        let number = Some(index + 1);
        if line.trim().is_empty() {
            continue;
        }
        match parse(line) {
            Err((cause, remedy)) => import.lost(file, number, cause, remedy),
            Ok(parsed) => {
                let Some(class) = class(import, parsed.class, file, number) else { continue };
                let extent = to_pixels(parsed.shares, found.size);
                let object = Object { extent, class, confidence: parsed.confidence, ..Object::default() };
                import.object(image, object, file, number);
            }
        }
    }
}

/// A line's numbers, in range.
struct Line {
    class: u16,
    /// Centre x and y, width, height.
    shares: [f64; 4],
    /// Ultralytics writes it as a sixth column on request.
    confidence: Option<f64>,
}

fn parse(line: &str) -> Result<Line, (String, &'static str)> {
    let columns: Vec<&str> = line.split_whitespace().take(8).collect();
    if !(5..=6).contains(&columns.len()) {
        let (count, more) = (columns.len(), if columns.len() == 8 { " or more" } else { "" });
        return Err((format!("{count}{more} columns instead of 5"), COLUMNS));
    }
    let class = columns[0].parse().map_err(|_| {
        (
            format!("{} is no class number", quoted(columns[0])),
            "write the class's place in classes.txt, from 0",
        )
    })?;
    let mut shares = [0.0; 5];
    for (share, column) in shares.iter_mut().zip(&columns[1..]) {
        *share = column.parse().map_err(|_| (format!("{} is no number", quoted(column)), COLUMNS))?;
        if !(0.0..=1.0).contains(share) {
            let cause = format!("the number {} is out of range", quoted(column));
            return Err((cause, "write shares of the image from 0 to 1, not pixels"));
        }
    }
    let [x, y, width, height, confidence] = shares;
    let confidence = (columns.len() == 6).then_some(confidence);
    Ok(Line { class, shares: [x, y, width, height], confidence })
}

fn to_pixels([x, y, width, height]: [f64; 4], size: [u32; 2]) -> Extent {
    let [across, down] = size.map(f64::from);
    let (left, top) = ((x - width / 2.0) * across, (y - height / 2.0) * down);
    Extent { left, top, width: width * across, height: height * down }
}

/// The class of a number. Without `classes.txt` it is named by its number, which is listed once.
fn class(import: &mut Import, number: u16, file: &str, line: Option<usize>) -> Option<usize> {
    let number = usize::from(number);
    if import.yolo_classes.is_none() {
        let cause = "there is no classes.txt: classes are named by their numbers".to_owned();
        let remedy = "put classes.txt beside the files, with a name a line";
        import.list(Problem { file: file.to_owned(), line: None, cause, remedy, lost: false });
        import.yolo_classes = Some(vec![]);
        import.yolo_numbers = true;
    }
    if import.yolo_numbers {
        return import.class(&number.to_string(), file, line);
    }
    let names = import.yolo_classes.as_deref().unwrap_or_default();
    let class = names.get(number).copied();
    if class.is_none() {
        let cause = format!("the class {number} is unknown: classes.txt names {}, from 0", names.len());
        import.lost(file, line, cause, "name the class in classes.txt, or correct the number");
    }
    class
}

/// `<image>.txt` for each image whose size is known, and `classes.txt`.
pub fn write(annotations: &Annotations, writing: &mut Writing) {
    let mut names = Names::default();
    for image in &annotations.images {
        let Some(size) = image.size else {
            let cause = "the image's size is missing".to_owned();
            let remedy = "put the image beside the annotations, or name the folder of images";
            writing.problems.push(Problem {
                file: image.file.clone(),
                line: None,
                cause,
                remedy,
                lost: true,
            });
            continue;
        };
        let mut text = String::new();
        for object in &image.objects {
            let Extent { left, top, width, height } = object.extent;
            let [across, down] = size.map(f64::from);
            let shares =
                [(left + width / 2.0) / across, (top + height / 2.0) / down, width / across, height / down];
            let shares = shares.map(|share| decimals(share.clamp(0.0, 1.0), 12));
            let _ = writeln!(text, "{} {}", object.class, shares.join(" "));
        }
        let name = names.unique(&image.file, "txt", writing);
        writing.files.push((name, text));
    }
    let lines: Vec<String> = annotations.classes.iter().map(|class| one_line(&class.name)).collect();
    writing.files.push(("classes.txt".to_owned(), lines.join("\n") + "\n"));
}

/// A class's name on a line of `classes.txt`.
pub fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without an exponent and without trailing zeros.
pub fn decimals(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
