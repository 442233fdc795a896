//! The mask over the photo.

use super::photo_layer::world_style;
use crate::numbers::{plain, within};
use crate::studio::{PhotoResult, Studio};
use crate::view::{self, Drawing, View};
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;

/// CSS pixels per pixel of the map from which on they are shown as squares.
const SQUARES_FROM: f64 = 3.0;

/// Longest side of heat, which is smooth: the browser enlarges it.
const DRAWN_SIDE: u32 = 512;

/// Paints the answer of the photo on the stage; clipped at the divider, faded by the opacity.
#[component]
pub fn MaskLayer(studio: Studio) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let view = studio.view;
    let result = Memo::new_with_compare(
        move |_| studio.on_stage.get().and_then(|photo| photo.result.get()),
        |before, after| match (before, after) {
            (Some(Some(before)), Some(Some(after))) => !Arc::ptr_eq(before, after),
            (Some(None), Some(None)) => false,
            _ => true,
        },
    );
    let next = StoredValue::new(None);
    Effect::new(move || {
        let (Some(canvas), Some(result)) = (canvas.get(), result.get()) else { return };
        let drawing = Drawing {
            hidden: view.hidden.get(),
            highlighted: view.highlighted.get(),
            outline: view.outline.get(),
            rank: view.rank.get(),
        };
        // Painting takes some milliseconds: once a frame is enough, and not in the task that brought the answer.
        let scheduled = next.with_value(Option::is_some);
        next.set_value(Some((canvas, result, drawing)));
        if !scheduled {
            request_animation_frame(move || {
                if let Some((canvas, result, drawing)) = next.try_update_value(Option::take).flatten()
                    && let Some((rgba, width, height)) = view::draw(&result, &drawing, DRAWN_SIDE)
                {
                    // Drawing on a canvas of this size cannot fail.
                    let _ = view::on_canvas(&canvas, &rgba, width, height);
                }
            });
        }
    });
    let clip = Signal::derive(move || clip_style(view));
    let squares = Signal::derive(move || {
        let columns = result.with(|result| Some(result.as_ref()?.areas()?.1.width()));
        let (_, _, width, _) = view.camera.get().rectangle(view.screen.get());
        columns.is_some_and(|columns| width / f64::from(columns) > SQUARES_FROM)
    });
    let gone = Signal::derive(move || {
        let nothing = |result: &Option<Arc<PhotoResult>>| {
            result.as_deref().is_none_or(|result| {
                result.areas().is_none() && (!view.heat.get() || result.activation(0).is_none())
            })
        };
        view.peeking.get() || result.with(nothing)
    });
    // Two names for one animation: changing between them starts it again.
    let unveiling =
        Signal::derive(
            move || if view.unveiled.get().is_multiple_of(2) { "veil veil-a" } else { "veil veil-b" },
        );
    view! {
        <div class="layer" style=clip class:gone=gone>
            <div class=unveiling>
                <div class="world" style=Signal::derive(move || world_style(view))>
                    <canvas class="mask" node_ref=canvas data-testid="mask-canvas" class:squares=squares
                        style:opacity=Signal::derive(move || plain(studio.opacity().get()))></canvas>
                </div>
            </div>
        </div>
    }
}

/// What is drawn over the photo begins at the divider.
pub fn clip_style(view: View) -> String {
    let screen = view.screen.get();
    let (left, right) = visible(view);
    let from = left + view.divider.get() * (right - left);
    format!("clip-path:inset(0 0 0 {}px)", plain(within(from, 0.0, screen.width)))
}

/// Left and right end of what is visible of the photo, in CSS pixels of the stage.
pub fn visible(view: View) -> (f64, f64) {
    let screen = view.screen.get();
    let (left, _, width, _) = view.camera.get().rectangle(screen);
    (left.max(0.0), (left + width).min(screen.width))
}
