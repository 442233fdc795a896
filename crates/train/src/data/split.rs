//! Splits one folder into parts by seed: by what files are called, so that files that are added later move no others.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Shares of a folder that are kept from training, 0..1. A part that has a folder of its own needs none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Split {
    /// Measured after every epoch.
    pub validation: f32,
    /// Measured once, at the end.
    pub test: f32,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Learnt from.
    Train,
    /// Measured after every epoch.
    Validation,
    /// Measured once, at the end.
    Test,
}

impl Split {
    /// What is wrong with it.
    pub(crate) fn check(self) -> Result<(), String> {
        let share = |share: f32| (0.0..1.0).contains(&share);
        if share(self.validation) && share(self.test) && self.validation + self.test < 1.0 {
            Ok(())
        } else {
            Err("data.split has shares from 0 to below 1 that leave something to train on".to_owned())
        }
    }

    /// What each of the files is for, in their order. A share above 0 gets at least one file where there are as many as parts.
    pub fn roles(self, names: &[String], seed: u64) -> Vec<Role> {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_cached_key(|&index| digest(&names[index], seed));
        let mut roles = vec![Role::Train; names.len()];
        let mut left = order.into_iter();
        for (share, role) in [(self.test, Role::Test), (self.validation, Role::Validation)] {
            for index in left.by_ref().take(count(share, names.len())) {
                roles[index] = role;
            }
        }
        roles
    }
}

fn count(share: f32, files: usize) -> usize {
    let rounded = (f64::from(share) * files as f64).round() as usize;
    if share > 0.0 && files >= 3 { rounded.max(1) } else { rounded }
}

fn digest(name: &str, seed: u64) -> [u8; 32] {
    Sha256::new().chain_update(seed.to_le_bytes()).chain_update(name).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("photo-{index:03}")).collect()
    }

    fn of(roles: &[Role], role: Role) -> usize {
        roles.iter().filter(|&&other| other == role).count()
    }

    /// Every file has one role: parts are disjoint and complete by their type. Sizes by hand: 10 %, 20 % and the rest of 200.
    #[test]
    fn parts_have_their_shares() {
        let roles = Split { validation: 0.1, test: 0.2 }.roles(&names(200), 3);
        let counts = [Role::Train, Role::Validation, Role::Test].map(|role| of(&roles, role));
        assert_eq!(counts, [140, 20, 40]);
        let few = Split { validation: 0.1, test: 0.1 }.roles(&names(4), 3);
        assert_eq!([Role::Train, Role::Validation, Role::Test].map(|role| of(&few, role)), [2, 1, 1]);
    }

    #[test]
    fn a_seed_splits_alike_whatever_the_order_and_another_otherwise() {
        let split = Split { validation: 0.25, test: 0.25 };
        let forward = names(80);
        let backward: Vec<String> = forward.iter().rev().cloned().collect();
        let mut roles = split.roles(&backward, 7);
        roles.reverse();
        assert_eq!(split.roles(&forward, 7), roles);
        assert_ne!(split.roles(&forward, 8), roles);
    }

    /// One more of 100 files takes at most one place in each part, which its last one leaves.
    #[test]
    fn a_file_that_is_added_moves_few_others() {
        let split = Split { validation: 0.1, test: 0.1 };
        let (before, after) = (split.roles(&names(100), 1), split.roles(&names(101), 1));
        let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert!(moved <= 2, "{moved}");
    }

    #[test]
    fn shares_that_leave_nothing_are_refused() {
        for (validation, test) in [(0.5, 0.5), (-0.1, 0.1), (f32::NAN, 0.1), (1.0, 0.0)] {
            assert!(Split { validation, test }.check().is_err(), "{validation} {test}");
        }
    }
}
