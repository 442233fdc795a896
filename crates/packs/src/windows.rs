//! Networks that read windows of a video: one stream of pictures, and perhaps a second one of optical flow beside it
//! (Simonyan and Zisserman 2014, arXiv:1406.2199).

use crate::validate::{Checked, check_line, check_model_file};
use crate::{ModelFile, PackError};
use serde::{Deserialize, Serialize};

/// Longest window, in frames.
const CLIP_FRAMES_MAX: u32 = 1024;
/// Pixels of all frames of a window: they are held while the window fills.
const WINDOW_PIXELS_MAX: u64 = 1 << 25;

/// How a video is cut into windows. A window of `clip_frames` frames begins every `clip_frames - overlap` frames, and a last
/// one ends with the video; what is shorter than a window is filled up with its last frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// Frames of a second of video.
    pub frames_per_second: f32,
    /// Frames of a window.
    pub clip_frames: u32,
    /// The network reads the first frame of a window and every so many after it.
    pub frame_step: u32,
    /// Frames that neighbouring windows share.
    pub overlap: u32,
}

impl Windows {
    /// Frames of a window that the network reads.
    pub fn pictures(&self) -> u32 {
        self.clip_frames.div_ceil(self.frame_step.max(1))
    }

    /// Frames between the beginnings of windows, at least 1.
    pub fn stride(&self) -> u32 {
        self.clip_frames.saturating_sub(self.overlap).max(1)
    }
}

/// A second network, which reads optical flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowStream {
    /// Its file, beside the first one.
    pub model: ModelFile,
    /// Name of the tensor in the file that holds the scores before the softmax, for the same classes.
    pub tensor: String,
    /// Rows and columns of the flow that it reads. Frames are brought to this size as for the other network, then their
    /// flow is computed: motion counts in pixels of this size.
    pub side: u32,
    /// Flow leads from the first frame of a window to that so many frames later, from there to the next, and so on until
    /// the window is covered.
    pub frame_step: u32,
    /// How motion becomes numbers.
    pub form: FlowForm,
}

impl FlowStream {
    /// Flow fields of a window of `clip_frames` frames.
    pub fn fields(&self, clip_frames: u32) -> u32 {
        clip_frames.div_ceil(self.frame_step.max(1))
    }
}

/// How motion becomes numbers: two of a pixel, motion to the right and motion down. It is cut off at 20 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum FlowForm {
    /// Two 8-bit planes, no motion being 128, then `(byte - mean) / std`.
    Planes {
        /// In units of 0..255.
        mean: f32,
        /// In units of 0..255.
        std: f32,
    },
    /// Within -1..1, no motion being 0: as I3D (Carreira and Zisserman 2017, arXiv:1705.07750).
    Clipped,
}

/// How the probabilities of the two networks become one: late fusion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule", deny_unknown_fields)]
pub enum Fusion {
    /// Their mean.
    #[default]
    Average,
    /// Their weighted mean.
    Weights {
        /// Weight of the network that reads pictures.
        rgb: f32,
        /// Weight of the network that reads flow.
        flow: f32,
    },
}

impl Fusion {
    /// Shares of the two networks; they add up to 1.
    pub fn shares(self) -> [f64; 2] {
        match self {
            Self::Average => [0.5; 2],
            Self::Weights { rgb, flow } => {
                let sum = f64::from(rgb) + f64::from(flow);
                [f64::from(rgb) / sum, f64::from(flow) / sum]
            }
        }
    }

    pub(crate) fn check(self) -> Checked {
        let Self::Weights { rgb, flow } = self else { return Ok(()) };
        let is_weight = |weight: f32| weight.is_finite() && (0.0..=1000.0).contains(&weight);
        if !is_weight(rgb) || !is_weight(flow) || rgb + flow < 1e-3 {
            let problem = format!("has the weights {rgb} and {flow}");
            let remedy = "write two numbers of 0 to 1000 that are not both 0, or the rule `average`";
            return Err(PackError::field("output.fusion", problem, remedy));
        }
        Ok(())
    }
}

impl Windows {
    pub(crate) fn check(&self, side: u32) -> Checked {
        let Self { clip_frames, frame_step, overlap, .. } = *self;
        if clip_frames == 0 || clip_frames > CLIP_FRAMES_MAX {
            let problem = format!("is {clip_frames}");
            return Err(PackError::field("output.windows.clip_frames", problem, "write 1 to 1024 frames"));
        }
        check_step("output.windows.frame_step", frame_step, clip_frames)?;
        if overlap >= clip_frames {
            let problem = format!("is {overlap}, and a window has {clip_frames} frames");
            let remedy = "write fewer than `clip_frames`, or windows would never move on";
            return Err(PackError::field("output.windows.overlap", problem, remedy));
        }
        check_pixels("output.windows.clip_frames", clip_frames, side)
    }
}

impl FlowStream {
    pub(crate) fn check(&self, windows: &Windows, first: &ModelFile) -> Checked {
        check_model_file("output.flow.model", &self.model)?;
        if self.model.file == first.file {
            let problem = format!("is {:?}, as `model.file`", self.model.file);
            let remedy = "give the two networks files of their own";
            return Err(PackError::field("output.flow.model.file", problem, remedy));
        }
        check_line("output.flow.tensor", &self.tensor)?;
        if self.side == 0 || self.side > 1024 {
            let remedy = "write 1 to 1024 pixels";
            return Err(PackError::field("output.flow.side", format!("is {}", self.side), remedy));
        }
        check_pixels("output.flow.side", windows.clip_frames, self.side)?;
        check_step("output.flow.frame_step", self.frame_step, windows.clip_frames)?;
        match self.form {
            FlowForm::Planes { mean, std } if !(mean.is_finite() && std.is_normal() && std > 0.0) => {
                let problem = format!("has the mean {mean} and the std {std}");
                let remedy = "write them in units of 0..255, such as 128 and 1; bytes are divided by `std`";
                Err(PackError::field("output.flow.form", problem, remedy))
            }
            FlowForm::Planes { .. } | FlowForm::Clipped => Ok(()),
        }
    }
}

fn check_step(field: &str, step: u32, clip_frames: u32) -> Checked {
    if step == 0 || step > clip_frames {
        let problem = format!("is {step}, and a window has {clip_frames} frames");
        return Err(PackError::field(field, problem, "write 1 to `clip_frames`"));
    }
    Ok(())
}

fn check_pixels(field: &str, frames: u32, side: u32) -> Checked {
    if u64::from(frames) * u64::from(side).pow(2) > WINDOW_PIXELS_MAX {
        let problem = format!("makes windows of {frames} frames of {side} x {side} pixels");
        return Err(PackError::field(field, problem, "write fewer: a window may have 33 million pixels"));
    }
    Ok(())
}
