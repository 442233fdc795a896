//! Reshapes of values whose axes lie in another order.

use super::permutation::inverse;

/// How a value that is held in another order is reshaped without bringing all axes into order first.
///
/// Axes that a reshape merges have to be neighbours, in their order. Everything else may lie as it lies: to merge the
/// rows and columns of channels-last maps nothing has to move, and to shuffle channels only channels have to.
#[derive(Debug, PartialEq)]
pub struct Regrouping {
    /// The transpose that brings merged axes together.
    pub before: Vec<usize>,
    /// The shape after that.
    pub shape: Vec<usize>,
    /// The transpose that would bring the axes of that shape into order.
    pub permutation: Vec<usize>,
}

impl Regrouping {
    /// Of a value of the shape `from`, which is held so that `permutation` would bring it into order.
    pub fn new(permutation: &[usize], from: &[usize], to: &[usize]) -> Option<Self> {
        let mut groups = groups(from, to)?;
        // Groups lie as their first longer axes lie; one without such an axis stays behind the group before it.
        let mut key = 0;
        let mut keyed = vec![];
        for group in groups.drain(..) {
            let longer = (group.from.0..group.from.1).filter(|&axis| from[axis] != 1);
            key = longer.map(|axis| permutation[axis] + 1).min().unwrap_or(key);
            keyed.push((key, group));
        }
        keyed.sort_by_key(|(key, _)| *key);
        let sources = keyed.iter().flat_map(|(_, group)| group.from.0..group.from.1);
        let targets: Vec<usize> = keyed.iter().flat_map(|(_, group)| group.to.0..group.to.1).collect();
        Some(Self {
            before: sources.map(|axis| permutation[axis]).collect(),
            shape: targets.iter().map(|&axis| to[axis]).collect(),
            permutation: inverse(&targets),
        })
    }
}

/// Neighbouring axes that become neighbouring axes: from the first to behind the last.
struct Group {
    from: (usize, usize),
    to: (usize, usize),
}

/// The smallest groups; none if the shapes do not fit or are empty.
fn groups(from: &[usize], to: &[usize]) -> Option<Vec<Group>> {
    if from.contains(&0) || to.contains(&0) {
        return None;
    }
    let mut groups = vec![];
    let (mut i, mut j) = (0, 0);
    while i < from.len() || j < to.len() {
        let start = (i, j);
        let next = |shape: &[usize], at: &mut usize| {
            *at += 1;
            shape.get(*at - 1).copied()
        };
        let mut a = if i < from.len() { next(from, &mut i)? } else { 1 };
        let mut b =
            if j < to.len() && (a != 1 || to[j] == 1 || i == from.len()) { next(to, &mut j)? } else { 1 };
        while a != b {
            if a < b {
                a = a.checked_mul(next(from, &mut i)?)?
            } else {
                b = b.checked_mul(next(to, &mut j)?)?
            }
        }
        groups.push(Group { from: (start.0, i), to: (start.1, j) });
    }
    Some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that is held channels-last, as channels-first operators see it.
    const CHANNELS_LAST: [usize; 4] = [0, 3, 1, 2];

    #[test]
    fn merging_rows_and_columns_moves_nothing() {
        let regrouping = Regrouping::new(&CHANNELS_LAST, &[1, 8, 5, 7], &[1, 8, 35]).unwrap();
        assert_eq!(regrouping.before, [0, 1, 2, 3]);
        assert_eq!(regrouping.shape, [1, 35, 8]);
        assert_eq!(regrouping.permutation, [0, 2, 1]);
    }

    #[test]
    fn splitting_channels_moves_nothing_and_flattening_all_moves_everything() {
        let split = Regrouping::new(&CHANNELS_LAST, &[2, 8, 5, 7], &[2, 4, 2, 5, 7]).unwrap();
        assert_eq!((&split.before[..], &split.shape[..]), (&[0, 1, 2, 3][..], &[2, 5, 7, 4, 2][..]));
        assert_eq!(split.permutation, [0, 3, 4, 1, 2]);
        let flat = Regrouping::new(&CHANNELS_LAST, &[2, 8, 5, 7], &[2, 280]).unwrap();
        assert_eq!((&flat.before[..], &flat.shape[..]), (&[0, 3, 1, 2][..], &[2, 280][..]));
        assert_eq!(flat.permutation, [0, 1]);
    }

    /// Zhang et al. 2018, arXiv:1707.01083, figure 1: between the two reshapes of a shuffle the halves of the channels swap.
    #[test]
    fn the_end_of_a_channel_shuffle_moves_channels_only() {
        let merged = Regrouping::new(&[0, 4, 3, 1, 2], &[2, 2, 4, 5, 7], &[2, 8, 5, 7]).unwrap();
        assert_eq!((&merged.before[..], &merged.shape[..]), (&[0, 1, 2, 4, 3][..], &[2, 5, 7, 8][..]));
        assert_eq!(merged.permutation, CHANNELS_LAST);
    }

    #[test]
    fn empty_shapes_are_left_alone() {
        assert_eq!(Regrouping::new(&[1, 0], &[0, 3], &[3, 0]), None);
    }
}
