//! Each output element from one element of each operand: functions, and whatever only moves elements.

use super::functions::{apply, combine, has, has_two, number, truth};
use super::walk::{Walk, place, strides};
use super::{Task, Tensor, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Binary, Graph, Kind, Node, Op, Range, Scalar, Unary};

/// What is computed of up to three elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    Unary(Unary),
    Binary(Binary, Unary),
    /// The second where the first is not 0, else the third.
    Choose,
    /// 1 for what is not 0.
    Truth,
    /// Without the fraction.
    Whole,
    /// To a power that is the same everywhere.
    Power(Scalar, Unary),
}

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    walk: Walk,
    function: Function,
    operands: usize,
}

/// A walk for each operand that is joined, or the only one.
pub struct Map {
    parts: Vec<Config>,
    length: usize,
}

impl Map {
    pub fn new(graph: &Graph, node: &Node) -> Option<Self> {
        let output = graph.shape(node.output);
        let shapes: Vec<&[usize]> = node.inputs.iter().map(|&id| graph.shape(id)).collect();
        let broadcast = |operands: &[&[usize]], function| {
            let walk = Walk::broadcast(output, operands)?;
            Some(vec![Config { walk, function, operands: operands.len() }])
        };
        let kept = Function::Unary(Unary::Identity);
        let parts = match &node.op {
            Op::Unary(function) => broadcast(&shapes[..1], Function::Unary(*function))?,
            Op::Binary(Binary::Pow, after) => {
                let exponent = same_everywhere(graph.f32s(node.inputs[1])?)?;
                broadcast(&shapes[..1], Function::Power(Scalar(exponent), *after))?
            }
            Op::Binary(function, after) => broadcast(&shapes, Function::Binary(*function, *after))?,
            Op::Where => broadcast(&shapes, Function::Choose)?,
            Op::Cast(kind) => broadcast(&shapes[..1], cast(graph.kind(node.inputs[0]), *kind))?,
            Op::Expand => broadcast(&shapes[..1], kept)?,
            Op::Transpose(permutation) => {
                let own = strides(shapes[0]);
                let own = permutation.iter().map(|&axis| own[axis]).collect();
                vec![copy(Walk::new(output, &[strides(output), own], &[])?)]
            }
            Op::Slice(ranges) => vec![copy(slice(shapes[0], ranges, output)?)],
            Op::Concat { axis } => join(&shapes, *axis, output)?,
            _ => return None,
        };
        let known = parts.iter().all(|part| part.function.known());
        known.then(|| Self { parts, length: output.iter().product() })
    }
}

impl Function {
    fn known(self) -> bool {
        match self {
            Self::Unary(function) => has(function),
            Self::Binary(function, after) => has_two(function) && has(after),
            Self::Power(exponent, after) => {
                let exponent = exponent.0;
                let whole = exponent.fract() == 0.0 && exponent.abs() <= 8.0;
                has(after) && exponent.is_finite() && (whole || exponent.fract() != 0.0)
            }
            Self::Choose | Self::Truth | Self::Whole => true,
        }
    }
}

fn copy(walk: Walk) -> Config {
    Config { walk, function: Function::Unary(Unary::Identity), operands: 1 }
}

fn same_everywhere(numbers: &[f32]) -> Option<f32> {
    let (first, rest) = numbers.split_first()?;
    rest.iter().all(|number| number == first).then_some(*first)
}

fn cast(from: Kind, to: Kind) -> Function {
    match (from, to) {
        (Kind::F32, Kind::I64) => Function::Whole,
        (Kind::F32 | Kind::I64, Kind::Bool) => Function::Truth,
        _ => Function::Unary(Unary::Identity),
    }
}

fn slice(x: &[usize], ranges: &[Range], output: &[usize]) -> Option<Walk> {
    let own = strides(x);
    let start = ranges.iter().zip(&own).map(|(range, stride)| range.start * stride.unsigned_abs()).sum();
    let stepped = ranges.iter().zip(&own).map(|(range, stride)| range.step * stride).collect();
    Walk::new(output, &[strides(output), stepped], &[0, start])
}

fn join(shapes: &[&[usize]], axis: usize, output: &[usize]) -> Option<Vec<Config>> {
    let stride = strides(output)[axis].unsigned_abs();
    let mut start = 0;
    let part = |shape: &&[usize]| {
        let walk = Walk::new(shape, &[strides(output), strides(shape)], &[start * stride]);
        start += shape[axis];
        walk.map(copy)
    };
    shapes.iter().map(part).collect()
}

impl Task for Map {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let out = Tensor::empty(client, self.length);
        match &self.parts[..] {
            [part] => part.launch(client, operands, &out),
            parts => {
                for (part, operand) in parts.iter().zip(operands) {
                    part.launch(client, std::slice::from_ref(operand), &out);
                }
            }
        }
        out
    }
}

impl Config {
    fn launch(mut self, client: &Client, operands: &[Tensor], out: &Tensor) {
        let sizes = self.walk.vectorise();
        let (count, dim) = launch_size(self.walk.count());
        let operand = |index: usize| operands[index.min(self.operands - 1)].arg();
        // SAFETY: the walk stays inside the shapes that it was made from, which are those of the tensors.
        unsafe {
            map_kernel::launch_unchecked(
                client,
                count,
                dim,
                sizes[0],
                sizes[1],
                sizes[2],
                sizes[3],
                operand(0),
                operand(1),
                operand(2),
                out.arg(),
                self,
            );
        }
    }
}

#[cube(launch_unchecked)]
fn map_kernel<N: Size, A: Size, B: Size, C: Size>(
    first: &[Vector<f32, A>],
    second: &[Vector<f32, B>],
    third: &[Vector<f32, C>],
    out: &mut [Vector<f32, N>],
    #[comptime] config: Config,
) {
    let step = ABSOLUTE_POS;
    if step >= comptime!(config.walk.count()) {
        terminate!();
    }
    let walk = comptime!(config.walk);
    let x = Vector::<f32, N>::cast_from(first[place(step, walk, 1usize)]);
    let value = match comptime!(config.function) {
        Function::Unary(function) => apply::<N>(x, function),
        Function::Binary(function, after) => {
            let y = Vector::<f32, N>::cast_from(second[place(step, walk, 2usize)]);
            apply::<N>(combine::<N>(x, y, function), after)
        }
        Function::Choose => {
            let y = Vector::<f32, N>::cast_from(second[place(step, walk, 2usize)]);
            let z = Vector::<f32, N>::cast_from(third[place(step, walk, 3usize)]);
            select_many(x.equal(&number::<N>(0.0)), z, y)
        }
        Function::Truth => truth::<N>(x),
        Function::Whole => x.trunc(),
        Function::Power(exponent, after) => apply::<N>(power::<N>(x, exponent.0), after),
    };
    out[place(step, walk, 0usize)] = value;
}

/// A product for whole exponents; others are for numbers that are not negative.
#[cube]
fn power<N: Size>(x: Vector<f32, N>, #[comptime] exponent: f32) -> Vector<f32, N> {
    if comptime!(exponent.fract() == 0.0) {
        let mut product = number::<N>(1.0);
        #[unroll]
        for _ in 0..comptime!(exponent.abs() as usize) {
            product *= x;
        }
        if comptime!(exponent < 0.0) { number::<N>(1.0) / product } else { product }
    } else if comptime!(exponent == 0.5) {
        x.sqrt()
    } else if comptime!(exponent == -0.5) {
        number::<N>(1.0) / x.sqrt()
    } else {
        (x.ln() * number::<N>(exponent)).exp()
    }
}
