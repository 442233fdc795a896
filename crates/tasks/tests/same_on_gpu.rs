//! The same frame on the processor and on WebGPU.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and say what it skips")]

use pollster::block_on;
use std::sync::OnceLock;
use vitrine_engine::Device;
use vitrine_fixtures::model;
use vitrine_packs::Pack;
use vitrine_pixels::test_card;
use vitrine_tasks::{Classifier, Detector, LoadOptions, Segmenter};

const STREET: (&str, &[u8]) = (
    include_str!("../../../assets/packs/street-unet-mini/pack.json"),
    include_bytes!("../../../assets/packs/street-unet-mini/model.onnx"),
);

/// Opened once a process.
pub fn webgpu() -> Option<&'static Device> {
    static DEVICE: OnceLock<Option<Device>> = OnceLock::new();
    let open = || block_on(Device::webgpu()).map_err(|error| println!("skipped: {error}")).ok();
    DEVICE.get_or_init(open).as_ref()
}

/// Share of the pixels whose class is the same on both devices: scores differ in their last digits.
#[test]
fn a_street_has_the_same_classes_on_the_gpu() {
    let Some(device) = webgpu() else { return };
    let pack = Pack::from_json(STREET.0).unwrap();
    let load = |device| Segmenter::load(&pack, STREET.1.to_vec(), device, LoadOptions::default()).unwrap();
    let (on_gpu, on_host) = (load(device), load(&Device::cpu()));
    for (width, height) in [(256, 192), (641, 301), (173, 399)] {
        let frame = test_card(width, height);
        let maps = [&on_gpu, &on_host].map(|it| block_on(it.run(&frame, |_, _| {})).unwrap().classes);
        assert_eq!([maps[0].width(), maps[0].height()], [width, height]);
        let same = maps[0].ids().iter().zip(maps[1].ids()).filter(|(a, b)| a == b).count();
        let share = same as f64 / maps[0].ids().len() as f64;
        println!("{width} x {height}: {share:.6} of the pixels");
        assert!(share > 0.999, "{width} x {height}: {share} of the pixels have the same class");
    }
}

#[test]
fn a_picture_is_classified_alike_whichever_crops_are_read() {
    let Some(device) = webgpu() else { return };
    let pack = Pack::from_json(include_str!("../../../assets/packs/dogs-mobilenetv2/pack.json")).unwrap();
    let Some(file) = model(&pack.id, "original.tflite") else { return };
    let load = |device| Classifier::load(&pack, file.clone(), device, LoadOptions::default()).unwrap();
    let both = [load(device), load(&Device::cpu())];
    let frame = test_card(333, 250);
    for crops in [1, 10] {
        let answers = both.each_ref().map(|it| block_on(it.run(&frame, crops, |_, _| {})).unwrap().answer);
        let [on_gpu, on_host] = answers.each_ref().map(|it| it.ranked.iter());
        for (on_gpu, on_host) in on_gpu.zip(on_host) {
            assert_eq!(on_gpu.class, on_host.class, "{answers:?}");
            assert!((on_gpu.confidence - on_host.confidence).abs() < 1e-3, "{answers:?}");
        }
    }
}

#[test]
fn objects_lie_where_they_lie_on_the_processor() {
    let Some(device) = webgpu() else { return };
    let pack = Pack::from_json(include_str!("../../../assets/packs/detect-yolox-nano/pack.json")).unwrap();
    let Some(file) = model(&pack.id, &pack.model.file) else { return };
    let load = |device| Detector::load(&pack, file.clone(), device, LoadOptions::default()).unwrap();
    let frame = test_card(500, 333);
    let found = [load(device), load(&Device::cpu())].map(|it| block_on(it.run(&frame)).unwrap().candidates);
    let [on_gpu, on_host] = found;
    assert!(!on_host.is_empty());
    println!("{} and {} candidates", on_gpu.len(), on_host.len());
    for (on_gpu, on_host) in on_gpu.iter().zip(&on_host).filter(|(_, it)| it.confidence > 0.02) {
        assert!((on_gpu.confidence - on_host.confidence).abs() < 1e-3, "{on_gpu:?}, {on_host:?}");
        let sides = |it: vitrine_pixels::boxes::Rect| [it.left, it.top, it.right, it.bottom];
        let far = sides(on_gpu.rect).into_iter().zip(sides(on_host.rect)).map(|(a, b)| (a - b).abs());
        assert!(far.fold(0.0, f32::max) < 0.5, "{on_gpu:?}, {on_host:?}");
    }
}
