//! Files that mean harm, or are damaged: each gives an error or a graph, within ten seconds and a gigabyte.
#![allow(clippy::unwrap_used, reason = "tests")]

mod limits;
mod models;
mod mutations;
mod onnx;
mod operators;
#[path = "../../src/onnx/proto.rs"]
#[allow(dead_code, reason = "the reader's own messages, of which these tests need some")]
mod proto;
mod tflite;
#[path = "../tflite_operators/writer.rs"]
#[allow(dead_code, reason = "shared with the tests of TFLite's operators")]
mod writer;
