//! Frames of a video, nearest to asked times. Coded pictures are given to the decoder only as long as a frame is wanted, so
//! that no more than a few decoded ones are alive.

use super::blob::BlobFile;
use super::webcodecs::{EncodedVideoChunk, Picture, VideoDecoder, VideoFrame, has, object, said};
use crate::source::{Packet, Source, Track};
use js_sys::{Function, Object, Promise, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Coded pictures that wait for the decoder at most.
const WAITING_MAX: u32 = 2;

/// What the decoder's callbacks leave.
#[derive(Default)]
struct Output {
    /// In the order in which they are shown.
    frames: RefCell<VecDeque<Picture>>,
    /// Frames that were held at once, at most.
    alive: Cell<u32>,
    error: RefCell<Option<String>>,
    rung: Cell<bool>,
    wake: RefCell<Option<Function>>,
}

impl Output {
    fn ring(&self) {
        self.rung.set(true);
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    /// Waits until the decoder has done something.
    async fn wait(&self) {
        if !self.rung.replace(false) {
            let promise = Promise::new(&mut |resolve, _| {
                self.wake.replace(Some(resolve));
            });
            let _ = JsFuture::from(promise).await;
            self.rung.set(false);
        }
    }
}

/// What the decoder calls.
type Listeners = (Closure<dyn FnMut(VideoFrame)>, Closure<dyn FnMut(JsValue)>, Closure<dyn FnMut()>);

/// A video with its decoder.
pub struct Decoder {
    /// None only while it begins again.
    source: Option<Source<BlobFile>>,
    decoder: VideoDecoder,
    config: Object,
    output: Rc<Output>,
    /// The time that was asked for last.
    asked: i64,
    /// How far apart the last two frames are.
    gap: i64,
    ended: bool,
    /// Why the video is over before its time.
    pub damage: Option<String>,
    _listeners: Listeners,
}

impl Decoder {
    /// Sets a decoder up.
    ///
    /// # Errors
    /// The browser has no decoder for the video.
    pub async fn open(source: Source<BlobFile>) -> Result<Self, MediaTrouble> {
        let config = config(source.track());
        check(&config, &source.track().codec).await?;
        let output = Rc::new(Output::default());
        let (on_frame, on_error, on_dequeue) = (output.clone(), output.clone(), output.clone());
        let on_frame = Closure::<dyn FnMut(VideoFrame)>::new(move |frame| {
            let mut frames = on_frame.frames.borrow_mut();
            frames.push_back(Picture(frame));
            on_frame.alive.set(on_frame.alive.get().max(frames.len() as u32));
            drop(frames);
            on_frame.ring();
        });
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| {
            on_error.error.replace(Some(said(&error)));
            on_error.ring();
        });
        let on_dequeue = Closure::<dyn FnMut()>::new(move || on_dequeue.ring());
        let init = object(&[("output", on_frame.as_ref()), ("error", on_error.as_ref())]);
        let refused = |error: JsValue| MediaTroubleKind::Codec.because(said(&error));
        let decoder = VideoDecoder::new(&init).map_err(refused)?;
        decoder.set_ondequeue(on_dequeue.as_ref().unchecked_ref());
        decoder.configure(&config).map_err(refused)?;
        let _listeners = (on_frame, on_error, on_dequeue);
        let source = Some(source);
        Ok(Self { source, decoder, config, output, asked: 0, gap: 0, ended: false, damage: None, _listeners })
    }

    /// What the container says.
    pub fn track(&self) -> Track {
        self.source.as_ref().map(|source| source.track().clone()).unwrap_or_default()
    }

    /// Frames that were held at once since the last call, at most.
    pub fn alive(&self) -> u32 {
        self.output.alive.replace(self.output.frames.borrow().len() as u32)
    }

    /// The frame that is nearest to a time, in microseconds; none behind the end. It stays the decoder's.
    ///
    /// # Errors
    /// The file cannot be read any more.
    pub async fn frame_at(&mut self, asked: i64) -> Result<Option<VideoFrame>, MediaTrouble> {
        if asked < self.asked {
            self.rewind()?;
        }
        self.asked = asked;
        self.skip(asked);
        loop {
            if let Some(found) = self.found(asked) {
                return Ok(found);
            }
            if self.output.error.borrow().is_some() {
                self.damage = self.damage.take().or(self.output.error.borrow().clone());
                self.ended = true;
            } else if self.decoder.decode_queue_size() < WAITING_MAX {
                self.feed().await;
            } else {
                self.output.wait().await;
            }
        }
    }

    /// The answer, as soon as the frames tell it.
    fn found(&mut self, asked: i64) -> Option<Option<VideoFrame>> {
        let mut frames = self.output.frames.borrow_mut();
        let micros = |picture: &Picture| picture.0.timestamp() as i64;
        while let [first, second, ..] = frames.make_contiguous() {
            let (first, second) = (micros(first), micros(second));
            self.gap = second - first;
            // A frame counts from halfway after the one before it.
            if asked - first < second - asked {
                break;
            }
            frames.pop_front();
        }
        let Some(first) = frames.front() else { return self.ended.then_some(None) };
        let last = micros(first);
        if frames.len() > 1 || last >= asked {
            return Some(Some(first.0.clone()));
        }
        let end = self.source.as_ref().and_then(|source| source.track().duration_micros);
        let end = end.filter(|_| self.damage.is_none()).unwrap_or(last + self.gap).max(last + 1);
        self.ended.then(|| (asked < end).then(|| first.0.clone()))
    }

    /// Gives the decoder one more coded picture, or tells it that there is none.
    async fn feed(&mut self) {
        let packet = self.source.as_mut().map_or(Ok(None), Source::next_packet);
        let fed = match packet {
            Ok(Some(packet)) => self.decode(&packet).map_err(|error| said(&error)),
            Ok(None) => self.flush().await.map_err(|error| said(&error)),
            Err(trouble) => {
                // Known before the last frames are: the length that the file tells is not theirs.
                self.damage.get_or_insert_with(|| trouble.cause.clone());
                let flushed = self.flush().await;
                Err(flushed.err().map_or(trouble.cause, |error| said(&error)))
            }
        };
        if let Err(cause) = fed {
            self.output.error.borrow_mut().get_or_insert(cause);
        }
    }

    fn decode(&self, packet: &Packet) -> Result<(), JsValue> {
        let kind = if packet.is_key { "key" } else { "delta" };
        let (time, data) = (JsValue::from(packet.micros as f64), Uint8Array::from(&packet.data[..]));
        let init = object(&[("type", &kind.into()), ("timestamp", &time), ("data", &data)]);
        self.decoder.decode(&EncodedVideoChunk::new(&init)?)
    }

    async fn flush(&mut self) -> Result<(), JsValue> {
        JsFuture::from(self.decoder.flush()?).await?;
        self.ended = true;
        Ok(())
    }

    /// Leaves out what lies between the frames that are there and the one that is wanted.
    fn skip(&mut self, asked: i64) {
        let held = self.output.frames.borrow().back().is_some_and(|last| last.0.timestamp() as i64 >= asked);
        if let Some(source) = self.source.as_mut().filter(|_| !held) {
            source.skip_to(asked);
        }
    }

    fn rewind(&mut self) -> Result<(), MediaTrouble> {
        self.output.frames.borrow_mut().clear();
        let refused = |error: JsValue| MediaTroubleKind::Damaged.because(said(&error));
        self.decoder.reset().map_err(refused)?;
        self.decoder.configure(&self.config).map_err(refused)?;
        // What the decoder still had to say before it was set back.
        self.output.frames.borrow_mut().clear();
        (self.ended, self.gap) = (false, 0);
        self.source = self.source.take().map(Source::rewind).transpose()?;
        Ok(())
    }
}

fn config(track: &Track) -> Object {
    let [width, height] = track.size.map(JsValue::from);
    let fields = [("codec", &track.codec.as_str().into()), ("codedWidth", &width), ("codedHeight", &height)];
    let config = object(&fields);
    if let Some(description) = &track.description {
        let description = Uint8Array::from(&description[..]);
        let _ = js_sys::Reflect::set(&config, &"description".into(), &description);
    }
    config
}

async fn check(config: &Object, codec: &str) -> Result<(), MediaTrouble> {
    let refused = || MediaTroubleKind::Codec.because(codec);
    if !has("VideoDecoder") {
        return Err(refused());
    }
    let support = VideoDecoder::is_config_supported(config).map_err(|_| refused())?;
    let support = JsFuture::from(support).await.map_err(|_| refused())?;
    let supported = js_sys::Reflect::get(&support, &"supported".into());
    supported.is_ok_and(|it| it.is_truthy()).then_some(()).ok_or_else(refused)
}
