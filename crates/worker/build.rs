//! Writes the network that a worker warms up with into the build's folder.

#[path = "warm_up/network.rs"]
mod network;
#[path = "warm_up/onnx.rs"]
mod onnx;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=warm_up");
    let folder = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(folder.join("warm_up.onnx"), network::bytes())
}
