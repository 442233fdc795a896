//! Pictures in fragments: ISO/IEC 14496-12, section 8.8.

use super::boxes::{be32, be64, boxes, child, descend};
use super::samples::{Clock, SAMPLES_MAX, Sample};

/// Whether a picture is none that decoding can begin with: `sample_is_non_sync_sample`.
const NO_KEY: u32 = 1 << 16;

/// What a picture has where its run says nothing.
#[derive(Clone, Copy, Default)]
struct Defaults {
    duration: u32,
    bytes: u32,
    flags: u32,
}

/// Adds the pictures of one fragment: the body of a `moof` that begins at `start`.
pub fn read(fragment: &[u8], start: u64, movie: &[u8], id: u32, clock: Clock, samples: &mut Vec<Sample>) {
    for (_, track) in boxes(fragment).filter(|(kind, _)| kind == b"traf") {
        // A part that breaks off ends its track, not the file.
        let _ = part(track, start, movie, id, clock, samples);
    }
}

fn part(
    track: &[u8],
    start: u64,
    movie: &[u8],
    id: u32,
    clock: Clock,
    samples: &mut Vec<Sample>,
) -> Option<()> {
    let header = child(track, *b"tfhd")?;
    if be32(header, 4)? != id {
        return Some(());
    }
    let (base, defaults) = header_of(header, start, defaults(movie, id).unwrap_or_default())?;
    let mut ticks = child(track, *b"tfdt").and_then(|time| match time.first()? {
        1 => be64(time, 4).map(|ticks| ticks as i64),
        _ => be32(time, 4).map(i64::from),
    })?;
    let mut offset = base;
    for (_, run) in boxes(track).filter(|(kind, _)| kind == b"trun") {
        offset = add_run(run, base, offset, defaults, &mut ticks, clock, samples)?;
    }
    Some(())
}

/// `trex`.
fn defaults(movie: &[u8], id: u32) -> Option<Defaults> {
    let all = descend(movie, &[*b"mvex"])?;
    let (_, body) = boxes(all).find(|(kind, body)| kind == b"trex" && be32(body, 4) == Some(id))?;
    Some(Defaults { duration: be32(body, 12)?, bytes: be32(body, 16)?, flags: be32(body, 20)? })
}

/// `tfhd`: where offsets count from, and defaults of its own.
fn header_of(header: &[u8], start: u64, mut defaults: Defaults) -> Option<(u64, Defaults)> {
    let (flags, mut at, mut base) = (be32(header, 0)?, 8, start);
    if flags & 0x1 != 0 {
        base = be64(header, at)?;
        at += 8;
    }
    if flags & 0x2 != 0 {
        at += 4;
    }
    for (flag, field) in
        [(0x8, &mut defaults.duration), (0x10, &mut defaults.bytes), (0x20, &mut defaults.flags)]
    {
        if flags & flag != 0 {
            *field = be32(header, at)?;
            at += 4;
        }
    }
    Some((base, defaults))
}

/// `trun`; where its last picture ends.
fn add_run(
    run: &[u8],
    base: u64,
    before: u64,
    defaults: Defaults,
    ticks: &mut i64,
    clock: Clock,
    samples: &mut Vec<Sample>,
) -> Option<u64> {
    let (flags, count, mut at) = (be32(run, 0)?, be32(run, 4)?, 8);
    let mut field = |present: bool, otherwise: u32| {
        if !present {
            return Some(otherwise);
        }
        at += 4;
        be32(run, at - 4)
    };
    let mut offset = match flags & 0x1 != 0 {
        true => base.checked_add_signed((field(true, 0)? as i32).into())?,
        false => before,
    };
    let first_flags = field(flags & 0x4 != 0, defaults.flags)?;
    for index in 0..count {
        if samples.len() >= SAMPLES_MAX {
            return None;
        }
        let duration = field(flags & 0x100 != 0, defaults.duration)?;
        let bytes = field(flags & 0x200 != 0, defaults.bytes)?;
        let otherwise = if index == 0 { first_flags } else { defaults.flags };
        let own = field(flags & 0x400 != 0, otherwise)?;
        let shift = field(flags & 0x800 != 0, 0)? as i32;
        samples.push(Sample {
            offset,
            bytes,
            duration_micros: clock.duration(duration),
            micros: clock.micros(ticks.saturating_add(shift.into())),
            is_key: own & NO_KEY == 0,
        });
        *ticks = ticks.saturating_add(duration.into());
        offset = offset.checked_add(bytes.into())?;
    }
    Some(offset)
}
