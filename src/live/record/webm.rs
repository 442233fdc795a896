//! WebM files: Matroska (RFC 9559) with one track of VP8 or VP9. Crates that write it bring a C++ library or all of Matroska's
//! elements; one track without sound needs twenty of them.

/// Ticks of a second: times are whole milliseconds.
const TICKS_PER_SECOND: f64 = 1000.0;
/// Nanoseconds of a tick.
const TICK_NANOS: u64 = 1_000_000;
/// A block says how far it is from its cluster's time in 16 bits.
const CLUSTER_TICKS_MAX: u64 = i16::MAX as u64;

const EBML: &[u8] = &[0x1A, 0x45, 0xDF, 0xA3];
const SEGMENT: &[u8] = &[0x18, 0x53, 0x80, 0x67];
const INFO: &[u8] = &[0x15, 0x49, 0xA9, 0x66];
const TRACKS: &[u8] = &[0x16, 0x54, 0xAE, 0x6B];
const CUES: &[u8] = &[0x1C, 0x53, 0xBB, 0x6B];
const CLUSTER: &[u8] = &[0x1F, 0x43, 0xB6, 0x75];

/// What is in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    /// Matroska's name of the codec: `V_VP8` or `V_VP9`.
    pub codec: &'static str,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Frames a second.
    pub rate: f64,
}

struct Cluster {
    start: u64,
    /// Its elements.
    body: Vec<u8>,
}

/// Collects encoded frames.
pub struct Writer {
    track: Track,
    clusters: Vec<Cluster>,
}

impl Writer {
    /// Without frames.
    pub fn new(track: Track) -> Self {
        Self { track, clusters: Vec::new() }
    }

    /// The next frame: when it is shown, and whether it stands alone. Frames come in order, the first stands alone.
    pub fn push(&mut self, secs: f64, key: bool, frame: &[u8]) {
        let tick = (secs * TICKS_PER_SECOND).round().max(0.0) as u64;
        let fits = self.clusters.last().is_some_and(|it| tick.saturating_sub(it.start) <= CLUSTER_TICKS_MAX);
        if key || !fits {
            let mut body = Vec::new();
            number(&mut body, &[0xE7], tick);
            self.clusters.push(Cluster { start: tick, body });
        }
        let Some(cluster) = self.clusters.last_mut() else { return };
        let since = (tick.saturating_sub(cluster.start)) as i16;
        let mut block = vec![0x81];
        block.extend(since.to_be_bytes());
        block.push(if key { 0x80 } else { 0 });
        block.extend(frame);
        element(&mut cluster.body, &[0xA3], &block);
    }

    /// The file; `secs` is how long it lasts.
    pub fn finish(&self, secs: f64) -> Vec<u8> {
        let mut head = info(secs);
        head.extend(tracks(&self.track));
        let mut clusters = Vec::new();
        let mut places = Vec::new();
        for cluster in &self.clusters {
            places.push((cluster.start, clusters.len() as u64));
            element(&mut clusters, CLUSTER, &cluster.body);
        }
        // All places have the same length in bytes, so the table's own length is known before they are.
        let before = head.len() + cues(&places, 0).len();
        head.extend(cues(&places, before as u64));
        head.extend(clusters);
        let mut file = ebml_head();
        element(&mut file, SEGMENT, &head);
        file
    }
}

fn ebml_head() -> Vec<u8> {
    let mut body = Vec::new();
    for (id, value) in [(0x86, 1), (0xF7, 1), (0xF2, 4), (0xF3, 8)] {
        number(&mut body, &[0x42, id], value);
    }
    element(&mut body, &[0x42, 0x82], b"webm");
    number(&mut body, &[0x42, 0x87], 4);
    number(&mut body, &[0x42, 0x85], 2);
    let mut head = Vec::new();
    element(&mut head, EBML, &body);
    head
}

fn info(secs: f64) -> Vec<u8> {
    let mut body = Vec::new();
    number(&mut body, &[0x2A, 0xD7, 0xB1], TICK_NANOS);
    element(&mut body, &[0x44, 0x89], &(secs * TICKS_PER_SECOND).to_be_bytes());
    element(&mut body, &[0x4D, 0x80], b"Vitrine");
    element(&mut body, &[0x57, 0x41], b"Vitrine");
    let mut info = Vec::new();
    element(&mut info, INFO, &body);
    info
}

fn tracks(track: &Track) -> Vec<u8> {
    let mut video = Vec::new();
    number(&mut video, &[0xB0], track.width.into());
    number(&mut video, &[0xBA], track.height.into());
    let mut entry = Vec::new();
    number(&mut entry, &[0xD7], 1);
    number(&mut entry, &[0x73, 0xC5], 1);
    number(&mut entry, &[0x83], 1);
    number(&mut entry, &[0x9C], 0);
    element(&mut entry, &[0x86], track.codec.as_bytes());
    number(&mut entry, &[0x23, 0xE3, 0x83], (1e9 / track.rate).round() as u64);
    element(&mut entry, &[0xE0], &video);
    let mut list = Vec::new();
    element(&mut list, &[0xAE], &entry);
    let mut tracks = Vec::new();
    element(&mut tracks, TRACKS, &list);
    tracks
}

/// Where to find each cluster, so that players can seek: `(tick, place after the head)`.
fn cues(places: &[(u64, u64)], head: u64) -> Vec<u8> {
    let mut list = Vec::new();
    for &(tick, place) in places {
        let mut position = Vec::new();
        number(&mut position, &[0xF7], 1);
        element(&mut position, &[0xF1], &(head + place).to_be_bytes());
        let mut point = Vec::new();
        element(&mut point, &[0xB3], &tick.to_be_bytes());
        element(&mut point, &[0xB7], &position);
        element(&mut list, &[0xBB], &point);
    }
    let mut cues = Vec::new();
    element(&mut cues, CUES, &list);
    cues
}

/// An element: its id, the length of its body in eight bytes, its body.
fn element(out: &mut Vec<u8>, id: &[u8], body: &[u8]) {
    out.extend(id);
    out.extend((body.len() as u64 | 1 << 56).to_be_bytes());
    out.extend(body);
}

/// An element that is a whole number.
fn number(out: &mut Vec<u8>, id: &[u8], value: u64) {
    element(out, id, &value.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use matroska_demuxer::{Frame, MatroskaFile};
    use std::io::Cursor;

    fn read(file: Vec<u8>) -> MatroskaFile<Cursor<Vec<u8>>> {
        MatroskaFile::open(Cursor::new(file)).unwrap()
    }

    #[test]
    fn another_reader_finds_the_frames_at_their_times() {
        let track = Track { codec: "V_VP9", width: 640, height: 360, rate: 15.0 };
        let mut writer = Writer::new(track);
        for index in 0..90_u32 {
            let frame = [&b"frame"[..], &index.to_be_bytes()].concat();
            writer.push(f64::from(index) / 15.0, index % 30 == 0, &frame);
        }
        let mut file = read(writer.finish(6.0));
        assert_eq!(file.info().duration(), Some(6000.0));
        let video = file.tracks()[0].video().unwrap();
        assert_eq!((video.pixel_width().get(), video.pixel_height().get()), (640, 360));
        assert_eq!(file.tracks()[0].codec_id(), "V_VP9");
        let mut frame = Frame::default();
        for index in 0..90_u32 {
            assert!(file.next_frame(&mut frame).unwrap());
            assert_eq!(frame.timestamp, (f64::from(index) * 1000.0 / 15.0).round() as u64);
            assert_eq!(frame.is_keyframe, Some(index % 30 == 0));
            assert_eq!(frame.data, [&b"frame"[..], &index.to_be_bytes()].concat());
        }
        assert!(!file.next_frame(&mut frame).unwrap());
    }

    #[test]
    fn another_reader_can_seek() {
        let mut writer = Writer::new(Track { codec: "V_VP8", width: 2, height: 2, rate: 1.0 });
        for second in 0..100_u8 {
            writer.push(f64::from(second), second.is_multiple_of(10), &[second]);
        }
        let mut file = read(writer.finish(100.0));
        file.seek(70_000).unwrap();
        let mut frame = Frame::default();
        assert!(file.next_frame(&mut frame).unwrap());
        assert_eq!((frame.timestamp, &*frame.data), (70_000, &[70_u8][..]));
    }

    #[test]
    fn a_cluster_ends_before_its_blocks_cannot_count_on() {
        let mut writer = Writer::new(Track { codec: "V_VP8", width: 2, height: 2, rate: 0.05 });
        writer.push(0.0, true, &[1]);
        writer.push(20.0, false, &[2]);
        writer.push(40.0, false, &[3]);
        let mut file = read(writer.finish(60.0));
        let mut frame = Frame::default();
        for expected in [0, 20_000, 40_000] {
            assert!(file.next_frame(&mut frame).unwrap());
            assert_eq!(frame.timestamp, expected);
        }
    }
}
