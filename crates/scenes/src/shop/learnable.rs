//! That the actions can be learned, and that neither a still picture nor motion alone is enough: a nearest-neighbour rule on a
//! handful of hand-made features, on clips that it has not seen.

use super::{Action, Shop};
use crate::canvas::View;
use crate::vector::Point;
use crate::{Picture, Size, Split};
use vitrine_pixels::Gray;
use vitrine_pixels::flow::{FlowField, TvL1, TvL1Parameters};

const RATE: f32 = 30.0;
/// Frames between the two pictures whose flow is read.
const STEP: usize = 4;
const NEIGHBOURS: usize = 9;
const STILL: std::ops::Range<usize> = 0..6;
const MOTION: std::ops::Range<usize> = 6..10;

struct Sample {
    action: Action,
    features: Vec<f32>,
}

#[test]
fn actions_are_read_from_pictures_and_motion_better_than_from_either() {
    let (train, test) = (samples(Split::Train, 32), samples(Split::Validation, 16));
    let accuracy = |features: std::ops::Range<usize>| {
        let right = test.iter().filter(|sample| nearest(&train, sample, features.clone()) == sample.action);
        right.count() as f32 / test.len() as f32
    };
    let most = Action::ALL.map(|action| test.iter().filter(|sample| sample.action == action).count());
    let chance = most.into_iter().max().unwrap_or(0) as f32 / test.len() as f32;
    let (still, motion, both) = (accuracy(STILL), accuracy(MOTION), accuracy(0..10));
    println!(
        "still {still:.3}, motion {motion:.3}, both {both:.3}, most frequent {chance:.3}, n = {}",
        test.len()
    );
    assert!(still > chance + 0.15 && motion > chance + 0.1, "{still} {motion} {chance}");
    assert!(both > still + 0.05 && both > motion + 0.05, "{still} {motion} {both}");
}

/// The middle of all that is done in some clips.
fn samples(split: Split, clips: usize) -> Vec<Sample> {
    split.seeds().take(clips).flat_map(|seed| of_clip(&Shop::new(seed))).collect()
}

fn of_clip(shop: &Shop) -> Vec<Sample> {
    let size = Size::new(64, 48).unwrap();
    let frame = |index: usize| shop.frame(size, RATE, index).picture;
    let stills: Vec<Picture> = (0..13).map(|part| frame(part * shop.frame_count(RATE) / 13)).collect();
    let empty = median(&stills);
    let sample = |(action, start, end): (Action, f32, f32)| {
        let index = (start.midpoint(end) * RATE) as usize;
        let [before, after] = [index.saturating_sub(STEP / 2), index + STEP / 2].map(frame);
        let flow = flow(&before, &after);
        let view = shop.view(size, index as f32 / RATE);
        Sample { action, features: features(&frame(index), &empty, &flow, &view) }
    };
    shop.timeline().into_iter().map(sample).collect()
}

/// The shop without its people: each level's median.
fn median(stills: &[Picture]) -> Vec<u8> {
    let level = |at: usize| {
        let mut levels: Vec<u8> = stills.iter().map(|still| still.rgb()[at]).collect();
        levels.sort_unstable();
        levels[levels.len() / 2]
    };
    (0..stills[0].rgb().len()).map(level).collect()
}

fn flow(before: &Picture, after: &Picture) -> FlowField {
    let [before, after] = [before, after].map(|picture| Gray::from_frame(&picture.frame().unwrap()));
    // Coarser than two-stream networks read it, and twenty times as fast.
    let quick = TvL1Parameters { warps: 2, outer_iterations: 1, ..TvL1Parameters::default() };
    TvL1::new(quick).unwrap().flow(&before, &after).unwrap()
}

/// Six of a still picture, then four of the motion, all along and across the shelf.
fn features(picture: &Picture, empty: &[u8], flow: &FlowField, view: &View) -> Vec<f32> {
    let (mut zones, mut count) = ([0.0; 3], 0.0);
    let (mut middle, mut square, mut motion) = (Point::default(), Point::default(), [0.0; 4]);
    let width = picture.size().width() as usize;
    for (index, (now, then)) in picture.rgb().chunks(3).zip(empty.chunks(3)).enumerate() {
        let off: i32 =
            now.iter().zip(then).map(|(&now, &then)| (i32::from(now) - i32::from(then)).abs()).sum();
        let at = view.point(Point::new((index % width) as f32 + 0.5, (index / width) as f32 + 0.5));
        let way = Point::new(flow.vectors()[index][0], flow.vectors()[index][1]).seen_from(view.axis);
        let front = f32::from(u8::from(at.y < 0.3));
        motion[0] += way.y * front;
        motion[1] += way.y.abs() * front;
        motion[2] += way.x.abs();
        motion[3] += way.y * (1.0 - front);
        if off < 90 || at.y > 0.75 {
            continue;
        }
        let zone = [0.0, 0.14, 0.28].iter().position(|&edge| at.y < edge);
        zones
            .iter_mut()
            .enumerate()
            .for_each(|(place, zone_)| *zone_ += f32::from(u8::from(zone == Some(place))));
        count += 1.0;
        middle = middle + at;
        square = square + Point::new(at.x * at.x, at.y * at.y);
    }
    let share = 1.0 / f32::max(count, 1.0);
    let (middle, square) = (middle * share, square * share);
    let spread = |square: f32, middle: f32| (square - middle * middle).max(0.0).sqrt();
    let still = [zones[0], zones[1], zones[2]].map(|zone: f32| zone.sqrt());
    let shape = [middle.y * 20.0, spread(square.x, middle.x) * 40.0, spread(square.y, middle.y) * 40.0];
    still.into_iter().chain(shape).chain(motion).collect()
}

/// What most of the nearest samples of training show, each feature in units of its spread.
fn nearest(train: &[Sample], sample: &Sample, features: std::ops::Range<usize>) -> Action {
    let scale: Vec<f32> = features.clone().map(|feature| 1.0 / spread(train, feature)).collect();
    let distance = |other: &Sample| {
        let off = features.clone().zip(&scale).map(|(feature, scale)| {
            let off = (other.features[feature] - sample.features[feature]) * scale;
            off * off
        });
        off.sum::<f32>()
    };
    let mut by_distance: Vec<(f32, Action)> =
        train.iter().map(|other| (distance(other), other.action)).collect();
    by_distance.sort_by(|one, other| one.0.total_cmp(&other.0));
    let actions: Vec<Action> = by_distance[..NEIGHBOURS].iter().map(|(_, action)| *action).collect();
    super::window::majority(&actions).0
}

fn spread(train: &[Sample], feature: usize) -> f32 {
    let count = train.len() as f32;
    let mean = train.iter().map(|sample| sample.features[feature]).sum::<f32>() / count;
    let square = train.iter().map(|sample| (sample.features[feature] - mean).powi(2)).sum::<f32>() / count;
    square.sqrt().max(1e-6)
}
