//! Resampling of maps.

use super::{Call, Single};
use crate::{Builder, Coordinates, Error, Interpolation, Nearest, Op, Resize, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        // Fields 0 and 1 were the size, before it became an operand.
        "RESIZE_BILINEAR" => |builder, call| resize(builder, call, false, [2, 3]),
        "RESIZE_NEAREST_NEIGHBOR" => |builder, call| resize(builder, call, true, [0, 1]),
        _ => return None,
    })
}

fn resize(builder: &mut Builder, call: &Call, nearest: bool, fields: [usize; 2]) -> Result<ValueId, Error> {
    let (x, size) = (call.input(0)?, call.sizes(builder, 1)?);
    let (&[_, h, w, _], &[rows, columns]) = (builder.graph.shape(x), &size[..]) else {
        return Err(call.fail(format!("a map and two sizes are expected, not {size:?}")));
    };
    if [h, w, rows, columns].contains(&0) {
        return Err(call.fail("an empty map"));
    }
    builder.check_size(&size)?;
    let [align_corners, half_pixel] = [call.flag(fields[0])?, call.flag(fields[1])?];
    let mut resize = Resize::bilinear([h, w], [rows, columns], Coordinates::Asymmetric);
    resize.coordinates = match (align_corners, half_pixel) {
        (true, true) => return Err(call.fail("corners cannot be aligned with half-pixel centres")),
        (true, false) => Coordinates::AlignCorners,
        (false, true) if nearest => Coordinates::HalfPixelNearest,
        (false, true) => Coordinates::HalfPixel,
        (false, false) => Coordinates::Asymmetric,
    };
    if nearest {
        resize.mode = Interpolation::Nearest;
        resize.nearest = if align_corners { Nearest::RoundPreferCeil } else { Nearest::Floor };
    }
    builder.add(Op::Resize(resize), &[x])
}
