//! Zoom and position of a photo on the stage. Spaces: `image` (pixels of the frame) and `screen` (CSS pixels from the
//! stage's top left corner).

use crate::numbers::within;

/// Sizes that a camera works with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Screen {
    /// The stage's width in CSS pixels.
    pub width: f64,
    /// The stage's height in CSS pixels.
    pub height: f64,
    /// Columns of the frame.
    pub image_width: f64,
    /// Rows of the frame.
    pub image_height: f64,
}

impl Screen {
    /// CSS pixels per image pixel when the whole photo is shown.
    pub fn fit_scale(&self) -> f64 {
        if self.image_width <= 0.0 || self.image_height <= 0.0 {
            return 1.0;
        }
        (self.width / self.image_width).min(self.height / self.image_height)
    }

    /// The photo's size in CSS pixels when all of it is shown.
    pub fn fitted(&self) -> (f64, f64) {
        (self.image_width * self.fit_scale(), self.image_height * self.fit_scale())
    }

    /// The largest zoom: an image pixel then measures 8 CSS pixels, and any photo can be doubled thrice.
    pub fn zoom_max(&self) -> f64 {
        (8.0 / self.fit_scale()).max(8.0)
    }
}

/// How a photo lies on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// 1 shows the whole photo.
    pub zoom: f64,
    /// The image point in the middle of the stage, as a share of the photo's width: 0..=1.
    pub centre_x: f64,
    /// The same for the height.
    pub centre_y: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, centre_x: 0.5, centre_y: 0.5 }
    }
}

impl Camera {
    /// Left, top, width and height of the photo in CSS pixels of the stage.
    pub fn rectangle(&self, screen: Screen) -> (f64, f64, f64, f64) {
        let (width, height) = screen.fitted();
        let (width, height) = (width * self.zoom, height * self.zoom);
        let left = screen.width / 2.0 - self.centre_x * width;
        let top = screen.height / 2.0 - self.centre_y * height;
        (left, top, width, height)
    }

    /// The image pixel below a point of the stage; none beside the photo.
    pub fn image_from_screen(&self, screen: Screen, x: f64, y: f64) -> Option<(f64, f64)> {
        let (left, top, width, height) = self.rectangle(screen);
        if width <= 0.0 || height <= 0.0 {
            return None;
        }
        let (across, down) = ((x - left) / width, (y - top) / height);
        let inside = (0.0..1.0).contains(&across) && (0.0..1.0).contains(&down);
        inside.then_some((across * screen.image_width, down * screen.image_height))
    }

    /// Zooms by `factor` so that the image point below (`x`, `y`) stays there.
    pub fn zoomed(&self, screen: Screen, factor: f64, x: f64, y: f64) -> Self {
        let zoom = within(self.zoom * factor, 1.0, screen.zoom_max());
        let (left, top, width, height) = self.rectangle(screen);
        if width <= 0.0 || height <= 0.0 {
            return *self;
        }
        let (across, down) = ((x - left) / width, (y - top) / height);
        let (fit_width, fit_height) = screen.fitted();
        let centre_x = across - (x - screen.width / 2.0) / (fit_width * zoom);
        let centre_y = down - (y - screen.height / 2.0) / (fit_height * zoom);
        Self { zoom, centre_x, centre_y }.kept_inside(screen)
    }

    /// Moves the photo by CSS pixels.
    pub fn moved(&self, screen: Screen, dx: f64, dy: f64) -> Self {
        let (_, _, width, height) = self.rectangle(screen);
        if width <= 0.0 || height <= 0.0 {
            return *self;
        }
        Self { centre_x: self.centre_x - dx / width, centre_y: self.centre_y - dy / height, ..*self }
            .kept_inside(screen)
    }

    /// No empty stage beside a photo that could fill it.
    fn kept_inside(self, screen: Screen) -> Self {
        let (_, _, width, height) = self.rectangle(screen);
        let kept = |centre: f64, stage: f64, photo: f64| {
            let half = (stage / photo / 2.0).min(0.5);
            within(centre, half, 1.0 - half)
        };
        Self {
            centre_x: kept(self.centre_x, screen.width, width),
            centre_y: kept(self.centre_y, screen.height, height),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 2000 x 1000 photo on a 1000 x 800 stage: fitted it is 1000 x 500, at 150 from the top.
    const SCREEN: Screen = Screen { width: 1000.0, height: 800.0, image_width: 2000.0, image_height: 1000.0 };

    #[test]
    fn the_whole_photo_is_centred() {
        assert_eq!(Camera::default().rectangle(SCREEN), (0.0, 150.0, 1000.0, 500.0));
    }

    #[test]
    fn a_point_leads_to_its_pixel() {
        let camera = Camera::default();
        assert_eq!(camera.image_from_screen(SCREEN, 500.0, 400.0), Some((1000.0, 500.0)));
        assert_eq!(camera.image_from_screen(SCREEN, 0.0, 150.0), Some((0.0, 0.0)));
        assert_eq!(camera.image_from_screen(SCREEN, 500.0, 149.0), None);
        assert_eq!(camera.image_from_screen(SCREEN, 1000.0, 400.0), None);
    }

    #[test]
    fn zooming_keeps_the_point_below_the_finger() {
        let camera = Camera::default().zoomed(SCREEN, 4.0, 250.0, 400.0);
        let (column, row) = camera.image_from_screen(SCREEN, 250.0, 400.0).unwrap();
        assert!((column - 500.0).abs() < 1e-9 && (row - 500.0).abs() < 1e-9);
    }

    #[test]
    fn the_photo_cannot_be_pushed_off_the_stage() {
        let camera = Camera::default().zoomed(SCREEN, 4.0, 500.0, 400.0).moved(SCREEN, 9e9, 9e9);
        let (left, top, _, _) = camera.rectangle(SCREEN);
        assert!(left.abs() < 1e-6 && top.abs() < 1e-6);
        assert_eq!(Camera::default().moved(SCREEN, 100.0, 100.0), Camera::default());
    }

    #[test]
    fn zoom_has_two_ends() {
        assert_eq!(Camera::default().zoomed(SCREEN, 0.1, 0.0, 0.0).zoom, 1.0);
        assert_eq!(Camera::default().zoomed(SCREEN, 1e6, 500.0, 400.0).zoom, 16.0);
    }
}
