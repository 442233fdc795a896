//! The truth about the photos of a folder: COCO's `instances.json`, which came with them.

use crate::bridge::Fields;
use crate::studio::Studio;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::metrics::matching::Truth;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The name of the file in a labelled folder, as `vitrine eval` reads it.
pub const NAME: &str = "instances.json";

/// Images with their objects.
#[derive(Debug)]
pub struct Instances {
    /// English names of the classes.
    pub classes: Vec<String>,
    /// By their ids.
    pub images: Vec<TrueImage>,
}

/// What is in an image.
#[derive(Debug)]
pub struct TrueImage {
    /// Its file, perhaps with folders.
    pub file: String,
    /// Place in [`Instances::classes`], and the object; its own class is not used.
    pub objects: Vec<(usize, Truth)>,
    id: f64,
    size: [f64; 2],
}

thread_local! {
    static LATEST: RefCell<Option<Rc<Instances>>> = const { RefCell::new(None) };
}

/// The set that came last.
pub fn latest() -> Option<Rc<Instances>> {
    LATEST.with_borrow(Clone::clone)
}

/// Reads the file; one that is no set changes nothing.
pub fn keep(studio: Studio, file: &File) {
    let text = file.text();
    spawn_local(async move {
        let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string());
        if let Some(set) = text.and_then(|text| Fields::parse(&text)).and_then(|fields| read(&fields)) {
            LATEST.set(Some(Rc::new(set)));
            studio.tick.update(|tick| *tick += 1);
        }
    });
}

fn read(fields: &Fields) -> Option<Instances> {
    let categories = fields.list("categories", |it| Some((it.number("id")?.to_bits(), it.text("name")?)))?;
    let mut images = fields.list("images", image)?;
    images.sort_by(|a, b| a.id.total_cmp(&b.id));
    let places: HashMap<u64, usize> =
        images.iter().enumerate().map(|(place, image)| (image.id.to_bits(), place)).collect();
    let classes: HashMap<u64, usize> =
        categories.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
    // What is no object is left out.
    fields
        .list("annotations", |it| {
            let found = object(it, &places, &classes, &images);
            Some(found)
        })?
        .into_iter()
        .flatten()
        .for_each(|(image, class, truth)| images[image].objects.push((class, truth)));
    Some(Instances { classes: categories.into_iter().map(|(_, name)| name).collect(), images })
}

fn image(fields: &Fields) -> Option<TrueImage> {
    let side = |key| fields.number(key).unwrap_or(f64::INFINITY);
    Some(TrueImage {
        file: fields.text("file_name")?,
        objects: Vec::new(),
        id: fields.number("id")?,
        size: [side("width"), side("height")],
    })
}

/// Place of the image, place of the class, and the object with what leaves the image cut off.
fn object(
    fields: &Fields,
    places: &HashMap<u64, usize>,
    classes: &HashMap<u64, usize>,
    images: &[TrueImage],
) -> Option<(usize, usize, Truth)> {
    let image = *places.get(&fields.number("image_id")?.to_bits())?;
    let class = *classes.get(&fields.number("category_id")?.to_bits())?;
    let &[left, top, width, height] = fields.list("bbox", Fields::as_number)?.as_slice() else { return None };
    let [across, down] = images[image].size;
    let (right, bottom) = ((left + width).min(across), (top + height).min(down));
    let (left, top) = (left.max(0.0), top.max(0.0));
    let extent = Extent { left, top, width: right - left, height: bottom - top };
    let whole = extent.width > 0.0 && extent.height > 0.0;
    let crowd = fields.number("iscrowd").is_some_and(|crowd| crowd != 0.0);
    let area = fields.number("area").unwrap_or_else(|| extent.area());
    whole.then_some((image, class, Truth { extent, class: 0, area, crowd }))
}

/// A file's name without folders and extension.
pub fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
