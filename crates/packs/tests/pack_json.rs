//! What a `pack.json` may say, tried on the pack in `assets/` and on damaged copies of it.

#![allow(clippy::expect_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use proptest::prelude::*;
use serde_json::{Value, json};
use vitrine_packs::{Output, Pack, PackError, Resize, Sampling};

const CASCADE: &str = include_str!("../../../assets/packs/dogs-found/pack.json");
const STREET: &str = include_str!("../../../assets/packs/street-deeplab-slim/pack.json");

fn street() -> Value {
    serde_json::from_str(STREET).expect("the pack in assets is JSON")
}

/// The message for the street pack with `value` at the JSON pointer `place`.
fn message_with(place: &str, value: Value) -> String {
    let mut pack = street();
    let (parent, key) = place.rsplit_once('/').expect("a pointer");
    match pack.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.insert(key.to_owned(), value)),
        _ => *pack.pointer_mut(place).unwrap_or_else(|| panic!("no {place} in the pack")) = value,
    }
    match Pack::from_json(&pack.to_string()) {
        Ok(_) => panic!("{place} was let through"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_street_pack_maps_the_cityscapes_classes_as_cityscapes_does() {
    // github.com/mcordts/cityscapesScripts, helpers/labels.py: trainId 0..18 -> name, id, catId.
    const LABELS: [(&str, u8, u8); 19] = [
        ("road", 7, 1),
        ("sidewalk", 8, 1),
        ("building", 11, 2),
        ("wall", 12, 2),
        ("fence", 13, 2),
        ("pole", 17, 3),
        ("traffic light", 19, 3),
        ("traffic sign", 20, 3),
        ("vegetation", 21, 4),
        ("terrain", 22, 4),
        ("sky", 23, 5),
        ("person", 24, 6),
        ("rider", 25, 6),
        ("car", 26, 7),
        ("truck", 27, 7),
        ("bus", 28, 7),
        ("train", 31, 7),
        ("motorcycle", 32, 7),
        ("bicycle", 33, 7),
    ];
    const CATEGORIES: [&str; 8] =
        ["void", "flat", "construction", "object", "nature", "sky", "human", "vehicle"];

    let pack = Pack::from_json(STREET).expect("the pack in assets is valid");
    assert_eq!(pack.classes.len(), LABELS.len());
    let (groups, labels) = (pack.group_table(), pack.label_table());
    for (index, (name, label_id, category)) in LABELS.into_iter().enumerate() {
        assert_eq!(pack.classes[index].name.en, name);
        assert_eq!(labels[index], label_id, "{name}");
        assert_eq!(groups[index], category, "{name}");
    }
    for (id, name) in CATEGORIES.into_iter().enumerate() {
        let group = pack.group(id as u8).expect("every category is a group");
        assert_eq!(group.name.en, name);
        assert_eq!(group.void, id == 0);
    }
    assert_eq!(groups[19..], [0; 237], "what is no class is void");
}

#[test]
fn the_street_pack_feeds_the_network_as_it_was_trained() {
    let pack = Pack::from_json(STREET).expect("the pack in assets is valid");
    assert_eq!((pack.input.width, pack.input.height), (513, 513));
    assert_eq!((pack.input.mean, pack.input.std), ([128.0; 3], [128.0; 3]));
    assert!(matches!(pack.input.resize, Resize::Tiles { .. }));
    let Output::ClassScores { tensor, sampling } = &pack.output else { panic!("it segments") };
    assert_eq!((tensor.as_str(), *sampling), ("ResizeBilinear", Sampling::AlignCorners));
}

#[test]
fn a_pack_survives_being_written_and_read() {
    let pack = Pack::from_json(STREET).expect("the pack in assets is valid");
    let text = serde_json::to_string(&pack).expect("a pack is JSON");
    assert_eq!(Pack::from_json(&text), Ok(pack));
}

fn conversion(address: &str, digit: &str) -> Value {
    json!({"address": address, "sha256": digit.repeat(64), "how": "by hand"})
}

#[test]
fn a_model_without_an_address_of_its_own_is_a_pack() {
    let mut pack = street();
    pack["model"]["address"].take();
    assert!(Pack::from_json(&pack.to_string()).is_ok(), "a model of one's own");
    pack["model"]["converted_from"] = conversion("https://example.org/a.pth", "0");
    let pack = Pack::from_json(&pack.to_string()).expect("a converted one");
    assert_eq!(
        pack.model.converted_from.map(|from| from.address).as_deref(),
        Some("https://example.org/a.pth")
    );
}

#[test]
fn the_message_names_the_field_that_is_wrong() {
    let long = "x".repeat(5000);
    let cases = [
        ("/id", json!(""), "`id`"),
        ("/id", json!("../street"), "`id`"),
        ("/id", json!("Street"), "`id`"),
        ("/id", json!("-street"), "`id`"),
        ("/title/fr", json!(" "), "`title.fr`"),
        ("/title/en", json!("a\u{1b}[2Jb"), "`title.en`"),
        ("/summary/en", json!(long), "`summary.en`"),
        ("/model/file", json!("../../etc/passwd.onnx"), "`model.file`"),
        ("/model/file", json!("C:\\model.onnx"), "`model.file`"),
        ("/model/file", json!(".onnx"), "`model.file`"),
        ("/model/file", json!("model.pb"), "`model.file`"),
        ("/model/bytes", json!(0), "`model.bytes`"),
        ("/model/bytes", json!(u64::MAX), "`model.bytes`"),
        ("/model/sha256", json!("322FE299"), "`model.sha256`"),
        ("/model/sha256", json!("g".repeat(64)), "`model.sha256`"),
        ("/model/address", json!("http://example.org/model.tflite"), "`model.address`"),
        ("/model/address", json!("https:///model.tflite"), "`model.address`"),
        ("/model/address", json!("https://name:word@example.org/m"), "`model.address`"),
        ("/model/address", json!("https://example.org/a b"), "`model.address`"),
        (
            "/model/converted_from",
            conversion("ftp://example.org/a.pth", "0"),
            "`model.converted_from.address`",
        ),
        (
            "/model/converted_from",
            conversion("https://example.org/a.pth", "g"),
            "`model.converted_from.sha256`",
        ),
        ("/upstream", json!({"name": "", "address": "https://example.org/"}), "`upstream.name`"),
        ("/upstream", json!({"name": "A", "address": "example.org"}), "`upstream.address`"),
        ("/failings", json!([{"en": "It errs.", "fr": ""}]), "`failings[0].fr`"),
        ("/input/width", json!(0), "`input.width`"),
        ("/input/height", json!(4_000_000_000_u32), "`input.height`"),
        ("/input/mean/1", json!(1e39), "`input.mean`"),
        ("/input/std/2", json!(0), "`input.std`"),
        ("/input/std/0", json!(-1), "`input.std`"),
        ("/input/resize/overlap", json!(513), "`input.resize.overlap`"),
        ("/output/tensor", json!(""), "`output.tensor`"),
        ("/classes", json!([]), "`classes`"),
        ("/classes/3/group", json!(9), "`classes[3].group`"),
        ("/classes/0/name/en", json!(""), "`classes[0].name.en`"),
        ("/groups", json!([]), "`groups`"),
        ("/groups/2/id", json!(1), "`groups[1].id`"),
        ("/groups/2/colour", json!("red"), "`groups[2].colour`"),
        ("/metrics/0/value", json!(95.03), "`metrics[0].value`"),
        ("/metrics/0/n", json!(0), "`metrics[0].n`"),
    ];
    for (place, value, field) in cases {
        let message = message_with(place, value);
        assert!(message.contains(field), "{place}: {message}");
        assert!(!message.chars().any(char::is_control), "{place}: {message:?}");
    }
}

#[test]
fn a_self_test_has_as_many_values_as_indices() {
    let test = |indices: Value, values: Value, tolerance: f64| {
        let mut pack = street();
        pack["self_test"] = json!({
            "reference": "by hand", "indices": indices, "values": values, "tolerance": tolerance
        });
        Pack::from_json(&pack.to_string())
    };
    // Two places of 19 classes, the second at the end of what an index can be.
    let last = u32::MAX / 19 * 19 - 19;
    let indices: Vec<u32> = (0..19).chain(last..last + 19).collect();
    let values = vec![0.5; 38];
    assert!(test(json!(indices), json!(values), 1e-3).is_ok());
    assert!(test(json!(indices), json!(values[1..]), 1e-3).is_err());
    assert!(test(json!([]), json!([]), 1e-3).is_err());
    assert!(test(json!(indices), json!([vec![1e39], values[1..].to_vec()].concat()), 1e-3).is_err());
    assert!(test(json!(indices), json!(values), 0.0).is_err());
    assert!(
        test(json!(indices[1..]), json!(values[1..]), 1e-3).is_err(),
        "class 0 of the first place is missing"
    );
    assert!(test(json!([u32::MAX]), json!([0.5]), 1e-3).is_err());
}

#[test]
fn a_class_map_has_one_byte_a_pixel_so_257_classes_are_too_many() {
    let class = street()["classes"][0].clone();
    let message = message_with("/classes", Value::Array(vec![class; 257]));
    assert!(message.contains("257"), "{message}");
}

#[test]
fn another_schema_is_named_even_if_its_fields_are_unknown() {
    let error = Pack::from_json(r#"{"schema": 2, "streams": []}"#).expect_err("schema 2 is not read");
    assert_eq!(error, PackError::Schema { found: 2 });
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    let mut pack = street();
    pack["input"]["layout"] = json!("NCHW");
    let message = Pack::from_json(&pack.to_string()).expect_err("there is no such field").to_string();
    assert!(message.contains("`layout`") && message.contains("line 1"), "{message}");
}

#[test]
fn what_is_no_json_is_an_error() {
    let deep = "[".repeat(100_000);
    for text in ["", "null", "[]", "<!doctype html>", "{\"schema\": 1}", "{\"schema\": -1}", &deep] {
        assert!(matches!(Pack::from_json(text), Err(PackError::Json { .. })), "{text:.20}");
    }
    let long = " ".repeat(2 << 20);
    assert!(matches!(Pack::from_json(&long), Err(PackError::TooLong { .. })));
}

const DOGS: [&str; 2] = [
    include_str!("../../../assets/packs/dogs-mobilenet-edgetpu/pack.json"),
    include_str!("../../../assets/packs/dogs-mobilenetv2/pack.json"),
];

/// The 1,001 outputs are TensorFlow's: 0 is the background, and ImageNet's classes follow from 1 in the order of their
/// synsets. Of the 151..=268 of the 1,000 (Chihuahua to Mexican hairless), Stanford Dogs lacks the dalmatian (251); dingo,
/// dhole and African hunting dog are 273 to 275.
#[test]
fn the_breeds_are_the_dogs_of_imagenet_without_the_dalmatian() {
    let expected: Vec<u32> = (152..=269).filter(|&column| column != 252).chain(274..=276).collect();
    for text in DOGS {
        let pack = Pack::from_json(text).expect("the pack in assets is valid");
        let columns: Vec<u32> = pack.classes.iter().filter_map(|class| class.column).collect();
        assert_eq!(columns, expected);
        let keys: Vec<&str> = pack.classes.iter().filter_map(|class| class.key.as_deref()).collect();
        assert!(keys.len() == 120 && keys.is_sorted_by(|a, b| a < b), "ImageNet is sorted by synset");
        assert!(matches!(pack.output, Output::Logits { columns: 1001, features: Some(_), .. }));
    }
}

#[test]
fn breeds_have_tidy_names_of_their_own_in_both_languages() {
    for text in DOGS {
        let pack = Pack::from_json(text).expect("the pack in assets is valid");
        let name = |key: &str| {
            let class = pack.classes.iter().find(|class| class.key.as_deref() == Some(key));
            class.map(|class| (class.name.en.as_str(), class.name.fr.as_str()))
        };
        // WordNet's synsets.
        assert_eq!(name("n02093256"), Some(("Staffordshire bull terrier", "Staffordshire bull terrier")));
        assert_eq!(name("n02106662"), Some(("German shepherd", "Berger allemand")));
        assert_eq!(name("n02107683"), Some(("Bernese mountain dog", "Bouvier bernois")));
        assert_eq!(name("n02110958"), Some(("Pug", "Carlin")));
        for language in ["en", "fr"] {
            let mut names: Vec<&str> =
                pack.classes.iter().map(|class| class.name.in_language(language)).collect();
            let tidy = |name: &&str| {
                name.starts_with(char::is_uppercase)
                    && !name.contains(['_', '(', ',', '0'])
                    && name.len() < 40
            };
            assert!(names.iter().all(tidy), "{names:?}");
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 120);
        }
    }
}

#[test]
fn a_classifiers_mistakes_are_named() {
    let cases = [
        ("/classes/1/column", json!(152), "`classes[1].column`"),
        ("/classes/1/column", json!(1001), "`classes[1].column`"),
        ("/classes/1/key", json!("\n"), "`classes[1].key`"),
        ("/output/columns", json!(0), "`output.columns`"),
        ("/output/features", json!(""), "`output.features`"),
        ("/input/resize/share", json!(0.0), "`input.resize.share`"),
        ("/input/resize/share", json!(1.5), "`input.resize.share`"),
        ("/input/resize", json!({ "rule": "tiles", "overlap": 3 }), "`input.resize.rule`"),
        ("/input/height", json!(200), "`input.height`"),
        ("/task", json!("segment"), "`output.kind`"),
    ];
    for (place, value, field) in cases {
        let mut pack: Value = serde_json::from_str(DOGS[0]).expect("the pack in assets is JSON");
        *pack.pointer_mut(place).unwrap_or_else(|| panic!("no {place} in the pack")) = value;
        let error = Pack::from_json(&pack.to_string()).expect_err(place).to_string();
        assert!(error.contains(field), "{place}: {error}");
    }
}

const ACTIONS: &str = include_str!("../../../assets/packs/action-movinet-a0-stream/pack.json");

#[test]
fn a_stream_of_actions_is_read_and_its_mistakes_are_named() {
    let pack = Pack::from_json(ACTIONS).expect("the pack in assets is valid");
    // Kinetics-600 has its name from its classes; archery is one that is said otherwise in French.
    assert_eq!(pack.classes.len(), 600);
    assert_eq!(
        (pack.classes[9].name.en.as_str(), pack.classes[9].name.fr.as_str()),
        ("archery", "tirer à l'arc")
    );
    let cases = [
        ("/output/states", json!([]), "`output.states`"),
        ("/output/states/1/input", pack_value(ACTIONS, "/output/states/0/input"), "`output.states[0].input`"),
        ("/output/states/0/output", json!(""), "`output.states[0].output`"),
        ("/output/frames_per_second", json!(0), "`output.frames_per_second`"),
        ("/output/clip_secs", json!(1e9), "`output.clip_secs`"),
        ("/output/min_confidence", json!(2), "`output.min_confidence`"),
        ("/input/resize", json!({ "rule": "tiles", "overlap": 3 }), "`input.resize.rule`"),
        ("/task", json!("classify"), "`output.kind`"),
    ];
    for (place, value, field) in cases {
        let mut pack: Value = serde_json::from_str(ACTIONS).expect("the pack in assets is JSON");
        *pack.pointer_mut(place).unwrap_or_else(|| panic!("no {place} in the pack")) = value;
        let error = Pack::from_json(&pack.to_string()).expect_err(place).to_string();
        assert!(error.contains(field), "{place}: {error}");
    }
}

#[test]
fn a_cascade_is_read_and_its_mistakes_are_named() {
    let pack = Pack::from_json(CASCADE).expect("the pack in assets is valid");
    let then = pack.then.as_ref().expect("it is a cascade");
    assert_eq!(
        (then.class.as_str(), then.margin, then.pack.as_str()),
        ("dog", 0.1, "dogs-mobilenet-edgetpu")
    );
    assert_eq!(pack.class_named("dog"), Some(16));
    let text = serde_json::to_string(&pack).expect("a pack is JSON");
    assert_eq!(Pack::from_json(&text), Ok(pack));
    let cases = [
        ("/then/class", json!("wolf"), "`then.class`"),
        ("/then/margin", json!(1.5), "`then.margin`"),
        ("/then/margin", json!(-0.1), "`then.margin`"),
        ("/then/pack", json!("../dogs"), "`then.pack`"),
        ("/then/pack", json!("dogs-found"), "`then.pack`"),
    ];
    for (place, value, field) in cases {
        let mut pack = pack_value(CASCADE, "");
        *pack.pointer_mut(place).expect("it is in the pack") = value;
        let message = Pack::from_json(&pack.to_string()).expect_err(place).to_string();
        assert!(message.contains(field), "{place}: {message}");
    }
    let mut streets = street();
    streets["then"] = json!({"class": "road", "margin": 0.0, "pack": "dogs"});
    let message = Pack::from_json(&streets.to_string()).expect_err("streets are no objects").to_string();
    assert!(message.contains("`then`"), "{message}");
}

fn pack_value(text: &str, place: &str) -> Value {
    let pack: Value = serde_json::from_str(text).expect("the pack in assets is JSON");
    pack.pointer(place).cloned().expect("the place is in the pack")
}

proptest! {
    /// Whatever is cut out of a pack, the answer is an error or a pack, never a panic.
    #[test]
    fn a_damaged_pack_never_panics(start in 0..STREET.len(), length in 0_usize..200, filling in "[ -~]{0,8}") {
        let end = (start + length).min(STREET.len());
        if let (Some(head), Some(tail)) = (STREET.get(..start), STREET.get(end..)) {
            let _ = Pack::from_json(&format!("{head}{filling}{tail}"));
        }
    }
}

#[test]
fn a_training_of_our_own_names_its_recipe_and_its_day() {
    let trained = json!({"recipe": "a.toml", "seed": 1, "epochs": 62, "date": "2026-11-22"});
    let mut pack = street();
    pack["trained"] = trained.clone();
    let read = Pack::from_json(&pack.to_string()).expect("it is whole").trained.expect("it is there");
    assert_eq!(
        (read.recipe.as_str(), read.seed, read.epochs, read.date.as_str()),
        ("a.toml", 1, 62, "2026-11-22")
    );
    for (field, value, told) in [("date", "22/11/2026", "trained.date"), ("recipe", " ", "trained.recipe")] {
        let mut wrong = trained.clone();
        wrong[field] = json!(value);
        let message = message_with("/trained", wrong);
        assert!(message.contains(told), "{message}");
    }
}
