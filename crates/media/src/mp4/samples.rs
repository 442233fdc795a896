//! Where in the file the pictures lie and when they are shown: ISO/IEC 14496-12, sections 8.6 and 8.7.

use super::boxes::{be32, be64, child};

/// More pictures than this are not listed: 18 hours at 60 a second.
pub const SAMPLES_MAX: usize = 4_000_000;

/// A coded picture in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In bytes from the file's beginning.
    pub offset: u64,
    /// Its length.
    pub bytes: u32,
    /// How long it is shown.
    pub duration_micros: u32,
    /// When it is shown.
    pub micros: i64,
    /// Whether decoding can begin with it.
    pub is_key: bool,
}

impl Sample {
    /// Where in the file it ends.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.bytes.into())
    }

    /// When it is shown no more.
    pub fn end_micros(&self) -> i64 {
        self.micros + i64::from(self.duration_micros)
    }
}

/// Times of damaged files lead anywhere; thirty years either way leave room to reckon with them.
fn within_years(micros: f64) -> i64 {
    micros.round().clamp(-1e15, 1e15) as i64
}

/// How a track counts time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Ticks a second.
    pub scale: f64,
    /// When the first picture is shown.
    pub begin_secs: f64,
    /// The first picture's own time, in ticks.
    pub first: i64,
}

impl Clock {
    /// Ticks of the track -> microseconds from the video's start.
    pub fn micros(&self, ticks: i64) -> i64 {
        let secs = ticks.saturating_sub(self.first) as f64 / self.scale + self.begin_secs;
        within_years(secs * 1e6)
    }

    /// A duration in ticks -> microseconds.
    pub fn duration(&self, ticks: u32) -> u32 {
        (f64::from(ticks) / self.scale * 1e6).round() as u32
    }
}

/// The pictures that `stbl` lists; as many as all of its tables tell of. None if a table is missing.
pub fn table(table: &[u8], clock: Clock) -> Option<Vec<Sample>> {
    let sizes = child(table, *b"stsz")?;
    let (same, count) = (be32(sizes, 4)?, be32(sizes, 8)? as usize);
    let size = |index: usize| if same != 0 { Some(same) } else { be32(sizes, 12 + 4 * index) };
    let mut places = Places::new(table)?;
    let mut durations = Runs::new(child(table, *b"stts")?);
    let mut offsets = child(table, *b"ctts").map(Runs::new);
    let keys = child(table, *b"stss").map(Keys::new);
    let mut keys = keys;
    let mut samples = vec![];
    let mut ticks = 0_i64;
    for index in 0..count.min(SAMPLES_MAX) {
        let Some(bytes) = size(index) else { break };
        let Some(offset) = places.next(bytes) else { break };
        let Some(duration) = durations.next() else { break };
        // Version 0 has no signs, but writers that have read no specification put some there.
        let shift = offsets.as_mut().and_then(Runs::next).unwrap_or(0) as i32;
        let is_key = keys.as_mut().is_none_or(|keys| keys.has(index as u32 + 1));
        let micros = clock.micros(ticks.saturating_add(shift.into()));
        samples.push(Sample { offset, bytes, duration_micros: clock.duration(duration), micros, is_key });
        ticks = ticks.saturating_add(duration.into());
    }
    Some(samples)
}

/// Moves all times so that the earliest is 0.
pub fn begin_at_zero(samples: &mut [Sample]) {
    let earliest = samples.iter().map(|sample| sample.micros).min().unwrap_or(0);
    samples.iter_mut().for_each(|sample| sample.micros -= earliest);
}

/// `stts`, `ctts`: a count and a value, again and again.
struct Runs<'a> {
    body: &'a [u8],
    at: usize,
    left: u32,
}

impl<'a> Runs<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0, left: 0 }
    }

    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            self.at += 8;
            self.left = be32(self.body, self.at)?;
        }
        self.left -= 1;
        be32(self.body, self.at + 4)
    }
}

/// `stss`: numbers of the keys in rising order, from 1 on.
struct Keys<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Keys<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self { body, at: 8 }
    }

    /// Asked with rising numbers.
    fn has(&mut self, number: u32) -> bool {
        while be32(self.body, self.at).is_some_and(|key| key < number) {
            self.at += 4;
        }
        be32(self.body, self.at) == Some(number)
    }
}

/// `stsc` and `stco` or `co64`: pictures lie in chunks one after the other.
struct Places<'a> {
    chunks: &'a [u8],
    /// Width of an offset.
    width: usize,
    runs: &'a [u8],
    /// Entry of `runs` for the present chunk.
    run: usize,
    /// The present chunk, from 1 on; 0: none yet.
    chunk: u32,
    left: u32,
    offset: u64,
}

impl<'a> Places<'a> {
    fn new(table: &'a [u8]) -> Option<Self> {
        let (chunks, width) = match child(table, *b"stco") {
            Some(chunks) => (chunks, 4),
            None => (child(table, *b"co64")?, 8),
        };
        Some(Self { chunks, width, runs: child(table, *b"stsc")?, run: 0, chunk: 0, left: 0, offset: 0 })
    }

    /// Where the next picture of that many bytes lies.
    fn next(&mut self, bytes: u32) -> Option<u64> {
        while self.left == 0 {
            self.chunk = self.chunk.checked_add(1)?;
            let first = |run: usize| be32(self.runs, 8 + 12 * run);
            if first(self.run + 1).is_some_and(|first| first <= self.chunk) {
                self.run += 1;
            }
            self.left = be32(self.runs, 12 + 12 * self.run)?;
            let at = 8 + self.width * (self.chunk as usize - 1);
            self.offset = match self.width {
                4 => be32(self.chunks, at)?.into(),
                _ => be64(self.chunks, at)?,
            };
        }
        self.left -= 1;
        let offset = self.offset;
        self.offset = offset.checked_add(bytes.into())?;
        Some(offset)
    }
}
