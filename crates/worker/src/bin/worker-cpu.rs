//! The bundle that computes on the processor, decodes and encodes.

fn main() {
    vitrine_worker::start();
}
