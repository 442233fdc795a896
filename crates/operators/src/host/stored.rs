//! Weights as files store them. They are most of a file: this is compiled for speed where what reads files is compiled for size,
//! and therefore not inlined there.

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

/// What 8-bit numbers stand for: `(q - zero) * factor`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What stands for zero.
    pub zero: i16,
    /// Distance of neighbouring numbers.
    pub factor: f32,
}

/// Bytes as real numbers: `run` numbers have the first scale, as many the second, and again from the first one on. Without scales
/// there are no numbers.
#[inline(never)]
pub fn f32s_from_bytes(bytes: &[u8], signed: bool, run: usize, scales: &[Scale]) -> Vec<f32> {
    // What a byte's sign is depends on the file, not on the byte: numbers are moved by 128 so that one loop reads both.
    let (flip, moved) = if signed { (0x80, 128) } else { (0, 0) };
    let real = |byte: u8, scale: Scale| {
        (i32::from(byte ^ flip) - moved - i32::from(scale.zero)) as f32 * scale.factor
    };
    let mut numbers = Vec::with_capacity(bytes.len());
    if scales.is_empty() {
        return numbers;
    }
    if run == 1 {
        for row in bytes.chunks(scales.len()) {
            numbers.extend(row.iter().zip(scales).map(|(&byte, &scale)| real(byte, scale)));
        }
        return numbers;
    }
    for (run, &scale) in bytes.chunks(run.max(1)).zip(scales.iter().cycle()) {
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
        assert_eq!(f32s_from_bytes(&bytes, false, 1, &scales), [0.0, 50.0, 126.0, 1310.0, 254.0, 30.0]);
        assert_eq!(f32s_from_bytes(&bytes, true, 1, &scales), [0.0, 50.0, 126.0, -1250.0, -2.0, 30.0]);
        assert_eq!(f32s_from_bytes(&bytes, false, 2, &scales), [0.0, 1.0, 1300.0, 1310.0, 254.0, -1.0]);
        assert_eq!(f32s_from_bytes(&bytes, true, 6, &scales[..1]), [0.0, 1.0, 126.0, -129.0, -2.0, -1.0]);
        assert_eq!(f32s_from_bytes(&bytes, true, 1, &[]), []);
    }
}
