//! One network on a device, timed.

use crate::failure::bad_input;
use anyhow::{Context, Result};
use pollster::block_on;
use serde::Serialize;
use std::time::Instant;
use vitrine_engine::{Device, Done, Plan};
use vitrine_graph::{Data, Graph, Kind, Op, Options, passes};

/// A network's times.
#[derive(Serialize)]
pub struct Measured {
    /// The pack, or the file.
    pub network: String,
    /// Shape of the first input.
    pub input: Vec<usize>,
    /// Reading the file and bringing it to the device.
    pub load_ms: f64,
    /// The first run.
    pub first_ms: f64,
    /// Of the runs after the first one.
    pub median_ms: f64,
    /// Of the runs after the first one.
    pub least_ms: f64,
    /// Multiply-accumulates of convolutions and products in a run.
    pub macs: u64,
    /// Numbers in weights.
    pub parameters: usize,
    /// Most bytes that a run's values need at the same time.
    pub peak_bytes: usize,
    /// The steps of a run, in order, where they were asked for: each is waited for, which a run does not do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepTime>,
}

/// A step's time.
#[derive(Serialize)]
pub struct StepTime {
    /// What it computes.
    pub operation: String,
    /// Shape of its first operand.
    pub input: Vec<usize>,
    /// Shape of what it makes.
    pub output: Vec<usize>,
    /// The least of some runs.
    pub least_ms: f64,
}

/// A model file that was read.
pub struct Network<'a> {
    name: String,
    bytes: &'a [u8],
    graph: Graph,
    read_ms: f64,
}

impl<'a> Network<'a> {
    /// Reads a model file.
    pub fn read(name: String, bytes: &'a [u8]) -> Result<Self> {
        let begun = Instant::now();
        let graph = vitrine_graph::read(bytes).map_err(|error| bad_input(error.to_string()))?;
        Ok(Self { name, bytes, graph, read_ms: millis(begun) })
    }

    /// The network for `[pictures, side]`: as the file has it, or else by giving every map another size.
    pub fn sized(&self, size: Option<[usize; 2]>) -> Result<Self> {
        let (name, bytes, begun) = (self.name.clone(), self.bytes, Instant::now());
        let Some([batch, side]) = size else {
            return Ok(Self { name, bytes, graph: self.graph.clone(), read_ms: self.read_ms });
        };
        let &[input] = &self.graph.inputs[..] else {
            return Err(bad_input(format!("{name} has several inputs: it has no other size")));
        };
        let value = self.graph.value(input);
        let sized = |batch: usize| {
            let mut shape = value.shape.clone();
            let channels_last = matches!(shape[..], [_, _, _, 1 | 3]);
            match &mut shape[..] {
                [n, h, w, _] if channels_last => (*n, *h, *w) = (batch, side, side),
                [n, _, h, w] => (*n, *h, *w) = (batch, side, side),
                _ => {}
            }
            let shapes = [(value.name.clone(), shape.clone())].into();
            let read = vitrine_graph::read_with(bytes, &Options { shapes, ..Options::default() });
            read.ok().filter(|graph| graph.shape(graph.inputs[0]) == shape)
        };
        let graph = match sized(batch) {
            Some(graph) => graph,
            None => {
                let mut graph = self.graph.clone();
                graph.values[input.0].shape[0] = batch;
                passes::resize_input(&mut graph, side, side).map_err(|error| bad_input(error.to_string()))?;
                graph
            }
        };
        Ok(Self { name, bytes, graph, read_ms: millis(begun) })
    }

    /// Runs it once, and `runs` times more; and, for the times of its `steps`, as often again.
    pub fn measure(self, device: &Device, runs: u32, steps: bool) -> Result<Measured> {
        let begun = Instant::now();
        let mut graph = self.graph;
        passes::optimise(&mut graph);
        let cost = vitrine_graph::cost(&graph);
        let plan = Plan::new(graph, device).with_context(|| format!("cannot load {}", self.name))?;
        let load_ms = self.read_ms + millis(begun);
        let mut times = vec![];
        for _ in 0..=runs {
            let inputs = inputs(&plan);
            let begun = Instant::now();
            block_on(plan.run(inputs)).with_context(|| format!("cannot run {}", self.name))?;
            times.push(millis(begun));
        }
        let first_ms = times.remove(0);
        times.sort_by(f64::total_cmp);
        let input = plan.input_shapes().next().unwrap_or_default().to_vec();
        let steps = if steps { step_times(&plan, device, runs)? } else { vec![] };
        Ok(Measured {
            network: self.name,
            input,
            load_ms,
            first_ms,
            median_ms: times[times.len() / 2],
            least_ms: times[0],
            macs: cost.macs,
            parameters: cost.parameters,
            peak_bytes: cost.peak_bytes,
            steps,
        })
    }
}

fn step_times(plan: &Plan, device: &Device, runs: u32) -> Result<Vec<StepTime>> {
    let mut steps: Vec<StepTime> = vec![];
    for _ in 0..runs {
        let mut failed = None;
        let mut index = 0;
        let inputs = inputs(plan);
        let mut begun = Instant::now();
        let mut watch = |done: Done<'_>| {
            failed = failed.take().or(block_on(device.settle()).err());
            let taken = millis(begun);
            match steps.get_mut(index) {
                Some(step) => step.least_ms = step.least_ms.min(taken),
                None => steps.push(StepTime {
                    operation: operation(&done),
                    input: done.operands().next().unwrap_or_default().to_vec(),
                    output: done.output().to_vec(),
                    least_ms: taken,
                }),
            }
            index += 1;
            begun = Instant::now();
        };
        block_on(plan.run_watched(inputs, &mut watch)).context("cannot run it step by step")?;
        failed.map_or(Ok(()), Err).context("the device failed at a step")?;
    }
    Ok(steps)
}

/// The operation's name, with the sizes of a convolution's kernel.
fn operation(done: &Done<'_>) -> String {
    let name = done.node.op.name();
    let Op::Conv(conv) = &done.node.op else { return name.to_owned() };
    let kernel: Vec<String> = conv.windows.iter().map(|window| window.kernel.to_string()).collect();
    let step = conv.windows.iter().map(|window| window.stride).max().unwrap_or(1);
    let groups = if conv.groups > 1 { format!(" in {} groups", conv.groups) } else { String::new() };
    let step = if step > 1 { format!(" / {step}") } else { String::new() };
    format!("{name} {}{step}{groups}", kernel.join("x"))
}

/// Numbers between -1 and 1; whole ones are 0.
fn inputs(plan: &Plan) -> Vec<Data> {
    let given = |value: &vitrine_graph::Value| {
        let count: usize = value.shape.iter().product();
        match value.kind {
            Kind::F32 => Data::F32((0..count).map(|at| (at * 7919 % 2003) as f32 / 1001.0 - 1.0).collect()),
            _ => Data::I64(vec![0; count]),
        }
    };
    plan.inputs().map(given).collect()
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}
