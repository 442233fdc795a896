//! Whether a JPEG file is whole.

/// End of image.
const END: u8 = 0xd9;
/// Start of scan: entropy-coded bytes follow its header.
const SCAN: u8 = 0xda;

/// Whether the markers of a JPEG file (ITU-T T.81, annex B) lead from its start through a scan to an end-of-image
/// marker. Thumbnails lie inside segments, whose lengths are followed, so their ends do not count; what lies behind the
/// end (phones append second pictures and videos) does not matter.
pub fn has_end(bytes: &[u8]) -> bool {
    walk(bytes).unwrap_or(false)
}

/// None where the bytes run out.
fn walk(bytes: &[u8]) -> Option<bool> {
    let mut at = 2;
    let mut scanned = false;
    loop {
        // Whatever lies between segments is skipped, as decoders do, and so are fill bytes.
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        at += bytes[at..].iter().position(|&byte| byte != 0xff)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            END => return Some(scanned),
            // Stuffing and markers without a segment: TEM, RSTn, SOI.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
                at += usize::from(length);
                scanned |= marker == SCAN;
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
    fn an_end_without_a_scan_is_no_image() {
        assert!(!has_end(b"\xff\xd8\xff\xd9"));
    }
}
