//! What a person does, counted by hand; and anything that anybody could do.

use super::*;
use proptest::prelude::*;

fn labelled([left, top, width, height]: [f64; 4], class: &str) -> Labelled {
    let extent = Extent { left, top, width, height };
    Labelled { extent, class: class.into(), origin: Origin::Predicted, confidence: Some(0.5) }
}

/// On 100 x 80 pixels: a dog at (10, 20), 30 x 40, and a cat at (50, 20), 20 x 10.
fn two() -> Editor {
    Editor::new(
        [100, 80],
        vec![labelled([10.0, 20.0, 30.0, 40.0], "dog"), labelled([50.0, 20.0, 20.0, 10.0], "cat")],
    )
}

fn numbers(editor: &Editor, at: usize) -> [f64; 4] {
    let Extent { left, top, width, height } = editor.boxes()[at].labelled.extent;
    [left, top, width, height]
}

fn hold_and_drag(editor: &mut Editor, grip: Grip, from: [f64; 2], to: [f64; 2]) {
    editor.hold(grip, from);
    editor.drag(to);
    editor.finish(0.0);
}

#[test]
fn a_moved_box_stops_at_the_borders_and_keeps_its_size() {
    let mut editor = two();
    let dog = editor.boxes()[0].id;
    hold_and_drag(&mut editor, Grip::Body(dog), [20.0, 30.0], [25.0, 28.0]);
    assert_eq!(numbers(&editor, 0), [15.0, 18.0, 30.0, 40.0]);
    hold_and_drag(&mut editor, Grip::Body(dog), [20.0, 30.0], [900.0, -900.0]);
    assert_eq!(numbers(&editor, 0), [70.0, 0.0, 30.0, 40.0]);
}

#[test]
fn a_handle_moves_its_sides_only_and_not_past_the_others() {
    let mut editor = two();
    let dog = editor.boxes()[0].id;
    let corner = Handle { across: Edge::Low, down: Edge::Low };
    hold_and_drag(&mut editor, Grip::Handle(dog, corner), [10.0, 20.0], [4.0, 25.0]);
    assert_eq!(numbers(&editor, 0), [4.0, 25.0, 36.0, 35.0]);
    let right = Handle { across: Edge::High, down: Edge::Neither };
    hold_and_drag(&mut editor, Grip::Handle(dog, right), [40.0, 40.0], [-50.0, 70.0]);
    assert_eq!(numbers(&editor, 0), [4.0, 25.0, 1.0, 35.0]);
}

#[test]
fn a_box_is_drawn_from_any_corner_and_cut_at_the_borders() {
    let mut editor = Editor::new([100, 80], vec![]);
    editor.draw("cat".into(), [60.0, 50.0]);
    editor.drag([20.0, 95.0]);
    assert!(editor.finish(3.0));
    assert_eq!(numbers(&editor, 0), [20.0, 50.0, 40.0, 30.0]);
    assert_eq!(editor.selected().map(|it| it.labelled.origin), Some(Origin::Drawn));
    assert!(editor.undo() && editor.boxes().is_empty());
}

#[test]
fn a_tap_draws_nothing_and_is_no_step() {
    let mut editor = two();
    editor.draw("cat".into(), [60.0, 50.0]);
    editor.drag([61.0, 51.0]);
    assert!(!editor.finish(3.0));
    assert_eq!(editor.boxes().len(), 2);
    assert!(editor.is_untouched());
}

#[test]
fn each_gesture_is_one_step_however_long_it_is() {
    let mut editor = two();
    let cat = editor.boxes()[1].id;
    editor.hold(Grip::Body(cat), [55.0, 25.0]);
    for step in 0..30 {
        editor.drag([55.0, 25.0 + f64::from(step)]);
    }
    assert!(editor.finish(0.0));
    assert_eq!(numbers(&editor, 1), [50.0, 49.0, 20.0, 10.0]);
    assert!(editor.undo());
    assert_eq!(numbers(&editor, 1), [50.0, 20.0, 20.0, 10.0]);
    assert!(!editor.undo());
    assert!(editor.redo() && !editor.redo());
    assert_eq!(numbers(&editor, 1), [50.0, 49.0, 20.0, 10.0]);
}

#[test]
fn a_key_that_is_held_down_is_one_step() {
    let mut editor = two();
    editor.select_next(false);
    editor.nudge([1.0, 0.0], false);
    for _ in 0..4 {
        editor.nudge([1.0, 0.0], true);
    }
    editor.grow([0.0, 2.0], false);
    assert_eq!(numbers(&editor, 0), [15.0, 20.0, 30.0, 42.0]);
    assert!(editor.undo());
    assert_eq!(numbers(&editor, 0), [15.0, 20.0, 30.0, 40.0]);
    assert!(editor.undo());
    assert_eq!(numbers(&editor, 0), [10.0, 20.0, 30.0, 40.0]);
    assert!(!editor.undo());
}

#[test]
fn a_corrected_box_is_a_persons_until_that_is_undone() {
    let mut editor = two();
    editor.select_next(false);
    editor.rename("  wolf ");
    let wolf = &editor.boxes()[0].labelled;
    assert_eq!((&*wolf.class, wolf.origin, wolf.confidence), ("wolf", Origin::Corrected, None));
    editor.rename("  ");
    assert_eq!(&*editor.boxes()[0].labelled.class, "wolf");
    assert!(editor.undo() && !editor.can_undo());
    let dog = &editor.boxes()[0].labelled;
    assert_eq!((&*dog.class, dog.origin, dog.confidence), ("dog", Origin::Predicted, Some(0.5)));
}

#[test]
fn a_box_brought_back_to_where_it_was_has_not_been_touched() {
    let mut editor = two();
    let dog = editor.boxes()[0].id;
    editor.hold(Grip::Body(dog), [20.0, 30.0]);
    editor.drag([50.0, 50.0]);
    editor.drag([20.0, 30.0]);
    assert!(!editor.finish(0.0));
    assert_eq!(editor.boxes()[0].labelled.origin, Origin::Predicted);
    assert!(editor.is_untouched());
}

#[test]
fn a_gesture_that_is_given_up_changes_nothing() {
    let mut editor = two();
    let dog = editor.boxes()[0].id;
    editor.hold(Grip::Handle(dog, Handle::LAST), [40.0, 60.0]);
    editor.drag([90.0, 70.0]);
    editor.cancel();
    assert_eq!(numbers(&editor, 0), [10.0, 20.0, 30.0, 40.0]);
    assert!(editor.is_untouched() && !editor.is_held());
}

#[test]
fn deleting_selects_the_neighbour_and_can_be_undone() {
    let mut editor = two();
    editor.select_next(true);
    editor.delete();
    assert_eq!(editor.selected().map(|it| &*it.labelled.class), Some("dog"));
    editor.delete();
    assert!(editor.selected().is_none() && editor.boxes().is_empty());
    editor.delete();
    assert!(editor.undo() && editor.undo() && !editor.undo());
    assert_eq!(editor.boxes(), two().boxes());
}

#[test]
fn a_copy_lies_beside_the_original_as_far_as_the_image_reaches() {
    let mut editor = two();
    editor.select_next(false);
    editor.duplicate(10.0);
    assert_eq!(numbers(&editor, 2), [20.0, 30.0, 30.0, 40.0]);
    editor.duplicate(15.0);
    assert_eq!(numbers(&editor, 3), [35.0, 40.0, 30.0, 40.0]);
    assert_eq!(editor.boxes()[3].labelled.origin, Origin::Drawn);
}

#[test]
fn going_through_the_boxes_ends_at_the_last() {
    let mut editor = two();
    let class = |editor: &Editor| editor.selected().map(|it| it.labelled.class.to_string());
    assert!(editor.select_next(false));
    assert_eq!(class(&editor).as_deref(), Some("dog"));
    assert!(editor.select_next(false) && !editor.select_next(false));
    assert!(editor.selected().is_none());
    assert!(editor.select_next(true));
    assert_eq!(class(&editor).as_deref(), Some("cat"));
}

#[test]
fn handles_are_hit_before_boxes_and_small_boxes_before_large_ones() {
    let mut editor = Editor::new(
        [100, 80],
        vec![labelled([0.0, 0.0, 90.0, 70.0], "room"), labelled([20.0, 20.0, 8.0, 8.0], "cup")],
    );
    let [room, cup] = [editor.boxes()[0].id, editor.boxes()[1].id];
    assert_eq!(editor.hit([24.0, 24.0], 6.0), Some(Grip::Body(cup)));
    assert_eq!(editor.hit([30.0, 24.0], 6.0), Some(Grip::Body(cup)), "half the tolerance beside it");
    assert_eq!(editor.hit([50.0, 50.0], 6.0), Some(Grip::Body(room)));
    assert_eq!(editor.hit([90.0, 70.0], 6.0), Some(Grip::Body(room)), "only the selected one has handles");
    assert_eq!(editor.hit([99.0, 79.0], 6.0), None);
    editor.select(Some(room));
    assert_eq!(editor.hit([93.0, 73.0], 6.0), Some(Grip::Handle(room, Handle::LAST)));
    editor.select(Some(cup));
    assert_eq!(editor.hit([24.0, 24.0], 6.0), Some(Grip::Body(cup)), "the middle of a small box moves it");
    let left = Handle { across: Edge::Low, down: Edge::Neither };
    assert_eq!(editor.hit([19.0, 24.0], 6.0), Some(Grip::Handle(cup, left)));
}

#[test]
fn boxes_that_are_none_are_left_out_and_others_cut() {
    let boxes = vec![
        labelled([-10.0, 70.0, 30.0, 40.0], "kept"),
        labelled([100.0, 0.0, 5.0, 5.0], "outside"),
        labelled([f64::NAN, 0.0, 5.0, 5.0], "no number"),
        labelled([5.0, 5.0, 0.0, 5.0], "flat"),
    ];
    let editor = Editor::new([100, 80], boxes);
    assert_eq!(editor.boxes().len(), 1);
    assert_eq!(numbers(&editor, 0), [0.0, 70.0, 20.0, 10.0]);
}

#[test]
fn replacing_all_boxes_is_a_step_and_beginning_anew_is_none() {
    let mut editor = two();
    editor.replace(vec![]);
    assert!(editor.boxes().is_empty() && editor.undo());
    assert_eq!(editor.boxes().len(), 2);
    editor.begin_with(vec![labelled([1.0, 1.0, 5.0, 5.0], "cup")]);
    assert!(editor.is_untouched() && editor.boxes().len() == 1);
}

/// Something that a person could do.
#[derive(Clone, Debug)]
enum Act {
    Press([f64; 2]),
    Draw([f64; 2]),
    Drag([f64; 2]),
    Finish,
    Cancel,
    Nudge([f64; 2], bool),
    Grow([f64; 2], bool),
    Next(bool),
    Rename(u8),
    Delete,
    Duplicate,
    Add([f64; 4]),
    Undo,
    Redo,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let point = || [-50.0..150.0_f64, -50.0..150.0_f64];
    let by = || [-60.0..60.0_f64, -60.0..60.0_f64];
    let act = prop_oneof![
        3 => point().prop_map(Act::Press),
        2 => point().prop_map(Act::Draw),
        6 => point().prop_map(Act::Drag),
        4 => Just(Act::Finish),
        1 => Just(Act::Cancel),
        3 => (by(), any::<bool>()).prop_map(|(by, repeated)| Act::Nudge(by, repeated)),
        3 => (by(), any::<bool>()).prop_map(|(by, repeated)| Act::Grow(by, repeated)),
        3 => any::<bool>().prop_map(Act::Next),
        1 => any::<u8>().prop_map(Act::Rename),
        1 => Just(Act::Delete),
        1 => Just(Act::Duplicate),
        1 => [-50.0..150.0_f64, -50.0..150.0, 0.0..90.0, 0.0..90.0].prop_map(Act::Add),
        2 => Just(Act::Undo),
        2 => Just(Act::Redo),
    ];
    prop::collection::vec(act, 0..60)
}

fn perform(editor: &mut Editor, act: &Act) {
    match act {
        Act::Press(point) => {
            if let Some(grip) = editor.hit(*point, 8.0) {
                editor.hold(grip, *point);
            }
        }
        Act::Draw(point) => editor.draw("new".into(), *point),
        Act::Drag(point) => editor.drag(*point),
        Act::Finish => {
            editor.finish(2.0);
        }
        Act::Cancel => editor.cancel(),
        Act::Nudge(by, repeated) => editor.nudge(*by, *repeated),
        Act::Grow(by, repeated) => editor.grow(*by, *repeated),
        Act::Next(backwards) => {
            editor.select_next(*backwards);
        }
        Act::Rename(name) => editor.rename(&name.to_string()),
        Act::Delete => editor.delete(),
        Act::Duplicate => editor.duplicate(7.0),
        Act::Add([left, top, width, height]) => {
            let extent = Extent { left: *left, top: *top, width: *width, height: *height };
            editor.add(extent, "added".into());
        }
        Act::Undo => {
            editor.undo();
        }
        Act::Redo => {
            editor.redo();
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_done_no_box_leaves_the_image_or_loses_its_area(acts in acts(), size in [1..120_u32, 1..120_u32]) {
        let mut editor = Editor::new(size, vec![labelled([10.0, 20.0, 30.0, 40.0], "dog")]);
        for act in acts {
            perform(&mut editor, &act);
            for it in editor.boxes() {
                let Extent { left, top, width, height } = it.labelled.extent;
                prop_assert!(width > 0.0 && height > 0.0, "{act:?}: {it:?}");
                prop_assert!(left >= 0.0 && top >= 0.0, "{act:?}: {it:?}");
                let [across, down] = size.map(f64::from);
                prop_assert!(left + width <= across + 1e-9 && top + height <= down + 1e-9, "{act:?}: {it:?}");
            }
            let mut ids: Vec<u32> = editor.boxes().iter().map(|it| it.id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), editor.boxes().len());
        }
    }

    #[test]
    fn undoing_everything_leads_back_and_redoing_everything_forth(acts in acts()) {
        let mut editor = two();
        for act in &acts {
            perform(&mut editor, act);
        }
        editor.cancel();
        while editor.redo() {}
        let end = editor.boxes().to_vec();
        while editor.undo() {}
        prop_assert_eq!(editor.boxes().to_vec(), two().boxes().to_vec());
        while editor.redo() {}
        prop_assert_eq!(editor.boxes().to_vec(), end);
    }
}
