//! What is done in videos: a player with a timeline below it. All of it is fetched with the first video.

mod figures;
mod frame_by_frame;
mod motion;
mod panel;
mod picture;
mod player;
mod playhead;
mod publish;
mod run;
mod saved;
mod seek;
mod state;
mod timeline;
mod trouble;
mod words;

use crate::chunk;
use crate::studio::Studio;
use leptos::prelude::*;
use motion::MotionLayer;
use panel::Panel;
use player::PlayerView;
use state::{Clip, Watching};
use timeline::Timeline;
use trouble::TroubleCard;
use wasm_split_helpers::wasm_split;

/// The view of the videos that the studio holds.
#[wasm_split(moving, fallible)]
pub fn code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <Videos studio /> }.into_any())
}

#[component]
fn Videos(studio: Studio) -> impl IntoView {
    let watching = Watching::default();
    Effect::new(move |_| {
        let clips: Vec<Clip> = studio.clips.get().into_iter().map(Clip::new).collect();
        watching.replace(clips);
        run::begin(studio, watching);
    });
    on_cleanup(move || watching.replace(Vec::new()));
    let clip = move || watching.shown();
    move || {
        clip().map(|clip| {
            let counted = clip.windows.clone();
            view! {
                <div class="workplace clip-workplace" data-testid="clip"
                    data-frames=move || counted.with(Vec::len).to_string()>
                    <div class="seat clip-seat">
                        <PlayerView clip=clip.clone() />
                        <MotionLayer studio clip=clip.clone() />
                    </div>
                    <Timeline studio clip=clip.clone() />
                </div>
                <aside class="panel clip-panel" aria-label=crate::say!(studio, clip.label)>
                    <TroubleCard studio watching clip=clip.clone() />
                    <Panel studio watching clip />
                </aside>
            }
        })
    }
}
