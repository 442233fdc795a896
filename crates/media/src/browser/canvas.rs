//! Pictures as RGBA, upright and not too large.

use super::webcodecs::{Context, VideoFrame, object, said};
use js_sys::{ArrayBuffer, Uint8Array};
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::OffscreenCanvas;

/// Where pictures are turned, scaled and read back. The browser scales; what it reads back has straight alpha.
pub struct Canvas {
    context: Context,
    /// Columns and rows.
    pub size: [u32; 2],
    /// Quarter turns clockwise.
    turns: u8,
}

impl Canvas {
    /// A canvas for pictures like this one, whose longer side is `side_max` at most.
    ///
    /// # Errors
    /// The browser has no such canvas, or the picture has no pixel.
    pub fn new(frame: &VideoFrame, turns: u8, side_max: u32) -> Result<Self, MediaTrouble> {
        let [width, height] = fitted([frame.display_width(), frame.display_height()], side_max);
        let size = if turns % 2 == 1 { [height, width] } else { [width, height] };
        let made = || -> Result<Context, JsValue> {
            let canvas = OffscreenCanvas::new(size[0], size[1])?;
            let options = object(&[("willReadFrequently", &JsValue::TRUE)]);
            let context = canvas.get_context_with_context_options("2d", &options)?;
            let context: Context = context.ok_or(JsValue::NULL)?.unchecked_into();
            context.set_image_smoothing_enabled(true);
            js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
            Ok(context)
        };
        let context = made().map_err(|error| MediaTroubleKind::Codec.because(said(&error)))?;
        Ok(Self { context, size, turns })
    }

    /// The picture's pixels; what lets something through lies over white.
    ///
    /// # Errors
    /// The browser does not give them.
    pub fn rgba(&self, frame: &VideoFrame) -> Result<ArrayBuffer, MediaTrouble> {
        self.draw(frame).map_err(|error| MediaTroubleKind::Codec.because(said(&error)))
    }

    fn draw(&self, frame: &VideoFrame) -> Result<ArrayBuffer, JsValue> {
        let [width, height] = self.size.map(f64::from);
        let context = &self.context;
        context.reset_transform()?;
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, width, height);
        let (drawn_width, drawn_height) = match self.turns {
            1 => {
                context.set_transform(0.0, 1.0, -1.0, 0.0, width, 0.0)?;
                (height, width)
            }
            2 => {
                context.set_transform(-1.0, 0.0, 0.0, -1.0, width, height)?;
                (width, height)
            }
            3 => {
                context.set_transform(0.0, -1.0, 1.0, 0.0, 0.0, height)?;
                (height, width)
            }
            _ => (width, height),
        };
        context.draw_frame(frame, 0.0, 0.0, drawn_width, drawn_height)?;
        let data: JsValue = context.get_image_data(0.0, 0.0, width, height)?.into();
        // Its own buffer is handed on: the pixels never come into this program's memory.
        let pixels: Uint8Array = js_sys::Reflect::get(&data, &"data".into())?.unchecked_into();
        Ok(pixels.buffer())
    }
}

/// The size of the same shape with a longer side of `side_max` at most.
fn fitted([width, height]: [u32; 2], side_max: u32) -> [u32; 2] {
    let longer = width.max(height).max(1);
    let side = |length: u32| match longer > side_max {
        true => {
            ((u64::from(length) * u64::from(side_max) + u64::from(longer) / 2) / u64::from(longer)) as u32
        }
        false => length,
    };
    [side(width).max(1), side(height).max(1)]
}
