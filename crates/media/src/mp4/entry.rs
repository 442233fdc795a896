//! The sample entry: which codec, and its settings. ISO/IEC 14496-12, section 12.1.3.

use super::boxes::{be16, boxes, child};
use super::codec;
use vitrine_protocol::{MediaTrouble, MediaTroubleKind};

/// Bytes of a visual sample entry before the boxes in it.
const VISUAL_BYTES: usize = 78;

/// What a decoder is set up with.
#[derive(Debug)]
pub struct Entry {
    /// As WebCodecs names it.
    pub codec: String,
    /// What the decoder is given first.
    pub description: Option<Vec<u8>>,
    /// Columns and rows.
    pub size: [u32; 2],
}

/// The first entry of `stsd`; none if it breaks off.
pub fn first(description: &[u8]) -> Option<Result<Entry, MediaTrouble>> {
    let (kind, body) = boxes(description.get(8..)?).next()?;
    let size = [u32::from(be16(body, 24)?), u32::from(be16(body, 26)?)];
    let settings = |wanted| child(body.get(VISUAL_BYTES..)?, wanted);
    let name = String::from_utf8_lossy(&kind).into_owned();
    let (codec, description) = match &kind {
        b"avc1" | b"avc3" => {
            let settings = settings(*b"avcC")?;
            (codec::h264(&name, settings)?, Some(settings.to_vec()))
        }
        b"hvc1" | b"hev1" => {
            let settings = settings(*b"hvcC")?;
            (codec::h265(&name, settings)?, Some(settings.to_vec()))
        }
        b"av01" => (codec::av1(settings(*b"av1C")?)?, None),
        b"vp09" => (codec::vp9(settings(*b"vpcC")?)?, None),
        b"vp08" => ("vp8".to_owned(), None),
        _ => return Some(Err(MediaTroubleKind::Codec.because(name))),
    };
    Some(Ok(Entry { codec, description, size }))
}
