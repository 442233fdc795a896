use super::*;

fn recipe() -> Recipe {
    Recipe::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/street-unet-mini.toml")).unwrap()
}

fn epoch(epoch: usize) -> EpochRecord {
    let share = epoch as f64 / 10.0;
    EpochRecord {
        epoch,
        loss: 1.0 / epoch as f64,
        learning_rate: 0.001,
        validation_pixel_accuracy: share,
        validation_miou: share / 2.0,
        validation_top5: None,
        validation_iou: vec![Some(share); 7],
        train_secs: 1.0,
        secs: 2.0,
    }
}

fn html() -> String {
    let recipe = recipe();
    let mut counts = vec![0; 49];
    (counts[0], counts[1], counts[8]) = (75, 25, 10);
    let test = Confusion::counted(7, &[255], counts).unwrap();
    let map = |id| ClassMap::new(2, 1, vec![id, 255]).unwrap();
    let frame = Frame::new(2, 1, vec![200; 8]).unwrap();
    let examples = [Example { frame, truth: map(0), predicted: map(6) }];
    let epochs: Vec<EpochRecord> = (1..4).map(epoch).collect();
    let facts = [("machine", "a <fast> one".to_owned())];
    Report {
        recipe: &recipe,
        epochs: &epochs,
        parameters: 12_345,
        test: Some(&test),
        top5: None,
        test_pictures: 117,
        examples: &examples,
        facts: &facts,
    }
    .html()
    .unwrap()
}

/// Class 0: 75 of 100 found and none else taken for it; class 1: 10 of 35 united. By hand.
#[test]
fn figures_are_those_of_the_confusion_matrix() {
    let html = html();
    for words in [
        "<td>flat</td><td>0.7500</td><td>100</td>",
        "<td>construction</td><td>0.2857</td><td>10</td>",
        ">25.0</td>",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(html.contains("12345") && html.contains("117") && html.contains("epoch 3, mIoU 0.1500"));
}

#[test]
fn a_report_is_one_file_that_needs_nothing_else() {
    let html = html();
    assert_eq!(html.matches("<svg").count(), 2);
    assert_eq!(html.matches("data:image/png;base64,iVBOR").count(), 3);
    let elsewhere = ["<script", "<link", "url(", "src=\"http", "href="];
    assert!(elsewhere.iter().all(|words| !html.contains(words)));
}

#[test]
fn texts_cannot_become_tags() {
    assert!(html().contains("a &lt;fast&gt; one"));
}

#[test]
fn maps_are_painted_in_the_colours_of_the_classes() {
    let map = ClassMap::new(2, 1, vec![1, 255]).unwrap();
    assert_eq!(painted(&map, &recipe()).rgba(), [0x6e, 0x68, 0x60, 255, 0, 0, 0, 255]);
}
