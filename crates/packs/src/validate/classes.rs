//! Classes, their groups and their columns.

use super::{Checked, check_line, check_text, each};
use crate::lookup::parse_colour;
use crate::{Class, Group, PackError};

pub(super) fn check_groups(groups: &[Group]) -> Checked {
    if groups.is_empty() || groups.len() > 256 {
        return Err(PackError::field("groups", "is empty or too long", "write 1 to 256 groups"));
    }
    each("groups", groups, |field, group| {
        check_text(&format!("{field}.name"), &group.name)?;
        if parse_colour(&group.colour).is_none() {
            let problem = format!("is {:?}", group.colour);
            return Err(PackError::field(format!("{field}.colour"), problem, "write it as #rrggbb"));
        }
        if groups.iter().filter(|other| other.id == group.id).count() > 1 {
            let problem = format!("is {}, as another group's", group.id);
            return Err(PackError::field(format!("{field}.id"), problem, "give every group its own id"));
        }
        Ok(())
    })
}

pub(super) fn check_class_count(classes: &[Class], limit: u32) -> Checked {
    if classes.is_empty() || classes.len() > limit as usize {
        let problem = format!("has {} entries", classes.len());
        let remedy = "write 1 to 256 classes for segmentation (a byte a pixel), else 1 to `output.columns`";
        return Err(PackError::field("classes", problem, remedy));
    }
    Ok(())
}

pub(super) fn check_names(classes: &[Class]) -> Checked {
    each("classes", classes, |field, class| {
        check_text(&format!("{field}.name"), &class.name)?;
        class.key.as_ref().map_or(Ok(()), |key| check_line(&format!("{field}.key"), key))
    })
}

/// Every class has a column of its own.
pub(super) fn check_columns(classes: &[Class], columns: u32) -> Checked {
    let mut taken = vec![false; columns as usize];
    for (index, class) in classes.iter().enumerate() {
        let column = class.column.unwrap_or(index as u32);
        match taken.get_mut(column as usize) {
            Some(taken) if !*taken => *taken = true,
            _ => {
                let problem = format!("is {column}, which is beyond `output.columns` or another class's");
                let remedy = "give every class its own column, from 0";
                return Err(PackError::field(format!("classes[{index}].column"), problem, remedy));
            }
        }
    }
    Ok(())
}

pub(super) fn check_classes(classes: &[Class], groups: &[Group]) -> Checked {
    check_names(classes)?;
    each("classes", classes, |field, class| {
        if !groups.iter().any(|group| group.id == class.group) {
            let problem = format!("is {}, which no group has as its id", class.group);
            let remedy = "write the `id` of an entry of `groups`";
            return Err(PackError::field(format!("{field}.group"), problem, remedy));
        }
        Ok(())
    })
}
