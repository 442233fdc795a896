//! The bundle that reads videos.

fn main() {
    vitrine_media::start();
}
