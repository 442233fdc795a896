//! Properties: what is written is read back, no box leaves its image, no text makes a reader panic.

use super::tests::{COCO, VOC, extent, objects, read};
use super::*;
use proptest::prelude::*;

/// A set whose numbers have two decimals.
fn sets() -> impl Strategy<Value = Annotations> {
    let share = || 0_u32..1000;
    let flags = || (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let object = (share(), share(), share(), share(), 0_usize..3, flags(), prop::option::of(0.0_f64..1e6));
    let image = (1_u32..4000, 1_u32..4000, prop::collection::vec(object, 0..6));
    let names = prop::collection::hash_set("[a-z<&\"'é][a-z<&;\"'é]{0,8}", 3..4);
    (names, prop::collection::vec(image, 0..4)).prop_map(|(names, images)| {
        let classes = names.into_iter().enumerate();
        let classes =
            classes.map(|(at, name)| Class { name, id: Some(at as u64 * 7 + 2), ..Class::default() });
        let classes: Vec<Class> = classes.collect();
        let mut id = 0;
        let images = images.into_iter().enumerate().map(|(at, (width, height, objects))| {
            let objects = objects.into_iter().map(|(left, top, right, bottom, class, flags, area)| {
                id += 3;
                let at = |share: u32, side: u32| (f64::from(share) * f64::from(side) / 10.0).floor() / 100.0;
                let [left, right] = [left.min(right), left.max(right) + 1].map(|share| at(share, width));
                let [top, bottom] = [top.min(bottom), top.max(bottom) + 1].map(|share| at(share, height));
                let span = |low: f64, high: f64| ((high - low) * 100.0).round().max(1.0) / 100.0;
                let extent = extent(left, top, span(left, right), span(top, bottom));
                let (crowd, difficult, truncated, occluded) = flags;
                let pose = truncated.then(|| "Left".to_owned());
                let flagged = Object { crowd, difficult, truncated, occluded, pose, ..Object::default() };
                Object { extent, class, id: Some(id), area: area.or(Some(1.5)), ..flagged }
            });
            let objects = objects.collect();
            let (file, size) = (format!("{at}.jpg"), Some([width, height]));
            Image { file, size, id: Some(at as u64 + 40), objects, ..Image::default() }
        });
        let images = images.collect();
        Annotations { classes, images, ..Annotations::default() }
    })
}

/// Writes a set and reads it again; images are found where their format needs them.
fn there_and_back(set: &Annotations, format: Format) -> (Annotations, Vec<Problem>) {
    let written = write(set, format);
    let mut import = Import::default();
    let find = |file: &str| {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let image = set.images.iter().find(|image| image.file == format!("{stem}.jpg"))?;
        Some(FoundImage { file: image.file.clone(), size: image.size? })
    };
    if let Some((name, text)) = written.files.iter().find(|(name, _)| name == "classes.txt") {
        import.read_classes(name, text.as_bytes());
    }
    for (name, text) in written.files.iter().filter(|(name, _)| name != "classes.txt") {
        import.read(name, text.as_bytes(), &find);
    }
    import.finish()
}

fn same_boxes(one: &Annotations, other: &Annotations) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let same = |((name, a), (other_name, b)): (&(&str, Extent), &(&str, Extent))| {
        let sides = [(a.left, b.left), (a.top, b.top), (a.width, b.width), (a.height, b.height)];
        name == other_name && sides.iter().all(|&(a, b)| near(a, b))
    };
    let (one, other) = (objects(one), objects(other));
    one.len() == other.len() && one.iter().zip(&other).all(same)
}

proptest! {
    #[test]
    fn coco_holds_everything(set in sets()) {
        let (back, problems) = there_and_back(&set, Format::Coco);
        prop_assert_eq!(problems, []);
        prop_assert_eq!(back, set);
    }

    #[test]
    fn voc_holds_boxes_names_and_flags(set in sets()) {
        let (back, problems) = there_and_back(&set, Format::Voc);
        prop_assert_eq!(problems, []);
        prop_assert!(same_boxes(&set, &back));
        let flags = |set: &Annotations| {
            let all = set.images.iter().flat_map(|image| image.objects.clone());
            let flags = all.map(|object| (object.difficult, object.truncated, object.occluded, object.pose));
            flags.collect::<Vec<_>>()
        };
        prop_assert_eq!(flags(&back), flags(&set));
        prop_assert!(back.images.iter().zip(&set.images).all(|(a, b)| (&a.file, a.size) == (&b.file, b.size)));
    }

    #[test]
    fn yolo_holds_boxes_and_classes(set in sets()) {
        let (back, problems) = there_and_back(&set, Format::Yolo);
        prop_assert_eq!(problems, []);
        prop_assert!(same_boxes(&set, &back));
        prop_assert!(back.classes.iter().zip(&set.classes).all(|(a, b)| a.name == b.name));
    }

    #[test]
    fn numbers_survive_any_chain_of_formats(set in sets()) {
        let (yolo, _) = there_and_back(&set, Format::Yolo);
        let (voc, _) = there_and_back(&yolo, Format::Voc);
        let (coco, _) = there_and_back(&voc, Format::Coco);
        prop_assert_eq!(objects(&coco), objects(&set));
    }

    #[test]
    fn no_box_that_was_read_leaves_its_image(
        numbers in prop::collection::vec([-50.0_f64..250.0, -50.0..250.0, 0.0..300.0, 0.0..300.0], 1..8),
    ) {
        let boxes: Vec<String> = numbers.iter().map(|[left, top, width, height]| {
            format!(r#"{{"image_id": 1, "category_id": 1, "bbox": [{left}, {top}, {width}, {height}]}}"#)
        }).collect();
        let text = format!(
            r#"{{"images": [{{"id": 1, "file_name": "a", "width": 200, "height": 100}}],
            "categories": [{{"id": 1, "name": "a"}}], "annotations": [{}]}}"#,
            boxes.join(","),
        );
        for (_, extent) in objects(&read("a.json", &text).0) {
            prop_assert!(extent.left >= 0.0 && extent.top >= 0.0 && extent.width > 0.0 && extent.height > 0.0);
            prop_assert!(extent.right() <= 200.0 + 1e-6 && extent.bottom() <= 100.0 + 1e-6, "{:?}", extent);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(
        which in 0_usize..3, at in 0_usize..900, length in 0_usize..60, noise in "[<>/&;\"{}\\[\\]0-9e.,: a-z\n]{0,20}",
    ) {
        let text = ["0 0.5 0.5 0.5 0.5\n1 0.2 0.2 0.1 0.1\n", VOC, COCO][which];
        let from = at.min(text.len());
        let to = (from + length).min(text.len());
        let damaged = format!("{}{noise}{}", &text[..from], &text[to..]);
        for text in [&damaged, &noise] {
            let (set, _) = read("any", text);
            for format in [Format::Yolo, Format::Voc, Format::Coco] {
                write(&set, format);
            }
        }
    }
}
