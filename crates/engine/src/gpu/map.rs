//! Each output element from one element of each operand: functions, and whatever only moves elements.

use super::functions::{apply, combine, has, has_two, number, truth};
use super::walk::{VALUES, Walk, place, strides};
use super::{Sizes, Spot, Task, Tensor, Writer, launch_size};
use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use vitrine_graph::{Binary, Graph, Kind, Link, Node, Op, Range, Scalar, Unary};

/// Functions in a chain at most.
const LINKS: usize = VALUES - 2;

/// What is computed of up to four elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    Unary(Unary),
    Binary(Binary, Unary),
    /// Each of what the one before gave and of the next element; none behind the last one.
    Chain([Option<(Binary, Unary)>; LINKS]),
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
    /// Of any length: the size of its first axis is read as the kernel runs, and so is where the output starts.
    walk: Walk,
    function: Function,
    operands: usize,
}

/// One launch.
pub struct Launch {
    config: Config,
    /// Numbers in the vectors of the output and of the operands.
    vectors: [usize; VALUES],
    count: usize,
    sizes: Sizes,
}

/// Elements of the operands, combined.
pub struct Map {
    launch: Launch,
    length: usize,
}

impl Map {
    pub fn new(client: &Client, graph: &Graph, node: &Node, spot: Option<Spot>) -> Option<Self> {
        let output = graph.shape(node.output);
        let shapes: Vec<&[usize]> = node.inputs.iter().map(|&id| graph.shape(id)).collect();
        let broadcast = |operands: &[&[usize]], function| {
            let walk = Walk::broadcast(output, operands)?;
            Some(Config { walk, function, operands: operands.len() })
        };
        let kept = Function::Unary(Unary::Identity);
        let mut config = match &node.op {
            Op::Unary(function) => broadcast(&shapes[..1], Function::Unary(*function))?,
            Op::Binary(Binary::Pow, after) => {
                let exponent = same_everywhere(graph.f32s(node.inputs[1])?)?;
                broadcast(&shapes[..1], Function::Power(Scalar(exponent), *after))?
            }
            Op::Binary(function, after) => broadcast(&shapes, Function::Binary(*function, *after))?,
            Op::Chain(links) => broadcast(&shapes, chain(links)?)?,
            Op::Where => broadcast(&shapes, Function::Choose)?,
            Op::Cast(kind) => broadcast(&shapes[..1], cast(graph.kind(node.inputs[0]), *kind))?,
            Op::Expand => broadcast(&shapes[..1], kept)?,
            Op::Transpose(permutation) => {
                let own = strides(shapes[0]);
                let own = permutation.iter().map(|&axis| own[axis]).collect();
                copy(Walk::new(output, &[strides(output), own], &[])?)
            }
            Op::Slice(ranges) => copy(slice(shapes[0], ranges, output)?),
            _ => return None,
        };
        if let Some(spot) = spot {
            let width = *output.last()?;
            let wider = |stride: isize| stride / width as isize * spot.channels as isize;
            let to = strides(output);
            let to = to
                .iter()
                .enumerate()
                .map(|(axis, &stride)| if axis + 1 == to.len() { 1 } else { wider(stride) });
            let own: Vec<Vec<isize>> =
                shapes.iter().take(config.operands).map(|shape| Walk::repeated(output, shape)).collect();
            let strides: Vec<Vec<isize>> = std::iter::once(to.collect()).chain(own).collect();
            config.walk = Walk::new(output, &strides, &[spot.start])?;
        }
        let length = output.iter().product();
        config.function.known().then(|| Self { launch: Launch::new(client, config), length })
    }
}

impl Function {
    fn known(self) -> bool {
        match self {
            Self::Unary(function) => has(function),
            Self::Binary(function, after) => has_two(function) && has(after),
            Self::Chain(links) => {
                links.into_iter().flatten().all(|(function, after)| has_two(function) && has(after))
            }
            Self::Power(exponent, after) => {
                let exponent = exponent.0;
                let whole = exponent.fract() == 0.0 && exponent.abs() <= 8.0;
                has(after) && exponent.is_finite() && (whole || exponent.fract() != 0.0)
            }
            Self::Choose | Self::Truth | Self::Whole => true,
        }
    }
}

fn chain(links: &[Link]) -> Option<Function> {
    let mut all = [None; LINKS];
    for (place, &Link(function, after)) in links.iter().enumerate() {
        *all.get_mut(place)? = Some((function, after));
    }
    Some(Function::Chain(all))
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

impl Task for Map {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let out = Tensor::space(client, self.length, operands[0].stored);
        self.write(client, operands, &out);
        out
    }
}

impl Writer for Map {
    fn write(&self, client: &Client, operands: &[Tensor], out: &Tensor) {
        self.launch.queue(client, operands, out);
    }
}

impl Launch {
    /// A launch that copies one operand.
    pub fn copy(client: &Client, walk: Walk) -> Self {
        Self::new(client, copy(walk))
    }

    fn new(client: &Client, mut config: Config) -> Self {
        let vectors = config.walk.vectorise();
        let count = config.walk.count();
        config.walk.sizes[0] = 1;
        let start = std::mem::take(&mut config.walk.starts[0]);
        Self { config, vectors, count, sizes: Sizes::new(client, [count, start]) }
    }

    /// Queues it.
    pub fn queue(&self, client: &Client, operands: &[Tensor], out: &Tensor) {
        let (count, dim) = launch_size(self.count);
        let operand = |index: usize| operands[index.min(self.config.operands - 1)].arg();
        // SAFETY: the walk stays inside the shapes that it was made from, which are those of the tensors.
        unsafe {
            map_kernel::launch_unchecked(
                client,
                count,
                dim,
                self.vectors[0],
                self.vectors[1],
                self.vectors[2],
                self.vectors[3],
                self.vectors[4],
                operand(0),
                operand(1),
                operand(2),
                operand(3),
                out.arg(),
                self.sizes.arg(),
                self.config,
                out.stored.elem(),
            );
        }
    }
}

#[cube(launch_unchecked)]
fn map_kernel<S: Float, N: Size, A: Size, B: Size, C: Size, D: Size>(
    first: &[Vector<S, A>],
    second: &[Vector<S, B>],
    third: &[Vector<S, C>],
    fourth: &[Vector<S, D>],
    out: &mut [Vector<S, N>],
    sizes: &[u32],
    #[comptime] config: Config,
    #[define(S)] _stored: ElemType,
) {
    let step = ABSOLUTE_POS;
    if step >= usize::cast_from(sizes[0]) {
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
        Function::Chain(links) => {
            let mut value = x;
            if comptime!(links[0].is_some()) {
                let y = Vector::<f32, N>::cast_from(second[place(step, walk, 2usize)]);
                value = linked::<N>(value, y, comptime!(links[0]));
            }
            if comptime!(links[1].is_some()) {
                let y = Vector::<f32, N>::cast_from(third[place(step, walk, 3usize)]);
                value = linked::<N>(value, y, comptime!(links[1]));
            }
            if comptime!(links[2].is_some()) {
                let y = Vector::<f32, N>::cast_from(fourth[place(step, walk, 4usize)]);
                value = linked::<N>(value, y, comptime!(links[2]));
            }
            value
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
    out[place(step, walk, 0usize) + usize::cast_from(sizes[1])] = Vector::cast_from(value);
}

#[cube]
fn linked<N: Size>(
    x: Vector<f32, N>,
    y: Vector<f32, N>,
    #[comptime] link: Option<(Binary, Unary)>,
) -> Vector<f32, N> {
    match comptime!(link) {
        Some((function, after)) => apply::<N>(combine::<N>(x, y, function), after),
        None => x,
    }
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
