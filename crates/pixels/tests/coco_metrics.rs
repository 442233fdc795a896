//! Against pycocotools: `make_coco_goldens.py` made the boxes and the expected figures.
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use vitrine_fixtures::shared;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::metrics::coco::{CocoEvaluation, CocoSummary};
use vitrine_pixels::metrics::matching::{Matching, Prediction, Truth};

/// Sums of up to 80 x 1010 terms in another order.
const TOLERANCE: f64 = 1e-11;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn golden(name: &str) -> Value {
    json(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/coco/{name}.json")))
}

fn extent(bbox: &Value) -> Extent {
    let side = |at: usize| bbox[at].as_f64().unwrap();
    Extent { left: side(0), top: side(1), width: side(2), height: side(3) }
}

fn class(item: &Value) -> u16 {
    item["category_id"].as_u64().unwrap() as u16
}

fn truths(set: &Value, image: &Value) -> Vec<Truth> {
    let here = set["annotations"].as_array().unwrap().iter().filter(|item| item["image_id"] == image["id"]);
    here.map(|item| Truth {
        extent: extent(&item["bbox"]),
        class: class(item),
        area: item["area"].as_f64().unwrap(),
        crowd: item["iscrowd"] == 1,
    })
    .collect()
}

/// The images of a set in the order of their ids, which is pycocotools'.
fn images(set: &Value) -> Vec<Value> {
    let mut images = set["images"].as_array().unwrap().clone();
    images.sort_by_key(|image| image["id"].as_u64());
    images
}

fn assert_agree(name: &str, evaluation: &CocoEvaluation, expected: &Value) {
    let CocoSummary { ap, ap50, ap75, ap_small, ap_medium, ap_large, .. } = evaluation.summary();
    let CocoSummary { ar1, ar10, ar100, ar_small, ar_medium, ar_large, .. } = evaluation.summary();
    let ours = [
        ("ap", ap),
        ("ap50", ap50),
        ("ap75", ap75),
        ("ap_small", ap_small),
        ("ap_medium", ap_medium),
        ("ap_large", ap_large),
        ("ar1", ar1),
        ("ar10", ar10),
        ("ar100", ar100),
        ("ar_small", ar_small),
        ("ar_medium", ar_medium),
        ("ar_large", ar_large),
    ];
    for (figure, ours) in ours {
        let theirs = expected["figures"][figure].as_f64().unwrap();
        let difference = (ours.unwrap_or(-1.0) - theirs).abs();
        assert!(difference < TOLERANCE, "{name}: {figure} is {ours:?}, pycocotools says {theirs}");
    }
    let by_class = evaluation.ap_by_class();
    assert_eq!(by_class.len(), expected["by_category"].as_object().unwrap().len());
    for (class, ours) in by_class {
        let theirs = expected["by_category"][class.to_string()].as_f64().unwrap();
        assert!(
            (ours - theirs).abs() < TOLERANCE,
            "{name}: class {class} has {ours}, pycocotools says {theirs}"
        );
    }
}

#[test]
fn figures_are_those_of_pycocotools() {
    for name in ["few", "ties", "many", "crowds"] {
        let case = golden(name);
        let mut evaluation = CocoEvaluation::default();
        for image in images(&case["truth"]) {
            let here =
                case["detections"].as_array().unwrap().iter().filter(|item| item["image_id"] == image["id"]);
            let found: Vec<Prediction> = here
                .map(|item| Prediction {
                    extent: extent(&item["bbox"]),
                    class: class(item),
                    confidence: item["score"].as_f64().unwrap(),
                })
                .collect();
            evaluation.add(&truths(&case["truth"], &image), &found);
        }
        assert_agree(name, &evaluation, &case["expected"]);
    }
}

/// What the script's function of this name makes of an annotation.
fn jittered(state: &mut u32, truth: &Truth) -> Prediction {
    let mut step = || {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from((*state >> 16) % 1000)
    };
    let steps = [step(), step(), step(), step(), step()];
    let Extent { left, top, width, height } = truth.extent;
    let extent = Extent {
        left: left + (steps[0] - 500.0) * 0.0005 * width,
        top: top + (steps[1] - 500.0) * 0.0005 * height,
        width: width * (0.75 + steps[2] * 0.0005),
        height: height * (0.75 + steps[3] * 0.0005),
    };
    Prediction { extent, class: truth.class, confidence: steps[4] * 0.001 }
}

#[test]
fn figures_on_the_subset_of_coco_are_those_of_pycocotools() {
    let Some(folder) = shared("data/coco") else { return };
    let set = json(&folder.join("instances.json"));
    let mut state = 1;
    let mut by_image: Vec<(Value, Vec<Truth>, Vec<Prediction>)> =
        images(&set).iter().map(|image| (image["id"].clone(), truths(&set, image), vec![])).collect();
    for item in set["annotations"].as_array().unwrap() {
        let truth = Truth { extent: extent(&item["bbox"]), class: class(item), area: 0.0, crowd: false };
        let (_, _, found) = by_image.iter_mut().find(|(image, ..)| *image == item["image_id"]).unwrap();
        found.extend([jittered(&mut state, &truth), jittered(&mut state, &truth)]);
    }
    let mut evaluation = CocoEvaluation::default();
    by_image.iter().for_each(|(_, truths, found)| evaluation.add(truths, found));
    assert_eq!(evaluation.images(), 79);
    assert_agree("subset", &evaluation, &golden("subset")["expected"]);
}

/// At one threshold every counted truth is found or missed, and as many are found as pycocotools' recall says.
#[test]
fn pairs_for_display_are_as_many_as_pycocotools_finds() {
    let case = golden("crowds");
    let (mut found, mut missed) = (0, 0);
    for image in images(&case["truth"]) {
        let here =
            case["detections"].as_array().unwrap().iter().filter(|item| item["image_id"] == image["id"]);
        let predictions: Vec<Prediction> = here
            .map(|item| Prediction {
                extent: extent(&item["bbox"]),
                class: class(item),
                confidence: item["score"].as_f64().unwrap(),
            })
            .collect();
        let truths = truths(&case["truth"], &image);
        let matching = Matching::new(&truths, &predictions, 0.5);
        let counted = truths.iter().filter(|truth| !truth.crowd).count();
        assert_eq!(matching.pairs.len() + matching.missed.len(), counted);
        let judged = matching.pairs.len() + matching.false_positives.len() + matching.ignored.len();
        assert_eq!(judged, predictions.len());
        (found, missed) = (found + matching.pairs.len(), missed + matching.missed.len());
    }
    let counts = &case["expected"]["at_50"];
    assert_eq!(
        (found as u64, missed as u64),
        (counts["found"].as_u64().unwrap(), counts["missed"].as_u64().unwrap())
    );
}
