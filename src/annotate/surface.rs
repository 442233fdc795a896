//! The stage while boxes are edited: what pointers do.

use super::boxes::Boxes;
use super::keys;
use super::placement::Placement;
use super::store::{self, Desk, Work};
use crate::studio::{Photo, Studio};
use crate::view::{Pointers, Touch};
use crate::{say, text};
use leptos::html::Div;
use leptos::prelude::*;
use vitrine_pixels::boxes::edit::{Edge, Grip, Handle};
use web_sys::PointerEvent;

/// CSS pixels by which a mouse may miss a handle.
const MOUSE_TOLERANCE: f64 = 9.0;
/// The same for a finger.
const TOUCH_TOLERANCE: f64 = 22.0;
/// CSS pixels that a drawn box has at least.
const SMALLEST: f64 = 4.0;
/// The element that has the keyboard.
pub const SURFACE_ID: &str = "edit-surface";

/// The photo on the stage with its boxes, once its size is known.
pub fn shown(studio: Studio) -> Option<(Photo, Work)> {
    let photo = studio.on_stage.get()?;
    photo.picture.track();
    let work = store::work(studio, &photo)?;
    Some((photo, work))
}

/// What lies over the photo.
#[component]
pub fn Surface(studio: Studio) -> impl IntoView {
    let number = Memo::new(move |_| shown(studio).map(|(photo, _)| photo.number));
    let surface = move || {
        let work = store::work(studio, &studio.photo(number.get()?)?)?;
        Some(view! { <Layer studio work /> })
    };
    Effect::new(move || {
        if let Some((photo, work)) = shown(studio) {
            work.known.track();
            store::follow(studio, &photo, &work);
        }
    });
    on_cleanup(|| store::desk().drawing.set(false));
    surface
}

/// Everything that a pointer needs to know.
#[derive(Clone, Copy)]
struct Hand {
    studio: Studio,
    work: StoredValue<Work>,
    desk: StoredValue<Desk>,
    pointers: RwSignal<Pointers>,
    cursor: RwSignal<&'static str>,
    element: NodeRef<Div>,
}

#[component]
fn Layer(studio: Studio, work: Work) -> impl IntoView {
    let hand = Hand {
        studio,
        work: StoredValue::new(work.clone()),
        desk: StoredValue::new(store::desk()),
        pointers: RwSignal::new(Pointers::default()),
        cursor: RwSignal::new("default"),
        element: NodeRef::new(),
    };
    hand.element.on_load(|element| {
        // It was asked for: the keyboard is meant for it.
        let _ = element.focus();
    });
    let label = Signal::derive(move || {
        let count = hand.work.with_value(|work| work.editor.with(|editor| editor.boxes().len()));
        text!(studio.locale.get(), annotate.surface, count = count)
    });
    view! {
        <div class="edit-surface" id=SURFACE_ID node_ref=hand.element data-testid="edit-surface" tabindex="0"
            role="application" aria-label=label aria-roledescription=say!(studio, annotate.editor)
            style:cursor=hand.cursor
            on:pointerdown=move |event| hand.press(&event)
            on:pointermove=move |event| hand.moves(&event)
            on:pointerup=move |event| hand.release(&event, true)
            on:pointercancel=move |event| hand.release(&event, false)
            on:dblclick=move |event| event.stop_propagation()
            on:keydown=move |event| keys::press(studio, &hand.work.get_value(), &event)>
            <Boxes studio work />
        </div>
    }
}

/// Where the photo lies at the moment.
pub fn placement(studio: Studio, work: &Work) -> Placement {
    let (camera, screen) = (studio.view.camera.get(), studio.view.screen.get());
    Placement::new(camera, screen, work.size[0].into())
}

impl Hand {
    fn work(&self) -> Work {
        self.work.get_value()
    }

    fn placement(&self) -> Placement {
        untrack(|| placement(self.studio, &self.work()))
    }

    fn place(&self, event: &PointerEvent) -> [f64; 2] {
        let bounds = self.element.get_untracked().map(|element| element.get_bounding_client_rect());
        let [left, top] = bounds.map_or([0.0; 2], |bounds| [bounds.left(), bounds.top()]);
        [f64::from(event.client_x()) - left, f64::from(event.client_y()) - top]
    }

    fn press(&self, event: &PointerEvent) {
        event.stop_propagation();
        let (id, [x, y]) = (event.pointer_id(), self.place(event));
        self.pointers.update(|pointers| pointers.press(id, x, y));
        if let Some(element) = self.element.get_untracked() {
            // A pointer that has gone already cannot be captured, and need not be.
            let _ = element.set_pointer_capture(id);
            let _ = element.focus();
        }
        let editor = self.work().editor;
        if editor.with_untracked(|editor| editor.is_held()) {
            // A second finger zooms: what the first one began was not meant.
            editor.update(|editor| editor.cancel());
        } else if event.is_primary() && event.button() == 0 {
            self.begin(event, [x, y]);
        }
    }

    fn begin(&self, event: &PointerEvent, point: [f64; 2]) {
        let (editor, desk) = (self.work().editor, self.desk.get_value());
        let at = self.placement().image_from_screen(point);
        if desk.drawing.get_untracked() {
            let class = next_class(&desk, self.studio);
            editor.update(|editor| editor.draw(class, at));
            return;
        }
        match editor.with_untracked(|editor| editor.hit(at, self.tolerance(event))) {
            Some(grip) => editor.update(|editor| editor.hold(grip, at)),
            None => editor.update(|editor| editor.select(None)),
        }
    }

    /// In image pixels.
    fn tolerance(&self, event: &PointerEvent) -> f64 {
        let pixels = if event.pointer_type() == "mouse" { MOUSE_TOLERANCE } else { TOUCH_TOLERANCE };
        pixels / self.placement().scale
    }

    fn moves(&self, event: &PointerEvent) {
        event.stop_propagation();
        let [x, y] = self.place(event);
        let at = self.placement().image_from_screen([x, y]);
        let touch = self.pointers.try_update(|pointers| pointers.moves(event.pointer_id(), x, y)).flatten();
        let (editor, view) = (self.work().editor, self.studio.view);
        if editor.with_untracked(|editor| editor.is_held()) {
            editor.update(|editor| editor.drag(at));
            return;
        }
        match touch {
            Some(Touch::Drag { dx, dy }) => view.pan(dx, dy),
            Some(Touch::Pinch { factor, x, y, dx, dy }) => {
                view.pan(dx, dy);
                view.zoom(factor, x, y);
            }
            None => self.point(event, at),
        }
    }

    /// The cursor says what a press would do.
    fn point(&self, event: &PointerEvent, at: [f64; 2]) {
        let drawing = self.desk.with_value(|desk| desk.drawing.get_untracked());
        let below = self.work().editor.with_untracked(|editor| editor.hit(at, self.tolerance(event)));
        let cursor = match below {
            _ if drawing => "crosshair",
            Some(Grip::Body(_)) => "move",
            Some(Grip::Handle(_, handle)) => cursor(handle),
            None => "default",
        };
        if self.cursor.get_untracked() != cursor {
            self.cursor.set(cursor);
        }
    }

    fn release(&self, event: &PointerEvent, done: bool) {
        event.stop_propagation();
        self.pointers.update(|pointers| {
            pointers.release(event.pointer_id());
        });
        let (editor, desk) = (self.work().editor, self.desk.get_value());
        if !editor.with_untracked(|editor| editor.is_held()) {
            return;
        }
        let smallest = SMALLEST / self.placement().scale;
        let changed = editor.try_update(|editor| {
            if !done {
                editor.cancel();
            }
            editor.finish(smallest)
        });
        if changed == Some(true) {
            keys::say_selected(self.studio, &self.work());
        }
        if changed == Some(true) && desk.drawing.get_untracked() {
            desk.drawing.set(false);
            self.cursor.set("default");
        }
    }
}

/// The class of a box that is drawn: that of the one before, else the first that is known.
pub fn next_class(desk: &Desk, studio: Studio) -> std::sync::Arc<str> {
    let class = desk.class.get_untracked().or_else(|| desk.classes.with_untracked(|it| it.first().cloned()));
    class.unwrap_or_else(|| text!(studio.locale.get_untracked(), annotate.first_class).as_str().into())
}

fn cursor(handle: Handle) -> &'static str {
    match (handle.across, handle.down) {
        (Edge::Low, Edge::Low) | (Edge::High, Edge::High) => "nwse-resize",
        (Edge::Low, Edge::High) | (Edge::High, Edge::Low) => "nesw-resize",
        (Edge::Neither, _) => "ns-resize",
        (_, Edge::Neither) => "ew-resize",
    }
}
