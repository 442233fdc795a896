//! What the page and the worker that reads videos say to each other. One worker reads one video, and answers one request
//! after the other: there are no tickets. It ends with the page's interest in the video.

use serde::{Deserialize, Serialize};

/// Page -> media worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
pub enum MediaRequest {
    /// Opens a video or an animation; the message's `file` is a `Blob`. Closed by [`MediaReply::Opened`].
    Open {
        /// Frames whose longer side is longer are brought to it, in pixels.
        side_max: u32,
    },
    /// The frame that is nearest to a time; of an animation, the one that is shown then. Forwards is fast. Closed by
    /// [`MediaReply::Frame`], or [`MediaReply::Ended`].
    Frame {
        /// In seconds from the video's start.
        at_secs: f64,
    },
}

/// Media worker -> page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "reply")]
pub enum MediaReply {
    /// The video can be read.
    Opened {
        /// Columns of its frames, upright, as they are handed out.
        width: u32,
        /// Rows of its frames.
        height: u32,
        /// Length in seconds, as far as the file tells.
        duration_secs: Option<f64>,
        /// The codec as WebCodecs names it, such as `avc1.64001f`, or the type of an animation, such as `image/gif`.
        codec: String,
    },
    /// Buffers: `[rgba]`.
    Frame {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// The frame's own time, in seconds from the video's start.
        at_secs: f64,
        /// Decoded frames that were alive at once since the last reply, at most.
        alive: u32,
    },
    /// The video is over before the asked time.
    Ended {
        /// Why it is over before its time; none for a sound file.
        damage: Option<String>,
    },
    /// The video cannot be read here.
    Failed {
        /// Why.
        trouble: MediaTrouble,
    },
}

/// Why a video cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaTrouble {
    /// What kind of trouble.
    pub kind: MediaTroubleKind,
    /// The details, in English; of an unknown codec, its name.
    pub cause: String,
}

/// Kinds of trouble that the page has words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaTroubleKind {
    /// The file has no bytes.
    Empty,
    /// The bytes are no container of videos that is known here.
    Unknown,
    /// There is sound, or nothing, and no picture.
    NoPicture,
    /// The file starts as a video and then breaks off or contradicts itself.
    Damaged,
    /// This browser does not decode it.
    Codec,
    /// The worker ended.
    Crashed,
}

impl MediaTroubleKind {
    /// With its details.
    pub fn because(self, cause: impl Into<String>) -> MediaTrouble {
        MediaTrouble { kind: self, cause: cause.into() }
    }
}
