//! Cyan, magenta, yellow and black, as printers mix them -> the light that they leave.

/// Three bytes for each four, as Pillow's `cmyk2rgb` (Convert.c) makes them.
pub fn to_light(inks: &[u8]) -> Vec<u8> {
    inks.as_chunks::<4>().0.iter().flat_map(|&inks| light(inks)).collect()
}

/// The same of inks that are stored as what they leave of the light, as Adobe writes them in JPEG.
pub fn inverted_to_light(inks: &[u8]) -> Vec<u8> {
    inks.as_chunks::<4>().0.iter().flat_map(|inks| light(inks.map(|ink| 255 - ink))).collect()
}

fn light([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let left = u32::from(255 - black);
    [cyan, magenta, yellow].map(|ink| {
        let taken = u32::from(ink) * left + 128;
        (left - (((taken >> 8) + taken) >> 8)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ink_is_white_and_black_takes_all() {
        assert_eq!(to_light(&[0, 0, 0, 0, 10, 200, 30, 255]), [255, 255, 255, 0, 0, 0]);
    }

    /// From Pillow: `Image.new("CMYK", (1, 1), (10, 200, 30, 60)).convert("RGB").getpixel((0, 0))`.
    #[test]
    fn light_is_pillows() {
        assert_eq!(to_light(&[10, 200, 30, 60]), LIGHT);
        assert_eq!(inverted_to_light(&[245, 55, 225, 195]), LIGHT);
    }

    const LIGHT: [u8; 3] = [187, 42, 172];
}
