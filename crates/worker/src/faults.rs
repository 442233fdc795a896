//! Errors of the libraries as faults that a person can act on.
#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only a browser asks"))]

use vitrine_protocol::{Fault, FaultCode};

/// A fault with its remedy.
pub fn fault(code: FaultCode, cause: impl std::fmt::Display) -> Fault {
    Fault { code, cause: cause.to_string(), remedy: remedy(code).to_owned() }
}

/// What a person can do, in English; the page has its own words for each code.
fn remedy(code: FaultCode) -> &'static str {
    match code {
        FaultCode::FileEmpty => "Choose another file; this one may not have been copied completely.",
        FaultCode::FileTooLarge => "Make the file smaller, or export it in another format.",
        FaultCode::FormatUnknown => "Drop a photo: JPEG, PNG, WebP, GIF, BMP or TIFF.",
        FaultCode::FormatUnsupported => "Convert the photo to JPEG or PNG and drop it again.",
        FaultCode::ImageCorrupt => {
            "Open the photo elsewhere and save it again, or fetch it again from where it came."
        }
        FaultCode::ImageTooLarge => "Scale the photo down to 50 megapixels or fewer.",
        FaultCode::PackMissing => {
            "Check the connection; whoever hosts the page can install the pack with `vitrine pull`."
        }
        FaultCode::PackTampered => "Whoever hosts the page should run `vitrine pull` again.",
        FaultCode::PackInvalid => {
            "Whoever hosts the page should install the pack and the page in matching versions."
        }
        FaultCode::GpuMissing => "Choose the CPU, or a browser with WebGPU.",
        FaultCode::GpuLost => "Run the photo again, or choose the CPU.",
        FaultCode::SelfTestFailed => "Choose the CPU; updating the graphics driver may help.",
        FaultCode::WorkerCrashed => "Run the photo again; if it happens again, use a smaller photo.",
        FaultCode::PartMissing => "Check the connection, or reload the page.",
        FaultCode::Cancelled => "Run it again when you want the answer.",
    }
}

/// Loading and running.
pub fn from_task(error: &vitrine_tasks::Error) -> Fault {
    use vitrine_engine::Error as Engine;
    use vitrine_tasks::Error;
    let code = match error {
        Error::Engine(Engine::NoDevice(_)) => FaultCode::GpuMissing,
        Error::Engine(Engine::Device(_)) => FaultCode::GpuLost,
        Error::Frame(_) => FaultCode::ImageCorrupt,
        _ => FaultCode::PackInvalid,
    };
    fault(code, error)
}

/// Decoding.
#[cfg(feature = "cpu")]
pub fn from_decoder(error: &vitrine_pixels::codecs::DecodeError) -> Fault {
    use vitrine_pixels::codecs::DecodeError;
    let code = match error {
        DecodeError::Empty => FaultCode::FileEmpty,
        DecodeError::Unknown { .. } => FaultCode::FormatUnknown,
        DecodeError::Unsupported { .. } => FaultCode::FormatUnsupported,
        DecodeError::Corrupt { .. } => FaultCode::ImageCorrupt,
        DecodeError::TooLarge { .. } => FaultCode::ImageTooLarge,
    };
    fault(code, error)
}
