//! The few elements of Matroska (RFC 9559) that the demuxer reads and does not tell: where keys lie, and how pictures are
//! turned. What cannot be read counts as missing.

use std::io::{Read, Seek, SeekFrom};

/// Longest element that is read: the index of hours of video has less than one megabyte.
const ELEMENT_BYTES_MAX: u64 = 16 << 20;
/// Elements before the first pictures that are looked at.
const ELEMENTS_MAX: usize = 64;

/// A length that nobody knew, as of what is sent while it is made: written with nothing but ones.
const UNKNOWN: u64 = u64::MAX;

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK: u32 = 0x4dbb;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const VIDEO: u32 = 0xe0;
const PROJECTION: u32 = 0x7670;
const POSE_ROLL: u32 = 0x7675;
const CUES: u32 = 0x1c53_bb6b;
const CUE_POINT: u32 = 0xbb;
const CUE_TIME: u32 = 0xb3;
const CUE_POSITIONS: u32 = 0xb7;
const CUE_TRACK: u32 = 0xf7;
const CUE_CLUSTER: u32 = 0xf1;
const CLUSTER: u32 = 0x1f43_b675;

/// A key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// When it is shown.
    pub ticks: i64,
    /// Where its cluster begins in the file.
    pub cluster: u64,
}

/// What the file says of one track.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// Quarter turns clockwise that bring a picture upright, 0..4.
    pub turns: u8,
    /// Keys, by their times; none where there is no index.
    pub cues: Vec<Cue>,
    /// Whether the file is shorter than it says.
    pub breaks_off: bool,
    /// Where the list of places begins, if there is one.
    pub seek_head: Option<u64>,
}

/// Reads what there is of a track with this number.
pub fn read<R: Read + Seek>(file: &mut R, track: u64) -> Found {
    let mut found = Found::default();
    let _ = fill(file, track, &mut found);
    found.cues.sort_by_key(|cue| cue.ticks);
    found
}

fn fill<R: Read + Seek>(file: &mut R, track: u64, found: &mut Found) -> Option<()> {
    let length = file.seek(SeekFrom::End(0)).ok()?;
    file.seek(SeekFrom::Start(0)).ok()?;
    let (_, size) = header(file)?;
    file.seek(SeekFrom::Current(i64::try_from(size).ok()?)).ok()?;
    let (SEGMENT, size) = header(file)? else { return None };
    let start = file.stream_position().ok()?;
    found.breaks_off = size < UNKNOWN && start.saturating_add(size) > length;
    let mut index_at = None;
    for _ in 0..ELEMENTS_MAX {
        let at = file.stream_position().ok()?;
        let (id, size) = header(file)?;
        match id {
            SEEK_HEAD => {
                found.seek_head.get_or_insert(at);
                index_at = place_of(CUES, &body(file, size)?).or(index_at);
            }
            TRACKS => found.turns = turns(&body(file, size)?, track),
            CUES => {
                found.cues = cues(&body(file, size)?, track, start, length);
                return Some(());
            }
            CLUSTER => break,
            _ => {
                file.seek(SeekFrom::Current(i64::try_from(size).ok()?)).ok()?;
            }
        }
    }
    file.seek(SeekFrom::Start(start.checked_add(index_at?)?)).ok()?;
    let (CUES, size) = header(file)? else { return None };
    found.cues = cues(&body(file, size)?, track, start, length);
    Some(())
}

/// An element's name, and its length.
fn header<R: Read>(file: &mut R) -> Option<(u32, u64)> {
    let id = number(file, 4, true)?;
    Some((u32::try_from(id).ok()?, number(file, 8, false)?))
}

/// A number whose first byte tells by its leading zeros how many bytes follow; `marked`: with the bit behind them.
fn number<R: Read>(file: &mut R, bytes_max: u32, marked: bool) -> Option<u64> {
    let mut byte = [0];
    file.read_exact(&mut byte).ok()?;
    let more = byte[0].leading_zeros();
    if more >= bytes_max {
        return None;
    }
    let first = if marked { byte[0] } else { byte[0] & (0x7f >> more) };
    let mut value = u64::from(first);
    for _ in 0..more {
        file.read_exact(&mut byte).ok()?;
        value = value << 8 | u64::from(byte[0]);
    }
    let ones = (1 << (7 * (more + 1))) - 1;
    Some(if !marked && value == ones { UNKNOWN } else { value })
}

fn body<R: Read>(file: &mut R, size: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    if size <= ELEMENT_BYTES_MAX {
        file.by_ref().take(size).read_to_end(&mut bytes).ok()?;
    }
    (bytes.len() as u64 == size).then_some(bytes)
}

/// The elements of an element.
fn elements(mut rest: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let (id, size) = header(&mut rest)?;
        let (body, behind) = rest.split_at_checked(usize::try_from(size).ok()?)?;
        rest = behind;
        Some((id, body))
    })
}

fn child(bytes: &[u8], id: u32) -> Option<&[u8]> {
    elements(bytes).find(|(other, _)| *other == id).map(|(_, body)| body)
}

fn unsigned(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

fn float(bytes: &[u8]) -> Option<f64> {
    match *bytes {
        [a, b, c, d] => Some(f32::from_be_bytes([a, b, c, d]).into()),
        _ => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
    }
}

/// Where an element lies, counted from the segment's first one.
fn place_of(id: u32, seek_head: &[u8]) -> Option<u64> {
    let seeks = elements(seek_head).filter(|(kind, _)| *kind == SEEK);
    let mut of_id = seeks.filter(|(_, seek)| child(seek, SEEK_ID).and_then(unsigned) == Some(id.into()));
    of_id.next().and_then(|(_, seek)| child(seek, SEEK_POSITION)).and_then(unsigned)
}

/// The roll counts degrees against the clock.
fn turns(tracks: &[u8], track: u64) -> u8 {
    let entries = elements(tracks).filter(|(id, _)| *id == TRACK_ENTRY);
    let mut own = entries.filter(|(_, entry)| child(entry, TRACK_NUMBER).and_then(unsigned) == Some(track));
    let projection =
        own.next().and_then(|(_, entry)| child(entry, VIDEO)).and_then(|video| child(video, PROJECTION));
    let roll = projection.and_then(|it| child(it, POSE_ROLL)).and_then(float).unwrap_or(0.0);
    (-roll / 90.0).round().rem_euclid(4.0) as u8
}

fn cues(cues: &[u8], track: u64, start: u64, length: u64) -> Vec<Cue> {
    let cue = |point: &[u8]| {
        let ticks = i64::try_from(unsigned(child(point, CUE_TIME)?)?).ok()?;
        let all = elements(point).filter(|(id, _)| *id == CUE_POSITIONS);
        let mut own = all.filter(|(_, body)| child(body, CUE_TRACK).and_then(unsigned) == Some(track));
        let cluster = start.checked_add(unsigned(child(own.next()?.1, CUE_CLUSTER)?)?)?;
        // A file that breaks off has lost what comes later.
        (cluster < length).then_some(Cue { ticks, cluster })
    };
    elements(cues).filter(|(id, _)| *id == CUE_POINT).filter_map(|(_, point)| cue(point)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9559 counts the roll from -180 to 180 degrees against the clock.
    #[test]
    fn a_roll_against_the_clock_is_quarter_turns_with_it() {
        for (roll, expected) in [(0.0_f32, 0), (-90.0, 1), (180.0, 2), (-180.0, 2), (90.0, 3), (270.0, 1)] {
            let pose = [&[0x76, 0x75, 0x84][..], &roll.to_be_bytes()].concat();
            let projection = [&[0x76, 0x70, 0x80 + pose.len() as u8][..], &pose].concat();
            let video = [&[0xe0, 0x80 + projection.len() as u8][..], &projection].concat();
            let entry = [&[0xd7, 0x81, 7][..], &video].concat();
            let tracks = [&[0xae, 0x80 + entry.len() as u8][..], &entry].concat();
            assert_eq!(turns(&tracks, 7), expected, "{roll}");
            assert_eq!(turns(&tracks, 8), 0, "another track");
        }
    }

    #[test]
    fn what_breaks_off_counts_as_missing() {
        assert_eq!(
            read(&mut std::io::Cursor::new(b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\xae"), 1),
            Found::default()
        );
        assert_eq!(turns(&[0xae, 0x90, 1], 1), 0);
        assert_eq!(cues(&[0xbb, 0x83, 0xb3, 0x81], 1, 0, 9), []);
    }
}
