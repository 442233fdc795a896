//! Kernels on WebGPU, written in CubeCL. Every number is an f32 there, whatever the value's kind: truth values and whole
//! numbers are exact up to 2^24, and [`Planner`] sends no larger ones. Where a device was asked for half precision, what most
//! kernels read and write lies in memory as f16.
//!
//! Sizes of convolutions and lengths of element-wise steps are read as kernels run, others are compiled in. Values are
//! row-major and channels-last; four channels are a vector wherever the sizes are whole vectors.

mod best_class;
mod concat;
mod conv;
mod conv_kernels;
mod conv_layout;
mod expanded;
mod flow;
mod functions;
mod gather;
mod join;
mod local;
mod map;
mod matmul;
mod pad;
mod picture;
mod planner;
mod pool;
mod preparation;
mod resize;
mod rows;
mod stored;
mod walk;

pub use best_class::{BestClass, Share};
pub use flow::TvL1;
pub use picture::Picture;
pub use planner::{Kernel, Planner};
pub use preparation::{Channels, Preparation};

use crate::{Device, Error};
use cubecl::bytes::Bytes;
use cubecl::client::Client;
use cubecl::ir::{ElemType, FloatKind};
use cubecl::prelude::{BufferArg, CubeCount, CubeDim};
use cubecl::server::Handle;
use half::f16;
use half::vec::HalfFloatVecExt;
use vitrine_graph::{Data, Kind};

/// Numbers in a vector.
const VECTOR: usize = 4;
/// Threads in a workgroup: two warps or one wave, and all that WebGPU promises for one axis is 256.
const THREADS: u32 = 64;
/// Workgroups along one axis that WebGPU promises.
const MAX_GROUPS: u32 = 65535;
/// Whole numbers up to this are exact as f32.
const EXACT: u64 = 1 << 24;

/// Numbers in the GPU's memory, row-major. Its shape is known to whoever reads it.
#[derive(Clone)]
pub struct Tensor {
    client: Client,
    handle: Handle,
    length: usize,
    stored: Stored,
}

impl Tensor {
    /// Space for numbers that a kernel is about to write.
    fn empty(client: &Client, length: usize) -> Self {
        Self::space(client, length, Stored::Full)
    }

    /// The same for numbers of this size.
    fn space(client: &Client, length: usize, stored: Stored) -> Self {
        // WebGPU binds whole words.
        let bytes = (length * stored.bytes()).next_multiple_of(size_of::<u32>());
        Self { client: client.clone(), handle: client.empty(bytes), length, stored }
    }

    fn new(client: &Client, numbers: Vec<f32>) -> Self {
        let length = numbers.len();
        Self::made(client, Bytes::from_elems(numbers), length, Stored::Full)
    }

    /// The nearest numbers of this size.
    fn rounded(client: &Client, numbers: Vec<f32>, stored: Stored) -> Self {
        if stored == Stored::Full {
            return Self::new(client, numbers);
        }
        let length = numbers.len();
        let mut halves = Vec::<f16>::from_f32_slice(&numbers);
        halves.resize(length.next_multiple_of(2), f16::ZERO);
        Self::made(client, Bytes::from_elems(halves), length, stored)
    }

    /// Whole numbers of 32 bits, for a kernel that reads them as such.
    fn of_words(client: &Client, words: Vec<u32>) -> Self {
        let length = words.len();
        Self::made(client, Bytes::from_elems(words), length, Stored::Full)
    }

    /// Bytes, four to a number; there are whole numbers of them.
    fn of_bytes(client: &Client, bytes: &[u8]) -> Self {
        let (handle, length) = (client.create_from_slice(bytes), bytes.len() / size_of::<u32>());
        Self { client: client.clone(), handle, length, stored: Stored::Full }
    }

    fn made(client: &Client, bytes: Bytes, length: usize, stored: Stored) -> Self {
        Self { client: client.clone(), handle: client.create(bytes), length, stored }
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Whether a kernel on this value's device can be given so many numbers at once.
    fn fits(&self, length: usize) -> bool {
        length <= longest(&self.client)
    }

    /// As an argument of a kernel.
    fn arg(&self) -> BufferArg {
        // SAFETY: the handle holds `length` numbers.
        unsafe { BufferArg::from_raw_parts(self.handle.clone(), self.length) }
    }
}

/// How real numbers lie in the GPU's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stored {
    /// 32 bits.
    Full,
    /// 16 bits.
    Half,
}

impl Stored {
    /// Of a number.
    fn bytes(self) -> usize {
        match self {
            Self::Full => size_of::<f32>(),
            Self::Half => size_of::<f16>(),
        }
    }

    /// As an argument of a kernel.
    fn elem(self) -> ElemType {
        ElemType::Float(match self {
            Self::Full => FloatKind::F32,
            Self::Half => FloatKind::F16,
        })
    }
}

/// Whether kernels can be given numbers of 16 bits.
pub fn has_half(client: &Client) -> bool {
    client.properties().supports_type(Stored::Half.elem())
}

/// Sizes that a kernel reads as it runs.
struct Sizes {
    handle: Handle,
    length: usize,
}

impl Sizes {
    fn new<const COUNT: usize>(client: &Client, sizes: [usize; COUNT]) -> Self {
        let sizes = sizes.map(|size| u32::try_from(size).unwrap_or(u32::MAX));
        Self { handle: client.create(Bytes::from_elems(sizes.to_vec())), length: COUNT }
    }

    /// As an argument of a kernel.
    fn arg(&self) -> BufferArg {
        // SAFETY: the handle holds `length` numbers.
        unsafe { BufferArg::from_raw_parts(self.handle.clone(), self.length) }
    }
}

/// What a step launches. The operands are those of the node, in its order.
trait Task: Send + Sync {
    /// Queues the work.
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor;

    /// The numbers of a constant operand as the kernel reads them.
    fn constant(&self, _operand: usize, numbers: Vec<f32>) -> Vec<f32> {
        numbers
    }

    /// The zeros that the kernel reads behind each row of a constant operand.
    fn filling(&self, _operand: usize) -> Option<expanded::Filling> {
        None
    }
}

/// A task that can write into a wider map, some of whose channels its output is: what joins them then has nothing to copy.
trait Writer: Task {
    /// Queues the work.
    fn write(&self, client: &Client, operands: &[Tensor], out: &Tensor);
}

/// Channels of a wider map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    /// Of the wider map.
    channels: usize,
    /// The first one.
    start: usize,
}

/// Brings numbers to the GPU.
///
/// # Errors
/// [`Error::Device`] when whole numbers are too large to be exact there.
pub fn from_host(data: &Data, device: &Device) -> Result<Tensor, Error> {
    let numbers = numbers(data)
        .ok_or_else(|| Error::Device("whole numbers beyond 2^24 are not computed on a GPU".to_owned()))?;
    Ok(Tensor::new(&device.client()?, numbers))
}

/// The numbers as the GPU holds them; none if it cannot.
fn numbers(data: &Data) -> Option<Vec<f32>> {
    match data {
        Data::F32(numbers) => Some(numbers.clone()),
        Data::I64(numbers) => {
            numbers.iter().map(|&number| (number.unsigned_abs() <= EXACT).then_some(number as f32)).collect()
        }
    }
}

/// Waits for values of one device and brings them to the host, all at once: in a browser each wait is a way to another process.
///
/// # Errors
/// [`Error::Device`] when the device failed at any of the work that the values depend on.
pub async fn to_host(tensors: &[(Tensor, Kind)]) -> Result<Vec<Data>, Error> {
    let Some((first, _)) = tensors.first() else { return Ok(vec![]) };
    let full: Vec<Tensor> = tensors.iter().map(|(tensor, _)| tensor.stored_as(Stored::Full)).collect();
    let handles = full.iter().map(|tensor| tensor.handle.clone()).collect();
    let read = first.client.read_async(handles).await;
    let all = read.map_err(|error| Error::Device(error.to_string()))?;
    if all.len() != tensors.len() {
        return Err(Error::Device(format!("{} of {} values came back", all.len(), tensors.len())));
    }
    Ok(tensors
        .iter()
        .zip(&all)
        .map(|((tensor, kind), bytes)| read_numbers(bytes, tensor.length, *kind))
        .collect())
}

/// Waits for a value and brings it to the host, four bytes a number, the lowest first.
///
/// # Errors
/// [`Error::Device`] when the device failed at any of the work that the value depends on.
async fn read_bytes(tensor: &Tensor) -> Result<Vec<u8>, Error> {
    let read = tensor.client.read_async(vec![tensor.handle.clone()]).await;
    let bytes = read.map_err(|error| Error::Device(error.to_string()))?.pop().map(|it| it.to_vec());
    let whole = |bytes: &Vec<u8>| bytes.len() >= tensor.length * size_of::<u32>();
    bytes.filter(whole).ok_or_else(|| Error::Device("a value did not come back".to_owned()))
}

/// Numbers that a kernel can be given in one buffer.
fn longest(client: &Client) -> usize {
    let bytes = client.properties().memory.max_page_size;
    usize::try_from(bytes).unwrap_or(usize::MAX).min(u32::MAX as usize) / size_of::<f32>()
}

fn read_numbers(bytes: &[u8], length: usize, kind: Kind) -> Data {
    let numbers = bytes.as_chunks().0.iter().take(length).map(|&number| f32::from_ne_bytes(number));
    match kind {
        Kind::F32 => Data::F32(numbers.collect()),
        Kind::I64 | Kind::Bool => Data::I64(numbers.map(|number| number.round() as i64).collect()),
    }
}

/// Workgroups for so many threads, on two axes where one is not enough. Threads beyond the last one return at once.
fn launch_size(threads: usize) -> (CubeCount, CubeDim) {
    (group_count(u32::try_from(threads).unwrap_or(u32::MAX).div_ceil(THREADS)), CubeDim::new_1d(THREADS))
}

fn group_count(groups: u32) -> CubeCount {
    let rows = groups.div_ceil(MAX_GROUPS);
    CubeCount::Static(groups.div_ceil(rows), rows, 1)
}
