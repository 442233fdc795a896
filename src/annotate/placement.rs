//! Where the frame's pixels lie on the stage.

use crate::view::{Camera, Screen};
use vitrine_pixels::boxes::Extent;

/// From the frame to the stage. Spaces: `image` (pixels of the frame, which may have more than the picture on the stage) and
/// `screen` (CSS pixels from the stage's top left corner).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    left: f64,
    top: f64,
    /// CSS pixels per image pixel.
    pub scale: f64,
}

impl Placement {
    /// Of a frame with this many columns.
    pub fn new(camera: Camera, screen: Screen, columns: f64) -> Self {
        let (left, top, width, _) = camera.rectangle(screen);
        Self { left, top, scale: if columns > 0.0 && width > 0.0 { width / columns } else { 1.0 } }
    }

    /// The image point at a point of the screen, perhaps beside the image.
    pub fn image_from_screen(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(x - self.left) / self.scale, (y - self.top) / self.scale]
    }

    /// A box on the screen: left, top, width, height.
    pub fn screen_from_image(&self, extent: &Extent) -> [f64; 4] {
        let Extent { left, top, width, height } = extent;
        [self.left + left * self.scale, self.top + top * self.scale, width * self.scale, height * self.scale]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 4000 x 2000 frame, whose picture has half as many columns, on a 1000 x 800 stage: 4 pixels a CSS pixel, 150 from
    /// the top.
    fn placement() -> Placement {
        let screen = Screen { width: 1000.0, height: 800.0, image_width: 2000.0, image_height: 1000.0 };
        Placement::new(Camera::default(), screen, 4000.0)
    }

    #[test]
    fn boxes_lie_where_their_pixels_are() {
        let extent = Extent { left: 400.0, top: 200.0, width: 800.0, height: 100.0 };
        assert_eq!(placement().screen_from_image(&extent), [100.0, 200.0, 200.0, 25.0]);
    }

    #[test]
    fn a_point_leads_to_its_pixel_even_beside_the_image() {
        assert_eq!(placement().image_from_screen([100.0, 200.0]), [400.0, 200.0]);
        assert_eq!(placement().image_from_screen([-10.0, 0.0]), [-40.0, -600.0]);
    }
}
