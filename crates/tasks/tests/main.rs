//! From frames to answers. One program, as each would link the same hundred megabytes.

mod act;
mod indoor;
mod own;
mod own_answers;
#[cfg(feature = "webgpu")]
mod same_on_gpu;
mod two_stream;
