//! The way to the workers: who they are, what each can do now, and what happens when one of them fails.

mod adapter;
mod choice;
mod fields;
mod link;
mod measure;
mod post;
mod replies;
mod slot;
mod speed;
mod workers;

pub use adapter::Adapter;
pub use choice::{Choice, Reason};
pub use fields::Fields;
pub use post::{Parcel, buffer_from, bytes_from};
pub use slot::{Load, Own, Progress, bytes_of};
pub use speed::Speed;
pub use workers::{Rescue, Workers};
