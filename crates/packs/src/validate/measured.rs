//! What was measured: accuracy, and the values of a reference runtime.

use super::{Checked, check_line};
use crate::{Metric, PackError, SelfTest};

const SELF_TEST_VALUES_MAX: usize = 4096;

pub(super) fn check_metric(field: &str, metric: &Metric) -> Checked {
    check_line(&format!("{field}.name"), &metric.name)?;
    check_line(&format!("{field}.data"), &metric.data)?;
    check_line(&format!("{field}.source"), &metric.source)?;
    if !(0.0..=1.0).contains(&metric.value) {
        let problem = format!("is {}", metric.value);
        return Err(PackError::field(format!("{field}.value"), problem, "write a share of 0 to 1"));
    }
    if metric.n == Some(0) {
        return Err(PackError::field(format!("{field}.n"), "is 0", "write how many images were measured"));
    }
    Ok(())
}

pub(super) fn check_self_test(test: &SelfTest, classes: usize) -> Checked {
    check_line("self_test.reference", &test.reference)?;
    let count = test.values.len();
    if count == 0 || count > SELF_TEST_VALUES_MAX || count != test.indices.len() {
        let problem = format!("has {count} entries and `self_test.indices` has {}", test.indices.len());
        return Err(PackError::field(
            "self_test.values",
            problem,
            "write 1 to 4096 of each, as many of both",
        ));
    }
    let is_place = |place: &[u32]| {
        let first = place[0];
        (first as usize).is_multiple_of(classes) && place.iter().copied().eq((first..).take(classes))
    };
    if !test.indices.chunks(classes).all(is_place) {
        let remedy = "write the indices of all classes of a place one after the other";
        return Err(PackError::field("self_test.indices", "leaves out classes of a place", remedy));
    }
    if !test.values.iter().all(|value| value.is_finite()) {
        return Err(PackError::field("self_test.values", "is not finite", "write the reference's numbers"));
    }
    check_tolerance("self_test.tolerance", test.tolerance)?;
    test.half.map_or(Ok(()), |half| check_tolerance("self_test.half.tolerance", half.tolerance))
}

fn check_tolerance(field: &str, tolerance: f32) -> Checked {
    if !(tolerance.is_finite() && tolerance > 0.0) {
        return Err(PackError::field(field, format!("is {tolerance}"), "write a positive number"));
    }
    Ok(())
}
