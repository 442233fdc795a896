//! What each reader takes and refuses, and what each writer loses.

use super::*;

fn found(file: &str) -> Option<FoundImage> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    Some(FoundImage { file: format!("{stem}.jpg"), size: [200, 100] })
}

fn none(_: &str) -> Option<FoundImage> {
    None
}

/// Reads one file, named after its format, with two classes known to YOLO.
pub fn read(file: &str, text: &str) -> (Annotations, Vec<String>) {
    let mut import = Import::default();
    import.read_classes("classes.txt", b"cat\nguide dog\n");
    import.read(file, text.as_bytes(), &found);
    let (annotations, problems) = import.finish();
    (annotations, problems.iter().map(ToString::to_string).collect())
}

pub fn objects(annotations: &Annotations) -> Vec<(&str, Extent)> {
    let all = annotations.images.iter().flat_map(|image| &image.objects);
    all.map(|object| (annotations.classes[object.class].name.as_str(), object.extent)).collect()
}

pub fn extent(left: f64, top: f64, width: f64, height: f64) -> Extent {
    Extent { left, top, width, height }
}

#[test]
fn a_yolo_line_is_a_centre_and_a_size_in_shares() {
    let (set, problems) = read("a.txt", "1 0.5 0.5 0.25 0.5\n\n0 0.125 0.25 0.25 0.5 0.875\r\n");
    assert_eq!(problems, [""; 0]);
    assert_eq!((set.images[0].file.as_str(), set.images[0].size), ("a.jpg", Some([200, 100])));
    let expected = [("guide dog", extent(75.0, 25.0, 50.0, 50.0)), ("cat", extent(0.0, 0.0, 50.0, 50.0))];
    assert_eq!(objects(&set), expected);
    assert_eq!(set.images[0].objects[1].confidence, Some(0.875));
}

#[test]
fn each_bad_yolo_line_is_named_and_the_good_ones_are_kept() {
    let bad = "0 0.5 0.5 0.5\n9 0.5 0.5 0.5 0.5\ncat 0.5 0.5 0.5 0.5\n0 0.5 0.5 x 0.5\n0 120 60 50 50\n\
               0 0.5 0.5 nan 0.5\n0 0.5 0.5 0 0.5\n1 0.5 0.5 0.5 0.5\n0 0.1 0.1 0.2 0.2 0.3 0.3 0.4 0.4\n";
    let (set, problems) = read("a.txt", bad);
    assert_eq!(objects(&set), [("guide dog", extent(50.0, 25.0, 100.0, 50.0))]);
    let beginnings = [
        "a.txt, line 1: 4 columns instead of 5: write `class cx cy width height`",
        "a.txt, line 2: the class 9 is unknown: classes.txt names 2, from 0: name the class",
        "a.txt, line 3: \"cat\" is no class number: write",
        "a.txt, line 4: \"x\" is no number: write",
        "a.txt, line 5: the number \"120\" is out of range: write shares",
        "a.txt, line 6: the number \"nan\" is out of range",
        "a.txt, line 7: the box is 0 pixels wide",
        "a.txt, line 9: 8 or more columns instead of 5",
    ];
    assert_eq!(problems.len(), beginnings.len(), "{problems:#?}");
    for (problem, beginning) in problems.iter().zip(beginnings) {
        assert!(problem.starts_with(beginning), "{problem}");
    }
}

#[test]
fn a_yolo_file_without_its_image_is_named() {
    let mut import = Import::default();
    import.read("labels/a.txt", b"0 0.5 0.5 0.5 0.5\n", &none);
    let (set, problems) = import.finish();
    assert_eq!(set.images.len(), 0);
    assert!(problems[0].to_string().starts_with("labels/a.txt: the image's size is missing"), "{problems:?}");
}

#[test]
fn without_names_yolo_classes_are_called_by_their_numbers() {
    let mut import = Import::default();
    import.read("a.txt", b"7 0.5 0.5 0.5 0.5\n7 0.5 0.5 0.5 0.5\n", &found);
    let (set, problems) = import.finish();
    assert_eq!(objects(&set)[1].0, "7");
    assert_eq!((problems.len(), problems[0].lost), (1, false));
}

pub const VOC: &str = "<?xml version=\"1.0\"?>\n<annotation>\n <filename>b &amp; c.jpg</filename>\n\
    <size><width>200</width><height>100</height><depth>3</depth></size>\n\
    <object><name>cat</name><pose>Left</pose><truncated>1</truncated><difficult>1</difficult>\n\
    <bndbox><xmin>10</xmin><ymin>20.5</ymin><xmax>60</xmax><ymax>70</ymax></bndbox>\n\
    <part><name>head</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></part></object>\n\
    <object><name>dog</name>\n<bndbox><xmin>1</xmin><ymin>x</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>\n\
    <object>\n<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>\n</annotation>\n";

#[test]
fn a_voc_file_has_corners_flags_and_parts_that_are_not_objects() {
    let (set, problems) = read("b.xml", VOC);
    assert_eq!((set.images[0].file.as_str(), set.images[0].size), ("b & c.jpg", Some([200, 100])));
    assert_eq!(objects(&set), [("cat", extent(10.0, 20.5, 50.0, 49.5))]);
    let object = &set.images[0].objects[0];
    assert!(object.truncated && object.difficult && !object.occluded);
    assert_eq!(object.pose.as_deref(), Some("Left"));
    assert!(
        problems[0].starts_with("b.xml, line 8: a corner of the box is missing or is no number"),
        "{problems:?}"
    );
    assert!(problems[1].starts_with("b.xml, line 10: the object has no name"), "{problems:?}");
    assert!(problems[2].starts_with("b.xml: parts of objects are not read (1)"), "{problems:?}");
}

#[test]
fn what_stands_before_a_defect_of_the_xml_is_kept() {
    let end = VOC.find("<object><name>dog").unwrap() + 17;
    for (text, cause) in [
        (VOC[..end].to_owned(), "breaks off"),
        (VOC.replace("<name>dog</name>", "<name>dog</nam>"), "malformed"),
        (VOC.replace(">dog<", ">&dog;<"), "the entity \"dog\" is unknown"),
    ] {
        let (set, problems) = read("b.xml", &text);
        assert_eq!(objects(&set).len(), 1, "{cause}");
        assert!(problems[0].contains(cause) && problems[0].starts_with("b.xml, line 8: "), "{problems:?}");
    }
}

#[test]
fn xml_that_means_harm_is_refused() {
    let bomb =
        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><annotation><object><name>&b;";
    assert!(read("a.xml", bomb).1[0].contains("the entity \"b\" is unknown"));
    let deep = format!("<annotation>{}", "<a>".repeat(1_000_000));
    assert!(read("a.xml", &deep).1[0].contains("elements lie within each other"));
    let (set, problems) = read("a.xml", "<html><body/></html>");
    assert!(problems[0].contains("there is no <annotation>") && set.images.is_empty(), "{problems:?}");
    let huge = VOC.replace("<xmax>60", &format!("<xmax>1{}", "0".repeat(400)));
    assert!(read("a.xml", &huge).1[0].contains("numbers out of range"), "{:?}", read("a.xml", &huge).1);
}

#[test]
fn a_voc_file_without_a_size_asks_for_the_image() {
    let text = VOC.replace("<width>200</width>", "<width>0</width>");
    assert_eq!(read("b.xml", &text).0.images[0].size, Some([200, 100]));
    let mut import = Import::default();
    import.read("b.xml", text.as_bytes(), &none);
    let (set, problems) = import.finish();
    assert!(problems[0].to_string().contains("the image's size is missing"), "{problems:?}");
    let written = write(&set, Format::Yolo);
    assert_eq!(written.files.len(), 1, "classes.txt alone");
    assert!(written.problems[0].lost && written.problems[0].to_string().starts_with("b & c.jpg: "));
}

pub const COCO: &str = r#"{"info": {"year": 2017}, "images": [
{"id": 9, "file_name": "x/c.jpg", "width": 200, "height": 100, "license": 3}],
"annotations": [
{"id": 5, "image_id": 9, "category_id": 18, "bbox": [10, 20, 30.25, 40], "area": 600.5, "iscrowd": 0, "segmentation": [[1, 2.50]]},
{"id": 6, "image_id": 9, "category_id": 18, "bbox": [10, 20, 30], "iscrowd": 1},
{"id": 7, "image_id": 8, "category_id": 18, "bbox": [10, 20, 30, 40]},
{"id": 8, "image_id": 9, "category_id": 1, "bbox": [10, 20, 30, 40]},
{"id": 9, "image_id": 9, "category_id": 18, "bbox": [10, 20, 1e999, 40]},
7,
{"id": 10, "image_id": 9, "category_id": 18, "bbox": [150, 20, 70, 40], "iscrowd": 1},
{"id": 11, "image_id": 9, "category_id": 18, "bbox": [210, 20, 70, 40]}],
"categories": [{"id": 18, "name": "dog", "supercategory": "animal"}]}"#;

#[test]
fn each_bad_item_of_a_coco_file_is_named_and_the_good_ones_are_kept() {
    let (set, problems) = read("c.json", COCO);
    assert_eq!(
        objects(&set),
        [("dog", extent(10.0, 20.0, 30.25, 40.0)), ("dog", extent(150.0, 20.0, 50.0, 40.0))]
    );
    let [first, second] = &set.images[0].objects[..] else { panic!() };
    assert_eq!((first.id, first.area, first.crowd, first.other.len()), (Some(5), Some(600.5), false, 1));
    assert_eq!((second.id, second.area, second.crowd), (Some(10), None, true));
    let beginnings = [
        "c.json, line 5: its bbox is missing or is not four numbers",
        "c.json, line 6: its image_id is missing or no image has it",
        "c.json, line 7: its category_id is missing or no category has it",
        "c.json, line 8: its bbox",
        "c.json, line 9: the item is no object",
        "c.json, line 10: the box leaves the image by 20.00 pixels",
        "c.json, line 11: the box lies outside the image",
    ];
    assert_eq!(problems.len(), beginnings.len(), "{problems:#?}");
    for (problem, beginning) in problems.iter().zip(beginnings) {
        assert!(problem.starts_with(beginning), "{problem}");
    }
}

#[test]
fn what_stands_before_a_defect_of_the_json_is_kept() {
    let reordered = COCO.replace(
        "\"annotations\": [",
        "\"categories\": [{\"id\": 18, \"name\": \"dog\"}],\n\"annotations\": [",
    );
    let (set, problems) = read("c.json", &reordered[..reordered.find("{\"id\": 6").unwrap() + 30]);
    assert_eq!(objects(&set).len(), 1);
    assert!(problems[0].starts_with("c.json, line 6: the JSON is malformed: EOF"), "{problems:?}");
    for text in ["[", "[{\"image_id\": 1}]", "{\"images\": 3}", "{\"images\": [", "{} {}"] {
        let (_, problems) = read("c.json", text);
        assert!(problems[0].starts_with("c.json, line 1: the JSON is malformed: "), "{problems:?}");
    }
}

#[test]
fn json_that_means_harm_is_refused() {
    let deep = format!("{{\"images\": {}", "[".repeat(1_000_000));
    assert!(!read("c.json", &deep).1.is_empty());
    let deep_box = COCO.replace("[10, 20, 30]", &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)));
    assert_eq!(objects(&read("c.json", &deep_box).0).len(), 2);
    let many = format!("0 0.5 0.5\n{}", "x\n".repeat(5000));
    let (_, problems) = read("a.txt", &many);
    assert_eq!(problems.len(), 1001);
    assert!(problems[1000].contains("4001 further problems"), "{}", problems[1000]);
}

#[test]
fn bytes_that_are_no_utf_8_are_named_with_their_line() {
    let mut import = Import::default();
    import.read("a.txt", b"0 0.5 0.5 0.5 0.5\n\xff\xfe", &found);
    import.read("b.txt", b"\xef\xbb\xbf0 0.5 0.5 0.5 0.5\n", &found);
    let (set, problems) = import.finish();
    assert!(problems[0].to_string().starts_with("a.txt, line 2: this is no UTF-8"));
    assert_eq!(objects(&set).len(), 1, "a byte order mark is no fault");
}

#[test]
fn what_a_format_cannot_hold_is_counted() {
    let (set, _) = read("c.json", COCO);
    let losses = |format| write(&set, format).losses.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(losses(Format::Coco), [""; 0]);
    let both = [
        "ids of classes: 1",
        "ids of images: 1",
        "ids of objects: 2",
        "areas of outlines: 1",
        "crowd flags: 1",
        "further fields of COCO (outlines, licences and the like): 4",
    ];
    assert_eq!(losses(Format::Yolo), [&both[..], &["folders of images: 1"]].concat());
    // `cat` and `guide dog` are named in classes.txt and used nowhere.
    assert_eq!(
        losses(Format::Voc),
        [&both[..], &["numbers of classes: 3", "classes without an object: 2"]].concat()
    );
    let (set, _) = read("b.xml", VOC);
    let written = write(&set, Format::Yolo);
    let losses: Vec<String> = written.losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses, ["difficult flags: 1", "truncated flags: 1", "poses: 1"]);
}

#[test]
fn files_are_named_after_their_images_and_stay_in_their_folder() {
    let named = |file: &str| Image { file: file.to_owned(), size: Some([9, 9]), ..Image::default() };
    let images =
        ["a.jpg", "x/A.png", "../../etc/passwd", "..", "C:\\b.jpg", "classes.png"].map(named).to_vec();
    let written = write(&Annotations { images, ..Annotations::default() }, Format::Yolo);
    let names: Vec<&str> = written.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["a.txt", "A-2.txt", "passwd.txt", "image.txt", "b.txt", "classes-2.txt", "classes.txt"]
    );
    assert_eq!(written.problems.len(), 2);
}
