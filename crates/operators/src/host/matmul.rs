//! Products of matrices, and determinants.

use super::View;
use super::strided::{broadcast_axes, for_each_place};
use crate::Data;

/// Rows and columns of the product whose sums fit into registers.
const ROWS: usize = 4;
const COLUMNS: usize = 8;

/// [`crate::Op::MatMul`].
pub fn matmul(a: View, b: View, shape: &[usize]) -> Result<Data, String> {
    let product = Product::new(a.shape, b.shape, shape)?;
    match (a.data, b.data) {
        (Data::F32(a), Data::F32(b)) => {
            Ok(Data::F32(product.of_batches(a, b, |a, b, out| product.of_real_matrices(a, b, out))))
        }
        (Data::I64(a), Data::I64(b)) => {
            Ok(Data::I64(product.of_batches(a, b, |a, b, out| product.of_whole_matrices(a, b, out))))
        }
        _ => Err("real and whole numbers do not mix".to_owned()),
    }
}

/// `[m, k]` times `[k, n]`, for every batch.
struct Product<'a> {
    m: usize,
    k: usize,
    n: usize,
    a_batch: &'a [usize],
    b_batch: &'a [usize],
    batch: &'a [usize],
}

impl<'a> Product<'a> {
    fn new(a: &'a [usize], b: &'a [usize], out: &'a [usize]) -> Result<Self, String> {
        match (a, b, out) {
            ([a_batch @ .., m, k], [b_batch @ .., _, n], [batch @ .., _, _]) => {
                Ok(Self { m: *m, k: *k, n: *n, a_batch, b_batch, batch })
            }
            _ => Err("matrices are expected".to_owned()),
        }
    }

    fn of_batches<T: Copy + Default>(
        &self,
        a: &[T],
        b: &[T],
        multiply: impl Fn(&[T], &[T], &mut [T]),
    ) -> Vec<T> {
        let (a_size, b_size, size) = (self.m * self.k, self.k * self.n, self.m * self.n);
        let mut out = vec![T::default(); self.batch.iter().product::<usize>() * size];
        if out.is_empty() || self.k == 0 {
            return out;
        }
        let mut products = out.chunks_exact_mut(size);
        for_each_place(&broadcast_axes([self.a_batch, self.b_batch], self.batch), [0, 0], &mut |[i, j]| {
            if let Some(product) = products.next() {
                multiply(&a[i * a_size..(i + 1) * a_size], &b[j * b_size..(j + 1) * b_size], product);
            }
        });
        out
    }

    fn of_real_matrices(&self, a: &[f32], b: &[f32], out: &mut [f32]) {
        if self.n == 1 {
            return out.iter_mut().zip(a.chunks_exact(self.k)).for_each(|(out, row)| *out = dot(row, b));
        }
        for (a, out) in a.chunks(ROWS * self.k).zip(out.chunks_mut(ROWS * self.n)) {
            match a.len() / self.k {
                4 => self.of_rows::<4>(a, b, out),
                3 => self.of_rows::<3>(a, b, out),
                2 => self.of_rows::<2>(a, b, out),
                _ => self.of_rows::<1>(a, b, out),
            }
        }
    }

    /// Some rows of the product, in strips of columns.
    fn of_rows<const M: usize>(&self, a: &[f32], b: &[f32], out: &mut [f32]) {
        let rows: [&[f32]; M] = std::array::from_fn(|row| &a[row * self.k..(row + 1) * self.k]);
        for column in (0..self.n).step_by(COLUMNS) {
            let width = COLUMNS.min(self.n - column);
            let sums = if width == COLUMNS {
                self.strip(rows, |k| b[k * self.n + column..].first_chunk().copied().unwrap_or_default())
            } else {
                self.strip(rows, |k| {
                    let part = &b[k * self.n + column..][..width];
                    std::array::from_fn(|i| part.get(i).copied().unwrap_or_default())
                })
            };
            for (row, sums) in sums.iter().enumerate() {
                out[row * self.n + column..][..width].copy_from_slice(&sums[..width]);
            }
        }
    }

    #[inline(always)]
    fn strip<const M: usize>(
        &self,
        rows: [&[f32]; M],
        b: impl Fn(usize) -> [f32; COLUMNS],
    ) -> [[f32; COLUMNS]; M] {
        let mut sums = [[0.0; COLUMNS]; M];
        for k in 0..self.k {
            let b = b(k);
            for (sums, row) in sums.iter_mut().zip(rows) {
                let a = row[k];
                sums.iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
            }
        }
        sums
    }

    fn of_whole_matrices(&self, a: &[i64], b: &[i64], out: &mut [i64]) {
        for (row, out) in a.chunks_exact(self.k).zip(out.chunks_exact_mut(self.n)) {
            for (&a, b) in row.iter().zip(b.chunks_exact(self.n)) {
                out.iter_mut().zip(b).for_each(|(sum, &b)| *sum = sum.wrapping_add(a.wrapping_mul(b)));
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<COLUMNS>(), b.as_chunks::<COLUMNS>());
    let mut sums = [0.0; COLUMNS];
    for (a, b) in a.iter().zip(b) {
        (0..COLUMNS).for_each(|i| sums[i] += a[i] * b[i]);
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// [`crate::Op::Determinant`].
pub fn determinant(x: View) -> Result<Data, String> {
    let [batch @ .., size, _] = x.shape else { return Err("matrices are expected".to_owned()) };
    let count: usize = batch.iter().product();
    if *size == 0 {
        return Ok(Data::F32(vec![1.0; count]));
    }
    let of = |matrix: &[f32]| determinant_of(matrix.iter().map(|&x| x.into()).collect(), *size);
    Ok(Data::F32(x.f32s()?.chunks_exact(size * size).map(of).collect()))
}

/// Gaussian elimination with the largest pivot of each column.
fn determinant_of(mut matrix: Vec<f64>, size: usize) -> f32 {
    let mut determinant = 1.0;
    for step in 0..size {
        let magnitude = |row: usize| matrix[row * size + step].abs();
        let pivot =
            (step..size).fold(step, |best, row| if magnitude(row) > magnitude(best) { row } else { best });
        if magnitude(pivot) == 0.0 {
            return 0.0;
        }
        if pivot != step {
            (0..size).for_each(|column| matrix.swap(step * size + column, pivot * size + column));
            determinant = -determinant;
        }
        let (done, below) = matrix.split_at_mut((step + 1) * size);
        let pivot_row = &done[step * size..];
        determinant *= pivot_row[step];
        for row in below.chunks_exact_mut(size) {
            let factor = row[step] / pivot_row[step];
            row[step..].iter_mut().zip(&pivot_row[step..]).for_each(|(x, pivot)| *x -= factor * pivot);
        }
    }
    determinant as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(data: &[f32]) -> Data {
        Data::F32(data.to_vec())
    }

    fn view<'a>(shape: &'a [usize], data: &'a Data) -> View<'a> {
        View { shape, data }
    }

    #[test]
    fn rows_times_columns() {
        let (a, b) = (real(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), real(&[1.0, 0.0, 0.0, 1.0, 2.0, 3.0]));
        let out = matmul(view(&[2, 3], &a), view(&[3, 2], &b), &[2, 2]);
        assert_eq!(out, Ok(real(&[7.0, 11.0, 16.0, 23.0])));
        let out = matmul(view(&[2, 3], &a), view(&[3, 1], &real(&[1.0, 10.0, 100.0])), &[2, 1]);
        assert_eq!(out, Ok(real(&[321.0, 654.0])));
        let (a, b) = (Data::I64(vec![1, 2]), Data::I64(vec![3, 4]));
        assert_eq!(matmul(view(&[1, 2], &a), view(&[2, 1], &b), &[1, 1]), Ok(Data::I64(vec![11])));
        assert_eq!(matmul(view(&[2, 1], &a), view(&[1, 2], &b), &[2, 2]), Ok(Data::I64(vec![3, 4, 6, 8])));
    }

    /// Sizes with a rest in rows, columns and terms. Entry `[i, j]` is the sum of `(i + k) * (k - j)` over `k`.
    #[test]
    fn sizes_that_do_not_fit_the_registers() {
        for (m, k, n) in [(5, 3, 9), (7, 17, 19), (1, 9, 1), (6, 1, 8)] {
            let a = Data::F32((0..m * k).map(|at| (at / k + at % k) as f32).collect());
            let b = Data::F32((0..k * n).map(|at| (at / n) as f32 - (at % n) as f32).collect());
            let entry = |i: usize, j: usize| (0..k).map(|k| ((i + k) as f32) * (k as f32 - j as f32)).sum();
            let expected = (0..m * n).map(|at| entry(at / n, at % n)).collect();
            assert_eq!(matmul(view(&[m, k], &a), view(&[k, n], &b), &[m, n]), Ok(Data::F32(expected)));
        }
    }

    #[test]
    fn batches_broadcast() {
        let (a, b) = (real(&[1.0, 2.0]), real(&[10.0, 100.0, 1000.0]));
        let out = matmul(view(&[2, 1, 1, 1], &a), view(&[3, 1, 1], &b), &[2, 3, 1, 1]);
        assert_eq!(out, Ok(real(&[10.0, 100.0, 1000.0, 20.0, 200.0, 2000.0])));
        let out = matmul(view(&[2, 1, 1], &a), view(&[1, 1], &real(&[3.0])), &[2, 1, 1]);
        assert_eq!(out, Ok(real(&[3.0, 6.0])));
    }

    #[test]
    fn a_sum_without_terms_is_0() {
        let none = real(&[]);
        assert_eq!(matmul(view(&[2, 0], &none), view(&[0, 2], &none), &[2, 2]), Ok(real(&[0.0; 4])));
        assert_eq!(matmul(view(&[0, 2], &none), view(&[2, 1], &real(&[0.0; 2])), &[0, 1]), Ok(none));
    }

    /// Hand counts; the second matrix needs its rows swapped.
    #[test]
    fn determinants() {
        let x = real(&[1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 1.0, 0.0, 2.0, 4.0, 1.0, 2.0]);
        assert_eq!(determinant(view(&[3, 2, 2], &x)), Ok(real(&[-2.0, -1.0, 0.0])));
        let x = real(&[2.0, 0.0, 1.0, 1.0, 3.0, 2.0, 1.0, 1.0, 4.0]);
        assert_eq!(determinant(view(&[3, 3], &x)), Ok(real(&[18.0])));
        assert_eq!(determinant(view(&[2, 0, 0], &real(&[]))), Ok(real(&[1.0, 1.0])));
    }
}
