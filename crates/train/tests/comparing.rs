//! Trainings side by side, and their table.

use crate::common::{data, place, recipe_with};
use std::fs;
use vitrine_train::compare::{Cut, LossKind, compare, variants};
use vitrine_train::{Error, Loss};

#[test]
fn each_loss_is_trained_with_and_without_augmentation_into_a_table() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let cut = Cut { epochs: Some(1), every: Some(2), size: None };
    let recipe = recipe_with("seed", "seed");
    let all = variants(&[recipe], &[LossKind::CrossEntropy, LossKind::Dice], &[true, false], cut).unwrap();
    assert_eq!(all.len(), 4);
    let both = [all[0].clone(), all[3].clone()];
    let mut told = Vec::new();
    let place = place(data.path(), out.path());
    let table = compare(&both, cut, &place, &mut |variant, _| told.push(variant.name.clone())).unwrap();
    assert_eq!(told, ["squares-cross-entropy-augmented", "squares-dice-plain"]);
    // Two of the four training pictures; both test pictures.
    let counts: Vec<_> = table.rows.iter().map(|row| (row.train_pictures, row.n, row.epochs)).collect();
    assert_eq!(counts, [(2, 2, 1); 2]);

    let again = compare(&both, cut, &place, &mut |_, _| panic!("it trained again")).unwrap();
    assert_eq!(again.rows[1].miou, table.rows[1].miou);
    for (file, words) in
        [("md", "| dice | without |"), ("html", "<td>cross-entropy</td>"), ("json", "\"planned\": 2")]
    {
        let text = fs::read_to_string(out.path().join(format!("comparison.{file}"))).unwrap();
        assert!(text.contains(words) && text.contains("epochs"), "{text}");
    }
    assert!(out.path().join("squares-dice-plain/pack/model.onnx").is_file());
}

#[test]
fn variants_differ_in_what_they_are_called_by_alone() {
    let recipe = recipe_with("epochs = 4,", "epochs = 40, warmup_steps = 30,");
    let cut = Cut { epochs: Some(4), every: Some(3), size: Some([64, 32]) };
    let all = variants(std::slice::from_ref(&recipe), &[LossKind::Dice], &[false], cut).unwrap();
    let changed = &all[0].recipe;
    assert_eq!(changed.loss, Loss { cross_entropy: 0.0, dice: 1.0, balance: recipe.loss.balance });
    assert_eq!((changed.data.width, changed.data.height, changed.data.every), (64, 32, 3));
    // A thirtieth of the steps, and of those that warm up.
    assert_eq!((changed.schedule.epochs, changed.schedule.warmup_steps), (4, 1));
    assert_eq!((&changed.network, changed.seed), (&recipe.network, recipe.seed));
}

#[test]
fn a_size_that_a_network_cannot_read_is_refused() {
    let cut = Cut { size: Some([33, 32]), ..Cut::default() };
    let error = variants(&[recipe_with("seed", "seed")], &[], &[true], cut).unwrap_err();
    assert!(matches!(error, Error::Recipe { .. }) && error.to_string().contains("multiples of 4"), "{error}");
}
