//! Frames of animated GIF, WebP, PNG and AVIF files, and of still ones, by the browser's `ImageDecoder`.

use super::webcodecs::{ImageDecoder, Picture, VideoFrame, has, object, said};
use js_sys::Reflect;
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// How long a frame is shown that does not tell, as browsers do.
const USUAL_MICROS: i64 = 100_000;

/// An animation whose frames are decoded one by one.
pub struct Animation {
    decoder: ImageDecoder,
    count: u32,
    next: u32,
    /// The frame that is shown, and until when, in microseconds.
    current: Option<(Picture, i64)>,
    asked: i64,
    /// Why it is over before its time.
    pub damage: Option<String>,
}

impl Animation {
    /// Reads how many frames there are. `kind` is the file's type, such as `image/gif`.
    ///
    /// # Errors
    /// The browser has no decoder for it, or the file is damaged.
    pub async fn open(blob: &Blob, kind: &str) -> Result<Self, MediaTrouble> {
        if !has("ImageDecoder") {
            return Err(MediaTroubleKind::Codec.because(kind));
        }
        let refused = |error: JsValue| MediaTroubleKind::Damaged.because(said(&error));
        let data = JsFuture::from(blob.array_buffer()).await.map_err(refused)?;
        let init = object(&[("data", &data), ("type", &kind.into())]);
        let decoder = ImageDecoder::new(&init).map_err(refused)?;
        let tracks = decoder.tracks();
        JsFuture::from(tracks.ready()).await.map_err(refused)?;
        JsFuture::from(decoder.completed()).await.map_err(refused)?;
        let count = tracks.selected_track().map_or(0, |track| track.frame_count());
        Ok(Self { decoder, count, next: 0, current: None, asked: 0, damage: None })
    }

    /// The frame that is shown at a time, in microseconds; none behind the end. It stays the animation's.
    pub async fn frame_at(&mut self, asked: i64) -> Option<VideoFrame> {
        if asked < self.asked {
            (self.next, self.current) = (0, None);
        }
        self.asked = asked;
        while self.current.as_ref().is_none_or(|(_, end)| *end <= asked) {
            if self.next >= self.count {
                return None;
            }
            let begin = self.current.as_ref().map_or(0, |(_, end)| *end);
            match self.decoded(self.next).await {
                Ok(picture) => {
                    let duration = picture.0.duration().map_or(0, |micros| micros as i64);
                    let duration = if duration > 0 { duration } else { USUAL_MICROS };
                    self.current = Some((picture, begin + duration));
                    self.next += 1;
                }
                Err(error) => {
                    self.damage = Some(said(&error));
                    self.count = self.next;
                    return None;
                }
            }
        }
        self.current.as_ref().map(|(picture, _)| picture.0.clone())
    }

    async fn decoded(&self, index: u32) -> Result<Picture, JsValue> {
        let options = object(&[("frameIndex", &index.into())]);
        let result = JsFuture::from(self.decoder.decode(&options)).await?;
        let image = Reflect::get(&result, &"image".into())?;
        Ok(Picture(image.unchecked_into()))
    }
}
