//! Kernels on the processor, over slices of channels-last numbers.

mod conv;
mod epilogue;
mod resize;

use crate::kernels::{ConvShape, Kernels, ResizeShape};
use burn::backend::Flex;
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

impl Kernels for Flex {
    fn conv2d(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        residual: FlexTensor,
        shape: ConvShape,
    ) -> FlexTensor {
        let [x, weight, bias, residual] = [x, weight, bias, residual].map(|tensor| tensor.to_contiguous());
        let residual = shape.residual.then(|| numbers(&residual));
        let out = conv::conv2d(numbers(&x), numbers(&weight), numbers(&bias), residual, &shape);
        let [oh, ow] = shape.output;
        FlexTensor::from_data(TensorData::new(out, [1, oh, ow, shape.co]))
    }

    fn resize_bilinear(x: FlexTensor, shape: ResizeShape) -> FlexTensor {
        let out = resize::bilinear(numbers(&x.to_contiguous()), &shape);
        let [oh, ow] = shape.output;
        FlexTensor::from_data(TensorData::new(out, [1, oh, ow, shape.channels]))
    }
}

/// The numbers of a contiguous tensor.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage::<f32>()[start..start + tensor.layout().num_elements()]
}
