//! The packs that were trained here come with the command: they need no network, no mirror and no workspace.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::vitrine;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A folder far from the workspace with the packs in `public/packs`.
fn pulled(ids: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = vitrine(folder.path(), &[&["pull"], ids].concat());
    assert_eq!(done.text(), "", "{}", done.stderr);
    let origins = |id: &&str| done.stderr.contains(&format!("{id}: came with this program"));
    assert!(ids.iter().all(origins) && !done.stderr.contains("fetch"), "{}", done.stderr);
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

/// 22 windows of the drawn film, of which a few lie where one action passes into the next.
#[test]
fn the_shop_pack_proves_itself_and_reads_the_drawn_clip() {
    let folder = pulled(&["shop-two-stream"]);
    let check = vitrine(folder.path(), &["check", "shop-two-stream", "--device", "cpu", "--json"]).json();
    assert_eq!(check["ok"], true, "{check}");
    let drawn = common::root().join("public/drawn");
    let timeline = fs::read_to_string(drawn.join("timeline.csv")).unwrap();
    let done_at = |secs: f64| {
        let rows = timeline.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        let at = |row: &Vec<&str>| row[1].parse::<f64>().unwrap() <= secs && secs < row[2].parse().unwrap();
        rows.into_iter().find(at).unwrap()[3].to_owned()
    };
    let clip = drawn.join("synthetic-shop-000049.gif");
    let seen = vitrine(
        folder.path(),
        &["run", "shop-two-stream", clip.to_str().unwrap(), "--device", "cpu", "--json"],
    );
    let seen = seen.json();
    let windows = seen["results"][0]["answer"]["windows"].as_array().unwrap();
    let named_rightly = |window: &&Value| {
        let secs = |field: &str| window[field].as_f64().unwrap();
        window["ranked"][0]["name"] == done_at(f64::midpoint(secs("start_secs"), secs("end_secs")))
    };
    let right = windows.iter().filter(named_rightly).count();
    assert!(windows.len() >= 20 && right * 10 >= windows.len() * 7, "{right} of {}", windows.len());
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
