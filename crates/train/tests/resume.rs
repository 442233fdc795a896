//! A file of its own: random weights come from one generator for the whole process, which other tests would draw from.

use crate::common::{data, place, recipe_with};
use std::fs;
use vitrine_train::{Place, train};

#[test]
fn an_interrupted_training_goes_on_to_the_same_curve() {
    let data = data();
    let [whole, parts] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let recipe = recipe_with("seed = 7", "seed = 8");
    let straight = train(&recipe, &place(data.path(), whole.path()), &mut |_| ()).unwrap();
    let first = Place { stop_after: Some(2), ..place(data.path(), parts.path()) };
    assert!(train(&recipe, &first, &mut |_| ()).unwrap().exported.is_none());
    // What a kill between two steps leaves behind: a log that is ahead of its checkpoint, and half a folder.
    let log = parts.path().join("log.jsonl");
    let ahead = fs::read_to_string(&log).unwrap().replace("\"epoch\":2", "\"epoch\":3");
    fs::write(&log, fs::read_to_string(&log).unwrap() + ahead.lines().last().unwrap() + "\n").unwrap();
    // And what it leaves between the removal of the old checkpoint and the renaming of the new one.
    fs::rename(parts.path().join("last"), parts.path().join("last.new")).unwrap();
    fs::create_dir(parts.path().join("best.new")).unwrap();
    let resumed = train(&recipe, &place(data.path(), parts.path()), &mut |_| ()).unwrap();
    for (straight, resumed) in straight.epochs.iter().zip(&resumed.epochs) {
        assert!((straight.loss - resumed.loss).abs() < 1e-4, "{straight:?} {resumed:?}");
    }
    assert_eq!(resumed.epochs.len(), 4);
}
