//! The packs that were trained here come with the command: they need no network, no mirror and no workspace.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::vitrine;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A folder far from the workspace with the packs in `public/packs`.
fn pulled(ids: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = vitrine(folder.path(), &[&["pull"], ids].concat());
    assert_eq!(done.text(), "", "{}", done.stderr);
    assert_eq!(done.stderr.matches("came with this program").count(), ids.len(), "{}", done.stderr);
    folder
}

fn evaluated(folder: &TempDir, id: &str, data: &Path) -> Value {
    vitrine(folder.path(), &["eval", id, data.to_str().unwrap(), "--device", "cpu", "--json"]).json()
}

#[test]
fn the_street_pack_proves_itself_and_sees_the_drawn_street() {
    let folder = pulled(&["street-unet-mini"]);
    let check = vitrine(folder.path(), &["check", "street-unet-mini", "--device", "cpu", "--json"]).json();
    assert_eq!(check["ok"], true, "{check}");
    let seen = evaluated(&folder, "street-unet-mini", &common::root().join("public/drawn"));
    assert_eq!(seen["n"], 1);
    // It has learnt from photos of one town: what was drawn resembles them only so far.
    assert!(seen["pixel_accuracy"].as_f64().unwrap() > 0.6, "{seen}");
}

/// The figures that the pack has to reach on pictures that it has never seen, void left out.
#[test]
fn the_street_pack_reaches_its_goal_on_the_test_part() {
    let Some(test) = vitrine_fixtures::shared("data/camvid/test") else { return };
    let folder = pulled(&["street-unet-mini"]);
    let seen = evaluated(&folder, "street-unet-mini", &test);
    assert_eq!(seen["n"], 117);
    assert!(seen["pixel_accuracy"].as_f64().unwrap() >= 0.88, "{}", seen["pixel_accuracy"]);
    assert!(seen["miou"].as_f64().unwrap() >= 0.62, "{} {}", seen["miou"], seen["iou"]);
}
