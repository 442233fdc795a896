//! The message loop: one request after the other, about one video.

mod animation;
mod blob;
mod canvas;
mod decoder;
mod webcodecs;

use crate::source::{Source, picture_type};
use animation::Animation;
use blob::BlobFile;
use canvas::Canvas;
use decoder::Decoder;
use js_sys::{Array, ArrayBuffer, Object, Reflect};
use std::cell::RefCell;
use std::io::Read;
use std::rc::Rc;
use vitrine_protocol::{MediaReply, MediaRequest, MediaTrouble, MediaTroubleKind};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};
use webcodecs::VideoFrame;

/// What frames come from.
enum Frames {
    Video(Box<Decoder>),
    Animation(Animation),
}

/// An open file.
struct Open {
    frames: Frames,
    canvas: Canvas,
}

/// Taken out while a request is answered.
type State = Rc<RefCell<Option<Open>>>;

/// Listens for requests.
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
    let state = State::default();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let state = state.clone();
        wasm_bindgen_futures::spawn_local(async move { receive(state, &event.data()).await });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

async fn receive(state: State, data: &JsValue) {
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let request = field("json").and_then(|json| json.as_string());
    // The page and its workers are built together: what does not parse is not from the page.
    let Some(request) = request.and_then(|json| serde_json::from_str(&json).ok()) else { return };
    let file = field("file").and_then(|file| file.dyn_into::<Blob>().ok());
    let answered = match request {
        MediaRequest::Open { side_max } => open(&state, file, side_max).await.map(|reply| (reply, None)),
        MediaRequest::Frame { at_secs } => frame(&state, at_secs).await,
    };
    let (reply, rgba) = answered.unwrap_or_else(|trouble| (MediaReply::Failed { trouble }, None));
    send(&reply, rgba);
}

async fn open(state: &State, file: Option<Blob>, side_max: u32) -> Result<MediaReply, MediaTrouble> {
    let file = file.ok_or_else(|| MediaTroubleKind::Empty.because("no file came with the request"))?;
    let (mut frames, codec, turns, duration) = opened(file).await?;
    let canvas = match frames.at(0).await? {
        Some(first) => Canvas::new(&first, turns, side_max)?,
        None => {
            let cause = frames.damage().unwrap_or_else(|| "none of its pictures can be decoded".to_owned());
            return Err(MediaTroubleKind::Damaged.because(cause));
        }
    };
    let [width, height] = canvas.size;
    state.replace(Some(Open { frames, canvas }));
    let duration_secs = duration.map(|micros| micros as f64 / 1e6);
    Ok(MediaReply::Opened { width, height, duration_secs, codec })
}

/// Frames, the codec's name, quarter turns, and the length in microseconds.
async fn opened(file: Blob) -> Result<(Frames, String, u8, Option<i64>), MediaTrouble> {
    let unreadable = |error: std::io::Error| MediaTroubleKind::Damaged.because(error.to_string());
    let mut bytes = BlobFile::new(file.clone()).map_err(unreadable)?;
    let mut beginning = vec![];
    bytes.by_ref().take(16).read_to_end(&mut beginning).map_err(unreadable)?;
    if let Some(kind) = picture_type(&beginning) {
        let animation = Animation::open(&file, kind).await?;
        return Ok((Frames::Animation(animation), kind.to_owned(), 0, None));
    }
    let decoder = Decoder::open(Source::open(bytes)?).await?;
    let track = decoder.track();
    Ok((Frames::Video(Box::new(decoder)), track.codec, track.turns, track.duration_micros))
}

impl Frames {
    async fn at(&mut self, micros: i64) -> Result<Option<VideoFrame>, MediaTrouble> {
        match self {
            Self::Video(decoder) => decoder.frame_at(micros).await,
            Self::Animation(animation) => Ok(animation.frame_at(micros).await),
        }
    }

    fn damage(&self) -> Option<String> {
        match self {
            Self::Video(decoder) => decoder.damage.clone(),
            Self::Animation(animation) => animation.damage.clone(),
        }
    }

    fn alive(&self) -> u32 {
        match self {
            Self::Video(decoder) => decoder.alive(),
            Self::Animation(_) => 1,
        }
    }
}

async fn frame(state: &State, at_secs: f64) -> Result<(MediaReply, Option<ArrayBuffer>), MediaTrouble> {
    let taken = state.take();
    let mut open = taken.ok_or_else(|| MediaTroubleKind::Crashed.because("no video is open"))?;
    let found = open.frames.at((at_secs * 1e6).round() as i64).await;
    let answer = found.and_then(|frame| match frame {
        Some(frame) => {
            let ([width, height], rgba) = (open.canvas.size, open.canvas.rgba(&frame)?);
            let (at_secs, alive) = (frame.timestamp() / 1e6, open.frames.alive());
            Ok((MediaReply::Frame { width, height, at_secs, alive }, Some(rgba)))
        }
        None => Ok((MediaReply::Ended { damage: open.frames.damage() }, None)),
    });
    state.replace(Some(open));
    answer
}

/// Posts a reply; pixels are transferred, not copied.
fn send(reply: &MediaReply, rgba: Option<ArrayBuffer>) {
    let json = serde_json::to_string(reply).unwrap_or_default();
    let (message, buffers) = (Object::new(), Array::new());
    rgba.iter().for_each(|rgba| {
        buffers.push(rgba);
    });
    // Setting properties of a plain object, and posting what was just made, cannot fail.
    let _ = Reflect::set(&message, &"json".into(), &json.into());
    let _ = Reflect::set(&message, &"buffers".into(), &buffers);
    let _ = scope().post_message_with_transfer(&message, &buffers);
}
