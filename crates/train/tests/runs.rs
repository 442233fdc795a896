//! Whole trainings on drawn pictures.

use crate::common::{data, draw, place, recipe_with};
use std::fs;
use vitrine_packs::{Pack, Text};
use vitrine_train::{Error, Place, train};

#[test]
fn a_recipe_becomes_a_pack_that_has_learnt_to_see_squares() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let recipe = recipe_with("epochs = 4", "epochs = 30");
    let mut told = 0;
    let outcome = train(&recipe, &place(data.path(), out.path()), &mut |_| told += 1).unwrap();
    assert_eq!((told, outcome.epochs.len(), outcome.test_pictures), (30, 30, 2));
    assert!(outcome.epochs[29].loss < outcome.epochs[0].loss / 2.0);
    assert!(outcome.test.unwrap().pixel_accuracy().unwrap() > 0.9);
    assert_eq!(fs::read_to_string(out.path().join("log.jsonl")).unwrap().lines().count(), 30);

    let exported = outcome.exported.unwrap();
    assert!(exported.difference <= 1e-4);
    let json = fs::read_to_string(out.path().join("pack/pack.json")).unwrap();
    let pack = Pack::from_json(&json).unwrap();
    assert_eq!(pack.model.bytes, fs::metadata(out.path().join("pack/model.onnx")).unwrap().len());
    assert_eq!(pack.metrics[0].n, Some(2));
    let test = pack.self_test.unwrap();
    assert!(test.reference.starts_with("Burn ") && test.values.iter().any(|value| value.abs() > 0.5));
}

/// What is only said of the weights is no part of how they were trained.
#[test]
fn a_finished_training_writes_its_pack_again_with_other_words() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let place = place(data.path(), out.path());
    train(&recipe_with("epochs = 4", "epochs = 1"), &place, &mut |_| ()).unwrap();
    fs::remove_dir_all(out.path().join("pack")).unwrap();
    let mut recipe = recipe_with("epochs = 4", "epochs = 1");
    recipe.failings = vec![Text { en: "Squares only.".to_owned(), fr: "Que des carrés.".to_owned() }];
    let outcome = train(&recipe, &place, &mut |_| panic!("it trained again")).unwrap();
    assert_eq!(outcome.exported.unwrap().pack.failings, recipe.failings);
    assert!(out.path().join("pack/model.onnx").is_file());
}

#[test]
fn an_interrupted_training_writes_a_pack_of_what_it_has() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let recipe = recipe_with("epochs = 4", "epochs = 9");
    let stop = Place { stop_after: Some(2), ..place(data.path(), out.path()) };
    assert!(train(&recipe, &stop, &mut |_| ()).unwrap().exported.is_none());
    let export = Place { export_now: true, ..place(data.path(), out.path()) };
    let outcome = train(&recipe, &export, &mut |_| panic!("it trained on")).unwrap();
    assert_eq!((outcome.epochs.len(), outcome.exported.unwrap().pack.metrics[0].n), (2, Some(2)));
    let error = train(&recipe, &Place { out: out.path().join("none"), ..export }, &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("no checkpoint"), "{error}");
}

#[test]
fn a_folder_of_another_recipe_is_not_taken_up() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let stop = Place { stop_after: Some(1), ..place(data.path(), out.path()) };
    train(&recipe_with("seed = 7", "seed = 1"), &stop, &mut |_| ()).unwrap();
    let error = train(&recipe_with("seed = 7", "seed = 2"), &stop, &mut |_| ()).unwrap_err();
    assert!(matches!(error, Error::Recipe { .. }) && error.to_string().contains("--out"), "{error}");
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_and_keeps_checkpoints() {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    let sane = recipe_with("seed = 7", "seed = 7");
    train(&sane, &Place { stop_after: Some(1), ..place(data.path(), out.path()) }, &mut |_| ()).unwrap();
    let other = tempfile::tempdir().unwrap();
    let recipe = recipe_with("std = [64.0, 64.0, 64.0]", "std = [1e-37, 1e-37, 1e-37]");
    let error = train(&recipe, &place(data.path(), other.path()), &mut |_| ()).unwrap_err();
    assert!(matches!(error, Error::Diverged { epoch: 1, .. }), "{error}");
    assert!(error.to_string().contains("learning_rate"), "{error}");
    assert!(out.path().join("last/network.bpk").is_file());
}

/// Eight pictures in one folder: a quarter each is kept from training.
#[test]
fn one_folder_is_split_by_the_seed() {
    let (data, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    (0..8).for_each(|index| draw(&data.path().join("all"), &format!("{index:02}"), index));
    let parts = "train = \"train\", validation = \"val\", test = \"test\"";
    let split = "train = \"all\", split = { validation = 0.25, test = 0.25 }";
    let recipe = recipe_with(parts, split);
    let once = Place { stop_after: Some(1), ..place(data.path(), out.path()) };
    assert_eq!(train(&recipe, &once, &mut |_| ()).unwrap().test_pictures, 2);
}
