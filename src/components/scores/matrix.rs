//! The confusion matrix on the page: pointing at a cell, or going to it with the arrow keys, says what it counts.

use super::paint::{self, Inks, Plan};
use crate::evaluation::Matrix;
use crate::studio::Studio;
use crate::{numbers, say, text};
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent};

/// Pixels of the screen that the matrix may take.
const SIDE: f64 = 600.0;
/// Up to this many classes have their names written beside them.
const NAMED_MAX: usize = 24;

/// The matrix with its sentence.
#[component]
pub fn MatrixView(studio: Studio, matrix: Matrix) -> impl IntoView {
    let matrix = Arc::new(matrix);
    let canvas = NodeRef::<Canvas>::new();
    let plan = plan(matrix.size());
    let cell = RwSignal::new(None::<(usize, usize)>);
    let size = matrix.size();
    Effect::new({
        let matrix = matrix.clone();
        move || {
            studio.dark.track();
            if let Some(canvas) = canvas.get() {
                paint::draw(&canvas, &matrix, plan, &inks(&canvas), studio.locale.get());
            }
        }
    });
    let said = Signal::derive(move || match cell.get() {
        Some(cell) => sentence(studio, &matrix, cell),
        None => text!(studio.locale.get(), scores.matrix_hint),
    });
    view! {
        <section class="matrix">
            <h2>{say!(studio, scores.matrix)}</h2>
            <canvas node_ref=canvas tabindex="0" role="img" data-testid="matrix" aria-label=said
                on:pointermove=move |event| cell.set(under(&event, plan, size))
                on:pointerleave=move |_| cell.set(None)
                on:keydown=move |event| step(cell, size, &event)></canvas>
            <p class="matrix-said" data-testid="matrix-said" aria-live="polite">{said}</p>
        </section>
    }
}

/// Drawn twice as large as it is shown, for dense screens.
fn plan(size: usize) -> Plan {
    let names = if size <= NAMED_MAX { 230.0 } else { 0.0 };
    Plan { cell: ((2.0 * SIDE - names) / size.max(1) as f64).floor().clamp(2.0, 120.0), names }
}

fn inks(canvas: &HtmlCanvasElement) -> Inks {
    let style = window().get_computed_style(canvas).ok().flatten();
    let value = |name: &str| style.as_ref().and_then(|style| style.get_property_value(name).ok());
    Inks {
        paper: value("--surface").filter(|it| !it.is_empty()).unwrap_or_else(|| "#fff".to_owned()),
        ink: value("--ink").filter(|it| !it.is_empty()).unwrap_or_else(|| "#000".to_owned()),
    }
}

/// The cell below a pointer.
fn under(event: &PointerEvent, plan: Plan, size: usize) -> Option<(usize, usize)> {
    use wasm_bindgen::JsCast;
    let canvas = event.current_target()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let scale = f64::from(canvas.width()) / f64::from(canvas.client_width().max(1));
    let index = |offset: i32| ((f64::from(offset) * scale - plan.names) / plan.cell).floor();
    let (column, row) = (index(event.offset_x()), index(event.offset_y()));
    let inside = |index: f64| index >= 0.0 && index < size as f64;
    (inside(column) && inside(row)).then_some((row as usize, column as usize))
}

fn step(cell: RwSignal<Option<(usize, usize)>>, size: usize, event: &KeyboardEvent) {
    let (down, right) = match event.key().as_str() {
        "ArrowUp" => (-1, 0),
        "ArrowDown" => (1, 0),
        "ArrowLeft" => (0, -1),
        "ArrowRight" => (0, 1),
        _ => return,
    };
    event.prevent_default();
    let moved = |index: usize, by: isize| index.saturating_add_signed(by).min(size.saturating_sub(1));
    cell.update(|cell| {
        *cell = Some(cell.map_or((0, 0), |(row, column)| (moved(row, down), moved(column, right))));
    });
}

fn sentence(studio: Studio, matrix: &Matrix, (truth, predicted): (usize, usize)) -> String {
    let locale = studio.locale.get();
    let name = |class: usize| paint::in_language(&matrix.names[class], locale).to_owned();
    let count = numbers::whole(locale, matrix.count(truth, predicted));
    let total = numbers::whole(locale, matrix.total(truth));
    let percent = numbers::percent(locale, matrix.share(truth, predicted));
    if truth == predicted {
        return text!(
            locale,
            scores.cell_right,
            truth = name(truth),
            count = count,
            total = total,
            percent = percent
        );
    }
    text!(
        locale,
        scores.cell_wrong,
        truth = name(truth),
        predicted = name(predicted),
        count = count,
        total = total,
        percent = percent
    )
}
