//! Videos and animations: what is done in them, told from the sampled frames. Tests that need ffmpeg or a model say so and
//! pass where it is absent.
#![cfg(feature = "models")]
#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "only tests use these functions")]

mod common;

use common::{Done, vitrine};
use std::ffi::OsString;
use std::fs;
use std::process::Command;
use tempfile::TempDir;
use vitrine_fixtures::shared;

const ACTIONS: &str = "action-movinet-a0-stream";

/// A folder with the pack in `public/packs`, if its model is on this machine.
fn with_actions() -> Option<TempDir> {
    let mirror = shared("models")?;
    let folder = tempfile::tempdir().unwrap();
    let arguments: [OsString; 4] = ["pull".into(), ACTIONS.into(), "--mirror".into(), mirror.into()];
    vitrine(folder.path(), &arguments).text();
    Some(folder)
}

/// Makes a file with ffmpeg; false where that is absent or lacks the encoder.
fn made(folder: &TempDir, arguments: &[&str]) -> bool {
    let mut command = Command::new("ffmpeg");
    command.current_dir(folder.path()).args(["-nostdin", "-loglevel", "error", "-y"]).args(arguments);
    let done = command.output().is_ok_and(|output| output.status.success());
    if !done {
        eprintln!("left out: ffmpeg is absent or cannot make the test's file");
    }
    done
}

fn run(folder: &TempDir, file: &str) -> Done {
    vitrine(folder.path(), &["run", ACTIONS, file, "--json"])
}

/// The floors are the requirements; ONNX Runtime on the float network has 15 of 16 right.
#[test]
fn clips_have_the_actions_of_onnx_runtime_on_the_float_network() {
    let (Some(folder), Some(clips)) = (with_actions(), shared("data/clips")) else { return };
    if !made(&folder, &["-version"]) {
        return;
    }
    let arguments: [OsString; 4] = ["eval".into(), ACTIONS.into(), clips.into(), "--json".into()];
    let report = vitrine(folder.path(), &arguments).json();
    assert_eq!((&report["n"], &report["labelled"]), (&21.into(), &16.into()));
    assert!(report["top1"].as_f64().unwrap() * 16.0 >= 15.0 - 1e-9, "{report}");
    let reference = &report["reference"];
    assert_eq!((&reference["n"], &reference["same_top1"]), (&14.into(), &14.into()), "{reference}");
    assert!(reference["probability_max_diff"].as_f64().unwrap() <= 0.05, "{reference}");
}

#[test]
fn a_video_leaves_its_timeline_as_json_csv_and_subtitles_whatever_it_is_called() {
    let Some(folder) = with_actions() else { return };
    let source = ["-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2", "-pix_fmt", "yuv420p", "-f", "mp4"];
    let name = "-i http:x & y.mp4";
    if !made(&folder, &[&source[..], &["./-i http:x & y.mp4"]].concat()) {
        return;
    }
    let arguments = ["run", ACTIONS, "--json", "--out", "out", "--", name];
    let report = vitrine(folder.path(), &arguments).json();
    let answer = &report["results"][0]["answer"];
    assert_eq!(
        (&answer["task"], &answer["width"], &answer["height"]),
        (&"act".into(), &64.into(), &48.into())
    );
    assert_eq!(answer["windows"].as_array().unwrap().len(), 10);
    assert_eq!(answer["windows"][9]["ranked"].as_array().unwrap().len(), 5);
    let read =
        |kind: &str| fs::read_to_string(folder.path().join(format!("out/-i http:x & y.{kind}"))).unwrap();
    assert_eq!(read("csv").lines().count(), 1 + 10 * 5);
    assert!(read("vtt").starts_with("WEBVTT\n"));
    assert!(read("json").contains("\"act\""));
}

#[test]
fn what_is_no_video_is_one_line_with_what_to_do() {
    let Some(folder) = with_actions() else { return };
    fs::write(folder.path().join("empty.mp4"), b"").unwrap();
    fs::write(folder.path().join("text.mp4"), b"This is no video at all, only a text.").unwrap();
    fs::write(folder.path().join("list.m3u8"), b"#EXTM3U\n#EXTINF:1,\nhttp://localhost/a.ts\n").unwrap();
    assert!(run(&folder, "empty.mp4").error(2).contains("empty"));
    assert!(run(&folder, "absent.mp4").error(2).contains("absent.mp4"));
    if !made(&folder, &["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "sound.mp4"]) {
        return;
    }
    for file in ["text.mp4", "list.m3u8", "sound.mp4"] {
        let done = run(&folder, file);
        let error = done.error(2);
        assert!(error.contains(file) && error.contains("convert it to MP4"), "{error}");
    }
}

#[test]
fn without_ffmpeg_a_video_is_refused_with_a_remedy_and_an_animation_is_read() {
    let Some(folder) = with_actions() else { return };
    fs::write(folder.path().join("clip.mp4"), b"\0\0\0\x18ftypmp42").unwrap();
    let gif = common::root().join("crates/pixels/tests/golden/codecs/animated.gif");
    fs::copy(gif, folder.path().join("moving.gif")).unwrap();
    let run = |file: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
        let command = command.current_dir(folder.path()).env("PATH", "").env_remove("VITRINE_PACKS");
        command.args(["run", ACTIONS, file]).output().unwrap()
    };
    let refused = run("clip.mp4");
    let error = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{error}");
    assert!(error.contains("clip.mp4") && error.contains("install"), "{error}");
    assert!(run("moving.gif").status.success());
}
