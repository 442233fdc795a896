//! Frames -> WebM (VP9) through the system's ffmpeg.

use crate::failure::bad_input;
use anyhow::{Context, Result};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use vitrine_scenes::{Picture, Size};

/// Writes a film; a file that has the name already is replaced.
///
/// # Errors
/// ffmpeg is not installed, or it fails.
pub fn webm(path: &Path, size: Size, rate: f32, pictures: impl Iterator<Item = Picture>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut child = command(path, size, rate).spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            bad_input("WebM is written by ffmpeg, which is not installed: install it, or leave out --webm")
        }
        _ => anyhow::Error::from(error).context("cannot start ffmpeg"),
    })?;
    let mut pipe = child.stdin.take().context("ffmpeg has no pipe")?;
    let written = pictures.into_iter().try_for_each(|picture| pipe.write_all(picture.rgb()));
    drop(pipe);
    let output = child.wait_with_output().context("ffmpeg was lost")?;
    if !output.status.success() || written.is_err() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.lines().last().unwrap_or("it says nothing");
        return Err(anyhow::anyhow!("ffmpeg could not write {}: {last}", path.display()));
    }
    Ok(())
}

fn command(path: &Path, size: Size, rate: f32) -> Command {
    let mut output = std::ffi::OsString::from("file:");
    output.push(path);
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]);
    command.args([
        "-s",
        &format!("{}x{}", size.width(), size.height()),
        "-r",
        &rate.to_string(),
        "-i",
        "pipe:0",
    ]);
    command.args(["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-crf", "34", "-b:v", "0", "-y"]).arg(output);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}
