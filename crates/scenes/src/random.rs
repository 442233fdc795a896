//! Numbers that a seed decides, the same ones for ever: no generator that a library may change.

use crate::vector::Point;

/// `SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, fig. 16.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Numbers of their own for a part of a scene, so that what one part draws does not move another.
    pub fn fork(&self, part: u64) -> Self {
        Self { state: mix(self.state ^ mix(part.wrapping_add(GOLDEN))) }
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// 0 or more, below 1, in steps of 2^-24.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// `low` or more, below `high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// A whole number below `count`; 0 where there is none.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f32) as usize).min(count.saturating_sub(1))
    }

    /// One of these.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        from[self.below(N)]
    }

    /// -1 or 1.
    pub fn sign(&mut self) -> f32 {
        if self.chance(0.5) { -1.0 } else { 1.0 }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number of its own for each cell of a grid, 0 to 1.
pub fn cell(seed: u32, column: i32, row: i32) -> f32 {
    (hash(seed, column as u32, row as u32) >> 8) as f32 / 16_777_216.0
}

/// 32 mixed bits of three numbers.
pub fn hash(seed: u32, column: u32, row: u32) -> u32 {
    let mut bits = seed ^ column.wrapping_mul(0x8da6_b343) ^ row.wrapping_mul(0xd816_3841);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    bits ^ (bits >> 16)
}

/// Smooth noise, 0 to 1, whose bumps are one unit wide.
pub fn noise(seed: u32, at: Point) -> f32 {
    let (left, top) = (at.x.floor(), at.y.floor());
    let [across, down] = [at.x - left, at.y - top].map(|share| share * share * (3.0 - 2.0 * share));
    let (column, row) = (left as i32, top as i32);
    let upper = cell(seed, column, row) * (1.0 - across) + cell(seed, column + 1, row) * across;
    let lower = cell(seed, column, row + 1) * (1.0 - across) + cell(seed, column + 1, row + 1) * across;
    upper * (1.0 - down) + lower * down
}

/// Noise of three sizes on top of each other, 0 to 1.
pub fn clouds(seed: u32, at: Point) -> f32 {
    let finer = |scale: f32, salt: u32| noise(seed ^ salt, at * scale);
    finer(1.0, 0) * 0.55 + finer(2.1, 0x51) * 0.3 + finer(4.3, 0xa3) * 0.15
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first values of the reference implementation (Vigna, splitmix64.c) for this seed.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut random = Random::new(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([random.bits(), random.bits(), random.bits()], expected);
    }

    #[test]
    fn numbers_fill_their_range_and_stay_inside() {
        let mut random = Random::new(1);
        let numbers: Vec<f32> = (0..10_000).map(|_| random.range(-2.0, 3.0)).collect();
        assert!(numbers.iter().all(|number| (-2.0..3.0).contains(number)));
        let mean = numbers.iter().sum::<f32>() / 10_000.0;
        // The standard error is 5 / sqrt(12) / 100.
        assert!((mean - 0.5).abs() < 4.0 * 0.0144, "{mean}");
    }

    #[test]
    fn noise_takes_the_numbers_of_the_grid_at_its_corners() {
        assert_eq!(noise(7, Point::new(3.0, -5.0)), cell(7, 3, -5));
    }
}
