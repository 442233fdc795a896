//! `vitrine draw`: the page's samples are what it draws, and its folders are what other commands read.
#![cfg(feature = "models")]
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, not in their helpers"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use vitrine_pixels::codecs::{Limits, animation};

fn vitrine(arguments: &[&str], out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vitrine")).args(arguments).arg("--out").arg(out).output().unwrap()
}

fn drawn(arguments: &[&str]) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let output = vitrine(arguments, out.path());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    out
}

fn sample(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../public/drawn");
    fs::read(folder.join(name)).unwrap()
}

/// What a file shows: how a PNG is compressed depends on what else was linked.
fn pixels(bytes: Vec<u8>) -> Vec<(Vec<u8>, f64)> {
    let frames = animation(bytes, &Limits::default()).unwrap().map(Result::unwrap);
    frames.map(|shown| (shown.frame.into_rgba(), shown.secs)).collect()
}

/// The commands are those that index.json gives as credit.
#[test]
fn the_samples_of_the_page_are_drawn_by_this_command() {
    let index = String::from_utf8(sample("index.json")).unwrap();
    for (command, files, limit) in [
        (
            "draw street --seed 129 --small --size 512x384",
            ["images/synthetic-street-000129.png", "labels8/synthetic-street-000129.png"],
            150_000,
        ),
        (
            "draw shop --seed 49 --small --seconds 11.5 --size 288x216",
            ["synthetic-shop-000049.gif", "synthetic-shop-000049.png"],
            300_000,
        ),
    ] {
        assert!(index.contains(command), "{command}");
        let out = drawn(&command.split(' ').collect::<Vec<_>>());
        for file in files {
            let bytes = sample(file);
            let today = fs::read(out.path().join(file)).unwrap();
            assert!(pixels(today) == pixels(bytes.clone()), "{file} is not what is drawn today");
            assert!(bytes.len() < limit, "{file} has {} bytes", bytes.len());
        }
    }
}

/// The film is made from the same frames as the GIF, and each encoder loses what it likes.
#[test]
fn the_film_of_the_page_shows_what_the_gif_shows() {
    let film =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../public/drawn/synthetic-shop-000049.webm");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-i"]).arg(film);
    ffmpeg.args(["-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"]);
    let Some(output) = ffmpeg.output().ok().filter(|output| output.status.success()) else {
        eprintln!("left out: ffmpeg is absent or cannot read VP9");
        return;
    };
    let drawn = pixels(sample("synthetic-shop-000049.gif"));
    assert_eq!(output.stdout.len(), drawn.len() * 288 * 216 * 4);
    for (index, (shown, (drawn, _))) in output.stdout.chunks(288 * 216 * 4).zip(&drawn).enumerate() {
        let off: u64 = shown.iter().zip(drawn).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
        let mean = off as f64 / shown.len() as f64;
        assert!(mean < 6.0, "frame {index}: {mean} levels off");
    }
}

#[test]
fn trimmed_clips_are_listed_with_what_is_done_in_them() {
    let out =
        drawn(&["draw", "shop", "--seed", "9", "--trim", "--seconds", "8", "--size", "32x24", "--rate", "5"]);
    let table = fs::read_to_string(out.path().join("clips.csv")).unwrap();
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("file,labels"));
    let clips: Vec<(&str, &str)> = rows.filter_map(|row| row.split_once(',')).collect();
    assert!(clips.len() >= 3);
    for (file, label) in clips {
        assert!(file.ends_with(&format!("{}.gif", label.replace(' ', "-"))), "{file} {label}");
        assert!(fs::read(out.path().join(file)).unwrap().starts_with(b"GIF89a"));
    }
}

#[test]
fn frames_and_times_are_listed_with_what_is_done() {
    let out = drawn(&["draw", "shop", "--frames", "--seconds", "2", "--size", "32x24", "--rate", "5"]);
    let frames = fs::read_to_string(out.path().join("frames.csv")).unwrap();
    assert_eq!(frames.lines().count(), 1 + 10);
    let first = frames.lines().nth(1).unwrap().split(',').next().unwrap();
    assert!(fs::read(out.path().join(first)).unwrap().starts_with(b"\x89PNG"));
    let timeline = fs::read_to_string(out.path().join("timeline.csv")).unwrap();
    assert!(
        timeline.starts_with("file,start_secs,end_secs,action\nsynthetic-shop-000000.gif,0.0,"),
        "{timeline}"
    );
}

#[test]
fn only_seeds_of_the_asked_part_are_drawn() {
    let out = drawn(&["draw", "street", "--split", "test", "--count", "2", "--size", "32x24"]);
    let names = |folder: &str| {
        let files = fs::read_dir(out.path().join(folder)).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names("images"), ["synthetic-street-000009.png", "synthetic-street-000019.png"]);
    assert_eq!(names("labels8"), names("images"));
}

#[test]
fn sizes_and_rates_that_cannot_be_drawn_are_bad_input() {
    let out = tempfile::tempdir().unwrap();
    for arguments in [["--size", "9x9"], ["--size", "wide"], ["--rate", "0"], ["--count", "0"]] {
        let output = vitrine(&["draw", "shop", arguments[0], arguments[1]], out.path());
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
    }
}
