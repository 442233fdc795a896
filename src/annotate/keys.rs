//! The keyboard on the stage while boxes are edited, and what a screen reader says.

use super::class_field;
use super::store::{self, Work};
use super::surface::{next_class, placement};
use crate::numbers::fixed;
use crate::studio::Studio;
use crate::text;
use leptos::prelude::*;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::boxes::edit::Editor;
use web_sys::KeyboardEvent;

/// Steps of an arrow key with Control held.
const FAST: f64 = 10.0;
/// A box that a key draws has this share of what is visible, in each direction.
const DRAWN_SHARE: f64 = 0.3;

/// Does what a key asks for; others are left to the stage.
pub fn press(studio: Studio, work: &Work, event: &KeyboardEvent) {
    if act(studio, work, event) {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Whether the key was one of ours.
fn act(studio: Studio, work: &Work, event: &KeyboardEvent) -> bool {
    let (key, command) = (event.key(), event.ctrl_key() || event.meta_key());
    if command {
        return undo_or_redo(studio, work, event) || arrow(studio, work, event);
    }
    if event.alt_key() {
        return false;
    }
    match key.as_str() {
        "Tab" => {
            let moved = work.editor.try_update(|editor| editor.select_next(event.shift_key()));
            say_selected(studio, work);
            // After the last box the focus goes on, as it does from any other element.
            return moved == Some(true);
        }
        "Delete" | "Backspace" => change(studio, work, Editor::delete),
        "n" | "N" => store::desk().drawing.update(|drawing| *drawing = !*drawing),
        "d" | "D" => duplicate(studio, work),
        "Enter" => return enter(studio, work),
        "Escape" => return escape(work),
        _ => return arrow(studio, work, event),
    }
    true
}

/// Control and Z, with Shift for redoing, or Y.
pub fn undo_or_redo(studio: Studio, work: &Work, event: &KeyboardEvent) -> bool {
    match (event.key().as_str(), event.shift_key()) {
        ("z" | "Z", false) => change(studio, work, |editor| {
            editor.undo();
        }),
        ("z" | "Z", true) | ("y" | "Y", _) => change(studio, work, |editor| {
            editor.redo();
        }),
        _ => return false,
    }
    true
}

/// Changes the boxes and says what is selected then.
pub fn change(studio: Studio, work: &Work, change: impl FnOnce(&mut Editor)) {
    work.editor.update(change);
    say_selected(studio, work);
}

/// Copies the selected box a little aside.
pub fn duplicate(studio: Studio, work: &Work) {
    let shift = 12.0 / untrack(|| placement(studio, work)).scale;
    change(studio, work, |editor| editor.duplicate(shift));
}

/// Moves or resizes the selected box by a pixel of the screen, at least one of the image. Without one the photo moves.
fn arrow(studio: Studio, work: &Work, event: &KeyboardEvent) -> bool {
    let [across, down] = match event.key().as_str() {
        "ArrowLeft" => [-1.0, 0.0],
        "ArrowRight" => [1.0, 0.0],
        "ArrowUp" => [0.0, -1.0],
        "ArrowDown" => [0.0, 1.0],
        _ => return false,
    };
    if work.editor.with_untracked(|editor| editor.selected().is_none()) {
        return false;
    }
    let mut step = (1.0 / untrack(|| placement(studio, work)).scale).max(1.0);
    if event.ctrl_key() || event.meta_key() {
        step *= FAST;
    }
    let by = [across * step, down * step];
    change(studio, work, |editor| match event.shift_key() {
        true => editor.grow(by, event.repeat()),
        false => editor.nudge(by, event.repeat()),
    });
    true
}

/// Puts a new box in the middle of what is visible, or goes to the class of the selected one.
fn enter(studio: Studio, work: &Work) -> bool {
    let desk = store::desk();
    if desk.drawing.get_untracked() {
        desk.drawing.set(false);
        let (extent, class) = (middle(studio, work), next_class(&desk, studio));
        change(studio, work, |editor| editor.add(extent, class));
        return true;
    }
    let selected = work.editor.with_untracked(|editor| editor.selected().is_some());
    selected && class_field::focus()
}

fn middle(studio: Studio, work: &Work) -> Extent {
    let (placement, screen) = untrack(|| (placement(studio, work), studio.view.screen.get()));
    let [across, down] = work.size.map(f64::from);
    let [left, top] = placement.image_from_screen([0.0, 0.0]).map(|side| side.max(0.0));
    let [right, bottom] = placement.image_from_screen([screen.width, screen.height]);
    let (width, height) = (right.min(across) - left, bottom.min(down) - top);
    Extent {
        left: left + width * (1.0 - DRAWN_SHARE) / 2.0,
        top: top + height * (1.0 - DRAWN_SHARE) / 2.0,
        width: width * DRAWN_SHARE,
        height: height * DRAWN_SHARE,
    }
}

/// Gives up the latest thing that was begun.
fn escape(work: &Work) -> bool {
    let drawing = store::desk().drawing;
    if work.editor.with_untracked(Editor::is_held) {
        work.editor.update(Editor::cancel);
    } else if drawing.get_untracked() {
        drawing.set(false);
    } else if work.editor.with_untracked(|editor| editor.selected().is_some()) {
        work.editor.update(|editor| editor.select(None));
    } else {
        return false;
    }
    true
}

/// Lets a screen reader say which box is selected and where it is.
pub fn say_selected(studio: Studio, work: &Work) {
    let said = work.editor.with_untracked(|editor| {
        let it = editor.selected()?;
        let at = editor.boxes().iter().position(|other| other.id == it.id)? + 1;
        let Extent { left, top, width, height } = it.labelled.extent;
        let [left, top, width, height] = [left, top, width, height].map(|side| fixed(side, 0));
        let class = it.labelled.class.to_string();
        let count = editor.boxes().len();
        let locale = studio.locale.get_untracked();
        Some(text!(
            locale,
            annotate.said,
            class = class,
            at = at,
            count = count,
            left = left,
            top = top,
            width = width,
            height = height
        ))
    });
    store::desk().said.set(said.unwrap_or_default());
}
