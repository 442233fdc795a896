//! What a `pack.json` may say of windows and of a second stream.
#![allow(clippy::expect_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use serde_json::{Value, json};
use vitrine_packs::{FlowForm, Fusion, Output, Pack};

const MOVINET: &str = include_str!("../../../assets/packs/action-movinet-a0-stream/pack.json");

/// 15 frames a second, one picture in six, flow over six frames.
fn two_streams() -> Value {
    let mut pack: Value = serde_json::from_str(MOVINET).expect("the pack in assets is JSON");
    let mut model = pack["model"].clone();
    model["file"] = json!("flow.onnx");
    pack["output"] = json!({
        "kind": "windows",
        "tensor": "scores",
        "windows": { "frames_per_second": 15, "clip_frames": 18, "frame_step": 6, "overlap": 9 },
        "min_confidence": 0.3,
        "flow": {
            "model": model, "tensor": "scores", "side": 224, "frame_step": 6,
            "form": { "kind": "planes", "mean": 128, "std": 1 },
        },
        "fusion": { "rule": "weights", "rgb": 1, "flow": 1.5 },
    });
    pack.as_object_mut().expect("an object").remove("self_test");
    pack
}

#[test]
fn a_pack_with_two_streams_is_read_and_survives_being_written() {
    let pack = Pack::from_json(&two_streams().to_string()).expect("a valid pack");
    let Output::Windows { windows, flow: Some(flow), fusion, .. } = &pack.output else { panic!("windows") };
    assert_eq!((windows.pictures(), windows.stride(), flow.fields(windows.clip_frames)), (3, 9, 3));
    assert_eq!(flow.form, FlowForm::Planes { mean: 128.0, std: 1.0 });
    assert_eq!(fusion.shares(), [0.4, 0.6]);
    assert_eq!(pack.model_files().map(|file| &file.file[..]).last(), Some("flow.onnx"));
    let text = serde_json::to_string(&pack).expect("a pack is JSON");
    assert_eq!(Pack::from_json(&text), Ok(pack));
}

#[test]
fn without_flow_and_fusion_a_pack_has_one_stream() {
    let mut pack = two_streams();
    let output = pack["output"].as_object_mut().expect("an object");
    output.remove("flow");
    output.remove("fusion");
    let pack = Pack::from_json(&pack.to_string()).expect("a valid pack");
    assert!(pack.flow().is_none());
    assert!(matches!(pack.output, Output::Windows { fusion: Fusion::Average, .. }));
}

#[test]
fn the_message_names_the_field_that_is_wrong() {
    let cases = [
        ("/output/windows/frames_per_second", json!(0), "`output.windows.frames_per_second`"),
        ("/output/windows/clip_frames", json!(0), "`output.windows.clip_frames`"),
        ("/output/windows/clip_frames", json!(1_000_000), "`output.windows.clip_frames`"),
        ("/output/windows/frame_step", json!(0), "`output.windows.frame_step`"),
        ("/output/windows/frame_step", json!(19), "`output.windows.frame_step`"),
        ("/output/windows/overlap", json!(18), "`output.windows.overlap`"),
        ("/output/flow/model/file", json!("../flow.onnx"), "`output.flow.model.file`"),
        ("/output/flow/model/file", json!("movinet_int8.tflite"), "`output.flow.model.file`"),
        ("/output/flow/model/sha256", json!(""), "`output.flow.model.sha256`"),
        ("/output/flow/tensor", json!(""), "`output.flow.tensor`"),
        ("/output/flow/side", json!(0), "`output.flow.side`"),
        ("/output/flow/side", json!(100_000), "`output.flow.side`"),
        ("/output/flow/frame_step", json!(0), "`output.flow.frame_step`"),
        ("/output/flow/form/std", json!(0), "`output.flow.form`"),
        ("/output/fusion/rgb", json!(-1), "`output.fusion`"),
        ("/output/flow", Value::Null, "`output.fusion`"),
        ("/output/min_confidence", json!(2), "`output.min_confidence`"),
        ("/output/flow/form/kind", json!("floats"), "floats"),
        ("/output/windows/stride", json!(1), "stride"),
    ];
    for (place, value, field) in cases {
        let mut pack = two_streams();
        let (parent, key) = place.rsplit_once('/').expect("a pointer");
        let fields = pack.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        fields.insert(key.to_owned(), value);
        let message = Pack::from_json(&pack.to_string()).expect_err(place).to_string();
        assert!(message.contains(field), "{place}: {message}");
    }
}
