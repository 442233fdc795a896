//! Weights as files store them. They are most of a file: this is compiled for speed where what reads files is compiled for size,
//! and therefore not inlined there.

use super::movement::transposed_axes;
use super::strided::collect;
use super::strides;
use half::f16;

/// Little-endian numbers, of which a trailing part is dropped.
#[inline(never)]
pub fn f32s_from_le(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number)).collect()
}

/// Likewise, of half precision.
#[inline(never)]
pub fn f32s_from_f16_le(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&number| f16::from_le_bytes(number).to_f32()).collect()
}

/// What bytes stand for: `(q - zero) * factor`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What stands for zero.
    pub zero: i32,
    /// Distance of neighbouring numbers.
    pub factor: f32,
}

/// Bytes that stand for real numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    bytes: Vec<u8>,
    run: usize,
    scales: Vec<Scale>,
}

impl Quantised {
    /// What stands for zero may be so far from the bytes.
    const MAX_ZERO: i32 = 1 << 16;

    /// `run` numbers have the first scale, as many the second, and again from the first one on. None without scales, or where one
    /// is out of range. What stands for zero in signed numbers is signed.
    pub fn new(bytes: &[u8], signed: bool, run: usize, scales: &[Scale]) -> Option<Self> {
        let fits = |scale: &Scale| (-Self::MAX_ZERO..=Self::MAX_ZERO).contains(&scale.zero);
        if scales.is_empty() || run == 0 || !scales.iter().all(fits) {
            return None;
        }
        // Moved by 128, signed numbers are unsigned ones.
        let (flip, moved) = if signed { (0x80, 128) } else { (0, 0) };
        let scales = scales.iter().map(|scale| Scale { zero: scale.zero + moved, ..*scale }).collect();
        Some(Self { bytes: flipped(bytes, flip), run, scales })
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The numbers, unsigned.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many numbers have the first scale; as many have the second, and again from the first one on.
    pub fn run(&self) -> usize {
        self.run
    }

    /// What the numbers stand for, by turns.
    pub fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// The real numbers.
    pub fn f32s(&self) -> Vec<f32> {
        expanded(&self.bytes, self.run, &self.scales)
    }

    /// Axis `i` of the result is axis `permutation[i]`. None where the scales belong to no axis of the shape.
    pub fn transposed(&self, shape: &[usize], permutation: &[usize]) -> Option<Self> {
        let mut run = self.run;
        if let count @ 2.. = self.scales.len() {
            let strides = strides(shape);
            let axis = (0..shape.len()).find(|&axis| (strides[axis], shape[axis]) == (run, count))?;
            let behind = permutation.iter().rev().take_while(|&&moved| moved != axis);
            run = behind.map(|&axis| shape[axis]).product::<usize>().max(1);
        }
        let axes = transposed_axes(shape, permutation);
        Some(Self { bytes: collect(&self.bytes, 0, &axes), run, scales: self.scales.clone() })
    }
}

#[inline(never)]
fn flipped(bytes: &[u8], flip: u8) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ flip).collect()
}

#[inline(never)]
fn expanded(bytes: &[u8], run: usize, scales: &[Scale]) -> Vec<f32> {
    let real = |byte: u8, scale: Scale| (i32::from(byte) - scale.zero) as f32 * scale.factor;
    let mut numbers = Vec::with_capacity(bytes.len());
    if run == 1 {
        for row in bytes.chunks(scales.len()) {
            numbers.extend(row.iter().zip(scales).map(|(&byte, &scale)| real(byte, scale)));
        }
        return numbers;
    }
    for (run, &scale) in bytes.chunks(run).zip(scales.iter().cycle()) {
        numbers.extend(run.iter().map(|&byte| real(byte, scale)));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_endian_numbers_are_read_and_a_part_of_one_is_not() {
        assert_eq!(f32s_from_le(&[0, 0, 0xc0, 0x3f, 0, 0, 0]), [1.5]);
        assert_eq!(f32s_from_f16_le(&[0, 0x3e, 1, 0, 0xff]), [1.5, 2.0_f32.powi(-24)]);
        assert!(f32s_from_f16_le(&[0xff, 0x7f])[0].is_nan());
    }

    #[test]
    fn bytes_take_their_scales_by_turns() {
        let scales = [Scale { zero: 1, factor: 1.0 }, Scale { zero: -3, factor: 10.0 }];
        let bytes = [1, 2, 127, 128, 255, 0];
        let real = |signed, run, scales| Quantised::new(&bytes, signed, run, scales).unwrap().f32s();
        assert_eq!(real(false, 1, &scales), [0.0, 50.0, 126.0, 1310.0, 254.0, 30.0]);
        assert_eq!(real(true, 1, &scales), [0.0, 50.0, 126.0, -1250.0, -2.0, 30.0]);
        assert_eq!(real(false, 2, &scales), [0.0, 1.0, 1300.0, 1310.0, 254.0, -1.0]);
        assert_eq!(real(true, 6, &scales[..1]), [0.0, 1.0, 126.0, -129.0, -2.0, -1.0]);
    }

    #[test]
    fn without_scales_or_with_odd_ones_there_are_none() {
        let far = Scale { zero: i32::MIN, factor: 1.0 };
        for (run, scales) in [(1, &[][..]), (0, &[Scale { zero: 0, factor: 1.0 }]), (1, &[far])] {
            assert_eq!(Quantised::new(&[1, 2], true, run, scales), None);
        }
    }

    #[test]
    fn scales_go_where_their_axis_goes() {
        let bytes: Vec<u8> = (0..24).collect();
        let scales: Vec<Scale> =
            (0_u8..3).map(|at| Scale { zero: 0, factor: 100_f32.powi(at.into()) }).collect();
        let shape = [2, 3, 4];
        let along_middle = Quantised::new(&bytes, false, 4, &scales).unwrap();
        let real = crate::Data::F32(along_middle.f32s());
        for permutation in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let turned = along_middle.transposed(&shape, &permutation).unwrap();
            let view = super::super::View { shape: &shape, data: &real };
            let expected = super::super::movement::transpose(view, &permutation);
            assert_eq!(Some(&turned.f32s()[..]), expected.f32s(), "{permutation:?}");
        }
        assert_eq!(along_middle.transposed(&[6, 4], &[1, 0]), None);
        let none = Quantised::new(&[], false, 1, &scales).unwrap();
        assert_eq!(none.transposed(&[0, 3], &[1, 0]).unwrap().f32s(), []);
        let alike = Quantised::new(&bytes, false, 24, &scales[..1]).unwrap();
        assert!(alike.transposed(&[6, 4], &[1, 0]).is_some());
    }
}
