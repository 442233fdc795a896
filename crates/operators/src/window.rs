//! Windows that slide along an axis: of convolutions and of pooling.

/// A window along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Samples that the window sees.
    pub kernel: usize,
    /// Step from one window to the next.
    pub stride: usize,
    /// Distance of neighbouring samples.
    pub dilation: usize,
    /// What is added around the input.
    pub padding: Padding,
    /// Whether a last window that reaches beyond the padded input counts.
    pub ceil: bool,
}

/// Elements around an axis: zeros for convolutions and means, nothing for maxima.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Padding {
    /// Output size is `ceil(input / stride)`; an odd element goes after the input (TensorFlow's SAME).
    Same,
    /// As [`Padding::Same`], but an odd element goes before the input (ONNX's SAME_LOWER).
    SameLower,
    /// So many elements before and after the input.
    Explicit(usize, usize),
}

impl Padding {
    /// No padding at all.
    pub const VALID: Self = Self::Explicit(0, 0);

    /// Elements before and after an axis.
    ///
    /// `span` is the kernel's reach, `(kernel - 1) * dilation + 1`.
    pub fn amounts(self, input: usize, span: usize, stride: usize) -> (usize, usize) {
        let total = || {
            let output = input.div_ceil(stride);
            (output.saturating_sub(1) * stride + span).saturating_sub(input)
        };
        match self {
            Self::Explicit(before, after) => (before, after),
            Self::Same => (total() / 2, total() - total() / 2),
            Self::SameLower => (total() - total() / 2, total() / 2),
        }
    }
}

/// Larger kernels, strides, dilations and paddings cannot be meant. The product of two stays within 32 bits.
const MAX_EXTENT: usize = 1 << 15;

impl Window {
    /// A window of `kernel` neighbours that moves by one, without padding.
    pub fn dense(kernel: usize) -> Self {
        Self { kernel, stride: 1, dilation: 1, padding: Padding::VALID, ceil: false }
    }

    /// From the first sample to the last one.
    pub fn span(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    /// Elements before the input.
    pub fn before(&self, input: usize) -> usize {
        self.padding.amounts(input, self.span(), self.stride).0
    }

    /// How many windows an input has.
    ///
    /// # Errors
    /// Why there are none.
    pub fn output(&self, input: usize) -> Result<usize, String> {
        let sizes = [self.kernel, self.stride, self.dilation];
        if !sizes.iter().all(|size| (1..=MAX_EXTENT).contains(size)) {
            return Err("kernel, stride and dilation are at least 1, and at most 32,768".to_owned());
        }
        let (before, after) = self.padding.amounts(input, self.span(), self.stride);
        if before.max(after) > MAX_EXTENT {
            return Err(format!("a padding of {before} and {after}"));
        }
        let padded = input + before + after;
        let Some(room) = padded.checked_sub(self.span()) else {
            return Err(format!("the kernel spans {} of {padded}", self.span()));
        };
        let count = room / self.stride + 1;
        // A window that would start behind the input and its leading padding sees nothing but trailing padding.
        let one_more = self.ceil && room % self.stride != 0 && count * self.stride < input + before;
        Ok(count + usize::from(one_more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(kernel: usize, stride: usize, dilation: usize, padding: Padding) -> Window {
        Window { kernel, stride, dilation, padding, ceil: false }
    }

    /// tf.nn's documentation: SAME gives ceil(in / stride), VALID ceil((in - span + 1) / stride).
    #[test]
    fn same_and_valid_sizes_are_tensorflows() {
        assert_eq!(window(3, 2, 1, Padding::Same).output(513), Ok(257));
        assert_eq!(window(3, 2, 1, Padding::Same).output(512), Ok(256));
        assert_eq!(window(3, 2, 1, Padding::VALID).output(513), Ok(256));
        assert_eq!(window(5, 1, 2, Padding::Same).output(33), Ok(33));
        assert_eq!(window(5, 1, 2, Padding::VALID).output(33), Ok(25));
    }

    #[test]
    fn the_odd_zero_of_same_padding_goes_last_and_that_of_same_lower_first() {
        assert_eq!(Padding::Same.amounts(512, 3, 2), (0, 1));
        assert_eq!(Padding::SameLower.amounts(512, 3, 2), (1, 0));
        assert_eq!(Padding::Same.amounts(513, 3, 2), (1, 1));
        assert_eq!(Padding::Same.amounts(5, 1, 2), (0, 0));
    }

    /// torch.nn.MaxPool2d's documentation: a window that would start in the padding after the input is left out.
    #[test]
    fn ceil_mode_counts_a_window_that_reaches_beyond_the_input_but_not_one_that_starts_there() {
        let ceil = |kernel, stride, padding| Window { ceil: true, ..window(kernel, stride, 1, padding) };
        assert_eq!(ceil(3, 2, Padding::VALID).output(4), Ok(2));
        assert_eq!(ceil(2, 2, Padding::Explicit(1, 1)).output(3), Ok(2));
        assert_eq!(ceil(1, 2, Padding::VALID).output(4), Ok(2));
    }

    #[test]
    fn a_kernel_larger_than_its_input_is_refused() {
        assert!(Window::dense(5).output(2).is_err());
        assert!(window(0, 1, 1, Padding::Same).output(2).is_err());
        assert!(window(1, 0, 1, Padding::Same).output(2).is_err());
    }
}
