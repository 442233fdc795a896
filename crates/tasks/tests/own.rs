//! What is proposed for model files without their packs, beside what their authors say of them.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use vitrine_fixtures::model;
use vitrine_packs::own::{Proposal, Scores};
use vitrine_packs::{Head, Output, Sampling, Task};
use vitrine_tasks::own::inspect;

/// The likeliest proposal for a reference model; none if its file is absent.
fn proposal(id: &str, file: &str) -> Option<Proposal> {
    let report = inspect(model(id, file)?, String::new()).unwrap();
    Some(report.proposals.first().cloned().unwrap_or_else(|| panic!("{id}: {:?}", report.problem)))
}

/// Its source.json: the input is `(pixel - 128) / 127.5`, and the class map is enlarged from the corner.
#[test]
fn an_eight_bit_segmenter_that_ends_in_class_ids_is_cut_at_its_scores() {
    let Some(found) = proposal("indoor-mosaic", "original.tflite") else { return };
    assert_eq!((found.task, found.scores, [found.width, found.height]), (Task::Segment, 32, [512, 512]));
    let Output::ClassScores { tensor, sampling } = &found.output else { panic!("{found:?}") };
    assert_eq!((&tensor[..], *sampling), ("decoder/add", Sampling::Asymmetric));
    let [mean, std] = found.normalisation.unwrap();
    assert!(mean == 128.0 && (std - 127.5).abs() < 1e-3, "{mean} {std}");
}

/// Exported with `align_corners=True`; the scores before it are a quarter of the rows and columns or less.
#[test]
fn a_segmenter_that_enlarges_its_scores_is_cut_before_that() {
    let Some(found) = proposal("street-espnetv2", "model.onnx") else { return };
    assert_eq!((found.task, [found.width, found.height]), (Task::Segment, [1024, 512]));
    assert!(matches!(found.output, Output::ClassScores { sampling: Sampling::AlignCorners, .. }));
}

#[test]
fn a_classifier_is_cut_before_its_softmax_and_its_last_map_gives_heat() {
    for file in ["model.onnx", "original.tflite"] {
        let Some(found) = proposal("dogs-mobilenetv2", file) else { return };
        assert_eq!((found.task, found.scores, found.decoding), (Task::Classify, 1001, Some(Scores::Logits)));
        assert!(matches!(found.output, Output::Logits { features: Some(_), columns: 1001, .. }), "{file}");
    }
}

#[test]
fn detectors_are_told_by_their_cells() {
    if let Some(found) = proposal("detect-yolox-nano", "model.onnx") {
        let Output::Boxes { head, strides, .. } = &found.output else { panic!("{found:?}") };
        assert_eq!((head, &strides[..]), (&Head::Yolox { tensor: "output".into() }, &[8, 16, 32][..]));
        assert_eq!(found.scores, 80);
    }
    if let Some(found) = proposal("detect-picodet-s", "model.onnx") {
        let Output::Boxes { head: Head::Distribution { scores, distances, bins }, .. } = &found.output else {
            panic!("{found:?}")
        };
        assert_eq!((scores.len(), distances.len(), *bins, found.scores), (4, 4, 8, 80));
    }
}

#[test]
fn a_network_that_reads_more_than_a_picture_is_not_guessed_at() {
    let Some(bytes) = model("action-movinet-a0-stream", "model.onnx") else { return };
    let report = inspect(bytes, String::new()).unwrap();
    assert!(report.proposals.is_empty());
    let problem = report.problem.unwrap();
    assert!(problem.contains("14 inputs") && problem.contains("bring"), "{problem}");
}

#[test]
fn what_is_no_model_is_an_error() {
    assert!(inspect(&b"a shopping list"[..], String::new()).is_err());
    assert!(inspect(vec![], String::new()).is_err());
}
