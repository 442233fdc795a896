//! Axes and sizes as files give them.

/// An axis counted from the front; negative ones count from the end.
///
/// # Errors
/// That there is no such axis.
pub fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let counted = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
    let in_range = counted.and_then(|axis| usize::try_from(axis).ok()).filter(|&axis| axis < rank);
    in_range.ok_or_else(|| format!("no axis {axis} among {rank}"))
}

/// Axes counted from the front, in ascending order, each once.
///
/// # Errors
/// That there is no such axis.
pub fn axes(axes: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    let mut axes = axes.iter().map(|&number| axis(number, rank)).collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    axes.dedup();
    Ok(axes)
}

/// A number that has to be positive or zero.
///
/// # Errors
/// That it is negative.
pub fn size(number: i64) -> Result<usize, String> {
    usize::try_from(number).map_err(|_| format!("{number} is no size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_axes_count_from_the_end() {
        assert_eq!(axis(-1, 4), Ok(3));
        assert_eq!(axis(4, 4), Err("no axis 4 among 4".to_owned()));
        assert!(axis(-5, 4).is_err() && axis(i64::MIN, 4).is_err());
        assert_eq!(axes(&[-1, 0, 3], 4), Ok(vec![0, 3]));
    }
}
