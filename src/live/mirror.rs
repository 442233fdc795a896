//! Answers as they are in a mirror. A camera that looks at the person is shown mirrored, as everybody expects; the network sees
//! the scene as it is, so its answer is what is turned.

use crate::studio::{Beside, PhotoResult};
use vitrine_pixels::ClassMap;
use vitrine_pixels::boxes::Detection;
use vitrine_protocol::Answer;

/// Turns the answer of a frame left to right.
pub fn mirror(result: &mut PhotoResult) {
    match (&mut result.answer, &mut result.beside) {
        (Answer::Segment(_), Beside::Classes(map)) => {
            if let Ok(map_turned) = ClassMap::new(map.width(), map.height(), turned(map.ids(), map.width())) {
                *map = map_turned;
            }
        }
        (Answer::Classify(classes), Beside::Activation(maps)) => {
            let width = classes.width as f32;
            let Some(grid) = &mut classes.activation else { return };
            let [left, top, right, bottom] = grid.region;
            grid.region = [width - right, top, width - left, bottom];
            *maps = turned(maps, grid.columns);
        }
        (Answer::Detect(found), Beside::Candidates(candidates)) => {
            let width = found.width as f32;
            for object in &mut found.objects {
                // Objects and candidates know each other by their places: both must be turned to the same number.
                let same =
                    candidates.iter().find(|it| it.rect.left == object.left && it.rect.top == object.top);
                let right = same.map_or(object.left + object.width, |it| it.rect.right);
                object.left = width - right;
            }
            for Detection { rect, .. } in candidates {
                (rect.left, rect.right) = (width - rect.right, width - rect.left);
            }
        }
        _ => {}
    }
}

/// Every row of `columns` bytes, from its end to its beginning.
fn turned(bytes: &[u8], columns: u32) -> Vec<u8> {
    let mut turned = bytes.to_vec();
    for row in turned.chunks_exact_mut((columns as usize).max(1)) {
        row.reverse();
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_turned_each_by_itself() {
        assert_eq!(turned(&[1, 2, 3, 4, 5, 6], 3), [3, 2, 1, 6, 5, 4]);
        assert_eq!(turned(&turned(&[1, 2, 3, 4], 2), 2), [1, 2, 3, 4]);
    }
}
