//! Frames by the browser's own player, where WebCodecs is missing or refuses: it is moved from time to time.

use super::video::VideoFrame;
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Function, Object, Reflect, Uint8Array};
use leptos::prelude::document;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, File, HtmlElement, OffscreenCanvas, Url};

/// How long the player may take to open a file or to move.
const PATIENCE_MILLIS: u32 = 10_000;
/// How long it may take to show the frame that it moved to. It says nothing where that frame was shown already.
const SHOWN_MILLIS: u32 = 50;

#[wasm_bindgen]
extern "C" {
    /// `HTMLVideoElement`, as far as it is used; the page's `web-sys` has it not.
    #[wasm_bindgen(extends = HtmlElement, extends = EventTarget)]
    pub type Player;

    /// Address of what is played.
    #[wasm_bindgen(method, setter)]
    pub fn set_src(this: &Player, address: &str);
    #[wasm_bindgen(method, setter)]
    pub fn set_muted(this: &Player, muted: bool);
    #[wasm_bindgen(method, setter)]
    pub fn set_preload(this: &Player, preload: &str);
    /// Columns of the picture; 0 for sound.
    #[wasm_bindgen(method, getter, js_name = videoWidth)]
    pub fn video_width(this: &Player) -> u32;
    /// Rows of the picture.
    #[wasm_bindgen(method, getter, js_name = videoHeight)]
    pub fn video_height(this: &Player) -> u32;
    /// In seconds.
    #[wasm_bindgen(method, getter)]
    pub fn duration(this: &Player) -> f64;
    /// In seconds.
    #[wasm_bindgen(method, getter, js_name = currentTime)]
    pub fn current_time(this: &Player) -> f64;
    #[wasm_bindgen(method, setter, js_name = currentTime)]
    pub fn set_current_time(this: &Player, secs: f64);
    /// Whether it stands still.
    #[wasm_bindgen(method, getter)]
    pub fn paused(this: &Player) -> bool;
    #[wasm_bindgen(method, catch)]
    pub fn play(this: &Player) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(method)]
    pub fn pause(this: &Player);
    #[wasm_bindgen(method, catch, js_name = requestVideoFrameCallback)]
    fn on_next_frame(this: &Player, told: &Function) -> Result<u32, JsValue>;
    #[wasm_bindgen(method, js_name = cancelVideoFrameCallback)]
    fn forget_next_frame(this: &Player, handle: u32);

    type Context;
    #[wasm_bindgen(method, js_name = drawImage, catch)]
    fn draw_player(
        this: &Context,
        player: &Player,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = getImageData, catch)]
    fn image_data(this: &Context, x: f64, y: f64, width: f64, height: f64) -> Result<JsValue, JsValue>;
}

/// A file in a player that nobody sees.
pub struct Element {
    player: Player,
    context: Context,
    address: String,
    /// Columns and rows of its frames.
    pub size: [u32; 2],
    /// Length in seconds.
    pub duration_secs: f64,
}

impl Element {
    /// Opens a file; none if the browser cannot play it, or it has no picture.
    pub async fn open(file: &File, side_max: u32) -> Option<Self> {
        let player: Player = document().create_element("video").ok()?.unchecked_into();
        let address = Url::create_object_url_with_blob(file).ok()?;
        player.set_muted(true);
        player.set_preload("auto");
        let opened = happened(&player, "loadeddata", || player.set_src(&address)).await;
        let (width, height) = (player.video_width(), player.video_height());
        let longer = width.max(height);
        let fitted = |side: u32| match longer > side_max {
            true => (f64::from(side) * f64::from(side_max) / f64::from(longer)).round().max(1.0) as u32,
            false => side,
        };
        let size = [fitted(width), fitted(height)];
        let context = context(size).filter(|_| opened && longer > 0);
        let Some(context) = context else {
            let _ = Url::revoke_object_url(&address);
            return None;
        };
        let duration_secs = player.duration();
        Some(Self { player, context, address, size, duration_secs })
    }

    /// The frame that is shown at a time; none behind the end.
    pub async fn frame_at(&self, at_secs: f64) -> Option<VideoFrame> {
        // Not a number, as of a live stream: it never ends.
        if at_secs >= self.duration_secs {
            return None;
        }
        // At the very place where it stands, a player does not move.
        if (self.player.current_time() - at_secs).abs() > 1e-6 && !self.moved(at_secs).await {
            return None;
        }
        let [width, height] = self.size;
        let (columns, rows) = (f64::from(width), f64::from(height));
        self.context.draw_player(&self.player, 0.0, 0.0, columns, rows).ok()?;
        let data = self.context.image_data(0.0, 0.0, columns, rows).ok()?;
        let pixels: Uint8Array = Reflect::get(&data, &"data".into()).ok()?.unchecked_into();
        Some(VideoFrame { at_secs: self.player.current_time(), width, height, rgba: pixels.buffer() })
    }

    /// Moves the player; false if it fails. "seeked" may come before the frame can be drawn: it is awaited too, for a moment.
    async fn moved(&self, at_secs: f64) -> bool {
        let (sender, shown) = oneshot::channel::<()>();
        let sender = Rc::new(Cell::new(Some(sender)));
        let late = sender.clone();
        let told = Closure::once(move || drop(sender.take()));
        // Not every browser has it.
        let handle = self.player.on_next_frame(told.as_ref().unchecked_ref());
        let moved = happened(&self.player, "seeked", || self.player.set_current_time(at_secs)).await;
        if moved && handle.is_ok() {
            let patience = Timeout::new(SHOWN_MILLIS, move || drop(late.take()));
            let _ = shown.await;
            drop(patience);
        }
        if let Ok(handle) = handle {
            self.player.forget_next_frame(handle);
        }
        moved
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.player.set_src("");
        let _ = Url::revoke_object_url(&self.address);
    }
}

fn context([width, height]: [u32; 2]) -> Option<Context> {
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
    let canvas = OffscreenCanvas::new(width.max(1), height.max(1)).ok()?;
    Some(canvas.get_context_with_context_options("2d", &options).ok()??.unchecked_into())
}

/// Does something and waits for its event; false if the player fails or takes too long.
async fn happened(player: &Player, event: &str, work: impl FnOnce()) -> bool {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let told = move |happened: bool| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(happened);
        }
    };
    let (well, badly, late) = (told.clone(), told.clone(), told);
    let well = Closure::<dyn FnMut()>::new(move || well(true));
    let badly = Closure::<dyn FnMut()>::new(move || badly(false));
    let target: &EventTarget = player.as_ref();
    // Listening to a known event of a live element cannot fail.
    let _ = target.add_event_listener_with_callback(event, well.as_ref().unchecked_ref());
    let _ = target.add_event_listener_with_callback("error", badly.as_ref().unchecked_ref());
    let patience = Timeout::new(PATIENCE_MILLIS, move || late(false));
    work();
    let happened = receiver.await.unwrap_or(false);
    drop(patience);
    let _ = target.remove_event_listener_with_callback(event, well.as_ref().unchecked_ref());
    let _ = target.remove_event_listener_with_callback("error", badly.as_ref().unchecked_ref());
    happened
}
