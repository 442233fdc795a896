//! What the page knows: photos, the pack, what is going on. Owned here, shown by `components`, changed by `queue`.

mod answer;
mod boot;
mod photo;
mod publish;
mod queue;
mod state;

pub use photo::{Phase, Photo, Result as PhotoResult};
pub use publish::Report;
#[cfg(test)]
pub use publish::ReportedResult;
pub use state::{Notice, PackState, Problem, Studio};
