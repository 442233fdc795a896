//! The loop: one network after the other, then both together.

use super::measure::{Measured, accuracy, measure, probabilities};
use super::pack::{ClipExport, write_clip_pack};
use super::recipe::ClipRecipe;
use super::report::write_report;
use super::store::stored;
use super::windows::{ClipBatches, Order, Sense, Windows};
use crate::networks::trained_numbers;
use crate::networks::two_stream::{FlowStream, RgbStream, Stream};
use crate::training::checkpoint::Checkpoints;
use crate::training::descent::{Descent, optimizer};
use crate::training::{Place, Record};
use crate::{Error, Schedule, loss};
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;
use vitrine_scenes::Split;
use vitrine_scenes::shop::Action;

/// An epoch of one network: a line of its `log.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipEpoch {
    /// Counted from 1.
    pub epoch: usize,
    /// The mean over its steps.
    pub loss: f64,
    /// At its last step.
    pub learning_rate: f64,
    /// Of windows that are not ambiguous, 0..1.
    pub validation_accuracy: f64,
    /// Of all windows, 0..1.
    pub validation_accuracy_all: f64,
    /// Seconds with the validation.
    pub secs: f64,
}

impl Record for ClipEpoch {
    fn epoch(&self) -> usize {
        self.epoch
    }
}

/// What a training tells while it runs.
#[derive(Clone, Debug)]
pub enum Told<'a> {
    /// So many of so many clips are drawn.
    Drawn(usize, usize),
    /// An epoch of the network of that name.
    Epoch(&'static str, &'a ClipEpoch),
}

/// What a training gave.
#[derive(Debug)]
pub struct ClipOutcome {
    /// Epochs of the network that reads pictures, and of the one that reads flow.
    pub epochs: [Vec<ClipEpoch>; 2],
    /// Numbers of the two networks that are trained.
    pub parameters: [usize; 2],
    /// On the test part, with the weights of the best epochs; none if it stopped early.
    pub test: Option<Measured>,
    /// The pack; none if it stopped early.
    pub exported: Option<ClipExport>,
}

/// Trains both networks of a recipe. A folder with checkpoints of the same recipe is taken up; drawn clips lie in `place.data`.
///
/// # Errors
/// See [`Error`].
pub fn train_clips(
    recipe: &ClipRecipe,
    place: &Place,
    tell: &(dyn Fn(Told) + Sync),
) -> Result<ClipOutcome, Error> {
    // Of the whole run, before the networks' own.
    Checkpoints::open(&place.out, recipe)?;
    let part = |split, stride| -> Result<Arc<Windows>, Error> {
        let clips = stored(&recipe.data, split, &place.data, &|done, all| tell(Told::Drawn(done, all)))?;
        Ok(Arc::new(Windows::new(&recipe.data, clips, stride)))
    };
    let stride = recipe.data.stride();
    let parts = Datasets {
        train: part(Split::Train, recipe.data.frame_step as usize)?,
        validation: part(Split::Validation, stride)?,
        test: part(Split::Test, stride)?,
    };
    let run = Run { recipe, place, device: place.device.clone().autodiff(), tell, parts };
    run.both()
}

/// Windows of the three parts.
struct Datasets {
    train: Arc<Windows>,
    validation: Arc<Windows>,
    test: Arc<Windows>,
}

struct Run<'a> {
    recipe: &'a ClipRecipe,
    place: &'a Place,
    device: Device,
    tell: &'a (dyn Fn(Told) + Sync),
    parts: Datasets,
}

/// A network after its training.
struct Trained<S> {
    epochs: Vec<ClipEpoch>,
    /// With the weights of its best epoch.
    best: S,
}

impl Run<'_> {
    fn both(&self) -> Result<ClipOutcome, Error> {
        let ClipRecipe { network, data, seed, .. } = self.recipe;
        let classes = Action::ALL.len();
        self.device.seed(*seed);
        let rgb = RgbStream::new(network.rgb_channels, classes, &self.device);
        let rgb = self.stream(rgb, Sense::Rgb, &self.recipe.rgb)?;
        self.device.seed(*seed + 1);
        let fields = data.clip_frames as usize;
        let flow = FlowStream::new(fields, network.flow_channels, classes, &self.device);
        let flow = self.stream(flow, Sense::Flow, &self.recipe.flow)?;
        let mut outcome = ClipOutcome {
            parameters: [trained_numbers(&rgb.best), trained_numbers(&flow.best)],
            epochs: [rgb.epochs, flow.epochs],
            test: None,
            exported: None,
        };
        let whole = [&self.recipe.rgb, &self.recipe.flow].map(|schedule| schedule.epochs);
        if self.place.export_now || [0, 1].iter().all(|&stream| outcome.epochs[stream].len() == whole[stream])
        {
            self.finish(&rgb.best, &flow.best, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Trains one network, or goes on with it.
    fn stream<S: Stream>(&self, network: S, sense: Sense, schedule: &Schedule) -> Result<Trained<S>, Error> {
        let checkpoints = Checkpoints::open(&self.place.out.join(sense.name()), self.recipe)?;
        let mut epochs: Vec<ClipEpoch> = checkpoints.records()?;
        let (mut network, mut optimizer) = checkpoints.take_up(network, optimizer(schedule), epochs.len())?;
        let last = self.place.last_epoch(epochs.len(), schedule.epochs)?;
        while epochs.len() < last {
            let record = self.epoch(&mut network, &mut optimizer, sense, schedule, epochs.len())?;
            let best = epochs.iter().all(|earlier| earlier.validation_accuracy < record.validation_accuracy);
            checkpoints.keep(&network, &optimizer, &record, best)?;
            (self.tell)(Told::Epoch(sense.name(), &record));
            epochs.push(record);
        }
        Ok(Trained { epochs, best: checkpoints.best(network)?.valid() })
    }

    fn epoch<S: Stream>(
        &self,
        network: &mut S,
        optimizer: &mut ModuleOptimizer,
        sense: Sense,
        schedule: &Schedule,
        epoch: usize,
    ) -> Result<ClipEpoch, Error> {
        let started = Instant::now();
        let (loss, learning_rate) = self.steps(network, optimizer, sense, schedule, epoch)?;
        let part = &self.parts.validation;
        let found = probabilities(&network.valid(), part, sense, &self.place.device)?;
        let [clear, all] = accuracy(part, &found, self.recipe.data.min_share);
        Ok(ClipEpoch {
            epoch: epoch + 1,
            loss,
            learning_rate,
            validation_accuracy: clear,
            validation_accuracy_all: all,
            secs: started.elapsed().as_secs_f64(),
        })
    }

    /// The mean loss of an epoch, and its last learning rate.
    fn steps<S: Stream>(
        &self,
        network: &mut S,
        optimizer: &mut ModuleOptimizer,
        sense: Sense,
        schedule: &Schedule,
        epoch: usize,
    ) -> Result<(f64, f64), Error> {
        let part = &self.parts.train;
        let count = self.recipe.data.windows_per_epoch.min(part.places.len());
        let order = Order::Drawn { seed: self.recipe.seed, epoch, count };
        let steps = count.div_ceil(schedule.batch);
        let mut descent = Descent::begin(schedule, epoch, steps);
        for batch in ClipBatches::start(part, sense, schedule.batch, order) {
            let batch = batch?;
            let scores = network.forward(batch.windows(&self.device));
            let [n, classes] = scores.dims();
            let loss = loss::cross_entropy(scores.reshape([n, classes, 1, 1]), &batch.truth(&self.device));
            descent.step(network, optimizer, loss)?;
        }
        Ok(descent.end())
    }

    fn finish(&self, rgb: &RgbStream, flow: &FlowStream, outcome: &mut ClipOutcome) -> Result<(), Error> {
        let device = &self.place.device;
        let of = |part: &Arc<Windows>| -> Result<_, Error> {
            Ok([
                probabilities(rgb, part, Sense::Rgb, device)?,
                probabilities(flow, part, Sense::Flow, device)?,
            ])
        };
        let (validation, test) = (of(&self.parts.validation)?, of(&self.parts.test)?);
        let min_share = self.recipe.data.min_share;
        let measured = measure((&self.parts.validation, &validation), (&self.parts.test, &test), min_share)?;
        let folder = self.place.out.join("pack");
        outcome.exported = Some(write_clip_pack(rgb, flow, self.recipe, &measured, &folder, device)?);
        outcome.test = Some(measured);
        write_report(
            self.recipe,
            outcome,
            (&self.parts.test, &test),
            device,
            &self.place.out.join("report.html"),
        )
    }
}
