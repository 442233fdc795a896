//! Loading and running packs.

use super::digest::sha256;
use super::post::{Parcel, send};
use super::{Shared, fetch};
use crate::faults::{fault, from_task};
use std::rc::Rc;
use vitrine_engine::{Device, Precision};
use vitrine_graph::Bytes;
use vitrine_packs::{ModelFile, Pack};
use vitrine_pixels::boxes::{Detection, Rect};
use vitrine_pixels::{Frame, test_card};
use vitrine_protocol::{Fault, FaultCode, Reply, Stage, Ticket};
use vitrine_tasks::{Beside, Check, LoadOptions, Model};

/// The best of so many runs is a device's time: others had a part of it in the rest.
const MEASURED_RUNS: u32 = 3;
/// A device that takes longer is measured once.
const SLOW_MILLIS: f64 = 400.0;

fn progress(ticket: Ticket, stage: Stage, done: u64, total: Option<u64>) {
    send(Reply::Progress { ticket, stage, done, total }.into());
}

fn device(state: &Shared) -> Result<Device, Fault> {
    let device = state.borrow().device.clone();
    device.ok_or_else(|| fault(FaultCode::WorkerCrashed, "no device was opened"))
}

/// Milliseconds of the worker's clock.
fn now() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    performance.map_or(0.0, |performance| wasm_bindgen::JsCast::unchecked_into::<Clock>(performance).now())
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    type Clock;
    #[wasm_bindgen(method)]
    fn now(this: &Clock) -> f64;
}

/// Fetches, verifies, plans and self-tests a pack. The one that was there stays until the new one is ready.
pub async fn load(state: Shared, ticket: Ticket, folder: &str, side: Option<u32>) -> Result<Parcel, Fault> {
    let (pack, pack_json) = fetch_pack(folder).await?;
    let model = fetch_model(ticket, folder, &pack.model).await?;
    let second = match &pack.then {
        Some(then) => Some(second(ticket, &format!("{folder}../{}/", then.pack)).await?),
        None => None,
    };
    let flow = match pack.flow() {
        Some(flow) => Some(fetch_model(ticket, folder, &flow.model).await?),
        None => None,
    };
    make_ready(state, ticket, Files { pack, model, second, flow }, pack_json, side).await
}

/// As [`load`], for a pack whose files the page has.
pub async fn load_given(
    state: Shared,
    ticket: Ticket,
    pack_json: String,
    model: Vec<u8>,
    side: Option<u32>,
) -> Result<Parcel, Fault> {
    let pack = parse(&pack_json)?;
    verify(&model, &pack.model).await?;
    if let Some(then) = &pack.then {
        let remedy = "leave `then` out, or let the host serve both packs";
        let cause =
            format!("pack.json: `then.pack` names {:?}, which did not come along: {remedy}", then.pack);
        return Err(fault(FaultCode::PackInvalid, cause));
    }
    if let Some(flow) = pack.flow() {
        let remedy = "let a host serve the pack's folder, or leave `flow` out";
        let cause = format!(
            "pack.json: `output.flow` names {:?}, which did not come along: {remedy}",
            flow.model.file
        );
        return Err(fault(FaultCode::PackInvalid, cause));
    }
    let files = Files { pack, model: model.into(), second: None, flow: None };
    make_ready(state, ticket, files, pack_json, side).await
}

/// What is in a model file that has no pack.
#[cfg(feature = "cpu")]
pub async fn inspect(ticket: Ticket, model: Vec<u8>) -> Result<Parcel, Fault> {
    let digest = sha256(&model).await;
    let report = vitrine_tasks::own::inspect(model, digest);
    let report = report.map_err(|error| fault(FaultCode::PackInvalid, error))?;
    Ok(Reply::Told { ticket, json: serde_json::to_string(&report).unwrap_or_default() }.into())
}

/// A `pack.json` for a person's answers.
#[cfg(feature = "cpu")]
pub fn draft(ticket: Ticket, answers: &str) -> Result<Parcel, Fault> {
    let answers: vitrine_packs::own::Answers =
        serde_json::from_str(answers).map_err(|error| fault(FaultCode::WorkerCrashed, error))?;
    let pack = answers.pack().map_err(|error| fault(FaultCode::PackInvalid, error))?;
    Ok(Reply::Told { ticket, json: serde_json::to_string_pretty(&pack).unwrap_or_default() }.into())
}

/// All that a pack consists of, verified.
#[derive(Clone)]
struct Files {
    pack: Pack,
    model: Bytes,
    /// The second pack of a cascade.
    second: Option<(Pack, Bytes)>,
    /// The network that reads optical flow.
    flow: Option<Bytes>,
}

async fn make_ready(
    state: Shared,
    ticket: Ticket,
    files: Files,
    pack_json: String,
    side: Option<u32>,
) -> Result<Parcel, Fault> {
    let device = device(&state)?;
    let (start, pack) = (now(), files.pack.id.clone());
    let proved = match half(&files.pack, &device) {
        // What 16 bits do not prove, 32 may.
        Some(half) => {
            Some(prepared(ticket, files.clone(), side, &half).await?).filter(|(_, check)| passed(check))
        }
        None => None,
    };
    let (model, check) = match proved {
        Some(proved) => proved,
        None => prepared(ticket, files, side, &device).await?,
    };
    let self_test_diff = check.as_ref().map(|check| check.max_abs_diff);
    if let Some(check) = check.filter(|check| !check.ok) {
        let cause = format!("on {}, {}", device.name(), check.worst);
        return Err(fault(FaultCode::SelfTestFailed, cause));
    }
    state.borrow_mut().model = Some(Rc::new(model));
    state.borrow_mut().clip = None;
    Ok(Reply::Loaded { ticket, pack, pack_json, millis: now() - start, self_test_diff }.into())
}

/// The device in half precision, if it and the pack have it.
fn half(pack: &Pack, device: &Device) -> Option<Device> {
    let half = pack.self_test.as_ref()?.half.filter(|_| device.has_half())?;
    let precision = if half.sums { Precision::Half } else { Precision::HalfInMemory };
    Some(device.clone().with_precision(precision))
}

fn passed(check: &Option<Check>) -> bool {
    check.as_ref().is_some_and(|check| check.ok)
}

/// Plans a pack on a device, and computes its self-test there.
async fn prepared(
    ticket: Ticket,
    files: Files,
    side: Option<u32>,
    device: &Device,
) -> Result<(Model, Option<Check>), Fault> {
    progress(ticket, Stage::Prepare, 0, None);
    let Files { pack, model, second, flow } = files;
    let mut model =
        Model::load(&pack, model, device, LoadOptions { side }).map_err(|error| from_task(&error))?;
    if let Some((pack, second)) = second {
        model = model.followed_by(&pack, second, device).map_err(|error| from_task(&error))?;
    }
    if let Some(flow) = flow {
        model = model.with_flow(flow, device).map_err(|error| from_task(&error))?;
    }
    progress(ticket, Stage::WarmUp, 0, None);
    let check = model.check().await.map_err(|error| from_task(&error))?;
    Ok((model, check))
}

fn parse(pack_json: &str) -> Result<Pack, Fault> {
    Pack::from_json(pack_json).map_err(|error| fault(FaultCode::PackInvalid, error))
}

async fn verify(model: &[u8], file: &ModelFile) -> Result<(), Fault> {
    let digest = sha256(model).await;
    if digest != file.sha256 {
        let cause = format!("{} has the sha256 {digest}, the pack names {}", file.file, file.sha256);
        return Err(fault(FaultCode::PackTampered, cause));
    }
    Ok(())
}

/// The pack in a folder, and its text.
async fn fetch_pack(folder: &str) -> Result<(Pack, String), Fault> {
    let json = fetch::text(&format!("{folder}pack.json")).await?;
    Ok((parse(&json)?, json))
}

/// The second pack of a cascade with its model file.
async fn second(ticket: Ticket, folder: &str) -> Result<(Pack, Bytes), Fault> {
    let (pack, _) = fetch_pack(folder).await?;
    let model = fetch_model(ticket, folder, &pack.model).await?;
    Ok((pack, model))
}

/// Times the pack loaded last on the test card, at the size that it reads.
pub async fn measure(state: Shared, ticket: Ticket) -> Result<Parcel, Fault> {
    let model = model(&state)?;
    let input = &model.pack().input;
    let card = test_card(input.width, input.height);
    let mut best = f64::INFINITY;
    for _ in 0..MEASURED_RUNS {
        let start = now();
        model.run(&card, 1, |_, _| ()).await.map_err(|error| from_task(&error))?;
        best = best.min(now() - start);
        if best > SLOW_MILLIS {
            break;
        }
    }
    Ok(Reply::Measured { ticket, millis: best }.into())
}

fn model(state: &Shared) -> Result<Rc<Model>, Fault> {
    let model = state.borrow().model.clone();
    model.ok_or_else(|| fault(FaultCode::PackMissing, "no pack was loaded"))
}

async fn fetch_model(ticket: Ticket, folder: &str, file: &ModelFile) -> Result<Bytes, Fault> {
    let report = |done| progress(ticket, Stage::Download, done, Some(file.bytes));
    let bytes = fetch::bytes(&format!("{folder}{}", file.file), [file.bytes; 2], report).await?;
    verify(&bytes, file).await?;
    Ok(bytes.into())
}

/// Computes an answer with the pack loaded last.
pub async fn run(
    state: Shared,
    ticket: Ticket,
    [width, height]: [u32; 2],
    crops: u32,
    rgba: Vec<u8>,
) -> Result<Parcel, Fault> {
    let model = model(&state)?;
    let frame = Frame::new(width, height, rgba).map_err(|error| fault(FaultCode::ImageCorrupt, error))?;
    let runs = |done: usize, all: usize| progress(ticket, Stage::Run, done as u64, Some(all as u64));
    let answered = model.run(&frame, crops, runs).await.map_err(|error| from_task(&error))?;
    let reply = Reply::Done { ticket, answer: answered.answer, timings: answered.timings };
    Ok(match answered.beside {
        Beside::Classes(classes) => Parcel::with_bytes(reply, classes.ids()),
        Beside::Activation(maps) => Parcel::with_bytes(reply, &maps),
        Beside::Candidates(candidates) => Parcel::with_bytes(reply, &bytes(&candidates)),
        Beside::Nothing => reply.into(),
    })
}

/// As `vitrine_protocol::Detections` says.
fn bytes(candidates: &[Detection]) -> Vec<u8> {
    let numbers = candidates.iter().flat_map(|it| {
        let Rect { left, top, right, bottom } = it.rect;
        [left, top, right, bottom, it.confidence, it.class.into()]
    });
    numbers.flat_map(f32::to_le_bytes).collect()
}
