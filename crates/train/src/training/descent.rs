//! The optimizer's steps of one epoch.

use crate::{Error, Schedule};
use burn::grad_clipping::GradientClippingConfig;
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

/// As a schedule says.
pub(crate) fn optimizer(schedule: &Schedule) -> ModuleOptimizer {
    let config = AdamWConfig::new().with_weight_decay(schedule.weight_decay);
    let clipping = schedule.max_gradient_norm.map(GradientClippingConfig::Norm);
    config.with_grad_clipping(clipping).init()
}

/// An epoch's way down.
pub(crate) struct Descent<'a> {
    schedule: &'a Schedule,
    /// Counted from 0.
    epoch: usize,
    /// Steps of an epoch.
    steps: usize,
    done: usize,
    sum: f64,
    rate: f64,
}

impl<'a> Descent<'a> {
    /// None of its steps done yet.
    pub fn begin(schedule: &'a Schedule, epoch: usize, steps: usize) -> Self {
        Self { schedule, epoch, steps, done: 0, sum: 0.0, rate: 0.0 }
    }

    /// Changes the network so that the loss would have been less.
    ///
    /// # Errors
    /// [`Error::Diverged`] if the loss is no number.
    pub fn step<M: Module>(
        &mut self,
        network: &mut M,
        optimizer: &mut ModuleOptimizer,
        loss: Tensor<1>,
    ) -> Result<(), Error> {
        let Schedule { epochs, learning_rate, .. } = *self.schedule;
        let number = loss.clone().into_scalar::<f32>();
        if !number.is_finite() {
            let (epoch, step) = (self.epoch + 1, self.done);
            return Err(Error::Diverged { loss: number, epoch, step, learning_rate });
        }
        self.sum += f64::from(number);
        let step = self.epoch * self.steps + self.done;
        self.rate = self.schedule.learning_rate_at(step, epochs * self.steps);
        let gradients = GradientsParams::from_grads(loss.backward(), network);
        *network = optimizer.step(self.rate, network.clone(), gradients);
        self.done += 1;
        Ok(())
    }

    /// The mean loss, and the last learning rate.
    pub fn end(self) -> (f64, f64) {
        (self.sum / self.steps.max(1) as f64, self.rate)
    }
}
