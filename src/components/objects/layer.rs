//! The boxes over the photo on the stage: they follow its zoom, their lines stay as thick as they are.

use super::candidates::{self, Found};
use super::drawing::{self, LabelledBox, Scene};
use super::named;
use crate::components::mask_layer::clip_style;
use crate::language::Locale;
use crate::numbers::plain;
use crate::studio::{PhotoResult, Studio};
use crate::view::View;
use crate::words;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_overlay::Colour;
use vitrine_pixels::boxes::Detection;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Stages below this width, in CSS pixels, have smaller letters.
const NARROW: f64 = 520.0;

/// Boxes with their places in the list of objects, those of hidden classes left out.
type Listed = Vec<(usize, LabelledBox)>;

/// Clipped at the divider, faded by the opacity.
#[component]
pub fn Layer(studio: Studio) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let view = studio.view;
    let found = Memo::new(move |_| Found::on_stage(studio));
    let listed = Memo::new(move |_| {
        let (locale, hidden) = (studio.locale.get(), view.objects.hidden.get());
        let found = found.get()?;
        let frame = found.result.answer.frame_size();
        let shown = found.objects.iter().enumerate().filter(|(_, it)| !hidden.contains(&it.class.into()));
        let boxes: Listed = shown.map(|(place, it)| (place, labelled(locale, &found.result, it))).collect();
        Some((frame, Arc::new(boxes)))
    });
    point(view, listed);
    let next = StoredValue::new_local(None::<(HtmlCanvasElement, [u32; 2], Arc<Listed>, View)>);
    Effect::new(move || {
        let (Some(canvas), Some((frame, boxes))) = (canvas.get(), listed.get()) else { return };
        view.camera.track();
        view.screen.track();
        view.objects.highlighted.track();
        let scheduled = next.with_value(Option::is_some);
        next.set_value(Some((canvas, frame, boxes, view)));
        if !scheduled {
            request_animation_frame(move || {
                if let Some((canvas, frame, boxes, view)) = next.try_update_value(Option::take).flatten() {
                    paint(&canvas, frame, &boxes, view);
                }
            });
        }
    });
    // A tag may stand out beside the photo as long as nothing is to be compared.
    let clip = Signal::derive(move || match view.divider.get() > 0.0 {
        true => clip_style(view),
        false => String::new(),
    });
    let gone = Signal::derive(move || view.peeking.get() || listed.with(Option::is_none));
    view! {
        <div class="layer" style=clip class:gone=gone>
            <canvas class="boxes" node_ref=canvas data-testid="boxes-canvas"
                style:opacity=Signal::derive(move || plain(studio.opacity().get()))></canvas>
        </div>
    }
}

/// The box below the pointer stands out; beside all boxes none does.
fn point(view: View, listed: Memo<Option<([u32; 2], Arc<Listed>)>>) {
    Effect::new(move |before: Option<bool>| {
        let Some(pointed) = view.pointed.get() else {
            // A list that is pointed at is not contradicted.
            if before == Some(true) {
                view.objects.highlighted.set(None);
            }
            return false;
        };
        let Some((frame, boxes)) = listed.get_untracked() else { return false };
        let scale = f64::from(frame[0]) / view.screen.get_untracked().image_width;
        let rects: Vec<LabelledBox> = boxes.iter().map(|(_, it)| it.clone()).collect();
        let under = drawing::under(&rects, pointed.column * scale, pointed.row * scale);
        let place = under.map(|under| boxes[under].0);
        if view.objects.highlighted.get_untracked() != place {
            view.objects.highlighted.set(place);
        }
        true
    });
}

/// The boxes of an answer as they are shown: by the thresholds that are in force, without hidden classes. None if it is no
/// detector's.
pub fn boxes_shown(studio: Studio, result: &PhotoResult) -> Option<Vec<LabelledBox>> {
    let (locale, hidden) = (studio.locale.get_untracked(), studio.view.objects.hidden.get_untracked());
    let found = untrack(|| candidates::objects(result, candidates::tuned(studio, &result.pack)))?;
    let shown = found.iter().filter(|it| !hidden.contains(&it.class.into()));
    Some(shown.map(|it| labelled(locale, result, it)).collect())
}

/// Class and confidence: `dog 87 %`, or what a cascade takes it for.
pub fn labelled(locale: Locale, result: &PhotoResult, it: &Detection) -> LabelledBox {
    let label = match named::of(result, it).first() {
        Some(best) => named::words(locale, result, best),
        None => {
            let percent = (it.confidence * 100.0).round() as u32;
            let name = words::class(locale, &result.pack, it.class.into());
            format!("{name} {percent}\u{202f}%")
        }
    };
    LabelledBox { rect: it.rect, label, colour: Colour::of_class(it.class.into()) }
}

fn paint(canvas: &HtmlCanvasElement, frame: [u32; 2], listed: &Listed, view: View) {
    let (screen, camera) = (view.screen.get_untracked(), view.camera.get_untracked());
    let unit = window().device_pixel_ratio();
    let (width, height) = ((screen.width * unit).round(), (screen.height * unit).round());
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
    // What is read at arm's length would cover a picture of a phone's size.
    let letters = if screen.width < NARROW { 0.85 } else { 1.0 };
    let (left, top, shown_width, _) = camera.rectangle(screen);
    let highlighted = view.objects.highlighted.get_untracked();
    let scene = Scene {
        left: left * unit,
        top: top * unit,
        scale: shown_width * unit / f64::from(frame[0].max(1)),
        unit: unit * letters,
        width,
        height,
        highlighted: highlighted.and_then(|place| listed.iter().position(|(it, _)| *it == place)),
    };
    let boxes: Vec<LabelledBox> = listed.iter().map(|(_, it)| it.clone()).collect();
    drawing::draw(&context, &boxes, &scene);
}
