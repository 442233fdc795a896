//! Work that is shared among the processor's threads, where there are any: natively. A program for the browser has one, as
//! memory that several share needs a page that is isolated from others' and a standard library of its own.

/// How many multiplications of a convolution take as long as reading, changing and writing a number.
pub const MOVED: usize = 16;
/// What is worth handing to another thread, in multiplications: waking one takes tens of microseconds.
#[cfg(not(target_arch = "wasm32"))]
const LEAST: usize = 1 << 20;
/// Parts for each thread, as they do not run equally fast.
#[cfg(not(target_arch = "wasm32"))]
const PARTS: usize = 2;

/// Computes `out` in parts, each a whole number of `unit` elements but for the last one; `work` is told the place of a part's first
/// element. `effort` is how many multiplications it takes in all.
pub fn share<T: Send>(out: &mut [T], unit: usize, effort: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        let unit = unit.max(1);
        let units = out.len().div_ceil(unit);
        let threads = rayon::current_num_threads();
        let parts = (threads * PARTS).min(effort / LEAST).min(units);
        if threads > 1 && parts > 1 {
            let size = units.div_ceil(parts) * unit;
            let parts = out.par_chunks_mut(size).enumerate();
            return parts.for_each(|(index, part)| work(index * size, part));
        }
    }
    #[cfg(target_arch = "wasm32")]
    let _ = (unit, effort);
    work(0, out);
}

/// Does something among the threads that share work: [`share`] begins at once there, where it else waits for one of them to wake.
#[cfg(not(target_arch = "wasm32"))]
pub fn among<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::current_num_threads() {
        1 => work(),
        _ => rayon::scope(|_| work()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_units_and_cover_everything_once() {
        let check = |count: usize, unit: usize| {
            let mut out = vec![0; count];
            share(&mut out, unit, usize::MAX, |first, part| {
                assert!(unit == 0 || first.is_multiple_of(unit));
                part.iter_mut().enumerate().for_each(|(index, x)| *x += first + index + 1);
            });
            assert_eq!(out, (1..=count).collect::<Vec<_>>());
        };
        let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        threads.install(|| {
            for (count, unit) in [(0, 3), (1, 3), (10, 3), (1000, 7), (12, 1), (5, 0)] {
                check(count, unit);
            }
        });
    }
}
