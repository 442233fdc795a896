//! Weights that come as bytes, and become real numbers here.

use super::{Stored, Tensor, launch_size};
use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use vitrine_graph::host::Quantised;

/// How the rows of a constant are filled with zeros up to the width in which a kernel reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Filling {
    /// Numbers in a row.
    pub numbers: usize,
    /// The same with the zeros behind it.
    pub width: usize,
}

impl Filling {
    /// Rows with their zeros.
    pub fn apply(self, numbers: &[f32]) -> Vec<f32> {
        let zeros = std::iter::repeat_n(0.0, self.width - self.numbers);
        numbers.chunks(self.numbers).flat_map(|row| row.iter().copied().chain(zeros.clone())).collect()
    }
}

impl Tensor {
    /// The numbers that the bytes stand for, in rows where zeros belong behind each. A quarter of what they are is uploaded.
    pub(super) fn expanded(
        client: &Client,
        from: &Quantised,
        filling: Option<Filling>,
        stored: Stored,
    ) -> Self {
        let Filling { numbers, width } =
            filling.unwrap_or(Filling { numbers: from.len(), width: from.len() });
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
        let words = Self::of_words(client, from.bytes().chunks(size_of::<u32>()).map(word).collect());
        let scales = from.scales().iter().flat_map(|scale| [scale.zero as f32, scale.factor]).collect();
        let scales = Self::new(client, scales);
        let out = Self::space(client, from.len() / numbers * width, stored);
        let (count, dim) = launch_size(out.length);
        // SAFETY: there is a byte for each number of a row, and there are `scales.len()` scales.
        unsafe {
            expand_kernel::launch_unchecked(
                client,
                count,
                dim,
                words.arg(),
                scales.arg(),
                out.arg(),
                out.length,
                numbers,
                width,
                from.run(),
                from.scales().len(),
                stored.elem(),
            );
        }
        out
    }
}

/// `scales`: what stands for zero, and the distance of neighbours.
#[cube(launch_unchecked)]
fn expand_kernel<S: Float>(
    words: &[u32],
    scales: &[f32],
    out: &mut [S],
    length: usize,
    numbers: usize,
    width: usize,
    run: usize,
    turns: usize,
    #[define(S)] _stored: ElemType,
) {
    let index = ABSOLUTE_POS;
    if index >= length {
        terminate!();
    }
    let column = index % width;
    let mut number = 0f32;
    if column < numbers {
        let from = index / width * numbers + column;
        let byte = (words[from / 4] >> u32::cast_from(from % 4 * 8)) & 255;
        let scale = from / run % turns * 2;
        number = (f32::cast_from(byte) - scales[scale]) * scales[scale + 1];
    }
    out[index] = S::cast_from(number);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_filled_with_zeros() {
        let filling = Filling { numbers: 2, width: 4 };
        assert_eq!(filling.apply(&[1.0, 2.0, 3.0, 4.0]), [1.0, 2.0, 0.0, 0.0, 3.0, 4.0, 0.0, 0.0]);
    }
}
