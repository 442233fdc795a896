//! A confusion matrix as a picture: right answers are green, confusions red, each as strong as its share of the true class.
//! Large cells say that share in percent.

use crate::evaluation::Matrix;
use crate::language::Locale;
use crate::numbers::plain;
use crate::save::offer;
use crate::studio::Studio;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

/// Measures of a drawing in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Side of a cell.
    pub cell: f64,
    /// Room for names at the left and above; none without names.
    pub names: f64,
}

/// Colours that follow the theme.
pub struct Inks {
    /// Ground.
    pub paper: String,
    /// Names and lines.
    pub ink: String,
}

/// A saved cell is large enough for a name beside it.
const SAVED: Plan = Plan { cell: 14.0, names: 190.0 };
/// Cells of this side have room for a percentage.
const PERCENT_FROM: f64 = 60.0;
const RIGHT: &str = "47,143,95";
const WRONG: &str = "200,55,42";

/// Draws the matrix with rows for the truth.
pub fn draw(
    canvas: &HtmlCanvasElement,
    matrix: &Matrix,
    plan: Plan,
    inks: &Inks,
    locale: Locale,
) -> Option<()> {
    let size = matrix.size();
    let side = plan.names + plan.cell * size as f64;
    canvas.set_width(side.ceil() as u32);
    canvas.set_height(side.ceil() as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str(&inks.paper);
    context.fill_rect(0.0, 0.0, side, side);
    for truth in 0..size {
        for predicted in 0..size {
            let share = matrix.share(truth, predicted);
            if share > 0.0 {
                let colour = if truth == predicted { RIGHT } else { WRONG };
                context.set_fill_style_str(&format!("rgba({colour},{})", plain(share.sqrt())));
                let (x, y) =
                    (plan.names + plan.cell * predicted as f64, plan.names + plan.cell * truth as f64);
                context.fill_rect(x, y, plan.cell, plan.cell);
            }
        }
    }
    lines(&context, size, plan, inks);
    if plan.names > 0.0 {
        names(&context, matrix, plan, inks, locale);
    }
    if plan.cell >= PERCENT_FROM {
        percentages(&context, matrix, plan, inks);
    }
    Some(())
}

fn lines(context: &CanvasRenderingContext2d, size: usize, plan: Plan, inks: &Inks) {
    context.set_stroke_style_str(&inks.ink);
    context.set_global_alpha(0.14);
    context.set_line_width(1.0);
    let (from, to) = (plan.names, plan.names + plan.cell * size as f64);
    // Between small cells lines would be all that is seen.
    let step = if plan.cell < 6.0 { size.max(1) } else { 1 };
    context.begin_path();
    for index in (0..=size).step_by(step) {
        let at = (from + plan.cell * index as f64).floor() + 0.5;
        context.move_to(from, at);
        context.line_to(to, at);
        context.move_to(at, from);
        context.line_to(at, to);
    }
    context.stroke();
    context.set_global_alpha(1.0);
}

fn names(context: &CanvasRenderingContext2d, matrix: &Matrix, plan: Plan, inks: &Inks, locale: Locale) {
    let size = (plan.cell * 0.78).min(plan.names / 9.0);
    context.set_font(&format!("{}px sans-serif", plain(size)));
    context.set_fill_style_str(&inks.ink);
    context.set_text_baseline("middle");
    for (index, name) in matrix.names.iter().enumerate() {
        let name = in_language(name, locale);
        let middle = plan.names + plan.cell * (index as f64 + 0.5);
        context.set_text_align("right");
        // A canvas of this size takes any text.
        let _ = context.fill_text_with_max_width(name, plan.names - 6.0, middle, plan.names - 10.0);
        context.save();
        let _ = context.translate(middle, plan.names - 6.0);
        let _ = context.rotate(-std::f64::consts::FRAC_PI_2);
        context.set_text_align("left");
        let _ = context.fill_text_with_max_width(name, 0.0, 0.0, plan.names - 10.0);
        context.restore();
    }
}

fn percentages(context: &CanvasRenderingContext2d, matrix: &Matrix, plan: Plan, inks: &Inks) {
    context.set_text_align("center");
    context.set_font(&format!("{}px sans-serif", plain(plan.cell * 0.22)));
    context.set_fill_style_str(&inks.ink);
    for truth in 0..matrix.size() {
        for predicted in 0..matrix.size() {
            let percent = (matrix.share(truth, predicted) * 100.0).round();
            if percent > 0.0 {
                let middle = |index: usize| plan.names + plan.cell * (index as f64 + 0.5);
                // A canvas of this size takes any text.
                let _ = context.fill_text(&plain(percent), middle(predicted), middle(truth));
            }
        }
    }
}

/// The name in the page's language.
pub fn in_language(name: &[String; 2], locale: Locale) -> &str {
    match locale {
        Locale::en => &name[0],
        Locale::fr => &name[1],
    }
}

/// Hands out the matrix with all names, as a PNG on white.
pub fn save(studio: Studio, matrix: &Matrix) {
    let inks = Inks { paper: "#ffffff".to_owned(), ink: "#1c1d21".to_owned() };
    let plan = if matrix.size() <= 30 { Plan { cell: 32.0, ..SAVED } } else { SAVED };
    let made = || -> Option<Result<(), JsValue>> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        draw(&canvas, matrix, plan, &inks, studio.locale.get_untracked())?;
        let done = Closure::once_into_js(move |blob: Option<Blob>| {
            offer(studio, blob, "vitrine-confusion.png".to_owned());
        });
        Some(canvas.to_blob(done.unchecked_ref()))
    };
    if !matches!(made(), Some(Ok(()))) {
        offer(studio, None, "vitrine-confusion.png".to_owned());
    }
}
