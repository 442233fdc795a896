//! Model files as they are, without a pack: tensors in, tensors out.

use super::Shared;
use super::post::Parcel;
use crate::faults::fault;
use js_sys::{ArrayBuffer, BigInt64Array, Float32Array};
use std::rc::Rc;
use vitrine_engine::Plan;
use vitrine_graph::{Data, Kind, Options};
use vitrine_protocol::{ElementKind, Fault, FaultCode, Reply, TensorInfo, Ticket};
use web_time::Instant;

/// Reads a model file and makes it ready on the device.
pub fn open(state: Shared, ticket: Ticket, model: Vec<u8>) -> Result<Parcel, Fault> {
    let start = Instant::now();
    let device = state.borrow().device.clone();
    let device = device.ok_or_else(|| fault(FaultCode::WorkerCrashed, "no device is open"))?;
    let graph = vitrine_graph::read_shared(&model.into(), &Options::default());
    let graph = graph.map_err(|error| fault(FaultCode::PackInvalid, error))?;
    let plan = Plan::new(graph, &device).map_err(|error| fault(FaultCode::PackInvalid, error))?;
    let (steps, device_steps) = plan.steps();
    let reply = Reply::Opened {
        ticket,
        inputs: plan.inputs().map(|value| info(&value.name, value.kind, &value.shape)).collect(),
        outputs: plan.outputs().map(|value| info(&value.name, value.kind, &value.shape)).collect(),
        steps: steps as u32,
        device_steps: device_steps as u32,
        millis: start.elapsed().as_secs_f64() * 1e3,
    };
    state.borrow_mut().plan = Some(Rc::new(plan));
    Ok(reply.into())
}

/// Computes the model that was opened last.
pub async fn compute(state: Shared, ticket: Ticket, buffers: &[ArrayBuffer]) -> Result<Parcel, Fault> {
    let start = Instant::now();
    let plan = state.borrow().plan.clone();
    let plan = plan.ok_or_else(|| fault(FaultCode::PackInvalid, "no model is open"))?;
    let inputs = plan.inputs().zip(buffers).map(|(value, buffer)| data(value.kind, buffer)).collect();
    let outputs = plan.run(inputs).await.map_err(|error| fault(FaultCode::GpuLost, error))?;
    let infos = outputs.iter().map(|output| info(&output.name, output.kind, &output.shape)).collect();
    let buffers = outputs.iter().map(|output| buffer(&output.data)).collect();
    let millis = start.elapsed().as_secs_f64() * 1e3;
    Ok(Parcel { reply: Reply::Computed { ticket, outputs: infos, millis }, buffers, bitmap: None })
}

fn info(name: &str, kind: Kind, shape: &[usize]) -> TensorInfo {
    let kind = match kind {
        Kind::F32 => ElementKind::F32,
        Kind::I64 | Kind::Bool => ElementKind::I64,
    };
    TensorInfo { name: name.to_owned(), kind, shape: shape.to_vec() }
}

/// An input's elements; a buffer that does not consist of whole elements has none.
fn data(kind: Kind, buffer: &ArrayBuffer) -> Data {
    let length = buffer.byte_length() as usize;
    match kind {
        Kind::F32 if length.is_multiple_of(4) => Data::F32(Float32Array::new(buffer).to_vec()),
        Kind::F32 => Data::F32(vec![]),
        Kind::I64 | Kind::Bool if length.is_multiple_of(8) => Data::I64(BigInt64Array::new(buffer).to_vec()),
        Kind::I64 | Kind::Bool => Data::I64(vec![]),
    }
}

fn buffer(data: &Data) -> ArrayBuffer {
    match data {
        Data::F32(numbers) => Float32Array::from(&numbers[..]).buffer(),
        Data::I64(numbers) => BigInt64Array::from(&numbers[..]).buffer(),
    }
}
