//! From a `<video>` to a canvas, and to pixels.

use super::web::{self, call, number, object, promised};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

/// Longest side of a frame that is computed. Networks read a few hundred pixels; more would be copied to be thrown away.
const COMPUTED_SIDE: u32 = 640;
/// Longest side of the picture on the stage.
const SHOWN_SIDE: u32 = 1280;

/// Pixels of a frame.
pub struct Pixels {
    /// Columns and rows.
    pub size: [u32; 2],
    /// RGBA; to be transferred to the worker that computes.
    pub rgba: ArrayBuffer,
}

/// Columns and rows of a player's picture whose longest side is brought to `side` at most; none before the first frame.
pub fn size_of(video: &JsValue, side: u32) -> Option<[u32; 2]> {
    fitted(number(video, "videoWidth"), number(video, "videoHeight"), side)
}

fn fitted(width: f64, height: f64, side: u32) -> Option<[u32; 2]> {
    let scale = (f64::from(side) / width.max(height)).min(1.0);
    (width > 0.0 && height > 0.0)
        .then(|| [width, height].map(|length| ((length * scale).round() as u32).max(1)))
}

/// A canvas that frames are drawn on.
pub struct Board {
    /// The element.
    pub canvas: HtmlCanvasElement,
    /// What draws on it.
    pub context: JsValue,
}

impl Board {
    /// An empty canvas. `read_often`: it is kept in the processor's memory.
    pub fn new(read_often: bool) -> Option<Self> {
        let (canvas, context) =
            web::canvas(&[("willReadFrequently", read_often.into()), ("alpha", JsValue::FALSE)])?;
        Some(Self { canvas, context })
    }

    /// Draws the present frame at this size; whether it could be.
    pub fn draw(&self, video: &JsValue, [width, height]: [u32; 2], mirrored: bool) -> bool {
        if self.canvas.width() != width || self.canvas.height() != height {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let (scale, from) = if mirrored { (-1, width) } else { (1, 0) };
        let turn = [scale.into(), 0.into(), 0.into(), 1.into(), from.into(), 0.into()];
        let place = [video.clone(), 0.into(), 0.into(), width.into(), height.into()];
        let turned = call(&self.context, "setTransform", &turn);
        turned.and_then(|_| call(&self.context, "drawImage", &place)).is_ok()
    }

    /// Draws the present frame as the stage shows it; whether there was one.
    pub fn show(&self, video: &JsValue, mirrored: bool) -> bool {
        size_of(video, SHOWN_SIDE).is_some_and(|size| self.draw(video, size, mirrored))
    }
}

/// Takes frames for computing.
pub struct Taker {
    board: Board,
    /// Whether the browser copies frames off this thread.
    copies: bool,
}

impl Taker {
    /// None if the browser gives no canvas.
    pub fn new() -> Option<Self> {
        Some(Self { board: Board::new(false)?, copies: true })
    }

    /// The pixels of the present frame, not mirrored.
    pub async fn take(&mut self, video: &JsValue) -> Option<Pixels> {
        let size = size_of(video, COMPUTED_SIDE)?;
        if !self.board.draw(video, size, false) {
            return None;
        }
        if self.copies {
            if let Ok(rgba) = copied(&self.board.canvas, size[0] * size[1] * 4).await {
                return Some(Pixels { size, rgba });
            }
            self.copies = false;
            self.board = Board::new(true)?;
            self.board.draw(video, size, false);
        }
        let area = [0.into(), 0.into(), size[0].into(), size[1].into()];
        let data = call(&self.board.context, "getImageData", &area).ok()?;
        let rgba = web::get(&web::get(&data, "data"), "buffer").dyn_into().ok()?;
        Some(Pixels { size, rgba })
    }
}

/// The canvas's pixels through a `VideoFrame`; an error where the browser has none, or cannot convert them.
async fn copied(canvas: &HtmlCanvasElement, bytes: u32) -> Result<ArrayBuffer, JsValue> {
    let options = object(&[("format", "RGBA".into())]);
    let frame = frame_of(canvas, object(&[("timestamp", 0.into())]))?;
    let rgba = Uint8Array::new_with_length(bytes);
    let fits = call(&frame, "allocationSize", std::slice::from_ref(&options));
    let copied = match fits {
        Ok(size) if size.as_f64() == Some(f64::from(bytes)) => {
            promised(&frame, "copyTo", &[rgba.clone().into(), options]).await
        }
        _ => Err(JsValue::UNDEFINED),
    };
    close(&frame);
    copied.map(|_| rgba.buffer())
}

/// A `VideoFrame` of what a canvas shows. It must be closed.
pub fn frame_of(canvas: &HtmlCanvasElement, init: JsValue) -> Result<JsValue, JsValue> {
    web::make("VideoFrame", &[canvas.into(), init])
}

/// Gives back what a frame, or an encoder, holds.
pub fn close(frame: &JsValue) {
    // What has failed is closed already.
    let _ = call(frame, "close", &[]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_scaled_down_and_never_up() {
        assert_eq!(fitted(1920.0, 1080.0, 640), Some([640, 360]));
        assert_eq!(fitted(1080.0, 1920.0, 640), Some([360, 640]));
        assert_eq!(fitted(320.0, 240.0, 640), Some([320, 240]));
        assert_eq!(fitted(0.0, 0.0, 640), None);
    }
}
