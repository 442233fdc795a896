//! TV-L1 optical flow on the GPU: the method of `vitrine_pixels::flow`, with its parameters, pyramid and tables. A thread
//! computes a pixel.
//!
//! Whether the flow stands still is decided on the device, so that iterations end where they end on the processor; the host
//! asks once before each median filter. Sizes are arguments of the kernels, not compiled into them: a pyramid has many.

mod iterate;
mod median;
mod resample;
mod warp;

use super::{Tensor, launch_size};
use crate::{Device, Error};
use cubecl::client::Client;
use vitrine_graph::{Data, Kind};
use vitrine_pixels::Gray;
use vitrine_pixels::flow::{Bicubic, FlowField, TvL1Parameters, check_pair, linear_taps};

/// TV-L1 optical flow on WebGPU.
pub struct TvL1 {
    client: Client,
    parameters: TvL1Parameters,
    /// Bicubic weights, four for each 32nd of a pixel.
    weights: Tensor,
}

/// A scale of the pyramid: columns and rows.
#[derive(Clone, Copy)]
struct Size {
    width: usize,
    height: usize,
}

impl Size {
    fn pixels(self) -> usize {
        self.width * self.height
    }
}

/// Numbers that lie pixel by pixel, `lanes` for each.
#[derive(Clone)]
struct Plane {
    numbers: Tensor,
    size: Size,
    lanes: usize,
}

impl TvL1 {
    /// # Errors
    /// The device is the processor, or a parameter is out of its range.
    pub fn new(device: &Device, parameters: TvL1Parameters) -> Result<Self, Error> {
        parameters.check()?;
        let client = device.client()?;
        let weights = Tensor::new(&client, Bicubic::new().weights().concat());
        Ok(Self { client, parameters, weights })
    }

    /// Where each pixel of `first` is found in `second`.
    ///
    /// # Errors
    /// The pictures differ in size or are larger than the method takes; the device failed.
    pub async fn flow(&self, first: &Gray, second: &Gray) -> Result<FlowField, Error> {
        check_pair(first, second)?;
        let (width, height) = (first.width() as usize, first.height() as usize);
        let sizes = self.parameters.scale_sizes(width, height);
        let mut pyramid = vec![[first, second].map(|picture| self.picture(picture))];
        for size in &sizes[1..] {
            let finer = &pyramid[pyramid.len() - 1];
            let [width, height] = *size;
            let step = [1.0 / self.parameters.scale_step; 2];
            let coarser = finer.each_ref().map(|it| self.resized(it, Size { width, height }, step, 1.0));
            pyramid.push(coarser);
        }
        let mut flow: Option<Plane> = None;
        for [first, second] in pyramid.iter().rev() {
            flow = Some(self.scale(first, second, flow).await?);
        }
        let numbers = flow.map_or(Tensor::new(&self.client, vec![]), |flow| flow.numbers);
        let numbers = read(numbers).await?;
        let vectors = numbers.as_chunks().0.to_vec();
        Ok(FlowField::new(first.width(), first.height(), vectors)?)
    }

    /// A grey picture, 0..255.
    fn picture(&self, picture: &Gray) -> Plane {
        let numbers = picture.values().iter().map(|&byte| f32::from(byte)).collect();
        let size = Size { width: picture.width() as usize, height: picture.height() as usize };
        Plane { numbers: Tensor::new(&self.client, numbers), size, lanes: 1 }
    }

    fn zeros(&self, size: Size, lanes: usize) -> Plane {
        let numbers = Tensor::new(&self.client, vec![0.0; size.pixels() * lanes]);
        Plane { numbers, size, lanes }
    }

    fn empty(&self, size: Size, lanes: usize) -> Plane {
        Plane { numbers: Tensor::empty(&self.client, size.pixels() * lanes), size, lanes }
    }

    /// Linear between pixel centres, times `factor`. `step`: source pixels per pixel, across and down.
    fn resized(&self, source: &Plane, size: Size, step: [f64; 2], factor: f32) -> Plane {
        let table = |length, step, side| {
            let taps = linear_taps(length, step, side);
            let numbers = taps.flat_map(|(low, high, share)| [low as f32, high as f32, share]);
            Tensor::new(&self.client, numbers.collect())
        };
        let tables =
            [table(size.width, step[0], source.size.width), table(size.height, step[1], source.size.height)];
        let out = self.empty(size, source.lanes);
        resample::launch(&self.client, source, &tables, &out, factor);
        out
    }

    /// The flow at one scale, begun with that of the next coarser one.
    async fn scale(&self, first: &Plane, second: &Plane, coarser: Option<Plane>) -> Result<Plane, Error> {
        let size = first.size;
        let mut flow = match coarser {
            None => self.zeros(size, 2),
            Some(coarser) => {
                let ratio = |coarse: usize, fine: usize| 1.0 / (fine as f64 / coarse as f64);
                let step = [ratio(coarser.size.width, size.width), ratio(coarser.size.height, size.height)];
                self.resized(&coarser, size, step, (1.0 / self.parameters.scale_step) as f32)
            }
        };
        let target = self.empty(size, warp::TARGET_LANES);
        warp::launch_target(&self.client, second, &target);
        let dual = self.zeros(size, iterate::DUAL_LANES);
        for _ in 0..self.parameters.warps {
            flow = self.warp(first, &target, &dual, flow).await?;
        }
        Ok(flow)
    }

    /// Linearises about the flow, then iterates until it stands still.
    async fn warp(&self, first: &Plane, target: &Plane, dual: &Plane, flow: Plane) -> Result<Plane, Error> {
        let TvL1Parameters { tau, lambda, theta, epsilon, inner_iterations, .. } = self.parameters;
        let residual = self.empty(first.size, warp::RESIDUAL_LANES);
        warp::launch_residual(&self.client, first, target, &flow, &self.weights, &residual);
        let enough = epsilon * epsilon * first.size.pixels() as f32;
        let steps = iterate::Steps { data: lambda * theta, theta, dual: tau / theta, enough };
        let mut flow = flow;
        for _ in 0..self.parameters.outer_iterations {
            let filtered = self.empty(flow.size, flow.lanes);
            median::launch(&self.client, &flow, &filtered);
            flow = filtered;
            let stands = iterate::run(&self.client, &flow, dual, &residual, steps, inner_iterations as usize);
            if iterate::stopped(stands).await? {
                break;
            }
        }
        Ok(flow)
    }
}

/// Waits for numbers and brings them to the host.
async fn read(numbers: Tensor) -> Result<Vec<f32>, Error> {
    match super::to_host(&[(numbers, Kind::F32)]).await?.pop() {
        Some(Data::F32(numbers)) => Ok(numbers),
        Some(Data::I64(_)) | None => Ok(vec![]),
    }
}
