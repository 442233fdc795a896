//! What was found in a frame, painted into it for good.

use crate::components::{Scene, boxes_shown, draw_boxes};
use crate::live::frames::Board;
use crate::live::web::{call, number, set};
use crate::numbers::{self, plain};
use crate::studio::{PhotoResult, Studio};
use crate::view::{self, Drawing};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlCanvasElement;

/// Heat is drawn this long at most: it is smooth.
const HEAT_SIDE: u32 = 512;
/// Classes that are named on a frame.
const NAMED: usize = 3;
/// Height of a line of text as a share of the frame's, and its least in pixels.
const LINE: (f64, f64) = (0.055, 14.0);

/// A frame is this many of the units high that lines and letters are multiples of.
const UNITS_HIGH: f64 = 540.0;

/// Paints by the settings of the page: areas or outlines, hidden categories, opacity. `spare` is a canvas to work on.
pub fn paint(studio: Studio, board: &Board, spare: &HtmlCanvasElement, result: &PhotoResult) {
    let view = studio.view;
    let drawing = Drawing {
        hidden: view.hidden.get_untracked(),
        highlighted: None,
        outline: view.outline.get_untracked(),
        rank: 0,
    };
    let unseen = result.classes().is_some() && !view.heat.get_untracked();
    if !unseen
        && let Some((rgba, width, height)) = view::draw(result, &drawing, HEAT_SIDE)
        && view::on_canvas(spare, &rgba, width, height).is_ok()
    {
        set(&board.context, "globalAlpha", &untrack(|| studio.opacity().get()).into());
        let (width, height) = (board.canvas.width(), board.canvas.height());
        // Drawing one live canvas on another cannot fail.
        let place = [spare.into(), 0.into(), 0.into(), width.into(), height.into()];
        let _ = call(&board.context, "drawImage", &place);
        set(&board.context, "globalAlpha", &1.into());
    }
    name(studio, board, result);
    boxes(studio, board, result);
}

/// Draws the objects that the page's thresholds leave, those of hidden classes left out.
fn boxes(studio: Studio, board: &Board, result: &PhotoResult) {
    let Some(boxes) = boxes_shown(studio, result) else { return };
    let (width, height) = (f64::from(board.canvas.width()), f64::from(board.canvas.height()));
    let scene = Scene {
        left: 0.0,
        top: 0.0,
        scale: width / f64::from(result.answer.frame_size()[0].max(1)),
        unit: (height / UNITS_HIGH).max(1.0),
        width,
        height,
        highlighted: None,
    };
    draw_boxes(board.context.unchecked_ref(), &boxes, &scene);
}

/// Writes the best classes of the whole frame into its corner.
fn name(studio: Studio, board: &Board, result: &PhotoResult) {
    let Some(classes) = result.classes() else { return };
    let locale = studio.locale.get_untracked();
    let line = (f64::from(board.canvas.height()) * LINE.0).max(LINE.1);
    set(&board.context, "font", &format!("600 {}px sans-serif", plain(line * 0.75)).into());
    set(&board.context, "textBaseline", &"middle".into());
    for (index, ranked) in classes.ranked.iter().take(NAMED).enumerate() {
        let name = words::class(locale, &result.pack, ranked.class);
        let text = format!("{name}  {}", numbers::percent(locale, ranked.confidence));
        plate(&board.context, &text, line * 0.4, line * (0.4 + index as f64 * 1.1), line);
    }
}

/// A line of text on a dark ground.
fn plate(context: &JsValue, text: &str, left: f64, top: f64, line: f64) {
    let measured = call(context, "measureText", &[text.into()]).unwrap_or_default();
    let width = number(&measured, "width") + line * 0.6;
    set(context, "fillStyle", &"rgba(20,21,24,0.8)".into());
    // Neither fails for finite numbers.
    let _ = call(context, "fillRect", &[left.into(), top.into(), width.into(), line.into()]);
    set(context, "fillStyle", &"#fffdf9".into());
    let _ = call(context, "fillText", &[text.into(), (left + line * 0.3).into(), (top + line * 0.52).into()]);
}
