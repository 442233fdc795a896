//! What the page and its workers say to each other: plain data as JSON. Pixels and files travel beside a message as
//! transferred `ArrayBuffer`s: a JavaScript object `{json: string, buffers: ArrayBuffer[], bitmap?: ImageBitmap}`.
//!
//! Each request gets any number of [`Reply::Progress`] and exactly one closing reply with the same ticket.

mod actions;
mod answer;
mod fault;
mod media;
mod message;
mod report;
pub mod text;
pub mod timeline;

pub use actions::{ActionSegment, ActionWindow, Actions, joined, segments, window_at};
pub use answer::{
    Activation, Answer, Classification, Detections, FoundObject, GroupShare, RankedClass, Segmentation,
};
pub use fault::{Fault, FaultCode};
pub use media::{MediaReply, MediaRequest, MediaTrouble, MediaTroubleKind};
pub use message::{Device, DeviceInfo, ElementKind, Reply, Request, Stage, TensorInfo, Ticket, Timings};
pub use report::{MissingOperator, ModelCosts, ModelFigures, ModelMemory, ModelReport, NamedShape};
