//! Pooling. What lies outside of a map does not count.

use super::{Call, Single};
use crate::{Binary, Builder, Error, Op, Pool, PoolKind, Reduction, Unary, ValueId, Window};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "AVERAGE_POOL_2D" => average,
        "MAX_POOL_2D" => |builder, call| {
            let x = call.real(builder, 0)?;
            pool(builder, call, PoolKind::Max, x)
        },
        "L2_POOL_2D" => l2,
        _ => return None,
    })
}

const AVERAGE: PoolKind = PoolKind::Average { count_padding: false };

fn windows(call: &Call) -> Result<Vec<Window>, Error> {
    let padding = call.padding(0)?;
    let window = |kernel, stride| {
        Ok(Window {
            kernel: call.extent(kernel)?,
            stride: call.extent(stride)?,
            dilation: 1,
            padding,
            ceil: false,
        })
    };
    Ok(vec![window(4, 2)?, window(3, 1)?])
}

fn pool(builder: &mut Builder, call: &Call, kind: PoolKind, x: ValueId) -> Result<ValueId, Error> {
    let y = builder.add(Op::Pool(Pool { kind, windows: windows(call)? }), &[x])?;
    call.activate(builder, call.activation(5)?, y)
}

/// A window as large as the map is a mean, which engines compute faster and which stays right when the map is resized.
fn average(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.real(builder, 0)?;
    let windows = windows(call)?;
    let one = |(window, &size): (&Window, &usize)| window.kernel == size && window.output(size) == Ok(1);
    match builder.graph.shape(x) {
        [_, map @ .., _] if map.len() == 2 && windows.iter().zip(map).all(one) => {
            let y = builder.add(Op::Reduce { kind: Reduction::Mean, axes: vec![1, 2] }, &[x])?;
            call.activate(builder, call.activation(5)?, y)
        }
        _ => pool(builder, call, AVERAGE, x),
    }
}

/// The root of the mean square.
fn l2(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.real(builder, 0)?;
    let square = builder.binary(Binary::Mul, x, x)?;
    let mean = builder.add(Op::Pool(Pool { kind: AVERAGE, windows: windows(call)? }), &[square])?;
    let root = builder.unary(Unary::Sqrt, mean)?;
    call.activate(builder, call.activation(5)?, root)
}
