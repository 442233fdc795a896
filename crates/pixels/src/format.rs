//! Which image format bytes are in, by their first bytes alone: names and MIME types lie.

/// An image format that is recognised, whether or not it can be decoded here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG File Interchange Format, with or without EXIF.
    Jpeg,
    /// Portable Network Graphics, animated or not.
    Png,
    /// WebP: lossy, lossless or animated.
    WebP,
    /// Graphics Interchange Format.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// Tagged Image File Format, classic or big.
    Tiff,
    /// AV1 in a HEIF container. Recognised only: browsers decode it.
    Avif,
    /// HEVC in a HEIF container. Recognised only: some browsers decode it.
    Heic,
}

impl Format {
    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The format of a file, from its first bytes (64 are always enough to tell an image from something else).
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    const SIGNATURES: [(&[u8], Format); 8] = [
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
    ];
    if let Some((_, format)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Some(*format);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Format::WebP);
    }
    if bytes.starts_with(b"BM") && is_bitmap_header(bytes) {
        return Some(Format::Bmp);
    }
    heif_brand(bytes)
}

/// "BM" begins many a text: the length of the second header must be one that exists.
fn is_bitmap_header(bytes: &[u8]) -> bool {
    let length = bytes.get(14..18).map(|length| [length[0], length[1], length[2], length[3]]);
    length.is_some_and(|length| [12, 16, 40, 52, 56, 64, 108, 124].contains(&u32::from_le_bytes(length)))
}

/// The brands of an ISO base media file: the major one first, then the compatible ones. `mif1` and `msf1` say only
/// "some HEIF", so another brand may still make it AVIF.
fn heif_brand(bytes: &[u8]) -> Option<Format> {
    if bytes.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let length = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let end = length.clamp(8, 256).min(bytes.len());
    let (brands, _) = bytes[8..end].as_chunks::<4>();
    // The second word is the minor version.
    let mut brands = brands.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand);
    let first = |names: &[&[u8; 4]]| brands.clone().position(|brand| names.contains(&brand));
    let avif = first(&[b"avif", b"avis"]);
    let heic = first(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"]);
    match (avif, heic) {
        (Some(avif), Some(heic)) => Some(if avif < heic { Format::Avif } else { Format::Heic }),
        (Some(_), None) => Some(Format::Avif),
        (None, Some(_)) => Some(Format::Heic),
        (None, None) => brands.any(|brand| matches!(brand, b"mif1" | b"msf1")).then_some(Format::Heic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_known_by_its_signature() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some(Format::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some(Format::Png));
        assert_eq!(sniff(b"RIFF\x24\0\0\0WEBPVP8 "), Some(Format::WebP));
        assert_eq!(sniff(b"GIF89a\x01\0\x01\0"), Some(Format::Gif));
        assert_eq!(sniff(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), Some(Format::Bmp));
        assert_eq!(sniff(b"II*\0\x08\0\0\0"), Some(Format::Tiff));
        assert_eq!(sniff(b"MM\0*\0\0\0\x08"), Some(Format::Tiff));
    }

    #[test]
    fn brands_tell_avif_from_heic() {
        assert_eq!(sniff(b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"), Some(Format::Avif));
        assert_eq!(sniff(b"\0\0\0\x18ftypavis\0\0\0\0avismsf1"), Some(Format::Avif));
        assert_eq!(sniff(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"), Some(Format::Avif));
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Some(Format::Heic));
        assert_eq!(sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"), Some(Format::Heic));
        assert_eq!(sniff(b"\0\0\0\x14ftypmif1\0\0\0\0mif1"), Some(Format::Heic));
        assert_eq!(sniff(b"\0\0\0\x18ftypisom\0\0\0\0isomavc1"), None);
    }

    #[test]
    fn other_files_are_not_images() {
        for other in [
            &b""[..],
            b"BM",
            b"BMW is a maker of cars",
            b"\0\0\0\xffftyp",
            b"RIFF\x24\0\0\0WAVE",
            b"%PDF-1.7",
        ] {
            assert_eq!(sniff(other), None, "{other:?}");
        }
    }
}
