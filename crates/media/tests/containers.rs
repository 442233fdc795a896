//! Clips that ffmpeg makes, read here, against what ffprobe says of their packets.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests; one that is left out says why")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use vitrine_media::{Packet, Source};
use vitrine_protocol::MediaTroubleKind;

/// Makes a clip; none if ffmpeg is absent or cannot encode it.
fn made(folder: &Path, name: &str, words: &[&str]) -> Option<PathBuf> {
    let path = folder.join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=30:d=2"]);
    ffmpeg.args(["-f", "lavfi", "-i", "sine=d=2", "-map", "0:v"]);
    let made = ffmpeg.args(words).arg(&path).output().is_ok_and(|output| output.status.success());
    if !made {
        eprintln!("skipped: ffmpeg is absent or cannot encode {name}");
    }
    made.then_some(path)
}

/// Time in microseconds, length and whether it is a key, of each packet, as ffprobe says.
fn probed(path: &Path) -> Vec<(i64, usize, bool)> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,size,flags"]);
    let output = ffprobe.args(["-of", "csv=p=0"]).arg(path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let packet = |line: &str| {
        let mut fields = line.split(',');
        let secs: f64 = fields.next()?.parse().ok()?;
        Some(((secs * 1e6).round() as i64, fields.next()?.parse().ok()?, fields.next()?.starts_with('K')))
    };
    text.lines().filter_map(packet).collect()
}

/// Where the file's time begins, in microseconds; ffmpeg counts from there.
fn start(path: &Path) -> i64 {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format=start_time", "-of", "csv=p=0"]);
    let output = ffprobe.arg(path).output().unwrap();
    let secs: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    // Sound that is only there to warm its decoder up begins before 0.
    (secs.max(0.0) * 1e6).round() as i64
}

fn read(path: &Path) -> (Source<File>, Vec<Packet>) {
    let mut source = Source::open(File::open(path).unwrap()).unwrap();
    let mut packets = vec![];
    while let Some(packet) = source.next_packet().unwrap() {
        packets.push(packet);
    }
    (source, packets)
}

/// Compares with ffprobe; times may differ by a millisecond, which is what Matroska counts in. Returns the codec.
fn compare(path: &Path) -> String {
    let (source, packets) = read(path);
    let (expected, start) = (probed(path), start(path));
    assert_eq!(packets.len(), expected.len(), "{}", path.display());
    for (packet, (micros, length, is_key)) in packets.iter().zip(expected) {
        let micros = micros - start;
        assert!((packet.micros - micros).abs() <= 1000, "{}: {} for {micros}", path.display(), packet.micros);
        assert_eq!((packet.data.len(), packet.is_key), (length, is_key), "{}", path.display());
    }
    assert_eq!(source.track().size, [64, 48]);
    source.track().codec.clone()
}

#[test]
fn packets_are_those_that_ffprobe_finds() {
    let folder = tempfile::tempdir().unwrap();
    let x264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "20"];
    let cases: [(&str, Vec<&str>, &str); 10] = [
        ("b-frames.mp4", [&x264[..], &["-bf", "3", "-map", "1:a", "-c:a", "aac"]].concat(), "avc1.64"),
        ("plain.mov", [&x264[..], &["-bf", "0", "-map", "1:a", "-c:a", "pcm_s16le"]].concat(), "avc1.64"),
        (
            "pieces.mp4",
            [&x264[..], &["-movflags", "frag_keyframe+empty_moov+default_base_moof"]].concat(),
            "avc1.64",
        ),
        (
            "variable.mp4",
            [&x264[..], &["-vf", "select='not(eq(mod(n,3),1))'", "-vsync", "vfr"]].concat(),
            "avc1.64",
        ),
        (
            "vp9.webm",
            vec!["-c:v", "libvpx-vp9", "-deadline", "realtime", "-map", "1:a", "-c:a", "libopus"],
            "vp09.",
        ),
        ("late.mp4", [&x264[..], &["-output_ts_offset", "1.5"]].concat(), "avc1.64"),
        (
            "late-picture.mp4",
            [&x264[..], &["-vf", "setpts=PTS+0.7/TB", "-map", "1:a", "-c:a", "aac"]].concat(),
            "avc1.64",
        ),
        ("late.webm", vec!["-c:v", "libvpx", "-deadline", "realtime", "-output_ts_offset", "1.5"], "vp8"),
        ("vp8.webm", vec!["-c:v", "libvpx", "-deadline", "realtime"], "vp8"),
        ("avc.mkv", x264.to_vec(), "avc1.64"),
    ];
    for (name, words, codec) in cases {
        if let Some(path) = made(folder.path(), name, &words) {
            let found = compare(&path);
            assert!(found.starts_with(codec), "{name}: {found}");
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_read_up_to_there_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let x264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "faststart"];
    let vp8 = ["-c:v", "libvpx", "-deadline", "realtime"];
    for (name, words) in [("whole.mp4", &x264[..]), ("whole.webm", &vp8)] {
        let Some(path) = made(folder.path(), name, words) else { continue };
        let bytes = std::fs::read(&path).unwrap();
        let all = read(&path).1;
        let mut short = Source::open(std::io::Cursor::new(&bytes[..bytes.len() * 3 / 4])).unwrap();
        let mut count = 0;
        let trouble = loop {
            match short.next_packet() {
                Ok(Some(packet)) => assert_eq!(packet, all[count], "{name}"),
                Ok(None) => panic!("{name} ends as if it were whole"),
                Err(trouble) => break trouble,
            }
            count += 1;
        };
        assert_eq!(trouble.kind, MediaTroubleKind::Damaged);
        assert!(count > 0 && count < all.len(), "{name}: {count} of {}", all.len());
    }
}

/// Damaged at every place in turn, read to the end: an error or not, but no panic.
#[test]
fn damage_anywhere_is_an_error_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let clips = [
        made(folder.path(), "a.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2"]),
        made(folder.path(), "b.mp4", &["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"]),
        made(folder.path(), "c.webm", &["-c:v", "libvpx", "-deadline", "realtime", "-g", "10"]),
    ];
    for path in clips.into_iter().flatten() {
        let bytes = std::fs::read(&path).unwrap();
        let moov = bytes.windows(4).position(|kind| kind == b"moov").unwrap_or_default();
        let index = moov..(moov + 3000).min(bytes.len());
        for place in index.step_by(13) {
            for value in [0, 0x7f, 0xff] {
                let mut damaged = bytes.clone();
                damaged[place] = value;
                if let Ok(mut source) = Source::open(std::io::Cursor::new(damaged)) {
                    source.skip_to(1_000_000);
                    while let Ok(Some(_)) = source.next_packet() {}
                }
            }
        }
    }
}

#[test]
fn skipping_ends_at_the_last_key_before_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let x264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-sc_threshold", "0", "-bf", "2"];
    let vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-g", "10", "-map", "1:a", "-c:a", "libopus"];
    let late = [&vp8[..], &["-output_ts_offset", "1.5"]].concat();
    // Keys that share a cluster with other pictures.
    let long = [&vp8[..], &["-cluster_time_limit", "700"]].concat();
    let cases = [
        ("keys.mp4", &x264[..]),
        ("keys.mkv", &x264),
        ("keys.webm", &vp8),
        ("late.webm", &late),
        ("long.webm", &long),
    ];
    for (name, words) in cases {
        let Some(path) = made(folder.path(), name, words) else { continue };
        let mut source = Source::open(File::open(&path).unwrap()).unwrap();
        // Keys are at 0, 10, 20, ... of 30 frames a second; sound that warms its decoder up begins 7 ms earlier.
        source.skip_to(1_100_000);
        let packet = source.next_packet().unwrap().unwrap();
        let off = (packet.micros - 1_000_000).abs();
        assert!(packet.is_key && off <= 10_000, "{name}: {}, key {}", packet.micros, packet.is_key);
        let data = packet.data.clone();
        source.skip_to(500_000);
        assert!(source.next_packet().unwrap().unwrap().micros > 1_000_000, "{name}: it does not go back");
        let mut again = source.rewind().unwrap();
        let first = again.next_packet().unwrap().unwrap();
        assert!(first.is_key && first.micros < 10_000, "{name}: {}", first.micros);
        let all = read(&path).1;
        assert!(all.iter().any(|it| it.data == data && it.is_key), "{name}");
    }
}

/// The colour description of a track becomes a projection with this roll; ffmpeg 5 writes none.
fn rolled(bytes: &[u8], roll: f32) -> Vec<u8> {
    let place = bytes.windows(2).position(|id| id == [0x55, 0xb0]).unwrap();
    let length = 3 + usize::from(bytes[place + 2] & 0x7f);
    let mut element = [&[0x76, 0x70, 0x87, 0x76, 0x75, 0x84][..], &roll.to_be_bytes()].concat();
    element.extend([0xec, 0x80 + (length - element.len() - 2) as u8]);
    element.resize(length, 0);
    let mut turned = bytes.to_vec();
    turned[place..place + length].copy_from_slice(&element);
    turned
}

#[test]
fn pictures_of_matroska_are_turned_by_their_roll() {
    let folder = tempfile::tempdir().unwrap();
    let words =
        ["-c:v", "libvpx", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"];
    let Some(path) = made(folder.path(), "level.webm", &words) else { return };
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(Source::open(std::io::Cursor::new(&bytes)).unwrap().track().turns, 0);
    for (roll, turns) in [(-90.0, 1), (180.0, 2), (90.0, 3)] {
        let source = Source::open(std::io::Cursor::new(rolled(&bytes, roll))).unwrap();
        assert_eq!(source.track().turns, turns, "{roll}");
    }
}
