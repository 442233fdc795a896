//! Names of codecs as WebCodecs wants them, from the settings that a container carries.

use super::boxes::be32;

/// H.264 (ISO/IEC 14496-15, section 5.3.3.1; RFC 6381, section 3.3): `avc1.64001f`.
pub fn h264(entry: &str, settings: &[u8]) -> Option<String> {
    let [profile, compatible, level] = settings.get(1..4)? else { return None };
    Some(format!("{entry}.{profile:02x}{compatible:02x}{level:02x}"))
}

/// H.265 (ISO/IEC 14496-15, annex E.3): `hvc1.1.6.L93.B0`.
pub fn h265(entry: &str, settings: &[u8]) -> Option<String> {
    let general = *settings.get(1)?;
    let space = ["", "A", "B", "C"][usize::from(general >> 6)];
    let tier = if general & 0x20 == 0 { 'L' } else { 'H' };
    let (profile, compatible) = (general & 0x1f, be32(settings, 2)?.reverse_bits());
    let constraints = settings.get(6..12)?;
    let level = settings.get(12)?;
    let kept = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let constraints: String = constraints[..kept].iter().map(|byte| format!(".{byte:x}")).collect();
    Some(format!("{entry}.{space}{profile}.{compatible:x}.{tier}{level}{constraints}"))
}

/// AV1 (AV1 Codec ISO Media File Format Binding, section 5): `av01.0.04M.08`.
pub fn av1(settings: &[u8]) -> Option<String> {
    let [_, first, second] = settings.get(..3)? else { return None };
    let (profile, level) = (first >> 5, first & 0x1f);
    let tier = if second & 0x80 == 0 { 'M' } else { 'H' };
    let depth = match (second & 0x40 != 0, second & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some(format!("av01.{profile}.{level:02}{tier}.{depth:02}"))
}

/// VP9 (VP Codec ISO Media File Format Binding): `vp09.00.10.08`. `settings` are the body of `vpcC`, a full box.
pub fn vp9(settings: &[u8]) -> Option<String> {
    let [profile, level, depth] = settings.get(4..7)? else { return None };
    Some(format!("vp09.{profile:02}.{level:02}.{:02}", depth >> 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that RFC 6381 and the bindings give as examples, and the bits that they stand for.
    #[test]
    fn names_are_those_of_the_specifications_examples() {
        assert_eq!(h264("avc1", &[1, 0x42, 0xe0, 0x1e]).unwrap(), "avc1.42e01e");
        let main = [1, 0x01, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93];
        assert_eq!(h265("hev1", &main).unwrap(), "hev1.1.6.L93.b0");
        let high = [1, 0x22, 0x20, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 153];
        assert_eq!(h265("hvc1", &high).unwrap(), "hvc1.2.4.H153.90");
        assert_eq!(av1(&[0x81, 0x04, 0x00]).unwrap(), "av01.0.04M.08");
        assert_eq!(av1(&[0x81, 0x15, 0x40]).unwrap(), "av01.0.21M.10");
        assert_eq!(vp9(&[1, 0, 0, 0, 2, 10, 0xa2]).unwrap(), "vp09.02.10.10");
    }

    #[test]
    fn settings_that_break_off_have_no_name() {
        assert_eq!(h264("avc1", &[1, 0x42]), None);
        assert_eq!(h265("hvc1", &[1; 8]), None);
        assert_eq!(av1(&[]), None);
        assert_eq!(vp9(&[0; 6]), None);
    }
}
