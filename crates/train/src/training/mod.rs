//! The loop: steps, validation, checkpoints, a log; ended early by what is wrong, and taken up again where it was.

pub(crate) mod checkpoint;
pub(crate) mod descent;
mod evaluate;
mod log;
mod metrics;

pub use log::{EpochRecord, Record, Trains};

use crate::data::{Batches, Order, Parts};
use crate::export::{Exported, Told, write_pack};
use crate::loss::loss;
use crate::networks::{Network, Unweighted, WithNetwork, parameters};
use crate::report::{Report, machine};
use crate::{Error, Recipe};
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use checkpoint::Checkpoints;
use descent::{Descent, optimizer};
use evaluate::{Measured, evaluate, examples};
use std::path::PathBuf;
use std::time::Instant;
use vitrine_pixels::metrics::Confusion;

/// Where a training reads and writes, and on what it computes.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that the recipe's `data.folder` is relative to, or that folder itself.
    pub data: PathBuf,
    /// Log, checkpoints, pack.
    pub out: PathBuf,
    /// A device that does not differentiate.
    pub device: Device,
    /// Ends after this epoch (counted from 1) though the recipe has more; the next call goes on.
    pub stop_after: Option<usize>,
    /// Trains no further: the best weights so far are tested and written as a pack.
    pub export_now: bool,
}

impl Place {
    /// The epoch to end with, where `done` of `epochs` have been trained.
    pub(crate) fn last_epoch(&self, done: usize, epochs: usize) -> Result<usize, Error> {
        let asked = if self.export_now { Some(done) } else { self.stop_after };
        if self.export_now && done == 0 {
            let cause =
                "has no checkpoint of this recipe to export: train first, or name its folder with --out";
            return Err(Error::data(&self.out, cause));
        }
        Ok(asked.unwrap_or(usize::MAX).min(epochs))
    }
}

/// What a training gave.
#[derive(Debug)]
pub struct Outcome {
    /// All epochs, those of earlier calls too.
    pub epochs: Vec<EpochRecord>,
    /// Numbers of the network that are trained.
    pub parameters: usize,
    /// Pictures that are learnt from.
    pub train_pictures: usize,
    /// What was measured on the test part at the network's size, with the weights of the best epoch; none if it stopped early.
    pub test: Option<Confusion>,
    /// Share of the test pictures whose class is among the five best, where a picture as a whole has one.
    pub top5: Option<f64>,
    /// Pictures of the test part.
    pub test_pictures: usize,
    /// The pack; none if it stopped early.
    pub exported: Option<Exported>,
}

/// Trains what the recipe says; `tell` is called after each epoch. A folder with checkpoints of the same recipe is taken up.
///
/// # Errors
/// See [`Error`].
pub fn train(recipe: &Recipe, place: &Place, tell: &mut dyn FnMut(&EpochRecord)) -> Result<Outcome, Error> {
    let device = place.device.clone().autodiff();
    device.seed(recipe.seed);
    let run = Run { recipe, place, device: device.clone(), tell };
    recipe.network.with(recipe.classes.len(), &device, run)
}

struct Run<'a> {
    recipe: &'a Recipe,
    place: &'a Place,
    device: Device,
    tell: &'a mut dyn FnMut(&EpochRecord),
}

impl WithNetwork for Run<'_> {
    type Output = Result<Outcome, Error>;

    fn with<N: Network>(self, network: N) -> Self::Output {
        let parts = Parts::list(self.recipe, &self.place.data)?;
        let checkpoints = Checkpoints::open(&self.place.out, self.recipe)?;
        let parameters = parameters(&network);
        let mut epochs: Vec<EpochRecord> = checkpoints.records()?;
        let (mut network, mut optimizer) =
            checkpoints.take_up(network, optimizer(&self.recipe.schedule), epochs.len())?;
        let last = self.place.last_epoch(epochs.len(), self.recipe.schedule.epochs)?;
        while epochs.len() < last {
            let record = self.epoch(&mut network, &mut optimizer, &parts, epochs.len())?;
            let best = epochs.iter().all(|earlier| earlier.score() < record.score());
            checkpoints.keep(&network, &optimizer, &record, best)?;
            (self.tell)(&record);
            epochs.push(record);
        }
        let [train_pictures, test_pictures] = [&parts.train, &parts.test].map(|part| part.len());
        let (test, top5, exported) = (None, None, None);
        let mut outcome = Outcome { epochs, parameters, train_pictures, test, top5, test_pictures, exported };
        let best = Unweighted::new(checkpoints.best(network)?.valid(), &parts.weights);
        if self.place.export_now || last == self.recipe.schedule.epochs {
            self.finish(&best, &parts, &mut outcome)?;
        }
        self.report(&best, &parts, &outcome)?;
        Ok(outcome)
    }
}

impl Run<'_> {
    fn epoch<N: Network>(
        &self,
        network: &mut N,
        optimizer: &mut ModuleOptimizer,
        parts: &Parts,
        epoch: usize,
    ) -> Result<EpochRecord, Error> {
        let started = Instant::now();
        let (loss, learning_rate) = self.steps(network, optimizer, parts, epoch)?;
        let train_secs = started.elapsed().as_secs_f64();
        let Measured { confusion: measured, top5 } =
            evaluate(&network.valid(), self.recipe, &parts.validation, &self.place.device)?;
        Ok(EpochRecord {
            epoch: epoch + 1,
            loss,
            learning_rate,
            validation_pixel_accuracy: measured.pixel_accuracy().unwrap_or(0.0),
            validation_miou: measured.miou().unwrap_or(0.0),
            validation_top5: top5,
            validation_iou: (0..measured.classes()).map(|class| measured.iou(class)).collect(),
            train_secs,
            secs: started.elapsed().as_secs_f64(),
        })
    }

    /// The mean loss of an epoch, and its last learning rate.
    fn steps<N: Network>(
        &self,
        network: &mut N,
        optimizer: &mut ModuleOptimizer,
        parts: &Parts,
        epoch: usize,
    ) -> Result<(f64, f64), Error> {
        let Recipe { seed, schedule, augmentation, .. } = self.recipe;
        let order = Order::Shuffled { seed: *seed, epoch, augmentation: augmentation.clone() };
        let steps = Batches::steps(parts.train.len(), schedule.batch);
        let mut descent = Descent::begin(schedule, epoch, steps);
        for batch in Batches::start(&parts.train, schedule.batch, order) {
            let batch = batch?;
            let truth = batch.truth(&parts.weights, &self.device);
            let looked_at = network.forward_training(batch.images(&self.device));
            let losses = looked_at
                .into_iter()
                .map(|(share, scores)| loss(self.recipe.loss, scores, &truth).mul_scalar(share));
            if let Some(loss) = losses.reduce(|a, b| a + b) {
                descent.step(network, optimizer, loss)?;
            }
        }
        Ok(descent.end())
    }

    fn finish<N: Network>(&self, network: &N, parts: &Parts, outcome: &mut Outcome) -> Result<(), Error> {
        let device = &self.place.device;
        let measured = evaluate(network, self.recipe, &parts.test, device)?;
        let metrics = metrics::of(&measured, self.recipe, parts.test.len());
        let told = Told { metrics, epochs: outcome.epochs.len() };
        let folder = self.place.out.join("pack");
        outcome.exported = Some(write_pack(network, self.recipe, told, &folder, device)?);
        (outcome.test, outcome.top5) = (Some(measured.confusion), measured.top5);
        Ok(())
    }

    fn report<N: Network>(&self, network: &N, parts: &Parts, outcome: &Outcome) -> Result<(), Error> {
        let device = &self.place.device;
        let mut facts = vec![("machine", machine()), ("device", format!("{device:?}"))];
        if let Some(exported) = &outcome.exported {
            facts.push(("model file, bytes", exported.pack.model.bytes.to_string()));
            facts.push(("exported graph against network, 32 bits", format!("{:.1e}", exported.difference)));
            facts.push((
                "exported graph against network, as written",
                format!("{:.1e}", exported.written_difference),
            ));
        }
        let report = Report {
            recipe: self.recipe,
            epochs: &outcome.epochs,
            parameters: outcome.parameters,
            test: outcome.test.as_ref(),
            top5: outcome.top5,
            test_pictures: outcome.test_pictures,
            examples: &examples(network, &parts.test, device)?,
            facts: &facts,
        };
        report.write(&self.place.out.join("report.html"))
    }
}
