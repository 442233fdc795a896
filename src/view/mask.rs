//! The mask, or the heat: painted by `vitrine_overlay`, put on a canvas here.

use crate::studio::{PhotoResult, ShownPack};
use std::collections::BTreeSet;
use vitrine_overlay::{Colour, Heat, Mode, Style, heat, paint};
use vitrine_pixels::ClassMap;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// How the mask is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Ids of groups that are left out.
    pub hidden: BTreeSet<u8>,
    /// The group that stands out.
    pub highlighted: Option<u8>,
    /// Outlines in place of areas.
    pub outline: bool,
    /// Which of the ranked classes the heat is about.
    pub rank: usize,
}

/// Lines keep about the same width on the screen, whatever the map's size: one pixel for this many of the map's width.
const OUTLINE_PER_WIDTH: u32 = 400;

/// Paints what lies over the photo: straight-alpha RGBA with its columns and rows. Two megapixels take some milliseconds.
/// Heat is `side` long at most. None if there is nothing to paint.
pub fn draw(result: &PhotoResult, drawing: &Drawing, side: u32) -> Option<(Vec<u8>, u32, u32)> {
    if let Some((_, map)) = result.areas() {
        return Some((areas(map, &result.pack, drawing), map.width(), map.height()));
    }
    let classes = result.classes()?;
    let (grid, values) = (classes.activation.as_ref()?, result.activation(drawing.rank)?);
    let longest = classes.width.max(classes.height);
    let scale = f64::from(side.min(longest)) / f64::from(longest);
    let scaled = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
    let region = grid.region.map(|edge| edge * scale as f32);
    let map = Heat { values, columns: grid.columns, rows: grid.rows, region };
    let (width, height) = (scaled(classes.width), scaled(classes.height));
    Some((heat(&map, width, height), width, height))
}

fn areas(map: &ClassMap, pack: &ShownPack, drawing: &Drawing) -> Vec<u8> {
    let shown = pack.groups.iter().filter(|group| !drawing.hidden.contains(&group.id));
    let mut style = Style::new(shown.map(|group| (group.id, Colour(group.rgb()))));
    style.highlighted = drawing.highlighted.filter(|id| !drawing.hidden.contains(id));
    if drawing.outline {
        let longest = map.width().max(map.height());
        style.mode = Mode::Outline { thickness: longest.div_ceil(OUTLINE_PER_WIDTH) };
    }
    paint(map, &pack.group_table(), &style)
}

/// Puts RGBA bytes on a canvas of that size.
pub fn on_canvas(canvas: &HtmlCanvasElement, rgba: &[u8], width: u32, height: u32) -> Result<(), JsValue> {
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(rgba), width, height)?;
    context.put_image_data(&data, 0.0, 0.0)
}
