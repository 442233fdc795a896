//! Videos through the system's ffmpeg: a child process that writes one picture after the other into a pipe.

use crate::failure::bad_input;
use crate::output;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use vitrine_pixels::Frame;
use vitrine_pixels::codecs::Limits;

/// How long ffmpeg may take for a frame.
const PATIENCE: Duration = Duration::from_secs(60);
/// Containers that are read. Playlists, which lead to other files and to the network, are not among them.
const CONTAINERS: &str = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg";

/// Frames of a video at a steady rate. The child ends with it.
pub struct Video {
    name: String,
    child: Child,
    frames: Receiver<io::Result<Frame>>,
    /// What ffmpeg said last.
    words: Option<JoinHandle<String>>,
    any: bool,
    ended: bool,
}

impl Video {
    /// Starts ffmpeg.
    ///
    /// # Errors
    /// It is not installed or cannot be started.
    pub fn open(path: &Path, rate: f64) -> Result<Self> {
        let name = path.display().to_string();
        let mut child = command(path, rate).spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => bad_input(format!(
                "{name} is no image, GIF or WebP, and videos are read by ffmpeg, which is not installed: install it \
                 (Debian: apt install ffmpeg, macOS: brew install ffmpeg, Windows: winget install ffmpeg), or convert \
                 the video to an animated GIF or WebP"
            )),
            _ => anyhow::Error::from(error).context("cannot start ffmpeg"),
        })?;
        let pipes = child.stdout.take().zip(child.stderr.take());
        let (stdout, stderr) = pipes.context("ffmpeg has no pipes")?;
        let (sender, frames) = sync_channel(1);
        thread::spawn(move || {
            let mut pictures = BufReader::with_capacity(1 << 16, stdout);
            while let Some(frame) = picture(&mut pictures).transpose() {
                let failed = frame.is_err();
                if sender.send(frame).is_err() || failed {
                    break;
                }
            }
        });
        let words = Some(thread::spawn(move || last_line(stderr)));
        Ok(Self { name, child, frames, words, any: false, ended: false })
    }

    /// What there is to say when no more frames come.
    fn end(&mut self) -> Option<Result<Frame>> {
        let status = self.child.wait();
        let words = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        let name = &self.name;
        match (self.any, status.is_ok_and(|status| status.success())) {
            (true, true) => None,
            (true, false) => {
                output::note(&format!("{name}: read up to where it is damaged: {words}"));
                None
            }
            (false, _) => Some(Err(bad_input(format!(
                "{name} is no video that ffmpeg can read ({}): check that it plays, or convert it to MP4 with H.264",
                if words.is_empty() { "it has no picture" } else { &words }
            )))),
        }
    }
}

impl Iterator for Video {
    type Item = Result<Frame>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.frames.recv_timeout(PATIENCE) {
            Ok(Ok(frame)) => {
                self.any = true;
                Some(Ok(frame))
            }
            Ok(Err(error)) => {
                self.ended = true;
                Some(Err(bad_input(format!("cannot read {}: {error}", self.name))))
            }
            Err(RecvTimeoutError::Timeout) => {
                self.ended = true;
                let seconds = PATIENCE.as_secs();
                Some(Err(bad_input(format!("{}: ffmpeg gave no frame for {seconds} seconds", self.name))))
            }
            Err(RecvTimeoutError::Disconnected) => {
                self.ended = true;
                self.end()
            }
        }
    }
}

impl Drop for Video {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pictures as PPM, each with its size; turned as the file's metadata say, which ffmpeg does by itself.
fn command(path: &Path, rate: f64) -> Command {
    // The name of a protocol before it keeps a file name from being an option or an address.
    let mut input = OsString::from("file:");
    input.push(path);
    // A frame is nearest to a time from halfway after the one before it. `fps` then takes the last one that has begun.
    let filter = format!(
        "settb=1/1000000,setpts='if(eq(N,0),PTS,(PTS+PREV_INPTS)/2)',fps=fps={rate}:round=up:start_time=0"
    );
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file"]);
    command.args(["-format_whitelist", CONTAINERS, "-i"]).arg(input);
    // V: no cover pictures of music.
    command.args(["-map", "0:V:0", "-vf", &filter, "-f", "image2pipe", "-c:v", "ppm", "pipe:1"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The next picture; none at the end of the pipe.
fn picture(pipe: &mut BufReader<ChildStdout>) -> io::Result<Option<Frame>> {
    if pipe.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let strange = || io::Error::other("ffmpeg wrote something else than pictures");
    let (kind, size, depth) = (header_line(pipe)?, header_line(pipe)?, header_line(pipe)?);
    let sides: Vec<u32> = size.split(' ').filter_map(|side| side.parse().ok()).collect();
    let ("P6", [width, height], "255") = (kind.as_str(), &sides[..], depth.as_str()) else {
        return Err(strange());
    };
    let pixels = u64::from(*width) * u64::from(*height);
    if pixels > Limits::default().max_pixels {
        return Err(io::Error::other(format!(
            "its frames have {width} x {height} pixels, which is too many"
        )));
    }
    let mut rgb = vec![0; pixels as usize * 3];
    match pipe.read_exact(&mut rgb) {
        // Half a picture: ffmpeg was ended.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let (rgb, _) = rgb.as_chunks::<3>();
    let rgba = rgb.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect();
    Frame::new(*width, *height, rgba).map(Some).map_err(|_| strange())
}

fn header_line(pipe: &mut BufReader<ChildStdout>) -> io::Result<String> {
    let mut line = vec![];
    pipe.by_ref().take(64).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Reads all of it, so that ffmpeg never waits for its words to be read.
fn last_line(stderr: ChildStderr) -> String {
    let mut last = String::new();
    let mut reader = BufReader::new(stderr);
    let mut line = vec![];
    while reader.by_ref().take(4096).read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            last = text.trim().to_owned();
        }
        line.clear();
    }
    last
}

#[cfg(test)]
mod tests {
    #![allow(clippy::print_stderr, reason = "a test that is left out says why")]

    use super::*;

    /// Frames at `rate` of a clip whose frame `n` is as bright as `16 + 3 n`, of which `keep` tells which are there.
    fn sampled(keep: &str, encoding: &[&str], rate: f64) -> Option<Vec<u32>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let filter = format!("geq=lum='16+3*N':cb=128:cr=128,select='{keep}'");
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=black:s=64x64:r=30:d=2"]);
        command.args(["-vf", &filter, "-vsync", "vfr", "-pix_fmt", "yuv420p"]).args(encoding).arg(&path);
        if !command.output().is_ok_and(|output| output.status.success()) {
            eprintln!("left out: ffmpeg is absent or cannot encode the test's clip");
            return None;
        }
        let number = |frame: Result<Frame>| {
            let red = f64::from(frame.unwrap().rgba()[0]);
            (red * 219.0 / 255.0 / 3.0).round() as u32
        };
        Some(Video::open(&path, rate).unwrap().map(number).collect())
    }

    #[test]
    fn frames_are_those_of_the_asked_times_also_with_b_frames() {
        let Some(frames) = sampled("1", &["-c:v", "libx264", "-bf", "3", "-crf", "4"], 5.0) else { return };
        assert_eq!(frames[..10], [0, 6, 12, 18, 24, 30, 36, 42, 48, 54]);
    }

    /// Of three frames the second is missing: frames are 1/30 and 2/30 s apart, so that half of that is 1/30 s at most.
    #[test]
    fn frames_at_a_variable_rate_are_the_nearest_ones() {
        let Some(frames) = sampled("not(eq(mod(n,3),1))", &["-c:v", "libx264", "-crf", "4"], 7.0) else {
            return;
        };
        assert!(frames.len() >= 13, "{frames:?}");
        for (index, &frame) in frames.iter().take(13).enumerate() {
            let asked = index as f64 / 7.0 * 30.0;
            let nearest = (0..60_u32)
                .filter(|number| number % 3 != 1)
                .map(|number| (f64::from(number) - asked).abs())
                .fold(f64::INFINITY, f64::min);
            assert!((f64::from(frame) - asked).abs() <= nearest + 1e-3, "{index}: {frame} for {asked}");
        }
    }
}
