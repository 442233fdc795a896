//! WebM and Matroska, read by the crate `matroska-demuxer`: pictures in the order of the file. Its
//! index is our own ([`crate::ebml`]): the crate looks for places inside a cluster in the first one.

use crate::ebml::{self, Cue};
use crate::source::{Packet, Track};
use matroska_demuxer::{Frame, MatroskaFile, TrackType};
use std::io::{Read, Seek, SeekFrom};
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};

/// An open file.
pub struct Webm<R: Read + Seek> {
    file: MatroskaFile<Shared<R>>,
    shared: Shared<R>,
    track: Track,
    number: u64,
    /// Nanoseconds of a tick.
    scale: f64,
    /// Time of the file's first block, in ticks: videos that were cut out of a stream do not begin with 0.
    origin: Option<i64>,
    any: bool,
    /// Keys, by their times.
    cues: Vec<Cue>,
    /// Time of the last picture that was read, in ticks.
    at: i64,
    /// Pictures before it do not matter: decoding begins with the key that is shown then.
    from: i64,
    /// Whether the file is shorter than it says.
    breaks_off: bool,
    /// A picture that was read before it was asked for.
    pending: Option<Packet>,
}

impl<R: Read + Seek> Webm<R> {
    /// Reads headers and the list of tracks.
    ///
    /// # Errors
    /// The headers are damaged, there is no picture, or its codec is not known here.
    pub fn open(file: R) -> Result<Self, MediaTrouble> {
        Self::read(Shared::new(file))
    }

    fn read(mut shared: Shared<R>) -> Result<Self, MediaTrouble> {
        // Of what a broken file lists, some is gone, and the demuxer wants all of it: then it has to look for itself.
        let found = ebml::read(&mut shared, 0);
        shared.hidden = found.seek_head.filter(|_| found.breaks_off);
        shared.seek(SeekFrom::Start(0)).map_err(|error| damaged(&error))?;
        let file = MatroskaFile::open(shared.clone()).map_err(|error| damaged(&error))?;
        let entry = file.tracks().iter().find(|entry| entry.track_type() == TrackType::Video);
        let Some((entry, video)) = entry.and_then(|entry| Some((entry, entry.video()?))) else {
            return Err(MediaTroubleKind::NoPicture.because("no track of the file has pictures"));
        };
        let private = entry.codec_private().unwrap_or_default();
        let (codec, description) = codec(entry.codec_id(), private)?;
        let scale = file.info().timestamp_scale().get() as f64;
        let side = |side: u64| side.min(u64::from(u32::MAX)) as u32;
        let track = Track {
            codec,
            description,
            size: [side(video.pixel_width().get()), side(video.pixel_height().get())],
            turns: 0,
            duration_micros: file.info().duration().map(|ticks| (ticks * scale / 1000.0) as i64),
        };
        let number = entry.track_number().get();
        let place = shared.stream_position().map_err(|error| damaged(&error))?;
        let ebml::Found { turns, cues, breaks_off, .. } = ebml::read(&mut shared, number);
        shared.seek(SeekFrom::Start(place)).map_err(|error| damaged(&error))?;
        let track = Track { turns, ..track };
        let (origin, any, at, from, pending) = (None, false, i64::MIN, i64::MIN, None);
        Ok(Self { file, shared, track, number, scale, origin, any, cues, at, from, breaks_off, pending })
    }

    /// What the decoder has to know.
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// The next picture; none at the end.
    ///
    /// # Errors
    /// The file contradicts itself here, or breaks off.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, MediaTrouble> {
        if let Some(packet) = self.pending.take() {
            return Ok(Some(packet));
        }
        loop {
            let mut frame = Frame::default();
            if !self.file.next_frame(&mut frame).map_err(|error| damaged(&error))? {
                return if self.breaks_off { Err(damaged(&"the file breaks off")) } else { Ok(None) };
            }
            let ticks = i64::try_from(frame.timestamp).unwrap_or(i64::MAX);
            let origin = *self.origin.get_or_insert(ticks);
            if frame.track != self.number || frame.data.is_empty() || ticks < self.from {
                continue;
            }
            // Blocks in groups do not say whether they are keys.
            let is_key = frame.is_keyframe.unwrap_or(!self.any);
            (self.any, self.at) = (true, ticks);
            let micros = (ticks.saturating_sub(origin) as f64 * self.scale / 1000.0) as i64;
            return Ok(Some(Packet { micros, is_key, data: frame.data }));
        }
    }

    /// Goes on at the last key of the index that is shown at `micros` or before, if it lies ahead.
    pub fn skip_to(&mut self, micros: i64) {
        if self.origin.is_none() && !self.cues.is_empty() {
            // The first picture says where the file's time begins; what is wrong with it is said when it is asked for.
            self.pending = self.next_packet().unwrap_or_default();
        }
        let Some(origin) = self.origin else { return };
        let ticks = origin.saturating_add((micros as f64 * 1000.0 / self.scale) as i64);
        let count = self.cues.partition_point(|cue| cue.ticks <= ticks);
        let Some(cue) = self.cues[..count].last().filter(|cue| cue.ticks > self.at) else { return };
        // Between two pictures the demuxer keeps nothing but the time of a cluster, which the next one sets.
        if self.shared.seek(SeekFrom::Start(cue.cluster)).is_ok() {
            (self.pending, self.from, self.any) = (None, cue.ticks, false);
        }
    }

    /// Begins again.
    pub fn rewind(self) -> Result<Self, MediaTrouble> {
        let Self { file, shared, .. } = self;
        drop(file);
        Self::read(shared)
    }
}

fn damaged(error: &dyn std::fmt::Display) -> MediaTrouble {
    MediaTroubleKind::Damaged.because(error.to_string())
}

/// Matroska's name of a codec -> WebCodecs' name and what its decoder is given: Matroska Codec Specifications (RFC 9559's
/// companion), section "Codec Mappings".
fn codec(id: &str, private: &[u8]) -> Result<(String, Option<Vec<u8>>), MediaTrouble> {
    use crate::mp4::codec;
    let described = |name: Option<String>| {
        let name =
            name.ok_or_else(|| MediaTroubleKind::Damaged.because(format!("{id} without its settings")))?;
        Ok((name, Some(private.to_vec())))
    };
    match id {
        "V_VP8" => Ok(("vp8".to_owned(), None)),
        // What profile it is stands in the pictures; the browser finds it there.
        "V_VP9" => Ok(("vp09.00.10.08".to_owned(), None)),
        "V_AV1" => Ok((codec::av1(private).unwrap_or_else(|| "av01.0.04M.08".to_owned()), None)),
        "V_MPEG4/ISO/AVC" => described(codec::h264("avc1", private)),
        "V_MPEGH/ISO/HEVC" => described(codec::h265("hvc1", private)),
        other => Err(MediaTroubleKind::Codec.because(other)),
    }
}

/// A file that outlives the demuxer which reads it, so that it can be read again.
struct Shared<R> {
    file: std::rc::Rc<std::cell::RefCell<R>>,
    /// The element here is given another name, that of none.
    hidden: Option<u64>,
}

impl<R> Shared<R> {
    fn new(file: R) -> Self {
        Self { file: std::rc::Rc::new(std::cell::RefCell::new(file)), hidden: None }
    }
}

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Self { file: self.file.clone(), hidden: self.hidden }
    }
}

impl<R: Read + Seek> Read for Shared<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut file = self.file.borrow_mut();
        // The last byte of its name.
        let hidden = match self.hidden {
            Some(place) => (place + 3).checked_sub(file.stream_position()?),
            None => None,
        };
        let count = file.read(buffer)?;
        if let Some(byte) = hidden.and_then(|place| buffer[..count].get_mut(usize::try_from(place).ok()?)) {
            *byte ^= 1;
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Shared<R> {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.file.borrow_mut().seek(position)
    }
}
