//! A video file as coded pictures, one after the other.

use crate::mp4::Mp4;
use crate::webm::Webm;
use std::io::{Read, Seek, SeekFrom};
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};

/// What a decoder has to know of the pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// As WebCodecs names it, such as `avc1.64001f`.
    pub codec: String,
    /// What the decoder is given before the first picture; none where the pictures carry it.
    pub description: Option<Vec<u8>>,
    /// Columns and rows of the coded pictures.
    pub size: [u32; 2],
    /// Quarter turns clockwise that bring a picture upright, 0..4.
    pub turns: u8,
    /// Length in microseconds, as far as the file tells.
    pub duration_micros: Option<i64>,
}

/// A coded picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packet {
    /// When it is shown, in microseconds from the video's start. Pictures come in decoding order.
    pub micros: i64,
    /// Whether decoding can begin with it.
    pub is_key: bool,
    /// The picture.
    pub data: Vec<u8>,
}

/// A file whose container is known. No more than a picture and the index is ever in memory.
pub enum Source<R: Read + Seek> {
    /// MP4, MOV.
    Mp4(Box<Mp4<R>>),
    /// WebM, Matroska.
    Webm(Box<Webm<R>>),
}

impl<R: Read + Seek> Source<R> {
    /// Reads what the container says of its pictures.
    ///
    /// # Errors
    /// The file is empty, of another kind, damaged, or has no picture.
    pub fn open(mut file: R) -> Result<Self, MediaTrouble> {
        let unreadable = |error: std::io::Error| MediaTroubleKind::Damaged.because(error.to_string());
        let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut beginning = vec![];
        file.by_ref().take(12).read_to_end(&mut beginning).map_err(unreadable)?;
        if beginning.is_empty() {
            return Err(MediaTroubleKind::Empty.because("the file has 0 bytes"));
        }
        if beginning.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
            return Webm::open(file).map(Box::new).map(Self::Webm);
        }
        match beginning.get(4..8) {
            Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot") => {
                Mp4::open(file, length).map(Box::new).map(Self::Mp4)
            }
            _ => Err(MediaTroubleKind::Unknown.because("it is neither MP4, MOV, WebM nor Matroska")),
        }
    }

    /// What the decoder has to know.
    pub fn track(&self) -> &Track {
        match self {
            Self::Mp4(mp4) => mp4.track(),
            Self::Webm(webm) => webm.track(),
        }
    }

    /// The next picture in decoding order; none at the end.
    ///
    /// # Errors
    /// The file breaks off or contradicts itself here.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, MediaTrouble> {
        match self {
            Self::Mp4(mp4) => mp4.next_packet(),
            Self::Webm(webm) => webm.next_packet(),
        }
    }

    /// Leaves out what is not needed to decode the picture shown at `micros`, as far as the file has an index.
    pub fn skip_to(&mut self, micros: i64) {
        match self {
            Self::Mp4(mp4) => mp4.skip_to(micros),
            Self::Webm(webm) => webm.skip_to(micros),
        }
    }

    /// Begins again.
    ///
    /// # Errors
    /// The file cannot be read any more.
    pub fn rewind(self) -> Result<Self, MediaTrouble> {
        match self {
            Self::Mp4(mut mp4) => {
                mp4.rewind();
                Ok(Self::Mp4(mp4))
            }
            Self::Webm(webm) => webm.rewind().map(Box::new).map(Self::Webm),
        }
    }
}

/// The type of a picture or animation, by its first bytes, as the browser's decoder of pictures wants it.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only a browser decodes pictures"))]
pub fn picture_type(beginning: &[u8]) -> Option<&'static str> {
    match beginning {
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Some("image/avif"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn kind_of(bytes: &[u8]) -> MediaTroubleKind {
        Source::open(Cursor::new(bytes)).err().unwrap().kind
    }

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(kind_of(b""), MediaTroubleKind::Empty);
        assert_eq!(kind_of(b"just a text"), MediaTroubleKind::Unknown);
        assert_eq!(kind_of(b"\0\0\0\x10ftypisom\0\0\0\0"), MediaTroubleKind::Damaged);
        assert_eq!(kind_of(&[0x1a, 0x45, 0xdf, 0xa3]), MediaTroubleKind::Damaged);
    }

    #[test]
    fn pictures_are_told_from_videos() {
        assert_eq!(picture_type(b"GIF89a"), Some("image/gif"));
        assert_eq!(picture_type(b"RIFF\0\0\0\0WEBPVP8X"), Some("image/webp"));
        assert_eq!(picture_type(b"\0\0\0\x1cftypavis"), Some("image/avif"));
        assert_eq!(picture_type(b"\0\0\0\x1cftypisom"), None);
        assert_eq!(picture_type(b"RIFF\0\0\0\0AVI LIST"), None);
    }
}
