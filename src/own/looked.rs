//! What a worker says is in a model file.

use crate::bridge::{Fields, bytes_of};
use crate::studio::Studio;
use js_sys::{JSON, Object};
use vitrine_packs::Task;
use vitrine_packs::own::{Preset, presets_for};
use vitrine_protocol::{Device, Fault, FaultCode, Reply, Request, Ticket};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// A model file that was looked into: what the page shows of `vitrine_protocol::ModelReport`.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// Length of the file.
    pub bytes: u64,
    /// Lower-case hexadecimal digest.
    pub sha256: String,
    /// Missing operators.
    pub missing: Vec<Missing>,
    /// Why there is no proposal.
    pub problem: Option<String>,
    /// Ways to understand it, the likeliest first.
    pub proposals: Vec<Proposed>,
    /// What is inside; none if an operator is missing.
    pub figures: Option<Figures>,
}

/// An operator that is missing here.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    pub operator: String,
    pub node: u32,
    pub output: String,
    pub detail: String,
}

/// What the page shows of `vitrine_packs::own::Proposal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// All of it.
    pub json: String,
    pub task: Task,
    pub width: u32,
    pub height: u32,
    pub free_size: bool,
    pub scores: u32,
    pub grey: bool,
    /// Networks that write their outputs so.
    pub family: Option<String>,
    /// Whether the file says how its scores are read.
    pub decoded: bool,
    /// Whether it leaves open how boxes are written.
    pub any_boxes: bool,
    /// Whether the file says how pixels are scaled.
    pub known: bool,
}

impl Proposed {
    /// The presets that fit its task, the likeliest first.
    pub fn presets(&self) -> impl Iterator<Item = &'static Preset> + use<> {
        presets_for(self.task, self.grey, self.family.as_deref())
    }
}

/// What a model consists of and costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    /// Name and number, of the file as it is.
    pub operators: Vec<String>,
    pub parameters: f64,
    pub flops: f64,
    pub weight_bytes: f64,
    pub activation_bytes: f64,
}

/// Lets the CPU worker look into a model file.
///
/// # Errors
/// Why it cannot be read.
pub async fn look(studio: Studio, model: &Blob) -> Result<Looked, Fault> {
    let bytes = bytes_of(model).await?;
    let json = told(studio, |ticket| Request::Inspect { ticket }, &[bytes]).await?;
    JSON::parse(&json).ok().and_then(|value| read(&value)).ok_or_else(unexpected)
}

/// Lets the CPU worker write a `pack.json`.
///
/// # Errors
/// Which field cannot be.
pub async fn draft(studio: Studio, answers: String) -> Result<String, Fault> {
    told(studio, |ticket| Request::Draft { ticket, answers }, &[]).await
}

async fn told(
    studio: Studio,
    request: impl FnOnce(Ticket) -> Request + 'static,
    buffers: &[js_sys::ArrayBuffer],
) -> Result<String, Fault> {
    match studio.workers().ask(Device::Cpu, request, buffers).await?.reply {
        Reply::Told { json, .. } => Ok(json),
        _ => Err(unexpected()),
    }
}

fn read(report: &JsValue) -> Option<Looked> {
    let fields = Fields::of(report.clone());
    Some(Looked {
        bytes: fields.number("bytes")? as u64,
        sha256: fields.text("sha256")?,
        missing: fields.list("unsupported", missing)?,
        problem: fields.text("problem"),
        proposals: fields.list("proposals", proposed)?,
        figures: figures(&fields),
    })
}

fn missing(fields: &Fields) -> Option<Missing> {
    Some(Missing {
        operator: fields.text("operator")?,
        node: fields.whole("node")?,
        output: fields.text("output")?,
        detail: fields.text("detail")?,
    })
}

fn proposed(fields: &Fields) -> Option<Proposed> {
    Some(Proposed {
        json: JSON::stringify(fields.value()).ok()?.into(),
        task: fields.name("task")?,
        width: fields.whole("width")?,
        height: fields.whole("height")?,
        free_size: fields.flag("free_size")?,
        scores: fields.whole("scores")?,
        grey: fields.flag("grey")?,
        family: fields.text("family"),
        decoded: fields.text("decoding").is_some(),
        any_boxes: fields
            .field("output")
            .and_then(|output| output.field("head")?.text("kind"))
            .is_some_and(|kind| kind == "rows"),
        known: fields.field("normalisation").is_some(),
    })
}

fn figures(fields: &Fields) -> Option<Figures> {
    let shape = |fields: &Fields| {
        let sizes = fields.list("shape", |size| size.as_number().map(|size| size.to_string()))?;
        Some(format!("{} [{}]", fields.text("name")?, sizes.join(", ")))
    };
    let operators = Object::entries(fields.field("operators")?.value().unchecked_ref());
    let operator = |pair: JsValue| {
        let pair = js_sys::Array::from(&pair);
        Some(format!("{} {}", pair.get(0).as_string()?, pair.get(1).as_f64()?))
    };
    let optimised = fields.field("optimised")?;
    let memory = optimised.field("memory")?;
    Some(Figures {
        inputs: fields.list("inputs", shape)?,
        outputs: fields.list("outputs", shape)?,
        operators: operators.iter().filter_map(operator).collect(),
        parameters: optimised.number("parameters")?,
        flops: optimised.number("flops")?,
        weight_bytes: memory.number("weight_bytes")?,
        activation_bytes: memory.number("activation_peak_bytes")?,
    })
}

fn unexpected() -> Fault {
    Fault {
        code: FaultCode::WorkerCrashed,
        cause: "the worker sent another reply than a report".to_owned(),
        remedy: "Reload the page.".to_owned(),
    }
}
