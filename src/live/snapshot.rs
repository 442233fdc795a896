//! The present frame becomes a photo like any other.

use super::session::{Live, NUMBER};
use super::web::{self, number, object};
use crate::media::Incoming;
use crate::numbers::fixed;
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

/// Puts the frame, at its own size, among the photos. The moving picture goes on.
pub fn take(live: Live) {
    let Some(video) = live.video.get_untracked().map(JsValue::from) else { return };
    spawn_local(async move {
        let Ok(file) = photographed(&video, &name(live, &video)).await else { return };
        if live.studio.live.with_untracked(Option::is_none) {
            return;
        }
        live.studio.add(vec![Incoming::from(file)]);
        live.studio.selected.set(Some(NUMBER));
    });
}

async fn photographed(video: &JsValue, name: &str) -> Result<File, JsValue> {
    let size = ["videoWidth", "videoHeight"].map(|side| web::get(video, side));
    let canvas = web::make("OffscreenCanvas", &size)?;
    let context = web::call(&canvas, "getContext", &["2d".into()])?;
    web::call(&context, "drawImage", &[video.clone(), 0.into(), 0.into()])?;
    let blob = web::promised(&canvas, "convertToBlob", &[]).await?;
    let options = object(&[("type", "image/png".into())]);
    web::make("File", &[Array::of1(&blob).into(), name.into(), options])?.dyn_into()
}

/// `camera-163522.png` by the clock, `street-12.4s.png` by the place in the video.
fn name(live: Live, video: &JsValue) -> String {
    match live.file() {
        Some(file) => {
            let file = file.name();
            let stem = file.rsplit_once('.').map_or(&*file, |(stem, _)| stem);
            format!("{stem}-{}s.png", fixed(number(video, "currentTime"), 1))
        }
        None => {
            let now = web::make("Date", &[]).unwrap_or_default();
            let part = |name: &str| {
                web::call(&now, name, &[]).ok().and_then(|part| part.as_f64()).unwrap_or(0.0) as u32
            };
            format!("camera-{:02}{:02}{:02}.png", part("getHours"), part("getMinutes"), part("getSeconds"))
        }
    }
}
