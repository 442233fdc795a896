//! The pack for rooms on photos, beside ONNX Runtime (make_indoor_shares.py).
#![allow(clippy::unwrap_used, reason = "only tests use these functions")]

use pollster::block_on;
use vitrine_engine::Device;
use vitrine_fixtures::{model, shared};
use vitrine_packs::Pack;
use vitrine_pixels::codecs::{self, Limits};
use vitrine_tasks::{LoadOptions, Segmenter};

const PACK: &str = include_str!("../../../assets/packs/indoor-mosaic/pack.json");
const SHARES: &str = include_str!("fixtures/indoor_shares.txt");

/// A point is a hundredth of the photo. The pack reads the published 8-bit file as real numbers, the reference its author's
/// conversion to them.
#[test]
fn shares_of_rooms_are_within_a_point_of_onnx_runtimes() {
    let pack = Pack::from_json(PACK).unwrap();
    let (Some(file), Some(photos)) = (model(&pack.id, &pack.model.file), shared("data/indoor/images")) else {
        return;
    };
    let segmenter = Segmenter::load(&pack, file, &Device::cpu(), LoadOptions::default()).unwrap();
    let (mut worst, mut count) = (0.0_f64, 0);
    for line in SHARES.lines() {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let bytes = std::fs::read(photos.join(name)).unwrap();
        let frame = codecs::decode(&bytes, &Limits::default()).unwrap().frame;
        let classes = block_on(segmenter.run(&frame, |_, _| {})).unwrap().classes;
        let (found, pixels) = (classes.histogram(), f64::from(classes.width() * classes.height()));
        for (class, expected) in words.map(|word| word.parse::<f64>().unwrap()).enumerate() {
            let share = found[class] as f64 / pixels;
            assert!((share - expected).abs() <= 0.01, "{name}, class {class}: {share}, expected {expected}");
            worst = worst.max((share - expected).abs());
        }
        count += 1;
    }
    println!("{count} photos, shares differ by {worst:.4} at most");
    assert_eq!(count, 4);
}
