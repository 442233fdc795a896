//! File -> frame.

use super::browser;
use crate::bridge::{Parcel, Workers};
use crate::studio::Labels;
use js_sys::ArrayBuffer;
use vitrine_protocol::{Device, Fault, FaultCode, Reply, Request};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ImageBitmap};

/// Larger files are refused before they are read into memory.
const FILE_BYTES_MAX: f64 = 256.0 * 1024.0 * 1024.0;

/// Longest side of a picture for display. More would show more when zoomed in, but a browser without a GPU copies the
/// whole picture in one task: at 4096 that took 70 ms, over the 50 that the page allows itself.
pub const DISPLAY_SIDE: u32 = 3072;

/// A photo as it comes in.
#[derive(Clone)]
pub struct Incoming {
    /// Its file.
    pub file: File,
    /// Name of the folder that holds it, if it came in one.
    pub folder: Option<String>,
    /// Ground truth that came with it.
    pub labels: Option<Labels>,
}

impl From<File> for Incoming {
    fn from(file: File) -> Self {
        Self { file, folder: None, labels: None }
    }
}

/// A decoded photo.
pub struct Picture {
    /// Columns of the frame.
    pub width: u32,
    /// Rows of the frame.
    pub height: u32,
    /// RGBA, straight alpha, upright; to be transferred to the worker that computes.
    pub rgba: ArrayBuffer,
    /// The frame for display.
    pub bitmap: Option<ImageBitmap>,
    /// Format of the file, such as `JPEG`.
    pub format: String,
    /// Time to decode.
    pub millis: f64,
}

/// Reads a file; its bitmap is `display_side` long at most.
pub async fn read(workers: &Workers, file: &File, display_side: u32) -> Result<Picture, Fault> {
    check_size(file.size())?;
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.ok().and_then(|bytes| bytes.dyn_into::<ArrayBuffer>().ok());
    // The browser refuses when the file has been moved or changed since it was chosen.
    let bytes = bytes.ok_or_else(|| fault(FaultCode::ImageCorrupt, "the browser cannot read the file"))?;
    let request = move |ticket| Request::Decode { ticket, display_side };
    match workers.ask(Device::Cpu, request, &[bytes]).await {
        Ok(parcel) => decoded(parcel),
        Err(reason) if reason.code == FaultCode::FormatUnsupported => {
            browser::decode(file).await.ok_or(reason)
        }
        Err(reason) => Err(reason),
    }
}

fn decoded(parcel: Parcel) -> Result<Picture, Fault> {
    let Reply::Decoded { width, height, format, millis, .. } = parcel.reply else {
        return Err(fault(FaultCode::WorkerCrashed, "the worker sent another reply than a frame"));
    };
    let rgba = parcel.buffers.into_iter().next();
    let rgba =
        rgba.ok_or_else(|| fault(FaultCode::WorkerCrashed, "the worker sent a frame without pixels"))?;
    Ok(Picture { width, height, rgba, bitmap: parcel.bitmap, format, millis })
}

fn check_size(bytes: f64) -> Result<(), Fault> {
    if bytes == 0.0 {
        return Err(fault(FaultCode::FileEmpty, "the file has 0 bytes"));
    }
    if bytes > FILE_BYTES_MAX {
        let cause = format!("the file has {} bytes, the limit is {}", bytes as u64, FILE_BYTES_MAX as u64);
        return Err(fault(FaultCode::FileTooLarge, &cause));
    }
    Ok(())
}

fn fault(code: FaultCode, cause: &str) -> Fault {
    let remedy = match code {
        FaultCode::FileEmpty => "Download or copy the file again.",
        FaultCode::FileTooLarge => "Save the photo as a JPEG or with fewer pixels.",
        FaultCode::ImageCorrupt => "Choose the file again.",
        _ => "Try again.",
    };
    Fault { code, cause: cause.to_owned(), remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_huge_files_are_refused_unread() {
        assert_eq!(check_size(0.0).unwrap_err().code, FaultCode::FileEmpty);
        assert_eq!(check_size(300e6).unwrap_err().code, FaultCode::FileTooLarge);
        assert!(check_size(1.0).is_ok());
        assert!(check_size(268_435_456.0).is_ok());
    }
}
