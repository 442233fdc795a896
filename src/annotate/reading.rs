//! Annotation files are read.

use super::truth::{Known, Source, TruthBox, is_of};
use std::sync::Arc;
use vitrine_pixels::annotations::{Annotations, Format, FoundImage, Image, Import, Problem};

/// Reads what concerns a photo of this name, which has `size` columns and rows.
pub fn read(sources: &[Arc<Source>], photo: &str, size: [u32; 2]) -> Known {
    let mut import = Import::default();
    for classes in sources.iter().filter(|source| source.is_classes()) {
        import.read_classes(&classes.name, &classes.bytes);
    }
    let find = |name: &str| is_of(name, photo).then(|| FoundImage { file: photo.to_owned(), size });
    for source in sources.iter().filter(|source| source.concerns(photo)) {
        import.read(&source.name, &source.bytes, &find);
    }
    let (annotations, problems) = import.finish();
    known(&annotations, problems, photo)
}

fn known(annotations: &Annotations, problems: Vec<Problem>, photo: &str) -> Known {
    let classes: Vec<Arc<str>> = annotations.classes.iter().map(|class| class.name.as_str().into()).collect();
    let images = annotations.images.iter().filter(|image| is_of(&image.file, photo));
    let boxes = images.flat_map(|image: &Image| &image.objects).filter_map(|object| {
        let class = classes.get(object.class)?.clone();
        Some(TruthBox { extent: object.extent, class, free: object.crowd || object.difficult })
    });
    Known { boxes: boxes.collect(), classes, problems }
}

/// What is wrong with a file that concerns no photo.
pub fn alone(source: &Source) -> Vec<Problem> {
    let mut import = Import::default();
    import.read(&source.name, &source.bytes, &|_| None);
    let (_, mut problems) = import.finish();
    let text = std::str::from_utf8(&source.bytes).unwrap_or_default();
    if problems.iter().all(|problem| !problem.lost) && Format::of(text) != Format::Yolo {
        problems.push(Problem {
            file: source.name.clone(),
            line: None,
            cause: "it names none of the photos that are here".to_owned(),
            remedy: "drop it together with its photos, under their own names",
            lost: true,
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, text: &str) -> Arc<Source> {
        Arc::new(Source { name: name.to_owned(), bytes: text.as_bytes().to_vec() })
    }

    fn extents(known: &Known) -> Vec<[f64; 4]> {
        let numbers = |it: &TruthBox| [it.extent.left, it.extent.top, it.extent.width, it.extent.height];
        known.boxes.iter().map(numbers).collect()
    }

    #[test]
    fn yolo_files_have_their_photos_name_and_the_classes_of_the_list() {
        let sources = [
            source("street.txt", "1 0.5 0.5 0.25 0.5\n"),
            source("other.txt", "0 0.5 0.5 0.1 0.1\n"),
            source("classes.txt", "car\ndog\n"),
        ];
        let known = read(&sources, "street.jpg", [400, 200]);
        assert_eq!(extents(&known), [[150.0, 50.0, 100.0, 100.0]]);
        assert_eq!(&*known.boxes[0].class, "dog");
        assert!(known.problems.is_empty());
        assert!(read(&sources, "road.jpg", [400, 200]).boxes.is_empty());
    }

    #[test]
    fn a_bad_line_is_named_and_the_good_ones_are_kept() {
        let text =
            "0 0.5 0.5 0.25 0.5\n0 0.5 0.5 0.25\n0 120 60 30 40\n7 0.5 0.5 0.5 0.5\n0 0.25 0.25 0.5 0.5\n";
        let sources = [source("a.txt", text), source("classes.txt", "car\n")];
        let known = read(&sources, "a.png", [100, 100]);
        assert_eq!(known.boxes.len(), 2);
        let lines: Vec<_> =
            known.problems.iter().map(|problem| (problem.file.as_str(), problem.line)).collect();
        assert_eq!(lines, [("a.txt", Some(2)), ("a.txt", Some(3)), ("a.txt", Some(4))]);
    }

    #[test]
    fn a_coco_file_is_found_by_the_photos_name_in_it() {
        let text = r#"{"images":[{"id":1,"file_name":"a/street.jpg","width":40,"height":20},
            {"id":2,"file_name":"road.jpg","width":40,"height":20}],
            "annotations":[{"id":1,"image_id":1,"category_id":3,"bbox":[1,2,3,4],"iscrowd":1},
            {"id":2,"image_id":2,"category_id":3,"bbox":[5,6,7,8]}],"categories":[{"id":3,"name":"dog"}]}"#;
        let known = read(&[source("instances.json", text)], "street.jpg", [40, 20]);
        assert_eq!(extents(&known), [[1.0, 2.0, 3.0, 4.0]]);
        assert!(known.boxes[0].free);
    }

    #[test]
    fn a_file_that_concerns_no_photo_says_what_to_do() {
        let text = alone(&source("street.txt", "0 0.5 0.5 0.5 0.5\n"));
        assert!(text[0].cause.contains("no image of this name"), "{}", text[0]);
        let voc = "<annotation><filename>x.jpg</filename><size><width>4</width><height>4</height></size></annotation>";
        let xml = alone(&source("x.xml", voc));
        assert!(xml[0].cause.contains("none of the photos"), "{}", xml[0]);
        let broken = alone(&source("y.json", "{\"images\":["));
        assert_eq!((broken.len(), broken[0].line), (1, Some(1)));
    }
}
