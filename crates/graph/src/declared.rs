//! What a file says of its inputs, before anything of it is read: sizes that it leaves free, and how 8-bit ones count.

/// An input as the file declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// The author's name.
    pub name: String,
    /// Its size along each axis; none where the file leaves it free.
    pub sizes: Vec<Option<usize>>,
    /// Scale and zero point of 8-bit numbers: `q` stands for `(q - zero point) * scale`.
    pub quantisation: Option<Quantisation>,
}

/// How 8-bit numbers stand for real ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantisation {
    /// The difference between two neighbouring numbers.
    pub scale: f32,
    /// The number that stands for 0, if the lowest one were 0: what is added to signed numbers is added to it.
    pub zero_point: f32,
}

impl Declared {
    /// The shape with free sizes replaced: the first by 1, as of one picture, the others by those given in their order.
    pub fn fixed(&self, sizes: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut sizes = sizes.into_iter();
        let size = |(axis, size): (usize, &Option<usize>)| match size {
            Some(size) => *size,
            None if axis == 0 => 1,
            None => sizes.next().unwrap_or(1),
        };
        self.sizes.iter().enumerate().map(size).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_batch_is_one_and_free_sides_are_the_given_ones() {
        let free = Declared { name: "x".into(), sizes: vec![None, Some(3), None, None], quantisation: None };
        assert_eq!(free.fixed([224, 320]), [1, 3, 224, 320]);
        let fixed = Declared { sizes: vec![Some(1), Some(8), Some(9), Some(3)], ..free };
        assert_eq!(fixed.fixed([224, 320]), [1, 8, 9, 3]);
    }
}
