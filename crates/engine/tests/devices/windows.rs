//! What is computed of neighbourhoods.

use super::*;

#[test]
fn convolutions_of_one_to_three_axes() {
    let same = |kernel| window(kernel, 1, 1, Padding::Same);
    let conv = |windows: Vec<Window>, groups| Op::Conv(Conv { windows, groups, activation: Unary::Gelu });
    check(conv(vec![same(3)], 1), &[Given(&[2, 9, 3]), Known(&[3, 3, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[3, 3, 8, 6]), Known(&[6])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[1, 1, 8, 1]), Known(&[1])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[1, 1, 8, 19]), Known(&[19])], &[]);
    check(conv(vec![same(3); 3], 1), &[Given(&[2, 4, 5, 6, 3]), Known(&[3, 3, 3, 3, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 3], 8), &[Given(&[2, 4, 5, 6, 8]), Known(&[3, 3, 3, 1, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 2], 8), &[Given(&[2, 5, 6, 8]), Known(&[3, 3, 1, 16]), Known(&[16])], &[]);
    check(conv(vec![same(3); 2], 2), &[Given(&[2, 5, 6, 8]), Known(&[3, 3, 4, 16]), Known(&[16])], &[]);
    check(conv(vec![same(3); 2], 3), &[Given(&[2, 5, 6, 6]), Known(&[3, 3, 2, 9]), Known(&[9])], &[]);
    // The weight is computed.
    check(conv(vec![same(3); 2], 1), &[Given(&[1, 5, 6, 4]), Given(&[3, 3, 4, 6]), Given(&[6])], &[]);
    // Maps that large tiles fill, and an even size of which TensorFlow's padding has its zeros behind the last column only.
    let half = window(3, 2, 1, Padding::Same);
    check(conv(vec![same(3); 2], 1), &[Given(&[1, 30, 37, 16]), Known(&[3, 3, 16, 24]), Known(&[24])], &[]);
    check(conv(vec![half; 2], 1), &[Given(&[1, 32, 34, 8]), Known(&[3, 3, 8, 10]), Known(&[10])], &[]);
    check(conv(vec![half; 2], 8), &[Given(&[1, 32, 34, 8]), Known(&[3, 3, 1, 8]), Known(&[8])], &[]);
    check(conv(vec![same(5); 2], 4), &[Given(&[1, 30, 37, 16]), Known(&[5, 5, 4, 32]), Known(&[32])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[1, 31, 37, 64]), Known(&[1, 1, 64, 48]), Known(&[48])], &[]);
    // A card's threads share the channels of small maps.
    check(conv(vec![same(1); 2], 1), &[Given(&[1, 1, 1, 512]), Known(&[1, 1, 512, 20]), Known(&[20])], &[]);
    check(conv(vec![same(3); 2], 2), &[Given(&[1, 7, 7, 96]), Known(&[3, 3, 48, 16]), Known(&[16])], &[]);
    let odd = window(3, 2, 2, Padding::Explicit(2, 1));
    check(conv(vec![odd; 2], 1), &[Given(&[2, 11, 12, 4]), Known(&[3, 3, 4, 5]), Known(&[5])], &[]);
    check(conv(vec![odd; 2], 5), &[Given(&[2, 11, 12, 5]), Known(&[3, 3, 1, 5]), Known(&[5])], &[]);
    check(conv(vec![odd; 3], 1), &[Given(&[1, 7, 8, 9, 2]), Known(&[3, 3, 3, 2, 5]), Known(&[5])], &[]);
}

#[test]
fn weights_that_are_stored_in_bytes_are_expanded() {
    let conv = |kernel, groups| {
        let windows = vec![window(kernel, 1, 1, Padding::Same); 2];
        Op::Conv(Conv { windows, groups, activation: Unary::Identity })
    };
    let map = || Given(&[1, 9, 7, 64]);
    check(conv(3, 1), &[map(), Stored(&[3, 3, 64, 8], 1, 8), Known(&[8])], &[]);
    check(conv(3, 1), &[map(), Stored(&[3, 3, 64, 8], 8, 64), Known(&[8])], &[]);
    check(conv(3, 4), &[map(), Stored(&[3, 3, 16, 24], 3456, 1), Known(&[24])], &[]);
    check(conv(5, 64), &[map(), Stored(&[5, 5, 1, 64], 1, 64), Known(&[64])], &[]);
    // Channels are filled up to whole vectors, and bytes to whole words.
    check(conv(1, 1), &[map(), Stored(&[1, 1, 64, 19], 1, 19), Known(&[19])], &[]);
    check(conv(3, 1), &[Given(&[1, 9, 7, 19]), Stored(&[3, 3, 19, 7], 1, 7), Known(&[7])], &[]);
    // Too few to be worth it.
    check(conv(1, 1), &[map(), Stored(&[1, 1, 64, 3], 1, 3), Known(&[3])], &[]);
    check(Op::MatMul, &[Given(&[6, 64]), Stored(&[64, 20], 20, 64)], &[]);
    check(Op::Binary(Binary::Mul, Unary::Identity), &[Given(&[6, 999]), Stored(&[6, 999], 5994, 1)], &[]);
}

#[test]
fn residuals_are_added_before_the_activation() {
    let shapes: [(usize, [&'static [usize]; 3]); 3] = [
        (1, [&[3, 3, 8, 6], &[6], &[2, 5, 6, 6]]),
        (8, [&[3, 3, 1, 8], &[8], &[2, 5, 6, 8]]),
        (2, [&[3, 3, 4, 8], &[8], &[2, 5, 6, 8]]),
    ];
    for (groups, [weight, bias, residual]) in shapes {
        let windows = vec![window(3, 1, 1, Padding::Same); 2];
        let op = Op::Conv(Conv { windows, groups, activation: Unary::Relu });
        check(op, &[Given(&[2, 5, 6, 8]), Known(weight), Known(bias), Given(residual)], &[]);
    }
}

#[test]
fn pools_of_one_to_three_axes() {
    let average = |count_padding| PoolKind::Average { count_padding };
    for kind in [PoolKind::Max, average(false), average(true), PoolKind::Lp(1), PoolKind::Lp(2)] {
        let pool = |windows: Vec<Window>| Op::Pool(Pool { kind, windows });
        let padded = window(3, 2, 1, Padding::Explicit(1, 1));
        check(pool(vec![padded]), &[Given(&[2, 9, 3])], &[]);
        check(pool(vec![padded; 2]), &[Given(&[2, 9, 8, 8])], &[]);
        check(pool(vec![padded; 3]), &[Given(&[1, 5, 6, 7, 3])], &[]);
        check(pool(vec![window(2, 1, 2, Padding::Same); 2]), &[Given(&[1, 7, 8, 4])], &[]);
        check(pool(vec![Window { ceil: true, ..padded }; 2]), &[Given(&[1, 8, 9, 4])], &[]);
    }
}

#[test]
fn resizes_of_all_modes() {
    let axis = |axis, size, scale| ResizeAxis { axis, size, scale, region: [0.1, 1.2] };
    let base = Resize::bilinear([5, 6], [8, 9], Coordinates::HalfPixel);
    let all = [
        Coordinates::AlignCorners,
        Coordinates::HalfPixel,
        Coordinates::PytorchHalfPixel,
        Coordinates::HalfPixelSymmetric,
        Coordinates::Asymmetric,
        Coordinates::CropAndResize,
    ];
    for mode in [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic] {
        for coordinates in all {
            let resize = Resize { mode, coordinates, outside: 3.0, nearest: Nearest::Floor, ..base.clone() };
            check(Op::Resize(resize.clone()), &[Given(&[2, 5, 6, 8])], &[]);
            let axes = vec![axis(0, 3, 1.5), axis(2, 12, 2.0), axis(3, 2, 0.6)];
            check(Op::Resize(Resize { axes, ..resize }), &[Given(&[2, 5, 6, 3])], &[]);
        }
        let axes = vec![axis(1, 3, 0.2), axis(2, 5, 0.5)];
        let resize = Resize { axes, mode, antialias: true, exclude_outside: true, ..base.clone() };
        check(Op::Resize(resize), &[Given(&[1, 15, 10, 4])], &[]);
    }
}
