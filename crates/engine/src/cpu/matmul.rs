//! Products of matrices by the `gemm` crate, batch by batch.

use vitrine_graph::host::View;

/// As many as there are.
#[cfg(not(target_arch = "wasm32"))]
const THREADS: gemm::Parallelism = gemm::Parallelism::Rayon(0);
#[cfg(target_arch = "wasm32")]
const THREADS: gemm::Parallelism = gemm::Parallelism::None;

/// `a [.., m, k]`, `b [.., k, n]`, both of real numbers -> `[.., m, n]`, whose shape is given; leading axes broadcast.
pub fn matmul(a: View, b: View, shape: &[usize]) -> Result<Vec<f32>, String> {
    let (a_numbers, b_numbers) = (a.f32s()?, b.f32s()?);
    let rank = shape.len();
    let (m, n, k) = (shape[rank - 2], shape[rank - 1], a.shape[a.shape.len() - 1]);
    let mut out = vec![0.0; shape.iter().product()];
    if m * n * k == 0 {
        return Ok(out);
    }
    // One matrix `b` for all batches of `a`: the batches are rows of one product.
    if b.shape.len() == 2 {
        multiply(a_numbers, b_numbers, &mut out, a_numbers.len() / k, n, k);
        return Ok(out);
    }
    let batches = &shape[..rank - 2];
    for (index, out) in out.chunks_exact_mut(m * n).enumerate() {
        let a_at = batch(index, batches, &a.shape[..a.shape.len() - 2]) * m * k;
        let b_at = batch(index, batches, &b.shape[..b.shape.len() - 2]) * k * n;
        multiply(&a_numbers[a_at..][..m * k], &b_numbers[b_at..][..k * n], out, m, n, k);
    }
    Ok(out)
}

/// The batch of an operand that belongs to batch `index` of the output: axes of size 1 and missing ones repeat.
fn batch(index: usize, output: &[usize], operand: &[usize]) -> usize {
    let (mut rest, mut at, mut stride) = (index, 0, 1);
    for (axis, &size) in output.iter().enumerate().rev() {
        let place = rest % size;
        rest /= size;
        if let Some(own) = (axis + operand.len()).checked_sub(output.len()) {
            if operand[own] != 1 {
                at += place * stride;
            }
            stride *= operand[own];
        }
    }
    at
}

/// `out [m, n] = a [m, k] * b [k, n]`, row-major, k at least 1.
fn multiply(a: &[f32], b: &[f32], out: &mut [f32], m: usize, n: usize, k: usize) {
    assert!(a.len() == m * k && b.len() == k * n && out.len() == m * n);
    // SAFETY: with the lengths asserted above, all rows lie inside their slices, which do not overlap.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            a.as_ptr(),
            1,
            k as isize,
            b.as_ptr(),
            1,
            n as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            THREADS,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_graph::Data;

    fn product(a: &[f32], a_shape: &[usize], b: &[f32], b_shape: &[usize], shape: &[usize]) -> Vec<f32> {
        let (a, b) = (Data::F32(a.to_vec()), Data::F32(b.to_vec()));
        matmul(View { shape: a_shape, data: &a }, View { shape: b_shape, data: &b }, shape).unwrap()
    }

    #[test]
    fn two_matrices_multiply() {
        let out = product(&[1.0, 2.0, 3.0, 4.0], &[2, 2], &[5.0, 6.0, 7.0, 8.0], &[2, 2], &[2, 2]);
        assert_eq!(out, [19.0, 22.0, 43.0, 50.0]);
    }

    #[test]
    fn batches_broadcast_from_either_side() {
        let rows = [1.0, 2.0, 3.0, 4.0];
        let scales = [1.0, 10.0];
        // [2, 1, 2, 1] times [2, 1, 1] -> [2, 2, 2, 1]
        let out = product(&rows, &[2, 1, 2, 1], &scales, &[2, 1, 1], &[2, 2, 2, 1]);
        assert_eq!(out, [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]);
    }
}
