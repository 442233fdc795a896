//! The segments of a JPEG file (ITU-T T.81, annex B), without decoding any of them.

/// End of image.
const END: u8 = 0xd9;
/// Start of scan: entropy-coded bytes follow its header.
const SCAN: u8 = 0xda;
/// Application data 1, where EXIF lies.
const APP1: u8 = 0xe1;
/// What EXIF's segment begins with.
const EXIF: &[u8] = b"Exif\0\0";

/// What the segments before the first scan say.
pub struct Header<'a> {
    /// Columns as stored.
    pub width: u16,
    /// Rows as stored.
    pub height: u16,
    /// The TIFF structure of the EXIF segment.
    pub exif: Option<&'a [u8]>,
}

/// Reads up to the first scan, or to the end of what there is; none without a frame header.
pub fn header(bytes: &[u8]) -> Option<Header<'_>> {
    let (mut size, mut exif) = (None, None);
    for segment in Segments::new(bytes).take_while(|segment| !matches!(segment.marker, SCAN | END)) {
        match segment.marker {
            // SOF0 to SOF15 without DHT, JPG and DAC: sample precision, rows, columns.
            0xc0..=0xcf if !matches!(segment.marker, 0xc4 | 0xc8 | 0xcc) => {
                let &[_, h1, h0, w1, w0, ..] = segment.payload else { return None };
                size = Some((u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0])));
            }
            APP1 => exif = exif.or_else(|| segment.payload.strip_prefix(EXIF)),
            _ => {}
        }
    }
    size.map(|(width, height)| Header { width, height, exif })
}

/// Whether the markers lead from the start through a scan to an end-of-image marker: decoders fill up what is missing with
/// grey; a person must be told instead. Thumbnails lie inside segments, whose lengths are followed, so their ends do not
/// count; what lies behind the end (phones append second pictures and videos) does not matter.
pub fn has_end(bytes: &[u8]) -> bool {
    let mut scanned = false;
    for Segment { marker, .. } in Segments::new(bytes) {
        if marker == END {
            return scanned;
        }
        scanned |= marker == SCAN;
    }
    false
}

/// A marker and what belongs to it.
struct Segment<'a> {
    marker: u8,
    /// Behind the length; what there is of it where the file breaks off.
    payload: &'a [u8],
}

/// Markers in the order of the file, without those that only part entropy-coded bytes. Ends where the bytes do.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// Behind the start-of-image marker.
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let bytes = self.bytes;
        loop {
            // Whatever lies between segments is skipped, as decoders do, and so are fill bytes.
            self.at += bytes.get(self.at..)?.iter().position(|&byte| byte == 0xff)?;
            self.at += bytes[self.at..].iter().position(|&byte| byte != 0xff)?;
            let marker = bytes[self.at];
            self.at += 1;
            match marker {
                END => return Some(Segment { marker, payload: &[] }),
                // Stuffing and markers without a segment: TEM, RSTn, SOI.
                0x00 | 0x01 | 0xd0..=0xd8 => {}
                _ => {
                    let length = u16::from_be_bytes([*bytes.get(self.at)?, *bytes.get(self.at + 1)?]);
                    let begin = self.at + 2;
                    self.at += usize::from(length);
                    let end = self.at.min(bytes.len());
                    return Some(Segment { marker, payload: bytes.get(begin..end).unwrap_or_default() });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start; an APP1 segment with a thumbnail's end in it; a scan with a stuffed byte and a restart marker.
    const BODY: &[u8] =
        b"\xff\xd8\xff\xe1\x00\x06\xff\xd8\xff\xd9\xff\xda\x00\x04\x01\x02\x11\xff\x00\x22\xff\xd0\x33";

    #[test]
    fn a_file_with_an_end_is_whole_whatever_follows() {
        assert!(has_end(&[BODY, b"\xff\xd9"].concat()));
        assert!(has_end(&[BODY, b"\xff\xff\xd9 and a video"].concat()));
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_not_whole() {
        for length in 0..=BODY.len() {
            assert!(!has_end(&BODY[..length]), "{length}");
        }
        assert!(!has_end(&[BODY, b"\xff"].concat()));
    }

    #[test]
    fn the_frame_header_and_exif_are_found_before_the_scan() {
        let file = b"\xff\xd8\xff\xe1\x00\x0aExif\0\0MM\xff\xc2\x00\x08\x08\x01\x02\x03\x04\x01\xff\xda\x00\x04\x01\x02";
        let header = header(file).unwrap();
        assert_eq!((header.width, header.height, header.exif), (0x0304, 0x0102, Some(&b"MM"[..])));
    }

    #[test]
    fn a_frame_header_behind_the_scan_or_cut_short_does_not_count() {
        assert!(
            header(b"\xff\xd8\xff\xda\x00\x04\x01\x02\xff\xc2\x00\x08\x08\x01\x02\x03\x04\x01").is_none()
        );
        assert!(header(b"\xff\xd8\xff\xc2\x00\x08\x08\x01\x02").is_none());
        assert!(header(b"").is_none());
    }

    #[test]
    fn an_end_without_a_scan_is_no_image() {
        assert!(!has_end(b"\xff\xd8\xff\xd9"));
    }
}
