//! Convolution, plainly: rows of output channels, so that the inner loop vectorises.

use super::View;
use super::places::Places;
use crate::{Conv, Data};

/// [`crate::Op::Conv`].
pub fn conv(conv: &Conv, operands: &[View], shape: &[usize]) -> Result<Data, String> {
    let [x, weight, bias, residual @ ..] = operands else { return Err("an operand is missing".to_owned()) };
    let (values, kernel, bias) = (x.f32s()?, weight.f32s()?, bias.f32s()?);
    let (ci, co) = (x.shape[x.shape.len() - 1], shape[shape.len() - 1]);
    let places = Places::new(&conv.windows, x.shape, shape);
    let mut output = Vec::with_capacity(shape.iter().product());
    for batch in 0..shape[0] {
        let map = &values[batch * places.inputs() * ci..];
        places.each(|place| {
            let start = output.len();
            output.extend_from_slice(bias);
            let sums = &mut output[start..];
            for &(tap, at) in place.seen {
                let pixel = &map[at * ci..(at + 1) * ci];
                accumulate(sums, pixel, &kernel[tap * ci / conv.groups * co..], conv.groups);
            }
        });
    }
    if let Some(residual) = residual.first() {
        output.iter_mut().zip(residual.f32s()?).for_each(|(sum, added)| *sum += added);
    }
    output.iter_mut().for_each(|sum| *sum = conv.activation.apply(*sum));
    Ok(Data::F32(output))
}

/// Adds to the sums `[co]` what one tap sees: `pixel [ci]` by `kernel [ci / groups, co]`.
pub(super) fn accumulate(sums: &mut [f32], pixel: &[f32], kernel: &[f32], groups: usize) {
    let (inputs, outputs, co) = (pixel.len() / groups, sums.len() / groups, sums.len());
    if inputs == 1 && outputs == 1 {
        for ((sum, x), weight) in sums.iter_mut().zip(pixel).zip(kernel) {
            *sum += x * weight;
        }
        return;
    }
    for (group, (sums, pixel)) in sums.chunks_exact_mut(outputs).zip(pixel.chunks_exact(inputs)).enumerate() {
        for (channel, &x) in pixel.iter().enumerate() {
            let weights = &kernel[channel * co + group * outputs..][..outputs];
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += x * weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Padding, Unary, Window};

    fn run(
        conv: &Conv,
        x: (&[usize], Vec<f32>),
        weight: (&[usize], Vec<f32>),
        bias: Vec<f32>,
        shape: &[usize],
    ) -> Vec<f32> {
        let [x_data, weight_data, bias_data] = [x.1, weight.1, bias].map(Data::F32);
        let co = [bias_data.len()];
        let views = [(x.0, &x_data), (weight.0, &weight_data), (&co[..], &bias_data)];
        let views = views.map(|(shape, data)| View { shape, data });
        super::conv(conv, &views, shape).unwrap().f32s().unwrap().to_vec()
    }

    /// ONNX's operator Conv, example conv_with_strides_padding, the first row.
    #[test]
    fn sums_over_a_padded_window_are_onnxs() {
        let window = Window { stride: 2, padding: Padding::Explicit(1, 1), ..Window::dense(3) };
        let conv = Conv { windows: vec![window; 2], groups: 1, activation: Unary::Identity };
        let x = (0_u8..35).map(f32::from).collect();
        let output = run(&conv, (&[1, 7, 5, 1], x), (&[3, 3, 1, 1], vec![1.0; 9]), vec![0.0], &[1, 4, 3, 1]);
        assert_eq!(output[..3], [12.0, 27.0, 24.0]);
    }

    /// By hand: channel 0 times 2 and 3, channel 1 times 5 and 7.
    #[test]
    fn groups_keep_to_their_channels() {
        let conv = Conv { windows: vec![Window::dense(1)], groups: 2, activation: Unary::Relu };
        let output = run(
            &conv,
            (&[1, 1, 2], vec![1.0, 10.0]),
            (&[1, 1, 4], vec![2.0, 3.0, 5.0, 7.0]),
            vec![0.0, -9.0, 1.0, 0.0],
            &[1, 1, 4],
        );
        assert_eq!(output, [2.0, 0.0, 51.0, 70.0]);
    }
}
