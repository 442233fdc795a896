//! What the page knows: photos, the pack, what is going on. Owned here, shown by `components`, changed by `queue`.

mod answer;
mod boot;
mod clips;
mod ground_truth;
mod many;
mod missing;
mod notice;
mod own;
mod photo;
mod publish;
mod queue;
mod result;
mod shown_pack;
mod state;

pub use answer::look;
pub use boot::parse;
pub use ground_truth::{Kind as LabelKind, Labels};
pub use notice::{Notice, PackState, Problem};
pub use photo::{Phase, Photo};
pub use publish::{Report, to_json};
pub use result::{Beside, Result as PhotoResult, Settings, answer_of};
pub use shown_pack::ShownPack;
pub use state::Studio;
