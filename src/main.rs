//! The page: what a person sees and touches. It links no network and no decoder; both live in workers
//! (`bridge`), and what they answer is shown here.

mod address;
mod annotate;
mod app;
mod bridge;
mod chunk;
mod clip;
mod components;
mod evaluation;
mod fetch;
mod language;
mod live;
mod media;
mod memory;
mod numbers;
mod own;
mod save;
mod studio;
mod turns;
mod view;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
