//! What went wrong, so that a person can act on it.

use serde::{Deserialize, Serialize};

/// Kinds of failure that the page has words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// The file has no bytes.
    FileEmpty,
    /// The file is larger than the page takes.
    FileTooLarge,
    /// The bytes are no image format that is known here.
    FormatUnknown,
    /// A known format that this browser cannot decode (HEIC, AVIF).
    FormatUnsupported,
    /// The file starts as an image and then breaks off or contradicts itself.
    ImageCorrupt,
    /// The image has more pixels than the page takes.
    ImageTooLarge,
    /// The pack's folder or model file cannot be fetched.
    PackMissing,
    /// A downloaded file is not the one that the pack names (sha256).
    PackTampered,
    /// `pack.json` or the model cannot be used.
    PackInvalid,
    /// There is no WebGPU adapter here, or it was refused.
    GpuMissing,
    /// The GPU went away while it was used.
    GpuLost,
    /// The device computed something other than the reference.
    SelfTestFailed,
    /// The worker ran out of memory or crashed.
    WorkerCrashed,
    /// A part of the page, which it fetches when it is first needed, cannot be had.
    PartMissing,
    /// The person cancelled.
    Cancelled,
}

/// A failure: a code to translate, and the cause in English for the details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of failure.
    pub code: FaultCode,
    /// What exactly happened, in English.
    pub cause: String,
    /// What the person can do, in English.
    pub remedy: String,
}
