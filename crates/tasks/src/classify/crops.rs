//! Which parts of a frame a classifier reads: torchvision's `Resize`, `CenterCrop`, `FiveCrop` and `TenCrop`
//! (torchvision/transforms/functional.py), pixel for pixel, and the sizes of FixRes (Touvron et al. 2019,
//! arXiv:1906.06423; imnet_evaluate/transforms.py of its code).

use vitrine_engine::Part;

/// Longest side of a resized frame. A line of pixels is squashed: in proportion it would take gigabytes.
const MAX_SIDE: f64 = 8192.0;

/// The size that a frame is brought to, and the squares that are read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Crops {
    /// Columns of the resized frame.
    pub width: u32,
    /// Rows of the resized frame.
    pub height: u32,
    /// What is read. The first one is the centre.
    pub crops: Vec<Crop>,
}

/// A square of the resized frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crop {
    /// First column; of the mirrored frame if `mirrored`.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Whether the frame is mirrored, left to right, before it is cropped.
    pub mirrored: bool,
}

impl Crops {
    /// All of a frame, squashed into the square that the network reads.
    pub fn whole(side: u32) -> Self {
        Self { width: side, height: side, crops: vec![Crop { left: 0, top: 0, mirrored: false }] }
    }

    /// `count` crops of `side` pixels: 1 (the centre), 5 (and the corners), 10 (and the mirrors of the five). The shorter
    /// side of the frame of `width` x `height` is brought to `side / share`, rounded down as FixRes does; the longer one
    /// in proportion, rounded down as torchvision does.
    pub fn new([width, height]: [u32; 2], side: u32, share: f32, count: u32) -> Self {
        let short = (f64::from(side) / f64::from(share)).min(f64::from(u32::MAX)) as u32;
        // The order of the operations is torchvision's: another one rounds elsewhere.
        let long = f64::from(short) * f64::from(width.max(height)) / f64::from(width.min(height).max(1));
        let long = (long.min(MAX_SIDE) as u32).max(short);
        let [width, height] = if width <= height { [short, long] } else { [long, short] };
        let five = five(width, height, side);
        let five = &five[..five.len().min(count as usize)];
        let mut crops = five.to_vec();
        if count > 5 {
            crops.extend(five.iter().map(|crop| Crop { mirrored: true, ..*crop }));
        }
        Self { width, height, crops }
    }
}

/// The centre and the four corners.
fn five(width: u32, height: u32, side: u32) -> [Crop; 5] {
    let (right, bottom) = (width.saturating_sub(side), height.saturating_sub(side));
    // `int(round((height - crop_height) / 2.0))`: Python rounds a half to the even neighbour.
    let middle = |rest: u32| (f64::from(rest) / 2.0).round_ties_even() as u32;
    let crop = |left, top| Crop { left, top, mirrored: false };
    [crop(middle(right), middle(bottom)), crop(0, 0), crop(right, 0), crop(0, bottom), crop(right, bottom)]
}

impl Crop {
    /// As a part of the resized frame.
    pub fn part(self) -> Part {
        Part { corner: [self.left, self.top].map(|side| side as i32), mirrored: self.mirrored, fill: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners(crops: &Crops) -> Vec<(u32, u32, bool)> {
        crops.crops.iter().map(|crop| (crop.left, crop.top, crop.mirrored)).collect()
    }

    #[test]
    fn sizes_are_those_of_fixres_and_torchvision() {
        let size = |frame, side| {
            let crops = Crops::new(frame, side, 0.875, 1);
            [crops.width, crops.height]
        };
        assert_eq!(size([640, 480], 224), [341, 256]);
        assert_eq!(size([480, 640], 224), [256, 341]);
        assert_eq!(size([500, 500], 288), [329, 329]);
        assert_eq!(size([500, 375], 160), [242, 182]);
    }

    /// Python: `round(0.5)` is 0, `round(1.5)` is 2, `round(42.5)` is 42.
    #[test]
    fn a_half_is_rounded_to_the_even_neighbour() {
        let centre = |width, height| {
            let crop = five(width, height, 224)[0];
            [crop.left, crop.top]
        };
        assert_eq!(centre(225, 227), [0, 2]);
        assert_eq!(centre(309, 256), [42, 16]);
    }

    #[test]
    fn ten_crops_are_five_and_their_mirrors() {
        let crops = Crops::new([300, 256], 224, 0.875, 10);
        let five = [(38, 16), (0, 0), (76, 0), (0, 32), (76, 32)];
        let expected: Vec<_> =
            [false, true].iter().flat_map(|&mirrored| five.map(|(x, y)| (x, y, mirrored))).collect();
        assert_eq!(corners(&crops), expected);
        assert_eq!(corners(&Crops::new([300, 256], 224, 0.875, 5)), expected[..5]);
        assert_eq!(corners(&Crops::new([300, 256], 224, 0.875, 1)), expected[..1]);
    }

    #[test]
    fn a_line_does_not_become_gigabytes() {
        let line = Crops::new([1, 4_000_000_000], 448, 0.875, 10);
        assert_eq!([line.width, line.height], [512, 8192]);
    }

    /// `tests/golden/crops.txt` says what its numbers are.
    #[test]
    fn crops_lie_where_torchvision_has_them() {
        for line in include_str!("../../tests/golden/crops.txt").lines().skip(1) {
            let numbers: Vec<u32> = line.split(' ').map(|number| number.parse().unwrap()).collect();
            let &[width, height, side, short, ref golden @ ..] = &numbers[..] else { panic!("{line}") };
            // Half a pixel more, so that rounding down gives this size whatever the share's last digit is.
            let crops = Crops::new([width, height], side, side as f32 / (short as f32 + 0.5), 10);
            // The centre comes first here, and fifth in torchvision.
            let order = [1, 2, 3, 4, 0, 6, 7, 8, 9, 5].map(|index| crops.crops[index]);
            let corners = order.iter().flat_map(|it| [it.left, it.top, it.mirrored.into()]);
            let ours: Vec<u32> = [crops.width, crops.height].into_iter().chain(corners).collect();
            assert_eq!(ours, golden, "{width} x {height}, {side} of {short}");
        }
    }
}
