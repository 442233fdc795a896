//! How all photos are looked at together.

use leptos::prelude::*;

/// What the sheet shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The photos.
    #[default]
    Photos,
    /// Their accuracy.
    Scores,
    /// Files that could not be used.
    LeftOut,
}

/// The order of the photos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By folder and name.
    #[default]
    Name,
    /// By the best class or the largest category, most confident first.
    Class,
    /// Most confident first.
    Surest,
    /// Least confident first.
    Unsurest,
}

impl Order {
    /// All of them, as a list shows them.
    pub const ALL: [Self; 4] = [Self::Name, Self::Class, Self::Surest, Self::Unsurest];
}

/// Signals of the sheet. Copies are the same.
#[derive(Clone, Copy, Default)]
pub struct SheetView {
    /// What is shown.
    pub tab: RwSignal<Tab>,
    /// The order of the photos.
    pub order: RwSignal<Order>,
    /// The class, or group, to which the photos are limited.
    pub only: RwSignal<Option<u32>>,
    /// How far the photos are scrolled, in CSS pixels.
    pub scrolled: RwSignal<f64>,
}
