//! Options of custom operators: a FlexBuffer that holds a map, <https://flatbuffers.dev/internals/> (section FlexBuffers).

use std::collections::BTreeMap;

/// Longer maps cannot be meant.
const MAX_ENTRIES: usize = 256;

/// Numbers of FlexBuffer's types, of those that are read.
mod kind {
    pub const INT: u8 = 1;
    pub const UINT: u8 = 2;
    pub const FLOAT: u8 = 3;
    pub const INDIRECT_INT: u8 = 6;
    pub const INDIRECT_UINT: u8 = 7;
    pub const INDIRECT_FLOAT: u8 = 8;
    pub const MAP: u8 = 9;
    pub const BOOL: u8 = 26;
}

/// The numbers and truth values of a map by name; none if the bytes hold no map.
pub fn numbers(bytes: &[u8]) -> Option<BTreeMap<String, f64>> {
    // The root lies at the end: its value, its type, and how many bytes the value has.
    let [.., packed, width] = bytes else { return None };
    let (width, root) = (usize::from(*width), bytes.len().checked_sub(2)?.checked_sub(usize::from(*width))?);
    if packed >> 2 != kind::MAP {
        return None;
    }
    let (start, width) = (indirect(bytes, root, width)?, 1_usize << (packed & 3));
    let count = usize::try_from(whole(bytes, start.checked_sub(width)?, width)?).ok()?;
    let keys_width = usize::try_from(whole(bytes, start.checked_sub(2 * width)?, width)?).ok()?;
    let keys = indirect(bytes, start.checked_sub(3 * width)?, width)?;
    let types = start.checked_add(count.checked_mul(width)?)?;
    let entry = |index: usize| {
        let name = indirect(bytes, keys.checked_add(index * keys_width)?, keys_width)?;
        let name = bytes.get(name..)?.split(|&byte| byte == 0).next()?;
        let value = number(bytes, start + index * width, width, *bytes.get(types + index)?);
        Some((String::from_utf8_lossy(name).into_owned(), value))
    };
    if count > MAX_ENTRIES || keys_width > 8 {
        return None;
    }
    let entries = (0..count).map(entry).collect::<Option<Vec<_>>>()?;
    Some(entries.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The place that a value refers to: so many bytes in front of it.
fn indirect(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    at.checked_sub(usize::try_from(whole(bytes, at, width)?).ok()?)
}

/// A number without a sign of 1, 2, 4 or 8 bytes.
fn whole(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let slice = bytes.get(at..at.checked_add(width)?).filter(|_| matches!(width, 1 | 2 | 4 | 8))?;
    Some(slice.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn number(bytes: &[u8], at: usize, width: usize, packed: u8) -> Option<f64> {
    let own_width = 1 << (packed & 3);
    let signed = |at, width| {
        let unused = 64 - 8 * width as u32;
        whole(bytes, at, width).map(|number| ((number << unused) as i64 >> unused) as f64)
    };
    match packed >> 2 {
        kind::INT => signed(at, width),
        kind::UINT | kind::BOOL => whole(bytes, at, width).map(|number| number as f64),
        kind::FLOAT => real(bytes, at, width),
        kind::INDIRECT_INT => signed(indirect(bytes, at, width)?, own_width),
        kind::INDIRECT_UINT => {
            whole(bytes, indirect(bytes, at, width)?, own_width).map(|number| number as f64)
        }
        kind::INDIRECT_FLOAT => real(bytes, indirect(bytes, at, width)?, own_width),
        _ => None,
    }
}

fn real(bytes: &[u8], at: usize, width: usize) -> Option<f64> {
    let number = whole(bytes, at, width)?;
    match width {
        4 => Some(f32::from_bits(number as u32).into()),
        8 => Some(f64::from_bits(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Google's Python package `flatbuffers` writes for `{"a": 300, "b": 0.5, "c": true, "d": -2}`.
    const MAP: &[u8] = &[
        97, 0, 98, 0, 99, 0, 100, 0, 4, 9, 8, 7, 6, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 44, 1, 0, 0,
        0, 0, 0, 63, 1, 0, 0, 0, 254, 255, 255, 255, 6, 14, 106, 6, 20, 38, 1,
    ];

    #[test]
    fn numbers_are_found_by_name() {
        let expected = [("a", 300.0), ("b", 0.5), ("c", 1.0), ("d", -2.0)];
        let expected = expected.map(|(name, number)| (name.to_owned(), number));
        assert_eq!(numbers(MAP), Some(BTreeMap::from(expected)));
    }

    #[test]
    fn damaged_maps_never_panic() {
        for at in 0..MAP.len() {
            numbers(&MAP[..at]);
            for byte in 0..=255 {
                let mut damaged = MAP.to_vec();
                damaged[at] = byte;
                numbers(&damaged);
            }
        }
    }
}
