//! Flow in colours: the wheel of Baker, Scharstein, Lewis, Roth, Black and Szeliski 2011 ("A Database and Evaluation
//! Methodology for Optical Flow", doi:10.1007/s11263-010-0390-2), in which the field shows its results. The hue says
//! where a pixel goes, the saturation how far.

use super::FlowField;
use crate::Frame;
use std::f32::consts::PI;

/// Steps from each of red, yellow, green, cyan, blue and magenta to the next: more where hues differ more to the eye.
const STEPS: [usize; 6] = [15, 6, 4, 11, 13, 6];
const HUES: usize = 55;
/// What a motion beyond the full scale is darkened by.
const BEYOND: f32 = 0.75;

impl FlowField {
    /// The field as an opaque picture: white at rest, the full hue at `full_scale` pixels, a darker one beyond.
    /// [`FlowField::largest_motion`] as the full scale uses all of the wheel; one scale for all frames of a clip does not flicker.
    pub fn picture(&self, full_scale: f32) -> Frame {
        self.painted(full_scale, |hue, share| {
            let channel = |hue: f32| {
                let shown = if share <= 1.0 { 1.0 - share * (1.0 - hue) } else { hue * BEYOND };
                (255.0 * shown) as u8
            };
            let [red, green, blue] = hue.map(channel);
            [red, green, blue, 255]
        })
    }

    /// The field as a layer over its first picture: the hue of [`FlowField::picture`], clear at rest and opaque from
    /// `full_scale` pixels on. Over white it is that picture.
    pub fn overlay(&self, full_scale: f32) -> Frame {
        self.painted(full_scale, |hue, share| {
            // Casts of floats saturate.
            let [red, green, blue] = hue.map(|channel| (255.0 * channel) as u8);
            [red, green, blue, (255.0 * share).round() as u8]
        })
    }

    fn painted(&self, full_scale: f32, paint: impl Fn([f32; 3], f32) -> [u8; 4]) -> Frame {
        let factor = if full_scale > 0.0 { 1.0 / full_scale } else { 0.0 };
        let pixels = self.vectors.iter().flat_map(|&[x, y]| {
            let share = if factor > 0.0 { x.hypot(y) * factor } else { 0.0 };
            paint(hue(x, y), share)
        });
        Frame::from_parts(self.width, self.height, pixels.collect())
    }
}

/// The legend: a disc that has at each place the colour of the motion from its middle to there, and is clear round it.
/// `side`: pixels, 1..=1024; another number counts as the nearest of these.
pub fn wheel(side: u32) -> Frame {
    let side = side.clamp(1, 1024);
    let radius = side as f32 / 2.0;
    let place = |index: u32| index as f32 + 0.5 - radius;
    let vectors: Vec<_> = (0..side).flat_map(|y| (0..side).map(move |x| [place(x), place(y)])).collect();
    let field = FlowField::from_parts(side, side, vectors);
    let mut rgba = field.picture(radius + 1.0).into_rgba();
    for (pixel, [x, y]) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(field.vectors()) {
        // The edge runs through pixels: they show as much as lies inside.
        pixel[3] = (255.0 * (radius + 0.5 - x.hypot(*y)).clamp(0.0, 1.0)).round() as u8;
    }
    Frame::from_parts(side, side, rgba)
}

/// The hues round the wheel, red first.
static WHEEL: [[u8; 3]; HUES] = hues();

// Loops over ranges cannot run while compiling yet.
const fn hues() -> [[u8; 3]; HUES] {
    let mut hues = [[0; 3]; HUES];
    let (mut span, mut step) = (0, 0);
    let mut index = 0;
    while index < HUES {
        let rising = (255 * step / STEPS[span]) as u8;
        // Even spans add a channel to one that is full, odd ones take the first away.
        hues[index][span.div_ceil(2) % 3] = 255;
        hues[index][(span * 2 + 1) % 3] = if span % 2 == 0 { rising } else { 255 - rising };
        step += 1;
        if step == STEPS[span] {
            (span, step) = (span + 1, 0);
        }
        index += 1;
    }
    hues
}

/// The hue of a direction, channels 0..1, between the two nearest of the wheel. Red is to the right.
fn hue(x: f32, y: f32) -> [f32; 3] {
    let place = ((-y).atan2(-x) / PI + 1.0) / 2.0 * (HUES - 1) as f32;
    let low = (place as usize).min(HUES - 1);
    let share = place - low as f32;
    let (from, to) = (WHEEL[low], WHEEL[(low + 1) % HUES]);
    std::array::from_fn(|channel| {
        (f32::from(from[channel]) * (1.0 - share) + f32::from(to[channel]) * share) / 255.0
    })
}
