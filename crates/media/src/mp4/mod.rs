//! MP4 and MOV: ISO/IEC 14496-12, QuickTime File Format. The index is read whole, pictures one at a time.
//!
//! The crate `re_mp4` does not do here: it lists the samples of sound too (56 bytes each, which is more than a gigabyte for
//! ten minutes of uncompressed sound), refuses files that break off, and panics where tables contradict each other.

mod boxes;
pub mod codec;
mod entry;
mod fragments;
mod samples;
mod track;

use crate::source::{Packet, Track};
use boxes::{Place, places};
use samples::Sample;
use std::io::{Read, Seek, SeekFrom};
use track::Found;
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};

/// Longest index that is read: hours of video have some megabytes.
const INDEX_BYTES_MAX: u64 = 256 << 20;

/// An open file.
pub struct Mp4<R> {
    file: R,
    track: Track,
    /// In decoding order.
    samples: Vec<Sample>,
    /// Pictures that the index names and the file does not have.
    lost: usize,
    next: usize,
}

impl<R: Read + Seek> Mp4<R> {
    /// Reads the index of a file of `length` bytes.
    ///
    /// # Errors
    /// There is none, no picture, or none of the pictures is in the file.
    pub fn open(mut file: R, length: u64) -> Result<Self, MediaTrouble> {
        let places = places(&mut file, length).map_err(unreadable)?;
        let Some(place) = places.iter().find(|place| place.kind == *b"moov") else {
            return Err(MediaTroubleKind::Damaged
                .because("its index is missing: the file breaks off, or is another's part"));
        };
        let movie = body(&mut file, place, length)?;
        let Found { id, track, mut samples, clock, is_edited } = track::pictures(&movie)?;
        for place in places.iter().filter(|place| place.kind == *b"moof") {
            let fragment = body(&mut file, place, length)?;
            fragments::read(&fragment, place.start, &movie, id, clock, &mut samples);
        }
        drop(movie);
        if !is_edited {
            samples::begin_at_zero(&mut samples);
        }
        let named = samples.len();
        samples.retain(|sample| sample.end() <= length);
        if samples.is_empty() {
            return Err(
                MediaTroubleKind::Damaged.because(format!("none of its {named} pictures is in the file"))
            );
        }
        let mut track = track;
        let lost = named - samples.len();
        track.duration_micros = samples.iter().map(Sample::end_micros).max();
        Ok(Self { file, track, samples, lost, next: 0 })
    }

    /// What the decoder has to know.
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// The next picture; none at the end.
    ///
    /// # Errors
    /// The file cannot be read, or breaks off here.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, MediaTrouble> {
        let Some(sample) = self.samples.get(self.next) else {
            let lost = self.lost;
            let missing =
                || MediaTroubleKind::Damaged.because(format!("{lost} pictures are not in the file"));
            return if lost > 0 { Err(missing()) } else { Ok(None) };
        };
        self.next += 1;
        let mut data = vec![0; sample.bytes as usize];
        self.file.seek(SeekFrom::Start(sample.offset)).map_err(unreadable)?;
        self.file.read_exact(&mut data).map_err(unreadable)?;
        Ok(Some(Packet { micros: sample.micros, is_key: sample.is_key, data }))
    }

    /// Goes on at the last key that is shown at `micros` or before, if it lies ahead.
    pub fn skip_to(&mut self, micros: i64) {
        let ahead = self.samples.get(self.next..).unwrap_or_default();
        // Behind a key that is shown later, nothing is shown earlier.
        let keys = ahead.iter().enumerate().filter(|(_, sample)| sample.is_key);
        let last = keys.take_while(|(_, sample)| sample.micros <= micros).last();
        self.next += last.map_or(0, |(index, _)| index);
    }

    /// Begins again.
    pub fn rewind(&mut self) {
        self.next = 0;
    }
}

fn unreadable(error: std::io::Error) -> MediaTrouble {
    MediaTroubleKind::Damaged.because(error.to_string())
}

fn body<R: Read + Seek>(file: &mut R, place: &Place, length: u64) -> Result<Vec<u8>, MediaTrouble> {
    if place.end > length {
        return Err(MediaTroubleKind::Damaged.because("its index breaks off"));
    }
    if place.end - place.body > INDEX_BYTES_MAX {
        return Err(MediaTroubleKind::Damaged.because("its index has more than 256 megabytes"));
    }
    let mut bytes = vec![];
    file.seek(SeekFrom::Start(place.body)).map_err(unreadable)?;
    file.by_ref().take(place.end - place.body).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}
