//! Convolution whose kernel's taps move: Zhu et al. 2019, arXiv:1811.11168.

use super::View;
use super::conv::accumulate;
use crate::{Data, Op, Window};

struct Deform<'a> {
    windows: &'a [Window],
    offset_groups: usize,
    /// Rows and columns of the map.
    size: [usize; 2],
}

/// [`Op::DeformConv`].
pub fn deform_conv(op: &Op, operands: &[View], shape: &[usize]) -> Result<Data, String> {
    let Op::DeformConv { windows, groups, offset_groups } = op else {
        return Err("no deformed kernel".to_owned());
    };
    let [x, weight, offset, bias, mask @ ..] = operands else {
        return Err("an operand is missing".to_owned());
    };
    let &[_, h, w, ci] = x.shape else { return Err("a map is expected".to_owned()) };
    let (values, kernel, bias, offsets) = (x.f32s()?, weight.f32s()?, bias.f32s()?, offset.f32s()?);
    let masks = mask.first().map(View::f32s).transpose()?;
    let deform = Deform { windows, offset_groups: *offset_groups, size: [h, w] };
    let taps = windows[0].kernel * windows[1].kernel;
    let moved = taps * offset_groups;
    let mut output = Vec::with_capacity(shape.iter().product());
    let mut pixel = vec![0.0; ci];
    for place in 0..shape[0] * shape[1] * shape[2] {
        let [row, column] = [place / shape[2] % shape[1], place % shape[2]];
        let map = &values[place / (shape[1] * shape[2]) * h * w * ci..];
        let offsets = &offsets[place * moved * 2..][..moved * 2];
        let masks = masks.map(|masks| &masks[place * moved..][..moved]);
        let start = output.len();
        output.extend_from_slice(bias);
        for tap in 0..taps {
            deform.gather(&mut pixel, map, [row, column], tap, (offsets, masks));
            accumulate(&mut output[start..], &pixel, &kernel[tap * ci / groups * shape[3]..], *groups);
        }
    }
    Ok(Data::F32(output))
}

impl Deform<'_> {
    /// What a tap of the window at an output position sees, in all channels.
    fn gather(
        &self,
        pixel: &mut [f32],
        map: &[f32],
        output: [usize; 2],
        tap: usize,
        moved: (&[f32], Option<&[f32]>),
    ) {
        let [height, width] = self.windows else { return };
        let taps = height.kernel * width.kernel;
        let base = |axis: usize, window: &Window, tap: usize| {
            let before = window.before(self.size[axis]);
            (output[axis] * window.stride + tap * window.dilation) as f32 - before as f32
        };
        let base = [base(0, height, tap / width.kernel), base(1, width, tap % width.kernel)];
        let (channels, share) = (pixel.len(), pixel.len() / self.offset_groups);
        for (group, part) in pixel.chunks_exact_mut(share.max(1)).enumerate() {
            let index = group * taps + tap;
            let place = [base[0] + moved.0[index * 2], base[1] + moved.0[index * 2 + 1]];
            let mask = moved.1.map_or(1.0, |masks| masks[index]);
            part.fill(0.0);
            for (at, weight) in self.corners(place) {
                let seen = &map[at * channels + group * share..][..part.len()];
                part.iter_mut().zip(seen).for_each(|(sum, x)| *sum += mask * weight * x);
            }
        }
    }

    /// The pixels round a place and their weights; those outside are zeros and left out.
    fn corners(&self, place: [f32; 2]) -> impl Iterator<Item = (usize, f32)> {
        let [h, w] = self.size;
        let floor = place.map(f32::floor);
        let corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)];
        corners.into_iter().filter_map(move |(down, right)| {
            let [y, x] = [floor[0] + down, floor[1] + right];
            let weight = (1.0 - (place[0] - y).abs()) * (1.0 - (place[1] - x).abs());
            let inside = (0.0..h as f32).contains(&y) && (0.0..w as f32).contains(&x);
            inside.then_some((y as usize * w + x as usize, weight))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ONNX's operator DeformConv, example basic_deform_conv_without_padding: a kernel of ones over 0..9, the first tap
    /// moved by half a row, and another by a tenth of a column.
    #[test]
    fn moved_taps_are_onnxs() {
        let windows = vec![Window::dense(2); 2];
        let op = Op::DeformConv { windows, groups: 1, offset_groups: 1 };
        let mut offset = vec![0.0; 32];
        (offset[0], offset[3 * 8 + 5]) = (0.5, -0.1);
        let data = [(0_u8..9).map(f32::from).collect(), vec![1.0; 4], offset, vec![0.0]].map(Data::F32);
        let shapes: [&[usize]; 4] = [&[1, 3, 3, 1], &[2, 2, 1, 1], &[1, 2, 2, 8], &[1]];
        let operands: Vec<_> = shapes.iter().zip(&data).map(|(shape, data)| View { shape, data }).collect();
        let output = deform_conv(&op, &operands, &[1, 2, 2, 1]).unwrap();
        assert_eq!(output, Data::F32(vec![9.5, 12.0, 20.0, 23.9]));
    }
}
