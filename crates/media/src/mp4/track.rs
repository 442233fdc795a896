//! The track of a movie that has pictures.

use super::boxes::{be16, be32, be64, boxes, child, descend};
use super::entry;
use super::samples::{self, Clock, Sample};
use crate::source::Track;
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};

/// What was found of it.
pub struct Found {
    /// Its number.
    pub id: u32,
    /// What the decoder has to know.
    pub track: Track,
    /// Its pictures in decoding order; those in fragments are not among them.
    pub samples: Vec<Sample>,
    /// How its times are counted.
    pub clock: Clock,
    /// Whether an edit list tells where they begin.
    pub is_edited: bool,
}

/// The first enabled track with pictures, of the body of `moov`.
pub fn pictures(movie: &[u8]) -> Result<Found, MediaTrouble> {
    let tracks = || boxes(movie).filter(|(kind, _)| kind == b"trak").map(|(_, body)| body);
    let has_pictures = |track: &&[u8]| {
        descend(track, &[*b"mdia", *b"hdlr"]).and_then(|body| body.get(8..12)) == Some(b"vide")
    };
    let track = tracks().find(|track| has_pictures(track) && is_enabled(track));
    let Some(track) = track.or_else(|| tracks().find(has_pictures)) else {
        return Err(MediaTroubleKind::NoPicture.because("no track of the file has pictures"));
    };
    found(movie, track).ok_or_else(|| MediaTroubleKind::Damaged.because("its index breaks off"))?
}

fn is_enabled(track: &[u8]) -> bool {
    child(track, *b"tkhd").and_then(|header| be32(header, 0)).is_some_and(|flags| flags & 1 != 0)
}

/// None if a box is missing or too short.
fn found(movie: &[u8], track: &[u8]) -> Option<Result<Found, MediaTrouble>> {
    let (header, media) = (child(track, *b"tkhd")?, child(track, *b"mdia")?);
    let table = descend(media, &[*b"minf", *b"stbl"])?;
    let scale = f64::from(timescale(child(media, *b"mdhd")?)?.max(1));
    let movie_scale = f64::from(timescale(child(movie, *b"mvhd")?)?.max(1));
    let long = header.first()? == &1;
    let id = be32(header, if long { 20 } else { 12 })?;
    let matrix = header.get(if long { 52 } else { 40 }..)?;
    let entry = entry::first(child(table, *b"stsd")?)?;
    let entry = match entry {
        Ok(entry) => entry,
        Err(trouble) => return Some(Err(trouble)),
    };
    let mut clock = Clock { scale, begin_secs: 0.0, first: 0 };
    let edited = descend(track, &[*b"edts", *b"elst"]).and_then(edit);
    if let Some((empty, first)) = edited {
        // Time counts from where the first track begins, be it the sound.
        (clock.begin_secs, clock.first) = ((empty - earliest(movie)) as f64 / movie_scale, first);
    }
    let samples = samples::table(table, clock)?;
    let track = Track {
        codec: entry.codec,
        description: entry.description,
        size: entry.size,
        turns: turns(matrix),
        duration_micros: None,
    };
    Some(Ok(Found { id, track, samples, clock, is_edited: edited.is_some() }))
}

/// The shortest pause before a track, in ticks of the movie.
fn earliest(movie: &[u8]) -> u64 {
    let tracks = boxes(movie).filter(|(kind, _)| kind == b"trak");
    let pause = |track| descend(track, &[*b"edts", *b"elst"]).and_then(edit).map_or(0, |(pause, _)| pause);
    tracks.map(|(_, track)| pause(track)).min().unwrap_or(0)
}

/// Of `mvhd` and `mdhd`: ticks a second.
fn timescale(header: &[u8]) -> Option<u32> {
    be32(header, if header.first()? == &1 { 20 } else { 12 })
}

/// An edit list's pause before the pictures, in ticks of the movie, and the time of the first one, in ticks of the track.
/// Further edits are not followed.
fn edit(list: &[u8]) -> Option<(u64, i64)> {
    let long = list.first()? == &1;
    let width = if long { 20 } else { 12 };
    let (mut pause, count) = (0_u64, be32(list, 4)? as usize);
    for index in 0..count {
        let at = index.checked_mul(width)?.checked_add(8)?;
        let (duration, first) = match long {
            true => (be64(list, at)?, be64(list, at + 8)? as i64),
            false => (u64::from(be32(list, at)?), i64::from(be32(list, at + 4)? as i32)),
        };
        if first >= 0 {
            return Some((pause, first));
        }
        pause = pause.saturating_add(duration);
    }
    None
}

/// Quarter turns clockwise, by the signs of a matrix `[a b u c d v ...]`: x' = ax + cy, y' = bx + dy.
fn turns(matrix: &[u8]) -> u8 {
    let sign = |at: usize| be16(matrix, at).map_or(0, |whole| (whole as i16).signum());
    match [sign(0), sign(4), sign(12), sign(16)] {
        [0, 1, -1, 0] => 1,
        [-1, 0, 0, -1] => 2,
        [0, -1, 1, 0] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// QuickTime File Format, "Matrices": 16.16 numbers; a phone held upright writes [0 1 0; -1 0 0].
    #[test]
    fn a_matrix_tells_how_a_phone_was_held() {
        let matrix = |[a, b, c, d]: [i32; 4]| {
            let numbers = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30];
            numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>()
        };
        for (numbers, expected) in
            [([1, 0, 0, 1], 0), ([0, 1, -1, 0], 1), ([-1, 0, 0, -1], 2), ([0, -1, 1, 0], 3)]
        {
            assert_eq!(turns(&matrix(numbers)), expected, "{numbers:?}");
        }
        assert_eq!(turns(&[]), 0);
    }

    #[test]
    fn an_edit_list_tells_the_pause_and_the_first_picture() {
        let short = |edits: &[(u32, i32)]| {
            let mut list = vec![0; 4];
            list.extend((edits.len() as u32).to_be_bytes());
            for (duration, first) in edits {
                list.extend([duration.to_be_bytes(), first.to_be_bytes(), [0, 1, 0, 0]].concat());
            }
            list
        };
        assert_eq!(edit(&short(&[(5000, 1024)])), Some((0, 1024)));
        assert_eq!(edit(&short(&[(500, -1), (5000, 0)])), Some((500, 0)));
        assert_eq!(edit(&short(&[])), None);
        assert_eq!(edit(&[0, 0, 0, 0, 255, 255, 255, 255]), None, "it names more edits than it has");
    }
}
