//! How a photo is looked at: zoom, mask, before and after. No elements here; `components` draw by it.

mod camera;
mod mask;
mod objects;
mod pointer;
mod sheet;

pub use camera::{Camera, Screen};
pub use mask::{Drawing, draw, on_canvas};
pub use objects::{ObjectsView, Rivals, Tuned};
pub use pointer::{Pointers, Touch};
pub use sheet::{Order, SheetView, Tab};

use leptos::prelude::*;
use std::collections::BTreeSet;
use vitrine_packs::Task;

/// Where a person points, in image pixels and on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    /// Column of the frame.
    pub column: f64,
    /// Row of the frame.
    pub row: f64,
    /// Distance from the stage's left edge in CSS pixels.
    pub x: f64,
    /// Distance from the stage's top edge in CSS pixels.
    pub y: f64,
}

/// Signals of the view. Copies are the same view.
#[derive(Clone, Copy)]
pub struct View {
    /// Zoom and position.
    pub camera: RwSignal<Camera>,
    /// The stage's size, and the frame's.
    pub screen: RwSignal<Screen>,
    /// Share of the visible photo, from the left, that is shown without a mask: 0..=1.
    pub divider: RwSignal<f64>,
    /// Opacity of areas, 0..=1.
    pub area_opacity: RwSignal<f64>,
    /// Opacity of outlines, 0..=1.
    pub outline_opacity: RwSignal<f64>,
    /// Opacity of heat, 0..=1.
    pub heat_opacity: RwSignal<f64>,
    /// Whether heat is drawn.
    pub heat: RwSignal<bool>,
    /// The ranked class that the heat is about: the best one is 0.
    pub rank: RwSignal<usize>,
    /// Whether areas are drawn as outlines.
    pub outline: RwSignal<bool>,
    /// Ids of groups that are not drawn.
    pub hidden: RwSignal<BTreeSet<u8>>,
    /// The group that stands out.
    pub highlighted: RwSignal<Option<u8>>,
    /// Where a person points.
    pub pointed: RwSignal<Option<Pointed>>,
    /// Whether the photo is shown alone for a moment.
    pub peeking: RwSignal<bool>,
    /// Counts the masks that were new: each is unveiled once.
    pub unveiled: RwSignal<u32>,
    /// Which objects are shown.
    pub objects: ObjectsView,
    /// How all photos are looked at together.
    pub sheet: SheetView,
}

impl Default for View {
    fn default() -> Self {
        Self {
            camera: RwSignal::new(Camera::default()),
            screen: RwSignal::new(Screen::default()),
            divider: RwSignal::new(0.0),
            area_opacity: RwSignal::new(0.6),
            outline_opacity: RwSignal::new(1.0),
            heat_opacity: RwSignal::new(0.6),
            heat: RwSignal::new(true),
            rank: RwSignal::new(0),
            outline: RwSignal::new(false),
            hidden: RwSignal::default(),
            highlighted: RwSignal::new(None),
            pointed: RwSignal::new(None),
            peeking: RwSignal::new(false),
            unveiled: RwSignal::new(0),
            objects: ObjectsView::default(),
            sheet: SheetView::default(),
        }
    }
}

impl View {
    /// Opacity of what lies over the photo, in the present mode: a line must be stronger than an area to be seen.
    pub fn opacity(&self, task: Task) -> RwSignal<f64> {
        match task {
            Task::Classify => self.heat_opacity,
            Task::Segment if !self.outline.get() => self.area_opacity,
            _ => self.outline_opacity,
        }
    }

    /// A new mask is there.
    pub fn unveil(&self) {
        self.unveiled.update(|count| *count += 1);
    }

    /// Zooms by a factor round a point of the stage.
    pub fn zoom(&self, factor: f64, x: f64, y: f64) {
        let screen = self.screen.get_untracked();
        self.camera.update(|camera| *camera = camera.zoomed(screen, factor, x, y));
    }

    /// Zooms by a factor round the stage's middle.
    pub fn zoom_middle(&self, factor: f64) {
        let screen = self.screen.get_untracked();
        self.zoom(factor, screen.width / 2.0, screen.height / 2.0);
    }

    /// Moves the photo by CSS pixels.
    pub fn pan(&self, dx: f64, dy: f64) {
        let screen = self.screen.get_untracked();
        self.camera.update(|camera| *camera = camera.moved(screen, dx, dy));
    }

    /// Shows the whole photo.
    pub fn fit(&self) {
        self.camera.set(Camera::default());
    }
}
