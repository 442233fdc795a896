//! The photo itself.

use crate::numbers::plain;
use crate::studio::Studio;
use crate::view::View;
use leptos::html::Div;
use leptos::prelude::*;

/// Puts the photo's canvas on the stage: it was made when the photo was read, and is only moved here.
#[component]
pub fn PhotoLayer(studio: Studio) -> impl IntoView {
    let world = NodeRef::<Div>::new();
    Effect::new(move || {
        let picture = studio.on_stage.get().and_then(|photo| photo.picture.get());
        let (Some(world), Some(picture)) = (world.get(), picture) else { return };
        // Both are attributes and children of live elements: they cannot fail.
        let _ = picture.set_attribute("data-testid", "photo-canvas");
        world.replace_children_with_node_1(&picture);
    });
    view! {
        <div class="layer"><div class="world" node_ref=world style=Signal::derive(move || world_style(studio.view))></div></div>
    }
}

/// Where the photo lies on the stage. The element has the size of the whole photo fitted to the stage, and a transform
/// zooms it: nothing is laid out again while a person zooms.
pub fn world_style(view: View) -> String {
    let (screen, camera) = (view.screen.get(), view.camera.get());
    let (width, height) = screen.fitted();
    let (left, top, _, _) = camera.rectangle(screen);
    let (width, height, left, top) = (plain(width), plain(height), plain(left), plain(top));
    let zoom = plain(camera.zoom);
    format!("width:{width}px;height:{height}px;transform:translate({left}px,{top}px) scale({zoom})")
}
