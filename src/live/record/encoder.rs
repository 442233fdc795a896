//! Frames -> WebM, with the browser's own encoder.

use super::webm::{Track, Writer};
use crate::live::frames::{close, frame_of};
use crate::live::web::{call, get, make, number, object, promised, text};
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use leptos::prelude::window;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlCanvasElement;

/// Codecs of WebM, by their names in WebCodecs and in Matroska; the better one first.
const CODECS: [(&str, &str); 3] = [("vp09.00.41.08", "V_VP9"), ("vp09.00.10.08", "V_VP9"), ("vp8", "V_VP8")];
/// Bits for a pixel of a frame: masks have sharp edges.
const BITS_PER_PIXEL: f64 = 0.2;
/// Bits a second, whatever the size.
const BITS_MIN: f64 = 400_000.0;
/// Frames that wait to be encoded at most: each holds its pixels.
const QUEUE_MAX: f64 = 3.0;
/// Seconds from one frame that stands alone to the next: where players can jump to.
const KEY_SECS: f64 = 2.0;
/// Between two looks at the queue.
const WAIT_MILLIS: u32 = 4;

type Listener = Closure<dyn FnMut(JsValue)>;

struct Shared {
    writer: Writer,
    broken: bool,
}

/// A video that grows. Dropped, it gives the browser's encoder back.
pub struct Encoder {
    encoder: JsValue,
    shared: Rc<RefCell<Shared>>,
    rate: f64,
    frames: u32,
    _listeners: [Listener; 2],
}

impl Encoder {
    /// A video of this size and rate; none if the browser encodes neither VP9 nor VP8.
    pub async fn new(size: [u32; 2], rate: f64) -> Option<Self> {
        let (config, codec) = supported(size, rate).await?;
        let [width, height] = size;
        let writer = Writer::new(Track { codec, width, height, rate });
        let shared = Rc::new(RefCell::new(Shared { writer, broken: false }));
        let (written, failed) = (shared.clone(), shared.clone());
        let output = Listener::new(move |chunk: JsValue| keep(&mut written.borrow_mut().writer, &chunk));
        let problem = Listener::new(move |_| failed.borrow_mut().broken = true);
        let init = object(&[("output", output.as_ref().clone()), ("error", problem.as_ref().clone())]);
        let encoder = make("VideoEncoder", &[init]).ok()?;
        call(&encoder, "configure", &[config]).ok()?;
        Some(Self { encoder, shared, rate, frames: 0, _listeners: [output, problem] })
    }

    /// Encodes what the canvas shows as the next frame. None if the encoder failed.
    pub async fn push(&mut self, canvas: &HtmlCanvasElement) -> Option<()> {
        while number(&self.encoder, "encodeQueueSize") > QUEUE_MAX && !self.shared.borrow().broken {
            pause().await;
        }
        let micros = |frame: u32| (f64::from(frame) * 1e6 / self.rate).round();
        let (start, end) = (micros(self.frames), micros(self.frames + 1));
        let init = object(&[("timestamp", start.into()), ("duration", (end - start).into())]);
        let every = ((KEY_SECS * self.rate).round() as u32).max(1);
        let options = object(&[("keyFrame", self.frames.is_multiple_of(every).into())]);
        let frame = frame_of(canvas, init).ok()?;
        let encoded = call(&self.encoder, "encode", &[frame.clone(), options]);
        close(&frame);
        self.frames += 1;
        encoded.ok().filter(|_| !self.shared.borrow().broken).map(|_| ())
    }

    /// The file.
    pub async fn finish(self) -> Option<Vec<u8>> {
        promised(&self.encoder, "flush", &[]).await.ok()?;
        let file = self.shared.borrow().writer.finish(f64::from(self.frames) / self.rate);
        Some(file)
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        close(&self.encoder);
    }
}

/// Puts an `EncodedVideoChunk` into the file.
fn keep(writer: &mut Writer, chunk: &JsValue) {
    let bytes = Uint8Array::new_with_length(number(chunk, "byteLength") as u32);
    if call(chunk, "copyTo", &[bytes.clone().into()]).is_ok() {
        writer.push(number(chunk, "timestamp") / 1e6, text(chunk, "type") == "key", &bytes.to_vec());
    }
}

/// The first codec that the browser encodes, as its settings and Matroska's name.
async fn supported([width, height]: [u32; 2], rate: f64) -> Option<(JsValue, &'static str)> {
    let class = get(&window(), "VideoEncoder");
    let bits = (f64::from(width) * f64::from(height) * rate * BITS_PER_PIXEL).max(BITS_MIN);
    for (name, codec) in CODECS {
        let config = object(&[
            ("codec", name.into()),
            ("width", width.into()),
            ("height", height.into()),
            ("bitrate", bits.into()),
            ("framerate", rate.into()),
        ]);
        let answer = promised(&class, "isConfigSupported", std::slice::from_ref(&config)).await;
        if answer.is_ok_and(|answer| get(&answer, "supported").is_truthy()) {
            return Some((config, codec));
        }
    }
    None
}

/// Lets the browser encode.
async fn pause() {
    let (done, wait) = oneshot::channel();
    let timeout = Timeout::new(WAIT_MILLIS, move || {
        let _ = done.send(());
    });
    let _ = wait.await;
    drop(timeout);
}
