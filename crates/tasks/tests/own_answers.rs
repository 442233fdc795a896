//! Small networks without packs, made by tests/own/make.py: what is proposed for them gives the answers of ONNX Runtime, as
//! each network's family feeds it.
#![allow(clippy::unwrap_used, reason = "only tests use these functions")]

use pollster::block_on;
use serde_json::Value;
use std::path::{Path, PathBuf};
use vitrine_engine::Device;
use vitrine_packs::own::{Answers, Boxes, GivenFile, Proposal, Scores};
use vitrine_packs::{Head, Output, Resize, Task};
use vitrine_pixels::Frame;
use vitrine_pixels::codecs::{self, Limits};
use vitrine_protocol::{Answer, RankedClass};
use vitrine_tasks::own::inspect;
use vitrine_tasks::{LoadOptions, Model};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/own")
}

fn model(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.onnx"))).unwrap()
}

fn photo() -> Frame {
    let bytes = std::fs::read(folder().join("photo.png")).unwrap();
    codecs::decode(&bytes, &Limits::default()).unwrap().frame
}

/// What ONNX Runtime answers.
fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join("answers.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()[name].take()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
}

fn proposal(name: &str) -> Proposal {
    let report = inspect(model(name), String::new()).unwrap();
    report.proposals.first().cloned().unwrap_or_else(|| panic!("{name}: {:?}", report.problem))
}

/// The answer with the likeliest proposal, and the preset and rule that a person picks.
fn answer(name: &str, preset: &str, resize: Option<Resize>) -> Answer {
    let answers = Answers {
        proposal: proposal(name),
        file: GivenFile { name: format!("{name}.onnx"), bytes: 1, sha256: "0".repeat(64) },
        title: name.to_owned(),
        id: name.to_owned(),
        preset: preset.to_owned(),
        resize,
        size: None,
        labels: String::new(),
        scores: Scores::Logits,
        boxes: Boxes::default(),
    };
    let pack = answers.pack().unwrap();
    let model = Model::load(&pack, model(name), &Device::cpu(), LoadOptions::default()).unwrap();
    block_on(model.run(&photo(), 1, |_, _| {})).unwrap().answer
}

fn assert_probabilities(found: &[RankedClass], expected: &[f64]) {
    assert_eq!(found.len(), expected.len().min(5));
    for RankedClass { class, confidence, .. } in found {
        let expected = expected[*class as usize];
        assert!((confidence - expected).abs() < 1e-3, "class {class}: {confidence}, expected {expected}");
    }
}

#[test]
fn a_classifier_fed_as_torchvision_does_gives_its_probabilities() {
    let Answer::Classify(found) = answer("classifier", "torchvision", None) else { panic!() };
    let expected = numbers(&expected("classifier")["probabilities"]);
    assert_eq!(found.ranked[0].class, 5);
    assert_probabilities(&found.ranked, &expected);
    assert!(found.activation.is_some(), "the map before the mean gives heat");
}

#[test]
fn a_segmenter_is_cut_before_its_enlargement_and_its_areas_are_the_same() {
    let Answer::Segment(found) = answer("segmenter", "torchvision-segment", None) else { panic!() };
    for (class, share) in numbers(&expected("segmenter")["shares"]).into_iter().enumerate() {
        let category = found.categories.iter().find(|it| usize::from(it.id) == class);
        let found = category.map_or(0.0, |it| it.share);
        assert!((found - share).abs() < 0.002, "class {class}: {found}, expected {share}");
    }
}

#[test]
fn several_labels_of_a_grey_picture_have_a_probability_each() {
    let found = proposal("labels-grey");
    assert_eq!((found.task, found.grey, found.decoding), (Task::Classify, true, Some(Scores::Independent)));
    let Answer::Classify(found) = answer("labels-grey", "unit", Some(Resize::Squash)) else { panic!() };
    assert_probabilities(&found.ranked, &numbers(&expected("labels-grey")["probabilities"]));
    let sum: f64 = found.ranked.iter().map(|it| it.confidence).sum();
    assert!(sum > 1.5, "they take nothing from each other: {sum}");
}

#[test]
fn detectors_of_two_families_find_the_boxes_that_torchvisions_suppression_leaves() {
    for (name, columns, object) in [("yolov5", false, true), ("yolov8", true, false)] {
        let Output::Boxes { head: Head::Rows { columns: by_column, object: has_object, .. }, .. } =
            proposal(name).output
        else {
            panic!("{name}")
        };
        assert_eq!((by_column, has_object), (columns, object), "{name}");
        let Answer::Detect(found) = answer(name, "yolo", None) else { panic!() };
        let expected = expected(name);
        let expected = expected["objects"].as_array().unwrap();
        assert_eq!(found.objects.len(), expected.len(), "{name}");
        for object in expected {
            let [left, top, right, bottom] = numbers(&object["box"])[..] else { panic!() };
            let near = |a: f32, b: f64| (f64::from(a) - b).abs() < 0.1;
            let same = found.objects.iter().any(|it| {
                u64::from(it.class) == object["class"].as_u64().unwrap()
                    && near(it.left, left)
                    && near(it.top, top)
                    && near(it.left + it.width, right)
                    && near(it.top + it.height, bottom)
                    && (f64::from(it.confidence) - object["confidence"].as_f64().unwrap()).abs() < 0.01
            });
            assert!(same, "{name}: no {object} among {:?}", found.objects);
        }
    }
}
