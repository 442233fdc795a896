//! What a detector found in a photo, as boxes to begin with.

use crate::components::objects::{objects, tuned};
use crate::studio::{Photo, ShownPack, Studio};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_pixels::boxes::Detection;
use vitrine_pixels::boxes::edit::{Labelled, Origin};

/// A detector's boxes, and all classes that it knows.
pub struct Predicted {
    /// The most confident first.
    pub boxes: Vec<Labelled>,
    /// In the order of its outputs.
    pub classes: Vec<Arc<str>>,
}

/// The boxes that the present thresholds leave, those of hidden classes left out; none if the photo has no answer of a
/// detector.
pub fn boxes(studio: Studio, photo: &Photo) -> Option<Predicted> {
    let result = photo.result.get()?;
    let found = objects(&result, tuned(studio, &result.pack))?;
    let hidden = studio.view.objects.hidden.get();
    let shown = found.iter().filter(|it| !hidden.contains(&it.class.into()));
    let classes = result.pack.classes.iter().map(|class| class.name.en.as_str().into()).collect();
    Some(Predicted { boxes: shown.filter_map(|it| labelled(&result.pack, it)).collect(), classes })
}

fn labelled(pack: &ShownPack, found: &Detection) -> Option<Labelled> {
    Some(Labelled {
        extent: found.rect.into(),
        class: pack.classes.get(usize::from(found.class))?.name.en.as_str().into(),
        origin: Origin::Predicted,
        confidence: Some(found.confidence.into()),
    })
}
