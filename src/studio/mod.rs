//! What the page knows: photos, the pack, what is going on. Owned here, shown by `components`, changed by `queue`.

mod answer;
mod boot;
mod missing;
mod photo;
mod publish;
mod queue;
mod shown_pack;
mod state;

pub use photo::{Phase, Photo, Result as PhotoResult};
pub use publish::Report;
#[cfg(test)]
pub use publish::ReportedResult;
pub use shown_pack::ShownPack;
pub use state::{Notice, PackState, Problem, Studio};
