//! Boxes of ISO/IEC 14496-12, section 4.2: a length, a kind of four letters, a body.

use std::io::{Read, Result, Seek, SeekFrom};

/// A kind of box.
pub type Kind = [u8; 4];

/// The boxes that lie in a body one after the other; what breaks off is left out.
pub fn boxes(body: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (header, length) = header(rest, rest.len() as u64)?;
        let (this, next) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = next;
        Some((kind(this)?, &this[header..]))
    })
}

/// The body of the first box of a kind.
pub fn child(body: &[u8], wanted: Kind) -> Option<&[u8]> {
    boxes(body).find(|(kind, _)| *kind == wanted).map(|(_, body)| body)
}

/// The body at the end of a path of kinds.
pub fn descend<'a>(body: &'a [u8], path: &[Kind]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, kind| child(body, *kind))
}

/// A box of the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its kind.
    pub kind: Kind,
    /// Where it begins.
    pub start: u64,
    /// Where its body begins.
    pub body: u64,
    /// Where it says that it ends; a file that breaks off is shorter.
    pub end: u64,
}

/// The boxes of a file of `length` bytes; bodies are not read.
pub fn places(file: &mut (impl Read + Seek), length: u64) -> Result<Vec<Place>> {
    let (mut places, mut start) = (vec![], 0);
    while start < length {
        file.seek(SeekFrom::Start(start))?;
        let mut beginning = vec![];
        file.by_ref().take(16).read_to_end(&mut beginning)?;
        let Some((header, size)) = header(&beginning, length - start) else { break };
        let Some(kind) = kind(&beginning) else { break };
        let end = start.saturating_add(size);
        places.push(Place { kind, start, body: start + header as u64, end });
        start = end;
    }
    Ok(places)
}

/// Length of the header and of the whole box; `rest` is what a box gets that lasts until the end.
fn header(bytes: &[u8], rest: u64) -> Option<(usize, u64)> {
    let (header, length) = match be32(bytes, 0)? {
        0 => (8, rest),
        1 => (16, be64(bytes, 8)?),
        length => (8, u64::from(length)),
    };
    (length >= header as u64).then_some((header, length))
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    bytes.get(4..8)?.try_into().ok()
}

/// A big-endian number of 16 bits.
pub fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A big-endian number of 32 bits.
pub fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A big-endian number of 64 bits.
pub fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn lengths_are_of_32_or_64_bits_or_until_the_end() {
        let mut bytes = vec![0, 0, 0, 9, b'a', b'a', b'a', b'a', 7];
        bytes.extend([0, 0, 0, 1, b'b', b'b', b'b', b'b', 0, 0, 0, 0, 0, 0, 0, 18, 8, 9]);
        bytes.extend([0, 0, 0, 0, b'c', b'c', b'c', b'c', 1, 2, 3]);
        let found: Vec<_> = boxes(&bytes).collect();
        assert_eq!(found, [(*b"aaaa", &[7][..]), (*b"bbbb", &[8, 9]), (*b"cccc", &[1, 2, 3])]);
        let places = places(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
        let found: Vec<_> = places.iter().map(|it| (it.kind, it.start, it.body, it.end)).collect();
        assert_eq!(found, [(*b"aaaa", 0, 8, 9), (*b"bbbb", 9, 25, 27), (*b"cccc", 27, 35, 38)]);
    }

    #[test]
    fn a_box_that_is_shorter_than_its_header_ends_the_list() {
        let bytes = [0, 0, 0, 3, b'a', b'a', b'a', b'a', 0, 0, 0, 8, b'b', b'b', b'b', b'b'];
        assert_eq!(boxes(&bytes).count(), 0);
        assert_eq!(boxes(&[0, 0, 0, 99, b'a', b'a', b'a', b'a']).count(), 0, "it breaks off");
    }
}
