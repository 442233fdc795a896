//! Windows of convolutions and pooling, from the attributes that both have.

use crate::onnx::call::Call;
use crate::{Error, Padding, Window};

/// Larger kernels, strides, dilations and paddings cannot be meant; the product of two still fits into 32 bits.
const MAX_EXTENT: usize = 1 << 15;

/// One window for each of the kernel's axes.
pub fn windows(call: &Call, kernel: &[usize]) -> Result<Vec<Window>, Error> {
    let axes = kernel.len();
    if !(1..=3).contains(&axes) {
        return Err(call.missing(format!("{axes} spatial axes")));
    }
    let (strides, dilations) = (extents(call, "strides", 1, axes)?, extents(call, "dilations", 1, axes)?);
    let pads = extents(call, "pads", 0, 2 * axes)?;
    let fits = |size: &usize| (1..=MAX_EXTENT).contains(size);
    if ![kernel, &strides, &dilations].into_iter().flatten().all(fits) {
        return Err(call.fail("kernel, strides and dilations are at least 1, and below 32,768"));
    }
    let padding = |axis: usize| match call.text("auto_pad", "NOTSET") {
        "SAME_UPPER" => Ok(Padding::Same),
        "SAME_LOWER" => Ok(Padding::SameLower),
        "VALID" => Ok(Padding::VALID),
        "NOTSET" | "" => Ok(Padding::Explicit(pads[axis], pads[axes + axis])),
        other => Err(call.fail(format!("auto_pad {other}"))),
    };
    let window = |axis: usize| {
        let padding = padding(axis)?;
        // The size that SAME gives is rounded up already.
        let ceil = call.flag("ceil_mode", false) && matches!(padding, Padding::Explicit(..));
        Ok(Window { kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis], padding, ceil })
    };
    (0..axes).map(window).collect()
}

/// The attribute `kernel_shape`.
pub fn kernel_shape(call: &Call) -> Result<Vec<usize>, Error> {
    let sizes = call.ints("kernel_shape").ok_or_else(|| call.fail("kernel_shape is missing"))?;
    sizes.iter().map(|&size| call.size(size)).collect()
}

/// So many numbers of an attribute, or so many defaults.
pub fn extents(call: &Call, name: &str, default: usize, count: usize) -> Result<Vec<usize>, Error> {
    let Some(numbers) = call.ints(name).filter(|numbers| !numbers.is_empty()) else {
        return Ok(vec![default; count]);
    };
    let sizes = numbers.iter().map(|&number| call.size(number)).collect::<Result<Vec<_>, _>>()?;
    if sizes.len() != count || sizes.iter().any(|&size| size > MAX_EXTENT) {
        return Err(call.fail(format!("{name} {numbers:?} for {count} numbers")));
    }
    Ok(sizes)
}
