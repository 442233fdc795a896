//! Where the tags of boxes go, so that they hide one another as little as possible.
//!
//! Placing labels best of all is NP-hard (Formann and Wagner 1991); greedily, the most important first, each at the best of
//! a few places round its box, is quick enough for every frame of a camera and leaves little to be wished for.

use super::Rect;

/// A box that wants a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tagged {
    /// The box.
    pub rect: Rect,
    /// Width and height of its tag, in the unit of the box.
    pub tag: [f32; 2],
}

/// The place of each tag: in `room` as far as it fits, at its box, and on as little as possible of the tags before it. Tags
/// are placed in the order given: the most important first. Preferred are the places above the box, then those just inside
/// its upper side, below it, and inside its lower side; each at the left, at the right and in the middle.
pub fn place_tags(boxes: &[Tagged], room: &Rect) -> Vec<Rect> {
    let mut placed: Vec<Rect> = Vec::with_capacity(boxes.len());
    for tagged in boxes {
        let mut best: Option<(f64, Rect)> = None;
        for place in places(tagged, room) {
            let hidden: f64 = placed.iter().map(|other| place.common(other)).sum();
            if best.is_none_or(|(least, _)| hidden < least) {
                best = Some((hidden, place));
            }
            if hidden <= 0.0 {
                break;
            }
        }
        placed.extend(best.map(|(_, place)| place));
    }
    placed
}

/// The places that a tag may have, best first. One that would leave the room is moved into it.
fn places(Tagged { rect, tag: [width, height] }: &Tagged, room: &Rect) -> impl Iterator<Item = Rect> {
    let lefts = [rect.left, rect.right - width, (rect.left + rect.right - width) / 2.0];
    let tops = [rect.top - height, rect.top, rect.bottom, rect.bottom - height];
    tops.into_iter().flat_map(move |top| {
        lefts.map(|left| {
            let left = kept(left, *width, room.left, room.right);
            let top = kept(top, *height, room.top, room.bottom);
            Rect { left, top, right: left + width, bottom: top + height }
        })
    })
}

/// The start of a span of this length, moved between the ends; at the first of them if it is longer.
fn kept(start: f32, length: f32, low: f32, high: f32) -> f32 {
    start.min(high - length).max(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rect(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect { left, top, right, bottom }
    }

    const ROOM: Rect = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };

    fn tagged(rect: Rect) -> Tagged {
        Tagged { rect, tag: [20.0, 10.0] }
    }

    #[test]
    fn a_lone_tag_stands_on_its_box() {
        assert_eq!(
            place_tags(&[tagged(rect(30.0, 40.0, 80.0, 90.0))], &ROOM),
            [rect(30.0, 30.0, 50.0, 40.0)]
        );
    }

    #[test]
    fn a_tag_does_not_leave_the_room() {
        // Above there are 4 of 10 pixels, at the right 15 of 20.
        let places = place_tags(&[tagged(rect(85.0, 4.0, 99.0, 30.0))], &ROOM);
        assert_eq!(places, [rect(80.0, 0.0, 100.0, 10.0)]);
    }

    #[test]
    fn a_second_tag_goes_where_it_hides_nothing() {
        // The same box twice: the second tag stands at its right end, the third in the middle, 5 pixels over each side:
        // inside the box it hides nothing.
        let same = tagged(rect(20.0, 40.0, 70.0, 90.0));
        let narrow = tagged(rect(20.0, 40.0, 65.0, 90.0));
        assert_eq!(place_tags(&[same, same], &ROOM)[1], rect(50.0, 30.0, 70.0, 40.0));
        assert_eq!(place_tags(&[narrow, narrow, narrow], &ROOM)[2], rect(20.0, 40.0, 40.0, 50.0));
    }

    #[test]
    fn where_all_places_are_taken_the_least_is_hidden() {
        // A room as high as one tag and 30 wide: the first lies at 0..20, the second can only be moved to 10..30.
        let room = rect(0.0, 0.0, 30.0, 10.0);
        let places =
            place_tags(&[tagged(rect(0.0, 0.0, 5.0, 10.0)), tagged(rect(0.0, 0.0, 30.0, 10.0))], &room);
        assert_eq!(places[1], rect(10.0, 0.0, 30.0, 10.0));
    }

    fn some() -> impl Strategy<Value = Vec<Tagged>> {
        let one = (0.0_f32..90.0, 0.0_f32..90.0, 1.0_f32..60.0, 1.0_f32..60.0, 5.0_f32..40.0);
        let one = one.prop_map(|(left, top, width, height, tag)| Tagged {
            rect: rect(left, top, left + width, top + height),
            tag: [tag, 8.0],
        });
        prop::collection::vec(one, 0..30)
    }

    proptest! {
        #[test]
        fn every_box_has_a_tag_of_its_size_in_the_room(boxes in some()) {
            let places = place_tags(&boxes, &ROOM);
            prop_assert_eq!(places.len(), boxes.len());
            for (place, tagged) in places.iter().zip(&boxes) {
                prop_assert!((place.width() - tagged.tag[0]).abs() < 1e-4);
                prop_assert!(place.left >= 0.0 && place.right <= 100.001 && place.top >= 0.0 && place.bottom <= 100.001);
            }
        }

        #[test]
        fn tags_hide_no_more_than_they_would_in_their_first_places(boxes in some()) {
            let hidden = |places: &[Rect]| -> f64 {
                let before = |index: usize| places[..index].iter().map(|it| it.common(&places[index])).sum::<f64>();
                // Only the last is compared: what stands before it is the same.
                before(places.len() - 1)
            };
            prop_assume!(!boxes.is_empty());
            let placed = place_tags(&boxes, &ROOM);
            for place in places(&boxes[boxes.len() - 1], &ROOM) {
                let mut other = placed.clone();
                other.pop();
                other.push(place);
                prop_assert!(hidden(&placed) <= hidden(&other));
            }
        }
    }
}
