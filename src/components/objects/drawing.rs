//! A list of labelled boxes over a picture: on the stage, over the frames of a camera, in a file.
//!
//! ```ignore
//! let boxes = [LabelledBox { rect, label: "dog 87 %".into(), colour: Colour::of_class(16) }];
//! // A canvas of 800 x 600 CSS pixels on a dense screen, the picture in its middle: in pixels of the canvas.
//! let scene = Scene { left: 200.0, top: 0.0, scale: 2.5, unit: 2.0, width: 1600.0, height: 1200.0, highlighted: None };
//! draw(&context, &boxes, &scene);
//! ```
//!
//! Nothing here knows of the studio. The picture itself is not drawn, and the canvas is not cleared.

use crate::numbers::plain;
use js_sys::{Function, Reflect};
use vitrine_overlay::Colour;
use vitrine_pixels::boxes::{Rect, Tagged, place_tags};
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

/// A box with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledBox {
    /// In pixels of the picture.
    pub rect: Rect,
    /// What stands in its tag; without a tag if it is empty.
    pub label: String,
    /// Of line and tag.
    pub colour: Colour,
}

/// Where the picture lies on the canvas, and how boxes are drawn. Lengths are pixels of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scene {
    /// Distance of the picture's left side from the canvas's.
    pub left: f64,
    /// Distance of the picture's upper side from the canvas's.
    pub top: f64,
    /// Pixels of the canvas for a pixel of the picture.
    pub scale: f64,
    /// What a CSS pixel is: lines and letters are multiples of it, whatever the picture's scale.
    pub unit: f64,
    /// Columns of the canvas; tags stay inside.
    pub width: f64,
    /// Rows of the canvas.
    pub height: f64,
    /// Place of the box that stands out.
    pub highlighted: Option<usize>,
}

impl Scene {
    /// A box of the picture on the canvas.
    pub fn canvas_from_image(&self, rect: &Rect) -> Rect {
        let across = |x: f32| (f64::from(x) * self.scale + self.left) as f32;
        let down = |y: f32| (f64::from(y) * self.scale + self.top) as f32;
        Rect {
            left: across(rect.left),
            top: down(rect.top),
            right: across(rect.right),
            bottom: down(rect.bottom),
        }
    }
}

/// Widths and sizes in units.
const LINE: f64 = 2.5;
const LETTERS: f64 = 13.0;
const TAG_HEIGHT: f64 = 20.0;
const TAG_SIDE: f64 = 6.0;

/// Draws boxes and their tags. The first in the list are the most important: they lie above, and their tags have the
/// better places.
pub fn draw(context: &CanvasRenderingContext2d, boxes: &[LabelledBox], scene: &Scene) {
    context.set_font(&format!("600 {}px system-ui, sans-serif", plain(LETTERS * scene.unit)));
    context.set_text_baseline("middle");
    let rects: Vec<Rect> = boxes.iter().map(|it| scene.canvas_from_image(&it.rect)).collect();
    let room = Rect { left: 0.0, top: 0.0, right: scene.width as f32, bottom: scene.height as f32 };
    // What is out of sight wants no tag.
    let seen: Vec<usize> =
        (0..boxes.len()).filter(|&it| rects[it].common(&room) > 0.0 && !boxes[it].label.is_empty()).collect();
    let tagged: Vec<Tagged> =
        seen.iter().map(|&it| tagged(context, &rects[it], &boxes[it].label, scene)).collect();
    let tags = place_tags(&tagged, &room);
    let order = |highlighted: bool| {
        (0..boxes.len()).rev().filter(move |&it| (scene.highlighted == Some(it)) == highlighted)
    };
    for highlighted in [false, true] {
        context.set_global_alpha(if highlighted || scene.highlighted.is_none() { 1.0 } else { 0.35 });
        for it in order(highlighted) {
            outline(context, &rects[it], boxes[it].colour, scene.unit, highlighted);
        }
        for it in order(highlighted) {
            if let Some(place) = seen.iter().position(|&seen| seen == it) {
                tag(context, &tags[place], &boxes[it], scene.unit);
            }
        }
    }
    context.set_global_alpha(1.0);
}

/// The smallest box that a point of the picture lies in.
pub fn under(boxes: &[LabelledBox], x: f64, y: f64) -> Option<usize> {
    let holding = boxes.iter().enumerate().filter(|(_, it)| it.rect.holds(x as f32, y as f32));
    holding.min_by(|(_, a), (_, b)| a.rect.area().total_cmp(&b.rect.area())).map(|(place, _)| place)
}

fn tagged(context: &CanvasRenderingContext2d, rect: &Rect, label: &str, scene: &Scene) -> Tagged {
    let width = measured(context, label).unwrap_or(0.0) + 2.0 * TAG_SIDE * scene.unit;
    // The tag's side is flush with the outer edge of the line.
    let out = (LINE / 2.0 * scene.unit) as f32;
    let rect = Rect {
        left: rect.left - out,
        top: rect.top - out,
        right: rect.right + out,
        bottom: rect.bottom + out,
    };
    Tagged { rect, tag: [width as f32, (TAG_HEIGHT * scene.unit) as f32] }
}

/// The width of a text in the context's letters.
fn measured(context: &CanvasRenderingContext2d, text: &str) -> Option<f64> {
    let measure: Function = Reflect::get(context, &"measureText".into()).ok()?.dyn_into().ok()?;
    let measured = measure.call1(context, &text.into()).ok()?;
    Reflect::get(&measured, &"width".into()).ok()?.as_f64()
}

/// A line with a dark rim, which can be seen on any photo.
fn outline(context: &CanvasRenderingContext2d, rect: &Rect, colour: Colour, unit: f64, highlighted: bool) {
    let [x, y, width, height] = sides(rect);
    let line = if highlighted { LINE + 1.0 } else { LINE } * unit;
    context.set_line_join("round");
    context.set_stroke_style_str("rgba(0,0,0,0.45)");
    context.set_line_width(line + 2.0 * unit);
    context.stroke_rect(x, y, width, height);
    let ink = css(colour);
    context.set_stroke_style_str(&ink);
    context.set_line_width(line);
    context.stroke_rect(x, y, width, height);
    if highlighted {
        context.set_fill_style_str(&ink);
        context.set_global_alpha(0.2);
        context.fill_rect(x, y, width, height);
        context.set_global_alpha(1.0);
    }
}

fn tag(context: &CanvasRenderingContext2d, place: &Rect, it: &LabelledBox, unit: f64) {
    let [x, y, width, height] = sides(place);
    context.set_fill_style_str(&css(it.colour));
    context.begin_path();
    // A rounded rectangle of finite sides is always one.
    let _ = context.round_rect_with_f64(x, y, width, height, 3.0 * unit);
    context.fill();
    context.set_fill_style_str(&css(it.colour.ink()));
    let _ = context.fill_text(&it.label, x + TAG_SIDE * unit, y + (height + unit) / 2.0);
}

fn sides(rect: &Rect) -> [f64; 4] {
    [rect.left, rect.top, rect.width(), rect.height()].map(f64::from)
}

/// As styles write it.
pub fn css(Colour([red, green, blue]): Colour) -> String {
    format!("rgb({red},{green},{blue})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(left: f32, top: f32, right: f32, bottom: f32) -> LabelledBox {
        let rect = Rect { left, top, right, bottom };
        LabelledBox { rect, label: String::new(), colour: Colour::default() }
    }

    #[test]
    fn the_smallest_box_below_the_pointer_is_meant() {
        let boxes =
            [boxed(0.0, 0.0, 100.0, 100.0), boxed(20.0, 20.0, 40.0, 40.0), boxed(30.0, 30.0, 90.0, 90.0)];
        assert_eq!(under(&boxes, 35.0, 35.0), Some(1));
        assert_eq!(under(&boxes, 60.0, 60.0), Some(2));
        assert_eq!(under(&boxes, 5.0, 60.0), Some(0));
        assert_eq!(under(&boxes, 101.0, 60.0), None);
    }

    #[test]
    fn a_scene_moves_and_enlarges_boxes() {
        let scene = Scene {
            left: 10.0,
            top: 5.0,
            scale: 2.0,
            unit: 1.0,
            width: 100.0,
            height: 100.0,
            highlighted: None,
        };
        let rect = Rect { left: 1.0, top: 2.0, right: 3.0, bottom: 4.0 };
        let expected = Rect { left: 12.0, top: 9.0, right: 16.0, bottom: 13.0 };
        assert_eq!(scene.canvas_from_image(&rect), expected);
    }
}
