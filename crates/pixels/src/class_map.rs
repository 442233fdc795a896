//! One class index a pixel.

use crate::FrameError;

/// A class index for every pixel, row-major from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassMap {
    width: u32,
    height: u32,
    ids: Vec<u8>,
}

impl ClassMap {
    /// Wraps `width * height` indices.
    pub fn new(width: u32, height: u32, ids: Vec<u8>) -> Result<Self, FrameError> {
        if width == 0 || height == 0 || (width as usize).checked_mul(height as usize) != Some(ids.len()) {
            return Err(FrameError::Size { width, height, bytes: ids.len() });
        }
        Ok(Self { width, height, ids })
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height` indices.
    pub fn ids(&self) -> &[u8] {
        &self.ids
    }

    /// Gives the indices away.
    pub fn into_ids(self) -> Vec<u8> {
        self.ids
    }

    /// How many pixels have each of the 256 indices.
    pub fn histogram(&self) -> [u64; 256] {
        let mut counts = [0; 256];
        for &id in &self.ids {
            counts[id as usize] += 1;
        }
        counts
    }

    /// Brings the map to `width` x `height` without mixing indices: each pixel takes the one below its middle, as
    /// Pillow's `NEAREST` does.
    ///
    /// # Errors
    /// A side is zero.
    pub fn resized(&self, width: u32, height: u32) -> Result<Self, FrameError> {
        let columns = nearest_indices(self.width, width);
        let mut ids = Vec::with_capacity(width as usize * height as usize);
        for row in nearest_indices(self.height, height) {
            let row = &self.ids[row * self.width as usize..(row + 1) * self.width as usize];
            ids.extend(columns.iter().map(|&column| row[column]));
        }
        Self::new(width, height, ids)
    }

    /// Replaces every index by its entry in `table`.
    pub fn mapped(&self, table: &[u8; 256]) -> Self {
        Self { ids: self.ids.iter().map(|&id| table[id as usize]).collect(), ..*self }
    }

    /// Where areas of one `table` value end: 255 where a pixel at most `thickness` steps to the right, below, left or
    /// above has another value, else 0. `width * height` bytes. Classes that share a value have no border between
    /// them, and the picture's edge is none.
    pub fn outline(&self, table: &[u8; 256], thickness: u32) -> Vec<u8> {
        let values = self.mapped(table).ids;
        let (width, height) = (self.width as usize, self.height as usize);
        let mut marks = vec![0; values.len()];
        for step in 1..=(thickness as usize).min(width - 1) {
            for (row, marks) in values.chunks_exact(width).zip(marks.chunks_exact_mut(width)) {
                mark_where_different(&mut marks[step..], &row[step..], &row[..width - step]);
                mark_where_different(&mut marks[..width - step], &row[..width - step], &row[step..]);
            }
        }
        for step in 1..=(thickness as usize).min(height - 1) {
            let (offset, rest) = (step * width, values.len() - step * width);
            mark_where_different(&mut marks[offset..], &values[offset..], &values[..rest]);
            mark_where_different(&mut marks[..rest], &values[..rest], &values[offset..]);
        }
        marks
    }
}

fn mark_where_different(marks: &mut [u8], here: &[u8], there: &[u8]) {
    for ((mark, a), b) in marks.iter_mut().zip(here).zip(there) {
        *mark |= if a == b { 0 } else { 255 };
    }
}

/// For each of `target` cells the source cell below its middle.
pub fn nearest_indices(source: u32, target: u32) -> Vec<usize> {
    let (source, target) = (u64::from(source), u64::from(target));
    (0..target).map(|index| ((2 * index + 1) * source / (2 * target)) as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The identity.
    fn each_its_own() -> [u8; 256] {
        std::array::from_fn(|id| id as u8)
    }

    fn marked(map: &ClassMap, thickness: u32) -> Vec<u8> {
        map.outline(&each_its_own(), thickness).iter().map(|mark| mark & 1).collect()
    }

    #[test]
    fn an_enlarged_map_repeats_its_indices() {
        let map = ClassMap::new(2, 2, vec![1, 2, 3, 4]).unwrap();
        let large = map.resized(4, 3).unwrap();
        // Middles of three rows over two: 0.33, 1.0, 1.67 -> rows 0, 1, 1.
        assert_eq!(large.ids(), [1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
        assert_eq!(large.resized(2, 2).unwrap(), map);
        assert!(map.resized(0, 2).is_err());
    }

    #[test]
    fn nearest_agrees_with_pillow() {
        // PIL.Image.fromarray(numpy.arange(7)[None]).resize((n, 1), NEAREST), n = 3 and 10.
        assert_eq!(nearest_indices(7, 3), [1, 3, 5]);
        assert_eq!(nearest_indices(7, 10), [0, 1, 1, 2, 3, 3, 4, 5, 5, 6]);
    }

    #[test]
    fn an_outline_lies_on_both_sides_of_a_border() {
        let map = ClassMap::new(6, 2, vec![7, 7, 7, 9, 9, 9, 7, 7, 7, 9, 9, 9]).unwrap();
        assert_eq!(marked(&map, 1), [0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
        assert_eq!(marked(&map, 2), [0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0]);
        assert_eq!(marked(&map, 99), [1; 12]);
        assert_eq!(marked(&map, 0), [0; 12]);
    }

    #[test]
    fn an_outline_goes_up_and_down_but_not_across_corners() {
        let map = ClassMap::new(3, 3, vec![0, 0, 0, 0, 1, 0, 0, 0, 0]).unwrap();
        assert_eq!(marked(&map, 1), [0, 1, 0, 1, 1, 1, 0, 1, 0]);
    }

    #[test]
    fn classes_of_one_group_have_no_border() {
        let map = ClassMap::new(3, 1, vec![0, 1, 2]).unwrap();
        let mut group_of = [0; 256];
        group_of[2] = 5;
        assert_eq!(map.outline(&group_of, 1), [0, 255, 255]);
        assert_eq!(map.mapped(&group_of).ids(), [0, 0, 5]);
    }
}
