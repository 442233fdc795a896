//! The bundle that computes on WebGPU.

fn main() {
    vitrine_worker::start();
}
