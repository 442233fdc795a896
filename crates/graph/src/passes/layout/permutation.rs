//! Permutations of axes, as [`Op::Transpose`](crate::Op::Transpose) has them: axis `i` of the result is axis
//! `permutation[i]` of what is permuted.

/// The one that changes nothing.
pub fn identity(rank: usize) -> Vec<usize> {
    (0..rank).collect()
}

/// One transpose in place of `first` and then `second`.
pub fn compose(first: &[usize], second: &[usize]) -> Vec<usize> {
    second.iter().map(|&axis| first[axis]).collect()
}

/// The one that undoes it.
pub fn inverse(permutation: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; permutation.len()];
    for (index, &axis) in permutation.iter().enumerate() {
        inverse[axis] = index;
    }
    inverse
}

/// The shape that becomes `shape` when it is permuted.
pub fn shape_before(permutation: &[usize], shape: &[usize]) -> Vec<usize> {
    inverse(permutation).iter().map(|&axis| shape[axis]).collect()
}

/// The same for a value that has more axes of size 1 in front.
pub fn extended(permutation: &[usize], rank: usize) -> Vec<usize> {
    let lead = rank - permutation.len();
    (0..lead).chain(permutation.iter().map(|&axis| axis + lead)).collect()
}

/// The transpose that makes what becomes a value by `wanted` out of what becomes it by `held`.
pub fn between(held: &[usize], wanted: &[usize]) -> Vec<usize> {
    compose(held, &inverse(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NumPy: `np.transpose(np.transpose(x, a), b) == np.transpose(x, [a[i] for i in b])`.
    #[test]
    fn channels_first_undoes_channels_last() {
        let (last, first) = ([0, 2, 3, 1], [0, 3, 1, 2]);
        assert_eq!(compose(&last, &first), identity(4));
        assert_eq!(inverse(&last), first);
        assert_eq!(shape_before(&first, &[1, 3, 4, 5]), [1, 4, 5, 3]);
        assert_eq!(extended(&[1, 0], 4), [0, 1, 3, 2]);
    }

    #[test]
    fn one_transpose_leads_from_a_layout_to_another() {
        let (held, wanted) = ([0, 3, 1, 2], [0, 2, 1, 3]);
        let step = between(&held, &wanted);
        assert_eq!(compose(&step, &wanted), held);
    }
}
