//! What is known at load: elements, or the bytes in which a file stores them.

use crate::host::{Quantised, View, evaluate};
use crate::{Data, Kind, Op};
use std::ops::Deref;
use std::sync::OnceLock;

/// A constant of a graph. Bytes stay bytes until somebody reads the elements, as through [`Deref`]: a GPU is given a quarter of
/// what the elements are, and what moves them about has a quarter to move.
#[derive(Clone, Debug)]
pub enum Constant {
    /// Its elements.
    Known(Data),
    /// Bytes that stand for real numbers, and those numbers once they were read.
    Stored(Quantised, OnceLock<Data>),
}

impl Constant {
    /// The bytes in which it is stored.
    pub fn stored(&self) -> Option<&Quantised> {
        match self {
            Self::Known(_) => None,
            Self::Stored(bytes, _) => Some(bytes),
        }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Known(data) => data.len(),
            Self::Stored(bytes, _) => bytes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether its elements are real numbers.
    pub fn is_real(&self) -> bool {
        match self {
            Self::Known(data) => data.f32s().is_some(),
            Self::Stored(..) => true,
        }
    }

    /// Its elements.
    pub fn into_data(self) -> Data {
        match self {
            Self::Known(data) => data,
            Self::Stored(bytes, read) => read.into_inner().unwrap_or_else(|| Data::F32(bytes.f32s())),
        }
    }

    /// Its elements, to be changed: they are no longer what the bytes stand for.
    pub fn to_mut(&mut self) -> &mut Data {
        if let Self::Stored(bytes, read) = self {
            *self = Self::Known(read.take().unwrap_or_else(|| Data::F32(bytes.f32s())));
        }
        match self {
            Self::Known(data) => data,
            Self::Stored(..) => unreachable!("it was read"),
        }
    }

    /// What an operator makes of it as its only operand. Where elements only change their places, bytes stay bytes.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn through(&self, op: &Op, from: &[usize], kind: Kind, shape: &[usize]) -> Result<Self, String> {
        let moved = self.stored().and_then(|bytes| match op {
            Op::Reshape => Some(bytes.clone()),
            Op::Transpose(permutation) => bytes.transposed(from, permutation),
            _ => None,
        });
        match moved {
            Some(bytes) => Ok(bytes.into()),
            None => evaluate(op, &[View { shape: from, data: self }], kind, shape).map(Self::Known),
        }
    }
}

impl Deref for Constant {
    type Target = Data;

    fn deref(&self) -> &Data {
        match self {
            Self::Known(data) => data,
            Self::Stored(bytes, read) => read.get_or_init(|| Data::F32(bytes.f32s())),
        }
    }
}

impl From<Data> for Constant {
    fn from(data: Data) -> Self {
        Self::Known(data)
    }
}

impl From<Quantised> for Constant {
    fn from(bytes: Quantised) -> Self {
        Self::Stored(bytes, OnceLock::new())
    }
}

/// Equal elements, however they are stored.
impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scale;

    /// `[2, 3]`, with a scale for each of three columns.
    fn constant() -> Constant {
        let scales = [1.0, 10.0, 100.0].map(|factor| Scale { zero: 1, factor });
        Quantised::new(&[1, 2, 3, 4, 5, 6], false, 1, &scales).unwrap().into()
    }

    fn is_unread(constant: &Constant) -> bool {
        matches!(constant, Constant::Stored(_, read) if read.get().is_none())
    }

    #[test]
    fn bytes_stay_bytes_while_they_change_their_places_and_until_they_are_read() {
        let (from, turned) = (constant(), Op::Transpose(vec![1, 0]));
        let turned = from.through(&turned, &[2, 3], Kind::F32, &[3, 2]).unwrap();
        let flat = turned.through(&Op::Reshape, &[3, 2], Kind::F32, &[6]).unwrap();
        assert!([&from, &turned, &flat].into_iter().all(is_unread));
        assert_eq!((flat.len(), flat.is_real(), is_unread(&flat)), (6, true, true));
        assert_eq!(flat.f32s(), Some(&[0.0, 3.0, 10.0, 40.0, 200.0, 500.0][..]));
        assert!(!is_unread(&flat) && flat.stored().is_some());
        assert_eq!(from.into_data(), Data::F32(vec![0.0, 10.0, 200.0, 3.0, 40.0, 500.0]));
    }

    #[test]
    fn other_operators_read_them() {
        let negated = Op::Unary(crate::Unary::Neg);
        let negative = constant().through(&negated, &[2, 3], Kind::F32, &[2, 3]).unwrap();
        assert_eq!(negative, Data::F32(vec![-0.0, -10.0, -200.0, -3.0, -40.0, -500.0]).into());
    }

    #[test]
    fn what_is_changed_is_no_longer_stored() {
        let mut changed = constant();
        let Data::F32(numbers) = changed.to_mut() else { panic!("real numbers") };
        numbers[0] = 7.0;
        assert_eq!((changed.stored(), changed.f32s().map(|numbers| numbers[0])), (None, Some(7.0)));
    }
}
