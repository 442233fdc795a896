//! Packs that are made of a proposal and a person's answers.

#![allow(clippy::expect_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use vitrine_packs::own::{Answers, Boxes, Draft, GivenFile, PRESETS, Proposal, Scores, id_from};
use vitrine_packs::{Colour, Corners, Head, Output, Pack, Resize, Sampling, Task};

fn classifier(scores: u32) -> Proposal {
    Proposal {
        task: Task::Classify,
        width: 224,
        height: 224,
        free_size: false,
        output: Output::Logits {
            tensor: "y".into(),
            columns: scores,
            features: None,
            probabilities: false,
            independent: false,
        },
        scores,
        decoding: None,
        grey: false,
        family: None,
        normalisation: None,
    }
}

fn segmenter(scores: u32) -> Proposal {
    let output = Output::ClassScores { tensor: "y".into(), sampling: Sampling::HalfPixel };
    Proposal { task: Task::Segment, output, ..classifier(scores) }
}

fn given(name: &str) -> GivenFile {
    GivenFile { name: name.into(), bytes: 3, sha256: "a".repeat(64) }
}

fn draft<'a>(proposal: &'a Proposal, file: &'a GivenFile, labels: &'a [String]) -> Draft<'a> {
    let preset = proposal.presets().next().expect("every task has presets");
    Draft {
        proposal,
        file,
        title: "My model",
        id: "my-model",
        preset,
        resize: None,
        size: None,
        labels,
        scores: Scores::Logits,
        boxes: Boxes::default(),
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("name {index}")).collect()
}

#[test]
fn a_written_pack_is_read_back_as_it_was() {
    let file = given("My model (final).onnx");
    for proposal in [classifier(3), segmenter(3)] {
        let pack = draft(&proposal, &file, &names(3)).pack().unwrap();
        let json = serde_json::to_string(&pack).unwrap();
        assert_eq!(Pack::from_json(&json).unwrap(), pack);
        assert_eq!(pack.model.file, "My-model--final.onnx");
        assert!(!json.contains("address"), "it has none: {json}");
    }
}

#[test]
fn without_labels_classes_are_numbered_and_areas_have_colours() {
    let (proposal, file) = (segmenter(2), given("a.tflite"));
    let pack = draft(&proposal, &file, &[]).pack().unwrap();
    let classes: Vec<_> = pack.classes.iter().map(|class| (&class.name.en[..], class.group)).collect();
    assert_eq!(classes, [("class 0", 0), ("class 1", 1)]);
    assert_ne!(pack.groups[0].colour, pack.groups[1].colour);
}

#[test]
fn colours_behind_the_labels_of_areas_are_theirs() {
    let (proposal, file) = (segmenter(2), given("a.onnx"));
    let labels = ["road #804080".to_owned(), "sky".to_owned()];
    let pack = draft(&proposal, &file, &labels).pack().unwrap();
    assert_eq!((&pack.classes[0].name.en[..], &pack.groups[0].colour[..]), ("road", "#804080"));
    assert_ne!(pack.groups[1].colour, "#804080");
}

#[test]
fn a_wrong_number_of_labels_names_both_numbers_and_the_remedy() {
    let file = given("a.onnx");
    let error = draft(&segmenter(19), &file, &names(21)).pack().unwrap_err().to_string();
    assert_eq!(
        error,
        "pack.json: `classes` has 21 labels, and the network gives 19 scores: give one label for each score, in the \
         network's order"
    );
    assert!(draft(&segmenter(19), &file, &names(18)).pack().is_err(), "a segmenter has no background column");
}

#[test]
fn the_background_of_tensorflow_classifiers_needs_no_label() {
    let (proposal, file) = (classifier(1001), given("a.tflite"));
    let pack = draft(&proposal, &file, &names(1000)).pack().unwrap();
    assert_eq!(
        (pack.classes.len(), pack.classes[0].column, pack.classes[999].column),
        (1000, Some(1), Some(1000))
    );
}

#[test]
fn what_the_file_says_of_its_input_wins_over_the_preset() {
    let proposal = Proposal { normalisation: Some([128.0, 127.5]), ..classifier(3) };
    let file = given("a.tflite");
    let pack = draft(&proposal, &file, &[]).pack().unwrap();
    assert_eq!((pack.input.mean, pack.input.std), ([128.0; 3], [127.5; 3]));
}

#[test]
fn answers_change_the_input_and_the_decoding() {
    let (proposal, file) = (classifier(3), given("a.onnx"));
    let caffe = PRESETS.iter().find(|preset| preset.id == "keras-caffe").unwrap();
    let answers = Draft {
        preset: caffe,
        resize: Some(Resize::Crop { share: 0.5 }),
        size: Some([96, 96]),
        scores: Scores::Probabilities,
        ..draft(&proposal, &file, &[])
    };
    let pack = answers.pack().unwrap();
    assert_eq!((pack.input.colour, pack.input.resize), (Colour::Bgr, Resize::Crop { share: 0.5 }));
    assert_eq!([pack.input.width, pack.input.height], [96, 96]);
    assert!(matches!(pack.output, Output::Logits { probabilities: true, .. }));
    // A file that is cut before its softmax has no probabilities there.
    let known = Proposal { decoding: Some(Scores::Logits), ..proposal.clone() };
    let pack = Draft { proposal: &known, ..answers.clone() }.pack().unwrap();
    assert!(matches!(pack.output, Output::Logits { probabilities: false, .. }));
}

#[test]
fn a_form_sends_its_answers_as_json() {
    let proposal = serde_json::to_value(classifier(2)).unwrap();
    let answers = serde_json::json!({
        "proposal": proposal, "file": {"name": "a.onnx", "bytes": 3, "sha256": "a".repeat(64)},
        "title": "A", "id": "a", "preset": "unit", "resize": {"rule": "squash"}, "size": [96, 96],
        "labels": "0: cat\n1: dog", "scores": "independent",
    });
    let pack = serde_json::from_value::<Answers>(answers).unwrap().pack().unwrap();
    assert_eq!((pack.input.std, pack.input.resize), ([255.0; 3], Resize::Squash));
    assert_eq!((pack.input.width, &pack.classes[1].name.en[..]), (224, "dog"), "the file says its size");
    assert!(matches!(pack.output, Output::Logits { probabilities: false, independent: true, .. }));
}

#[test]
fn a_detectors_boxes_are_written_as_the_answers_say() {
    let head = Head::Rows {
        tensor: "y".into(),
        columns: true,
        object: false,
        corners: Corners::Middle,
        shares: false,
    };
    let output = Output::Boxes { head, strides: vec![], min_confidence: 0.3, max_iou: 0.6 };
    let family = Some("YOLOv8, v9, v11".to_owned());
    let proposal = Proposal { task: Task::Detect, output, family, ..classifier(2) };
    let file = given("a.onnx");
    let boxes = Boxes { corners: Corners::Both, shares: true };
    let pack = Draft { boxes, ..draft(&proposal, &file, &[]) }.pack().unwrap();
    let json = serde_json::to_string(&pack).unwrap();
    assert!(json.contains(r#""corners":"both","shares":true"#) && !json.contains("strides"), "{json}");
    assert_eq!(Pack::from_json(&json).unwrap(), pack);
    assert_eq!(pack.input.resize, Resize::Letterbox { fill: 114, centred: true });
}

#[test]
fn a_network_of_one_channel_reads_grey() {
    let proposal = Proposal { grey: true, ..classifier(10) };
    let pack = draft(&proposal, &given("digits.onnx"), &[]).pack().unwrap();
    assert_eq!(pack.input.colour, Colour::Grey);
}

#[test]
fn folders_are_named_after_titles_and_never_twice() {
    assert_eq!(id_from("  My Dogs & Cats, v2! ", &[]), "my-dogs-cats-v2");
    assert_eq!(id_from("日本", &[]), "my-model");
    assert_eq!(id_from("Dogs", &["dogs".into(), "dogs-2".into()]), "dogs-3");
    let long = id_from(&"long ".repeat(40), &[]);
    assert!(long.len() <= 48 && !long.ends_with('-'), "{long}");
}
