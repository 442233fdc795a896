//! TFLite files that contradict themselves or ask for too much.

use super::limits::{Taken, try_file};
use super::mutations::{Random, flipped, torn, truncated};
use super::writer::Field::{Byte, Bytes, Int, Ints, Reals};
use super::writer::{FLOAT32, File, INT32, Table};

/// A convolution, a reshape by a constant and a softmax.
fn seed() -> Vec<u8> {
    let mut file = File::default();
    let x = file.input(FLOAT32, &[1, 4, 4, 2]);
    let weight = file.reals(&[3, 2, 2, 2], &[0.5; 24]);
    let bias = file.reals(&[3], &[1.0; 3]);
    let (convolved, reshaped) = (file.value(FLOAT32), file.value(FLOAT32));
    let shape = file.ints(&[2], &[1, -1]);
    let y = file.output(FLOAT32);
    file.operator(
        3,
        "",
        vec![(0, Byte(1)), (1, Int(1)), (2, Int(1)), (3, Byte(1))],
        &[x, weight, bias],
        &[convolved],
    );
    file.operator(22, "", vec![], &[convolved, shape], &[reshaped]);
    file.operator(25, "", vec![], &[reshaped], &[y]);
    file.bytes()
}

#[test]
fn a_damaged_small_model() {
    let file = seed();
    assert_eq!(try_file("seed", &file).read, 1);
    truncated("tflite seed", &file).and(flipped("tflite seed", &file, 3000)).and(torn(
        "tflite seed",
        &file,
        3000,
    ));
}

const EXTREMES: [i32; 12] = [1, 2, 0, 3, -1, 4, -2, 7, 1 << 20, 1 << 30, i32::MAX, i32::MIN];

fn number(random: &mut Random) -> i32 {
    if random.below(3) > 0 { random.one_of(&EXTREMES[..6]) } else { random.one_of(&EXTREMES) }
}

fn options(random: &mut Random) -> Table {
    let field = |random: &mut Random| match random.below(8) {
        0 => Bytes(vec![1; random.below(5)]),
        1 => Ints((0..random.below(5)).map(|_| number(random)).collect()),
        2 => Reals(vec![f32::NAN]),
        3 | 4 => Byte(random.below(3) as u8),
        _ => Int(number(random)),
    };
    let mut options = vec![];
    for number in 0..random.below(9) {
        if random.below(4) > 0 {
            options.push((number, field(random)));
        }
    }
    options
}

fn operand(random: &mut Random, file: &mut File) -> i32 {
    let shape: Vec<i32> = (0..random.below(6)).map(|_| random.one_of(&[1, 1, 2, 3, 4, 0])).collect();
    let count = shape.iter().product::<i32>() as usize;
    match random.below(7) {
        0 | 1 => file.input(random.one_of(&[0, 0, 0, 2, 3, 4, 6, 9]), &shape),
        2 => file.ints(&shape, &(0..count).map(|_| number(random)).collect::<Vec<_>>()),
        3 => {
            let list: Vec<i32> = (0..random.below(6)).map(|_| number(random)).collect();
            file.ints(&[list.len() as i32], &list)
        }
        4 => file.ints(&[], &[number(random)]),
        5 => -1,
        _ => {
            let extremes = [0.0, 1.0, -1.0, 0.5, f32::NAN, f32::INFINITY, 1e30];
            file.reals(&shape, &(0..count).map(|_| random.one_of(&extremes)).collect::<Vec<_>>())
        }
    }
}

fn nonsense(code: u8, random: &mut Random) -> Taken {
    let mut file = File::default();
    let operands: Vec<i32> = (0..random.below(6)).map(|_| operand(random, &mut file)).collect();
    let kind = random.one_of(&[FLOAT32, FLOAT32, INT32, 4, 6]);
    let outputs: Vec<i32> = (0..1 + random.below(3)).map(|_| file.output(kind)).collect();
    let custom = random.one_of(&["TFLite_Detection_PostProcess", "MaxPoolingWithArgmax2D", ""]);
    file.operator(code, custom, options(random), &operands, &outputs);
    if code == 32 {
        let operands: Vec<i32> = (0..3).map(|_| operand(random, &mut file)).collect();
        let entries = [("max_detections", number(random).into()), ("num_classes", number(random).into())];
        file.custom(custom, super::writer::flex_map(&entries), &operands, &outputs);
    }
    try_file(&format!("operator {code}"), &file.bytes())
}

#[test]
fn operators_with_operands_that_make_no_sense() {
    let times = std::env::var("VITRINE_FLIPS").ok().and_then(|times| times.parse().ok()).unwrap_or(200);
    for code in 0..=208 {
        let mut random = Random(code.into());
        (0..times).fold(Taken::default(), |taken, _| taken.and(nonsense(code, &mut random)));
    }
}

/// An operator that gigabytes would come from, and its operands' numbers.
#[test]
fn gigabytes_from_small_files() {
    let big = 1 << 28;
    // EXPAND_DIMS, TILE, FILL, RANGE, RESIZE_BILINEAR, BROADCAST_TO, ONE_HOT, PAD, RESHAPE.
    for (code, lists) in [
        (69, vec![vec![1], vec![big]]),
        (94, vec![vec![big], vec![1]]),
        (96, vec![vec![0], vec![big], vec![1]]),
        (23, vec![vec![1], vec![big, big]]),
        (130, vec![vec![1], vec![big]]),
        (85, vec![vec![1], vec![big], vec![1], vec![0]]),
        (34, vec![vec![1], vec![big / 2, big / 2 - 1]]),
        (22, vec![vec![1], vec![big, big, big]]),
    ] {
        for rank in [0, 1] {
            let mut file = File::default();
            for _ in 0..32 {
                let constant = |list: &Vec<i32>| {
                    let shape = [list.len() as i32];
                    file.ints(if list.len() == 1 { &shape[..rank] } else { &shape }, list)
                };
                let operands: Vec<i32> = lists.iter().map(constant).collect();
                let (made, last) = (file.value(INT32), file.output(INT32));
                file.operator(code, "", vec![], &operands, &[made]);
                file.operator(59, "", vec![], &[made], &[last]);
            }
            try_file(&format!("operator {code}"), &file.bytes());
        }
    }
}

#[test]
fn very_many_nodes() {
    let mut file = File::default();
    let mut x = file.input(FLOAT32, &[1, 2]);
    for _ in 0..30_000 {
        let y = file.value(FLOAT32);
        file.operator(59, "", vec![], &[x], &[y]);
        x = y;
    }
    let y = file.output(FLOAT32);
    file.operator(101, "", vec![], &[x], &[y]);
    assert_eq!(try_file("a chain", &file.bytes()).read, 1);
}
