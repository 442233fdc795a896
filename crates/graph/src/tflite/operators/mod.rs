//! TFLite's operators in terms of [`crate::Op`], a file for each family. Numbers of option fields are those of
//! schema.fbs.

mod boxes;
mod constants;
mod conv;
mod elementwise;
mod gather;
mod matmul;
mod movement;
mod normalise;
mod pool;
mod reduce;
mod resize;
mod slice;
mod spaces;
mod split;

use super::call::Call;
use crate::{Builder, Error, ValueId};

/// An operator with one output: adds nodes and answers the value that it makes.
type Single = fn(&mut Builder, &Call) -> Result<ValueId, Error>;
/// An operator with several outputs.
type Several = fn(&mut Builder, &Call) -> Result<Vec<ValueId>, Error>;

/// An operator that is known here.
pub enum Operator {
    /// It has one output.
    Single(Single),
    /// It has several outputs.
    Several(Several),
}

impl Operator {
    /// Adds the operator's nodes and answers its outputs.
    pub fn read(&self, builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
        match self {
            Self::Single(read) => read(builder, call).map(|output| vec![output]),
            Self::Several(read) => read(builder, call),
        }
    }
}

/// The operator of that name; none if it is missing here.
pub fn find(name: &str) -> Option<Operator> {
    let families = [
        elementwise::find,
        conv::find,
        pool::find,
        matmul::find,
        movement::find,
        slice::find,
        spaces::find,
        constants::find,
        gather::find,
        reduce::find,
        normalise::find,
        resize::find,
    ];
    let single = families.iter().find_map(|find| find(name)).map(Operator::Single);
    single.or_else(|| split::find(name).or_else(|| boxes::find(name)).map(Operator::Several))
}
