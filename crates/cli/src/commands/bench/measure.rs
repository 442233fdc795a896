//! One network on a device, timed.

use crate::failure::bad_input;
use anyhow::{Context, Result};
use pollster::block_on;
use serde::Serialize;
use std::time::Instant;
use vitrine_engine::{Device, Plan};
use vitrine_graph::{Data, Graph, Kind, Options, passes};

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

    /// Runs it once, and `runs` times more.
    pub fn measure(self, device: &Device, runs: u32) -> Result<Measured> {
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
        })
    }
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
