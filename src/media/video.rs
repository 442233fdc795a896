//! Videos as frames: by the media worker, or by the page's own `<video>` where that one has no decoder. Only parts that are
//! fetched later may call this, or the page's first download grows.

use super::element::Element;
use crate::bridge::Fields;
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, JSON, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::cell::RefCell;
use std::rc::Rc;
use vitrine_protocol::{MediaReply, MediaRequest, MediaTrouble, MediaTroubleKind};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, File, MessageEvent, Worker};

/// A worker that says nothing for so long has got stuck.
const PATIENCE_MILLIS: u32 = 30_000;

/// A frame of a video.
pub struct VideoFrame {
    /// Its own time, in seconds from the video's start.
    pub at_secs: f64,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Straight alpha, upright; to be transferred to the worker that computes.
    pub rgba: ArrayBuffer,
}

/// Who reads the frames.
enum Reader {
    Worker(Talk),
    Element(Element),
}

/// An open video. Its worker ends with it.
pub struct Video {
    reader: Reader,
    /// Columns and rows of its frames.
    pub size: [u32; 2],
    /// Length in seconds, as far as the file tells.
    pub duration_secs: Option<f64>,
    /// The codec as WebCodecs names it, or the type of an animation, such as `image/gif`.
    pub codec: String,
    /// Why it is over before its time, once it is.
    damage: RefCell<Option<String>>,
}

impl Video {
    /// Opens a file; the longer side of its frames is `side_max` at most.
    ///
    /// # Errors
    /// What is wrong with the file, or that neither way can read it.
    pub async fn open(file: &File, side_max: u32) -> Result<Self, MediaTrouble> {
        match Self::open_in_worker(file, side_max).await {
            Err(trouble) if may_be_played(trouble.kind) => match Element::open(file, side_max).await {
                Some(element) => Ok(Self {
                    size: element.size,
                    duration_secs: Some(element.duration_secs),
                    codec: trouble.cause,
                    reader: Reader::Element(element),
                    damage: RefCell::default(),
                }),
                None => Err(trouble),
            },
            outcome => outcome,
        }
    }

    async fn open_in_worker(file: &File, side_max: u32) -> Result<Self, MediaTrouble> {
        let talk = Talk::start()?;
        match talk.ask(&MediaRequest::Open { side_max }, Some(file)).await? {
            (MediaReply::Opened { width, height, duration_secs, codec }, _) => Ok(Self {
                reader: Reader::Worker(talk),
                size: [width, height],
                duration_secs,
                codec,
                damage: RefCell::default(),
            }),
            (MediaReply::Failed { trouble }, _) => Err(trouble),
            _ => Err(strange()),
        }
    }

    /// The frame that is nearest to a time; of an animation, and where the browser's player reads, the one that is shown then.
    /// None behind the end. One request at a time; forwards is fast.
    ///
    /// # Errors
    /// The worker ended, or the file cannot be read any more.
    pub async fn frame_at(&self, at_secs: f64) -> Result<Option<VideoFrame>, MediaTrouble> {
        let talk = match &self.reader {
            Reader::Worker(talk) => talk,
            Reader::Element(element) => return Ok(element.frame_at(at_secs).await),
        };
        match talk.ask(&MediaRequest::Frame { at_secs }, None).await? {
            (MediaReply::Frame { width, height, at_secs, .. }, Some(rgba)) => {
                Ok(Some(VideoFrame { at_secs, width, height, rgba }))
            }
            (MediaReply::Ended { damage }, _) => {
                self.damage.replace(damage);
                Ok(None)
            }
            (MediaReply::Failed { trouble }, _) => Err(trouble),
            _ => Err(strange()),
        }
    }

    /// Why it was over before its time, in English.
    pub fn damage(&self) -> Option<String> {
        self.damage.borrow().clone()
    }
}

/// Whether the browser's player may still know what to do. What is empty or has no picture stays so.
fn may_be_played(kind: MediaTroubleKind) -> bool {
    !matches!(kind, MediaTroubleKind::Empty | MediaTroubleKind::NoPicture)
}

fn strange() -> MediaTrouble {
    MediaTroubleKind::Crashed.because("the media worker answered something else")
}

type Answer = Result<JsValue, String>;
type Waiting = Rc<RefCell<Option<oneshot::Sender<Answer>>>>;

/// The worker that reads one video.
struct Talk {
    worker: Worker,
    waiting: Waiting,
    _listeners: [Closure<dyn FnMut(Event)>; 2],
}

impl Talk {
    fn start() -> Result<Self, MediaTrouble> {
        let address = crate::address::absolute("worker.js?worker-media");
        let worker = Worker::new(&address)
            .map_err(|_| MediaTroubleKind::Crashed.because("the browser starts no worker"))?;
        let waiting = Waiting::default();
        let (on_message, on_error) = (waiting.clone(), waiting.clone());
        let on_message = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            answer(&on_message, Ok(event.unchecked_into::<MessageEvent>().data()));
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let message = Reflect::get(&event, &"message".into()).ok().and_then(|it| it.as_string());
            answer(&on_error, Err(message.unwrap_or_else(|| "the media worker did not load".to_owned())));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, waiting, _listeners: [on_message, on_error] })
    }

    async fn ask(
        &self,
        request: &MediaRequest,
        file: Option<&File>,
    ) -> Result<(MediaReply, Option<ArrayBuffer>), MediaTrouble> {
        let crashed = |cause: String| MediaTroubleKind::Crashed.because(cause);
        let (sender, receiver) = oneshot::channel();
        self.waiting.replace(Some(sender));
        self.post(request, file).map_err(|_| crashed("the request cannot be sent".to_owned()))?;
        let waiting = self.waiting.clone();
        let stuck = move || answer(&waiting, Err("the media worker does not answer".to_owned()));
        let patience = Timeout::new(PATIENCE_MILLIS, stuck);
        let data = receiver.await.unwrap_or_else(|_| Err("the media worker was dropped".to_owned()));
        drop(patience);
        let data = data.map_err(crashed)?;
        receive(&data).ok_or_else(strange)
    }

    fn post(&self, request: &MediaRequest, file: Option<&File>) -> Result<(), JsValue> {
        let json = JSON::stringify(&request.serialize(&Serializer::json_compatible())?)?;
        let message = Object::new();
        Reflect::set(&message, &"json".into(), &json.into())?;
        if let Some(file) = file {
            Reflect::set(&message, &"file".into(), file)?;
        }
        self.worker.post_message(&message)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.terminate();
    }
}

fn answer(waiting: &Waiting, with: Answer) {
    if let Some(waiting) = waiting.take() {
        // Whoever asked may be gone.
        let _ = waiting.send(with);
    }
}

fn receive(message: &JsValue) -> Option<(MediaReply, Option<ArrayBuffer>)> {
    let json = Reflect::get(message, &"json".into()).ok()?.as_string()?;
    let buffers = Reflect::get(message, &"buffers".into()).ok()?.dyn_into::<Array>().ok()?;
    Some((read(&Fields::parse(&json)?)?, buffers.get(0).dyn_into().ok()))
}

/// The other side of `MediaReply`'s serialisation.
fn read(reply: &Fields) -> Option<MediaReply> {
    Some(match reply.text("reply")?.as_str() {
        "opened" => MediaReply::Opened {
            width: reply.whole("width")?,
            height: reply.whole("height")?,
            duration_secs: reply.number("duration_secs"),
            codec: reply.text("codec")?,
        },
        "frame" => MediaReply::Frame {
            width: reply.whole("width")?,
            height: reply.whole("height")?,
            at_secs: reply.number("at_secs")?,
            alive: reply.whole("alive")?,
        },
        "ended" => MediaReply::Ended { damage: reply.text("damage") },
        "failed" => {
            let trouble = reply.field("trouble")?;
            let trouble = MediaTrouble { kind: trouble.name("kind")?, cause: trouble.text("cause")? };
            MediaReply::Failed { trouble }
        }
        _ => return None,
    })
}
