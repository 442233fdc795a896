//! The pyramid and the warps round the iterations.

use super::iterate::{Dual, Steps};
use super::median::Median;
use super::plane::Plane;
use super::warp::{Bicubic, Residual, Target};
use super::{FlowError, FlowField};
use crate::Gray;

/// Pixels of a picture at most: some 90 bytes of memory are needed for each.
const MAX_PIXELS: usize = 1 << 21;
/// Columns and rows at most, so that 32nds of a pixel are counted exactly in single precision.
const MAX_SIDE: u32 = 1 << 16;
/// A scale whose smaller side is less is left out.
const MIN_SIDE: usize = 16;

/// What the method can be told, by the names of the papers. [`Default`] has the values of OpenCV. `tau`, `lambda` and
/// `theta` lie within 0.001..=1000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TvL1Parameters {
    /// Time step of the dual variable; more than 0.25 need not converge.
    pub tau: f32,
    /// Weight of the data term: smaller is smoother.
    pub lambda: f32,
    /// How tightly the two parts of the energy are coupled: smaller is tighter.
    pub theta: f32,
    /// Scales of the pyramid at most, the picture's own included.
    pub scales: u32,
    /// Size of a scale by that of the next finer one, within 0.1..=0.95.
    pub scale_step: f64,
    /// How often the second picture is warped at each scale.
    pub warps: u32,
    /// Iterations end when the flow changes by less, in pixels (root mean square).
    pub epsilon: f32,
    /// Iterations at most between two median filters.
    pub inner_iterations: u32,
    /// Median filters of 5 x 5 pixels at most in each warp.
    pub outer_iterations: u32,
}

impl Default for TvL1Parameters {
    fn default() -> Self {
        Self {
            tau: 0.25,
            lambda: 0.15,
            theta: 0.3,
            scales: 5,
            scale_step: 0.8,
            warps: 5,
            epsilon: 0.01,
            inner_iterations: 30,
            outer_iterations: 10,
        }
    }
}

impl TvL1Parameters {
    /// # Errors
    /// A parameter is out of its range. Within the ranges no number grows beyond single precision.
    pub fn check(&self) -> Result<(), FlowError> {
        let weight = |value: f32| (1e-3..=1e3).contains(&value);
        let checks = [
            ("tau", weight(self.tau)),
            ("lambda", weight(self.lambda)),
            ("theta", weight(self.theta)),
            ("scales", self.scales > 0),
            ("scale_step", (0.1..=0.95).contains(&self.scale_step)),
            ("epsilon", self.epsilon >= 0.0),
        ];
        let wrong = checks.into_iter().find(|(_, is_usable)| !is_usable);
        wrong.map_or(Ok(()), |(name, _)| Err(FlowError::Parameter(name)))
    }

    /// Columns and rows of each scale of the pyramid, the finest first.
    pub fn scale_sizes(&self, width: usize, height: usize) -> Vec<[usize; 2]> {
        let scaled = |side: usize| (side as f64 * self.scale_step).round_ties_even() as usize;
        let mut sizes = vec![[width, height]];
        while let Some(size) = sizes.last().map(|size| size.map(scaled))
            && sizes.len() < self.scales as usize
            && size[0].min(size[1]) >= MIN_SIDE
        {
            sizes.push(size);
        }
        sizes
    }
}

/// # Errors
/// The pictures differ in size, or have more than 2^21 pixels or more than 2^16 to a side.
pub fn check_pair(first: &Gray, second: &Gray) -> Result<(), FlowError> {
    if (first.width(), first.height()) != (second.width(), second.height()) {
        return Err(FlowError::Sizes {
            first: (first.width(), first.height()),
            second: (second.width(), second.height()),
        });
    }
    if first.values().len() > MAX_PIXELS || first.width().max(first.height()) > MAX_SIDE {
        return Err(FlowError::TooLarge { width: first.width(), height: first.height() });
    }
    Ok(())
}

/// TV-L1 optical flow. Keeps its memory from pair to pair.
pub struct TvL1 {
    parameters: TvL1Parameters,
    weights: Bicubic,
    /// Both pictures at each scale, the finest first.
    pyramid: Vec<[Plane; 2]>,
    target: Target,
    residual: Residual,
    dual: Dual,
    median: Median,
    flow: [Plane; 2],
    spare: Plane,
}

impl Default for TvL1 {
    fn default() -> Self {
        Self::with(TvL1Parameters::default())
    }
}

impl TvL1 {
    /// # Errors
    /// A parameter is out of its range.
    pub fn new(parameters: TvL1Parameters) -> Result<Self, FlowError> {
        parameters.check()?;
        Ok(Self::with(parameters))
    }

    fn with(parameters: TvL1Parameters) -> Self {
        Self {
            parameters,
            weights: Bicubic::new(),
            pyramid: vec![],
            target: Target::default(),
            residual: Residual::default(),
            dual: Dual::default(),
            median: Median::default(),
            flow: Default::default(),
            spare: Plane::default(),
        }
    }

    /// Where each pixel of `first` is found in `second`.
    ///
    /// # Errors
    /// The pictures differ in size, or have more than 2^21 pixels or more than 2^16 to a side.
    pub fn flow(&mut self, first: &Gray, second: &Gray) -> Result<FlowField, FlowError> {
        check_pair(first, second)?;
        let scales = self.build_pyramid(first, second);
        for scale in (0..scales).rev() {
            self.start_scale(scale, scale + 1 == scales);
            for _ in 0..self.parameters.warps {
                self.warp(scale);
            }
        }
        let [across, down] = &self.flow;
        let vectors = (0..across.height)
            .flat_map(|y| across.row(y).iter().zip(down.row(y)).map(|(&x, &y)| [x, y]))
            .collect();
        Ok(FlowField::from_parts(first.width(), first.height(), vectors))
    }

    /// Returns how many scales there are.
    fn build_pyramid(&mut self, first: &Gray, second: &Gray) -> usize {
        let step = 1.0 / self.parameters.scale_step;
        let sizes = self.parameters.scale_sizes(first.width() as usize, first.height() as usize);
        self.pyramid.resize_with(sizes.len().max(self.pyramid.len()), Default::default);
        for (scale, &[width, height]) in sizes.iter().enumerate() {
            let (finer, coarser) = self.pyramid.split_at_mut(scale);
            let Some(pair) = coarser.first_mut() else { continue };
            match finer.last() {
                None => {
                    [first, second].into_iter().zip(pair).for_each(|(picture, plane)| plane.read(picture))
                }
                Some(finer) => finer.iter().zip(pair).for_each(|(finer, plane)| {
                    plane.resize_from(finer, (width, height), [step; 2], 1.0);
                }),
            }
        }
        sizes.len()
    }

    /// Takes the flow of the next coarser scale, or zero at the coarsest, and the pictures of this one.
    fn start_scale(&mut self, scale: usize, coarsest: bool) {
        let [first, second] = &self.pyramid[scale];
        let (width, height) = (first.width, first.height);
        let factor = (1.0 / self.parameters.scale_step) as f32;
        for plane in &mut self.flow {
            if coarsest {
                plane.reset(width, height);
            } else {
                let ratio = |coarse: usize, fine: usize| 1.0 / (fine as f64 / coarse as f64);
                let step = [ratio(plane.width, width), ratio(plane.height, height)];
                self.spare.resize_from(plane, (width, height), step, factor);
                std::mem::swap(plane, &mut self.spare);
            }
        }
        self.target.read(second);
        self.dual.reset(width, height);
    }

    /// Linearises about the flow, then iterates until it stands still.
    fn warp(&mut self, scale: usize) {
        let TvL1Parameters { tau, lambda, theta, epsilon, .. } = self.parameters;
        let first = &self.pyramid[scale][0];
        self.residual.linearise(first, &self.target, &self.flow, &self.weights);
        let steps = Steps { data: lambda * theta, theta, dual: tau / theta };
        let enough = epsilon * epsilon * (first.width * first.height) as f32;
        for _ in 0..self.parameters.outer_iterations {
            for plane in &mut self.flow {
                self.median.filter(plane, &mut self.spare);
                std::mem::swap(plane, &mut self.spare);
            }
            for _ in 0..self.parameters.inner_iterations {
                if self.dual.step(&mut self.flow, &self.residual, steps) <= enough {
                    return;
                }
            }
        }
    }
}
