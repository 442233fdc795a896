//! `vitrine convert --golden`: what another runtime computed, beside what the exported graph computes.

use crate::failure::bad_input;
use anyhow::{Result, anyhow};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use vitrine_engine::{Device, Plan};
use vitrine_graph::Data;
use vitrine_packs::{Colour, Pack};

/// How far the exported graph is from an array of the golden file.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// The array's name.
    array: String,
    max_abs_diff: f32,
    /// Relative to the array's largest value.
    max_rel_diff: f32,
    /// Share of the places where the best class is the array's, 0..1.
    argmax_agreement: f64,
}

impl Display for Compared {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { array, max_abs_diff, max_rel_diff, argmax_agreement } = self;
        let same = argmax_agreement * 100.0;
        write!(
            formatter,
            "{array}: largest difference {max_abs_diff:.1e} ({max_rel_diff:.1e} of the largest value), same best class {same:.2} %"
        )
    }
}

/// Numbers, row-major.
struct Array {
    shape: Vec<usize>,
    numbers: Vec<f32>,
}

/// Compares with every array of scores, `[1, classes, rows, columns]`, of an `.npz` file, or of a folder with `golden.npz` or
/// `.npy` files. The picture is `input` (`[1, 3, h, w]`, normalised) or `image_u8` (`[h, w, 3]`).
pub fn compare(path: &Path, pack: &Pack, model: &[u8]) -> Result<Vec<Compared>> {
    let arrays = read(path)?;
    let wrong = |cause: &str| bad_input(format!("{}: {cause}", path.display()));
    let input = picture(&arrays, pack)
        .ok_or_else(|| wrong("it has no `input` or `image_u8` of the size that the network reads"))?;
    let engine = |error: &dyn std::fmt::Display| anyhow!("the exported graph cannot be run: {error}");
    let graph = vitrine_graph::read(model).map_err(|error| engine(&error))?;
    let plan = Plan::new(graph, &Device::cpu()).map_err(|error| engine(&error))?;
    let outputs = pollster::block_on(plan.run(vec![Data::F32(input)])).map_err(|error| engine(&error))?;
    let output = outputs.into_iter().next().ok_or_else(|| engine(&"it has no output"))?;
    let scores = Array { shape: output.shape.clone(), numbers: output.into_f32s() };
    let size = [pack.input.height as usize, pack.input.width as usize];
    let compared: Vec<Compared> =
        arrays.iter().filter_map(|(name, array)| beside(name, array, &scores, size)).collect();
    if compared.is_empty() {
        let cause = format!("it has no scores [1, {}, rows, columns] to compare with", pack.classes.len());
        return Err(wrong(&cause));
    }
    Ok(compared)
}

fn picture(arrays: &BTreeMap<String, Array>, pack: &Pack) -> Option<Vec<f32>> {
    let input = &pack.input;
    let (rows, columns) = (input.height as usize, input.width as usize);
    if let Some(array) = arrays.get("input").filter(|array| array.shape == [1, 3, rows, columns]) {
        return Some(array.numbers.clone());
    }
    let image = arrays.get("image_u8").filter(|array| array.shape == [rows, columns, 3])?;
    let order = if input.colour == Colour::Bgr { [2, 1, 0] } else { [0, 1, 2] };
    let channel = |channel: usize| {
        let pixels = image.numbers.iter().skip(order[channel]).step_by(3);
        pixels.map(move |pixel| (pixel - input.mean[channel]) / input.std[channel])
    };
    Some((0..3).flat_map(channel).collect())
}

/// None for what are no scores of these classes. Scores of fewer places than the picture's are those at every so many-th pixel.
fn beside(name: &str, expected: &Array, scores: &Array, size: [usize; 2]) -> Option<Compared> {
    let ([1, classes, rows, columns], [1, own, _, _]) = (&expected.shape[..], &scores.shape[..]) else {
        return None;
    };
    let steps = [size[0].checked_div(*rows)?, size[1].checked_div(*columns)?];
    if classes != own || [rows * steps[0], columns * steps[1]] != size {
        return None;
    }
    let found = enlarged(scores, size, [*rows, *columns]);
    let largest = expected.numbers.iter().fold(f32::MIN_POSITIVE, |largest, score| largest.max(score.abs()));
    let difference = |(a, b): (&f32, &f32)| if (a - b).is_nan() { f32::INFINITY } else { (a - b).abs() };
    let max_abs_diff = found.iter().zip(&expected.numbers).map(difference).fold(0.0, f32::max);
    let places = rows * columns;
    let best = |numbers: &[f32], place: usize| {
        (0..*classes).max_by(|&a, &b| numbers[a * places + place].total_cmp(&numbers[b * places + place]))
    };
    let same = (0..places).filter(|&place| best(&found, place) == best(&expected.numbers, place)).count();
    Some(Compared {
        array: name.to_owned(),
        max_abs_diff,
        max_rel_diff: max_abs_diff / largest,
        argmax_agreement: same as f64 / places.max(1) as f64,
    })
}

/// The scores at every so many-th pixel of the picture: bilinear with the corners aligned, as ESPNetv2's authors enlarge them.
fn enlarged(scores: &Array, size: [usize; 2], wanted: [usize; 2]) -> Vec<f32> {
    let [_, classes, rows, columns] = scores.shape[..] else { return Vec::new() };
    let taps = |count: usize, whole: usize, wanted: usize| -> Vec<(usize, usize, f32)> {
        let tap = |index: usize| {
            let pixel = (index * (whole / wanted)) as f32;
            let at = pixel * (count - 1) as f32 / (whole - 1).max(1) as f32;
            let first = (at as usize).min(count - 1);
            (first, (first + 1).min(count - 1), at - first as f32)
        };
        (0..wanted).map(tap).collect()
    };
    let (down, across) = (taps(rows, size[0], wanted[0]), taps(columns, size[1], wanted[1]));
    let mut found = Vec::with_capacity(classes * wanted[0] * wanted[1]);
    for map in scores.numbers.chunks(rows * columns).take(classes) {
        for &(top, bottom, low) in &down {
            for &(left, right, far) in &across {
                let line = |row: usize| {
                    let (a, b) = (map[row * columns + left], map[row * columns + right]);
                    a + (b - a) * far
                };
                found.push(line(top) + (line(bottom) - line(top)) * low);
            }
        }
    }
    found
}

fn read(path: &Path) -> Result<BTreeMap<String, Array>> {
    let wrong = |error: &dyn std::fmt::Display| bad_input(format!("{}: {error}", path.display()));
    let mut arrays = BTreeMap::new();
    if !path.is_dir() {
        let file = File::open(path).map_err(|error| wrong(&error))?;
        let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(&error))?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| wrong(&error))?;
            let name = entry.name().trim_end_matches(".npy").to_owned();
            arrays.extend(array(entry).map(|array| (name, array)));
        }
        return Ok(arrays);
    }
    if path.join("golden.npz").is_file() {
        return read(&path.join("golden.npz"));
    }
    for entry in std::fs::read_dir(path).map_err(|error| wrong(&error))? {
        let file = entry.map_err(|error| wrong(&error))?.path();
        if file.extension().is_some_and(|extension| extension == "npy") {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let bytes = BufReader::new(File::open(&file).map_err(|error| wrong(&error))?);
            arrays.extend(array(bytes).map(|array| (name, array)));
        }
    }
    Ok(arrays)
}

/// An array of 32-bit reals or bytes in C order; none for anything else, such as names.
fn array(bytes: impl Read) -> Option<Array> {
    let file = npyz::NpyFile::new(bytes).ok()?;
    if file.order() != npyz::Order::C {
        return None;
    }
    let shape = file.shape().iter().map(|&side| side as usize).collect();
    let numbers = match file.dtype().descr().trim_matches(|letter: char| "'\"".contains(letter)) {
        "<f4" => file.into_vec::<f32>().ok()?,
        "|u1" => file.into_vec::<u8>().ok()?.into_iter().map(f32::from).collect(),
        _ => return None,
    };
    Some(Array { shape, numbers })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `torch.nn.functional.interpolate(mode="bilinear", align_corners=True)` of [[0, 1], [2, 3]] to 4 x 4, every second pixel:
    /// a third of the way is a third of the difference, by hand.
    #[test]
    fn scores_are_enlarged_with_their_corners_aligned() {
        let scores = Array { shape: vec![1, 1, 2, 2], numbers: vec![0.0, 1.0, 2.0, 3.0] };
        let expected = [0.0, 2.0 / 3.0, 4.0 / 3.0, 2.0];
        for (found, expected) in enlarged(&scores, [4, 4], [2, 2]).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    /// Two classes at two places; the second place's best class differs. The largest expectation is 4.
    #[test]
    fn differences_are_those_of_a_hand_count() {
        let array = |numbers: [f32; 4]| Array { shape: vec![1, 2, 1, 2], numbers: numbers.to_vec() };
        let found = beside("a", &array([4.0, 1.0, 0.0, 2.0]), &array([3.5, 1.0, 0.0, 0.5]), [1, 2]).unwrap();
        assert_eq!((found.max_abs_diff, found.max_rel_diff, found.argmax_agreement), (1.5, 0.375, 0.5));
        assert!(
            beside("b", &array([0.0; 4]), &array([0.0; 4]), [1, 3]).is_none(),
            "3 columns are no multiple of 2"
        );
    }
}
