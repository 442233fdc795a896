//! Means and maxima over bins of boxes: He et al. 2017, arXiv:1703.06870, section 3, as ONNX's RoiAlign.

use super::View;
use crate::{Data, Op};

/// More samples along an axis of a bin come from a box that cannot be meant.
const MAX_SAMPLES: f32 = 4096.0;

/// [`Op::RoiAlign`].
pub fn roi_align(op: &Op, x: View, rois: View, batch: View, shape: &[usize]) -> Result<Data, String> {
    let &Op::RoiAlign { spatial_scale, sampling_ratio, max, half_pixel } = op else {
        return Err("no alignment of regions".to_owned());
    };
    let &[maps, h, w, channels] = x.shape else { return Err("a map is expected".to_owned()) };
    let (values, boxes, batch) = (x.f32s()?, rois.f32s()?, batch.i64s()?);
    let mut output = Vec::with_capacity(shape.iter().product());
    for (roi, &index) in boxes.chunks_exact(4).zip(batch) {
        let index = usize::try_from(index).ok().filter(|&index| index < maps);
        let index = index.ok_or("a region of a map that is not there")?;
        let map = &values[index * h * w * channels..][..h * w * channels];
        let shift = if half_pixel { 0.5 } else { 0.0 };
        let [x1, y1, x2, y2] = [0, 1, 2, 3].map(|side| roi[side] * spatial_scale - shift);
        let columns = Bins::new(x1, x2, shape[2], sampling_ratio, half_pixel)?;
        let rows = Bins::new(y1, y2, shape[1], sampling_ratio, half_pixel)?;
        for row in 0..shape[1] {
            for column in 0..shape[2] {
                let start = output.len();
                output.resize(start + channels, 0.0);
                let bin = (rows.samples(row, h), columns.samples(column, w));
                collect(&mut output[start..], map, w, &bin, max);
            }
        }
    }
    Ok(Data::F32(output))
}

/// The bins of a box along one axis.
struct Bins {
    start: f32,
    size: f32,
    count: usize,
}

/// Two neighbours and their weights; none for a sample outside.
type Sample = Option<[(usize, f32); 2]>;

impl Bins {
    fn new(start: f32, end: f32, bins: usize, ratio: usize, half_pixel: bool) -> Result<Self, String> {
        // Without the half pixel, boxes are at least one pixel large.
        let length = if half_pixel { end - start } else { (end - start).max(1.0) };
        let size = length / bins as f32;
        let count = if ratio > 0 { ratio as f32 } else { size.ceil() };
        if count > MAX_SAMPLES {
            return Err(format!("a region of {length} pixels"));
        }
        Ok(Self { start, size, count: count as usize })
    }

    fn samples(&self, bin: usize, length: usize) -> Vec<Sample> {
        let place = |sample: usize| (sample as f32 + 0.5) / self.count as f32 * self.size;
        (0..self.count)
            .map(|sample| neighbours(self.start + bin as f32 * self.size + place(sample), length))
            .collect()
    }
}

fn neighbours(place: f32, length: usize) -> Sample {
    let last = length.checked_sub(1)?;
    if !(-1.0..=length as f32).contains(&place) {
        return None;
    }
    let place = place.clamp(0.0, last as f32);
    let (low, part) = (place as usize, place.fract());
    Some([(low, 1.0 - part), ((low + 1).min(last), part)])
}

/// Mean of the samples of a bin, or the largest weighted neighbour, as ONNX has it.
fn collect(row: &mut [f32], map: &[f32], width: usize, bin: &(Vec<Sample>, Vec<Sample>), max: bool) {
    let (rows, columns) = bin;
    let scale = 1.0 / (rows.len() * columns.len()).max(1) as f32;
    let outside = [(0, 0.0); 2];
    if max && !rows.is_empty() && !columns.is_empty() {
        row.fill(f32::NEG_INFINITY);
    }
    for y in rows {
        for x in columns {
            let (ys, xs) = y.zip(*x).unwrap_or((outside, outside));
            for ((y, weight_y), (x, weight_x)) in ys.into_iter().flat_map(|y| xs.map(|x| (y, x))) {
                let (weight, at) = (weight_y * weight_x, (y * width + x) * row.len());
                let pixel = map.get(at..at + row.len()).unwrap_or_default();
                let both = row.iter_mut().zip(pixel);
                match max {
                    true => both.for_each(|(kept, x)| *kept = kept.max(weight * x)),
                    false => both.for_each(|(sum, x)| *sum += weight * scale * x),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(roi: [f32; 4], max: bool, half_pixel: bool) -> Result<Data, String> {
        let op = Op::RoiAlign { spatial_scale: 1.0, sampling_ratio: 2, max, half_pixel };
        let (map, rois) = (Data::F32((0_u8..16).map(f32::from).collect()), Data::F32(roi.to_vec()));
        let x = View { shape: &[1, 4, 4, 1], data: &map };
        let batch = Data::I64(vec![0]);
        roi_align(
            &op,
            x,
            View { shape: &[1, 4], data: &rois },
            View { shape: &[1], data: &batch },
            &[1, 1, 1, 1],
        )
    }

    /// By hand: a plane's mean over a box is its value at the box's centre.
    #[test]
    fn the_mean_of_a_plane_is_its_centre() {
        assert_eq!(aligned([1.0, 1.0, 3.0, 3.0], false, false), Ok(Data::F32(vec![10.0])));
        assert_eq!(aligned([1.0, 1.0, 3.0, 3.0], false, true), Ok(Data::F32(vec![7.5])));
    }

    #[test]
    fn a_box_without_end_is_refused() {
        let op = Op::RoiAlign { spatial_scale: 1.0, sampling_ratio: 0, max: false, half_pixel: true };
        assert!(matches!(op, Op::RoiAlign { .. }));
        assert!(Bins::new(0.0, f32::INFINITY, 1, 0, true).is_err());
        assert_eq!(aligned([f32::NAN; 4], false, true), Ok(Data::F32(vec![0.0])));
    }
}
