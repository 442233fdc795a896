//! Objects found, then named: what one network finds is cut out, and another one looks at each piece.

use crate::{Check, Classifier, Detected, Detector, Error};
use vitrine_packs::Pack;
use vitrine_pixels::Frame;
use vitrine_pixels::boxes::Rect;
use vitrine_protocol::FoundObject;

/// A detector whose objects of one class a classifier names. Both are on one device.
pub struct Cascade {
    detector: Detector,
    classifier: Classifier,
    /// Index of the class whose objects are named.
    class: u32,
    margin: f32,
}

impl Cascade {
    /// Joins a detector to the classifier that its pack names.
    ///
    /// # Errors
    /// [`Error::Pack`] where the detector's pack names none, or another one.
    pub fn new(detector: Detector, classifier: Classifier) -> Result<Self, Error> {
        let pack = detector.pack();
        let then = pack.then.as_ref().filter(|then| then.pack == classifier.pack().id);
        let class = then.and_then(|then| pack.class_named(&then.class));
        match (then, class) {
            (Some(then), Some(class)) => {
                let (class, margin) = (class as u32, then.margin);
                Ok(Self { detector, classifier, class, margin })
            }
            _ => Err(Error::Pack(format!("{} names no such cascade", pack.id))),
        }
    }

    /// The pack that finds the objects.
    pub fn pack(&self) -> &Pack {
        self.detector.pack()
    }

    /// Finds the objects in a frame and names those of the class. `progress` hears how many are named, of how many.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails.
    pub async fn run(
        &self,
        frame: &Frame,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Detected, Error> {
        let mut found = self.detector.run(frame).await?;
        let objects = found.answer.objects.iter_mut().filter(|it| it.class == self.class);
        let objects: Vec<&mut FoundObject> = objects.collect();
        let count = objects.len();
        for (index, object) in objects.into_iter().enumerate() {
            progress(index, count);
            let Some(piece) = frame.cropped(&surroundings(object, self.margin)) else { continue };
            let named = self.classifier.run(&piece, 1, |_, _| ()).await?;
            object.named = named.answer.ranked;
            found.timings.prepare_millis += named.timings.prepare_millis;
            found.timings.infer_millis += named.timings.infer_millis;
            found.timings.read_out_millis += named.timings.read_out_millis;
            found.timings.total_millis += named.timings.total_millis;
        }
        Ok(found)
    }

    /// Computes the test card with both networks and compares: what the detector gives, unless the classifier fails.
    ///
    /// # Errors
    /// As [`Detector::check`] and [`Classifier::check`].
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let second = self.classifier.check().await?;
        match second.filter(|check| !check.ok) {
            Some(failed) => Ok(Some(failed)),
            None => self.detector.check().await,
        }
    }
}

/// A square round the middle of an object's box, with a margin on each side. A classifier reads squares: the middle of a
/// flat box would be all that it sees.
fn surroundings(object: &FoundObject, margin: f32) -> Rect {
    let side = object.width.max(object.height);
    let (x, y) = (object.left + object.width / 2.0, object.top + object.height / 2.0);
    Rect::from_centre(x, y, side, side).with_margin(margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_object_is_cut_out_as_a_square_with_a_margin() {
        // 40 x 20 round (30, 40): a square of 40, a tenth more on each side.
        let object = FoundObject {
            class: 0,
            name: String::new(),
            confidence: 1.0,
            left: 10.0,
            top: 30.0,
            width: 40.0,
            height: 20.0,
            named: vec![],
        };
        assert_eq!(surroundings(&object, 0.1), Rect { left: 6.0, top: 16.0, right: 54.0, bottom: 64.0 });
    }
}
