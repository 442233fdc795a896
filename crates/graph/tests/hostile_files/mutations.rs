//! Damage to bytes.

use super::limits::{Taken, try_file};

/// Numbers that look random and are the same each time.
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`: Vigna's SplitMix64.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % limit.max(1) as u64) as usize
    }

    /// One of several.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A file that ends after each hundredth of its length.
pub fn truncated(name: &str, file: &[u8]) -> Taken {
    let ends = (0..100).map(|percent| file.len() * percent / 100);
    ends.fold(Taken::default(), |taken, end| {
        taken.and(try_file(&format!("{name} up to {end}"), &file[..end]))
    })
}

/// One to four bits of a file changed, so many times.
pub fn flipped(name: &str, file: &[u8], times: usize) -> Taken {
    let mut random = Random(file.len() as u64);
    let mut taken = Taken::default();
    let mut damaged = file.to_vec();
    for round in 0..times {
        let places: Vec<_> =
            (0..1 + round % 4).map(|_| (random.below(file.len()), 1 << random.below(8))).collect();
        places.iter().for_each(|&(at, bit)| damaged[at] ^= bit);
        taken = taken.and(try_file(&format!("{name} with {places:?}"), &damaged));
        places.iter().for_each(|&(at, bit)| damaged[at] ^= bit);
    }
    taken
}

/// Parts of a file left out, doubled, exchanged or overwritten with extreme numbers, so many times.
pub fn torn(name: &str, file: &[u8], times: usize) -> Taken {
    let mut random = Random(file.len() as u64 + 1);
    let mut taken = Taken::default();
    for round in 0..times {
        let mut torn = file.to_vec();
        for _ in 0..1 + random.below(3) {
            let (start, length) = (random.below(torn.len()), 1 + random.below(40));
            let end = (start + length).min(torn.len());
            let part = torn[start..end].to_vec();
            match random.below(4) {
                0 => drop(torn.drain(start..end)),
                1 => drop(torn.splice(start..start, part)),
                2 => {
                    let at = random.below(torn.len());
                    let end = (at + part.len()).min(torn.len());
                    torn.splice(at..end, part);
                }
                _ => {
                    let byte = random.one_of(&[0, 1, 0x7f, 0x80, 0xff]);
                    torn[start..end.min(start + 9)].fill(byte);
                }
            }
        }
        taken = taken.and(try_file(&format!("{name} torn {round}"), &torn));
    }
    taken
}
