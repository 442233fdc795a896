//! The video itself: the browser's player, or single frames where it has none.

use super::picture::PictureView;
use super::state::Clip;
use crate::media::Player;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Url;

/// A player that follows the timeline, and that the timeline follows.
#[component]
pub fn PlayerView(clip: Clip) -> impl IntoView {
    // An animation has no player, and neither has a codec that the browser does not know.
    let refused = RwSignal::new(false);
    let kind = clip.codec.clone();
    let single = move || refused.get() || kind.with(|kind| kind.starts_with("image/"));
    let single = Memo::new(move |_| single());
    move || match single.get() {
        true => view! { <PictureView clip=clip.clone() /> }.into_any(),
        false => view! { <Moving clip=clip.clone() refused /> }.into_any(),
    }
}

#[component]
fn Moving(clip: Clip, refused: RwSignal<bool>) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let player = move || video.get_untracked().map(|video| video.unchecked_into::<Player>());
    let address = Url::create_object_url_with_blob(&clip.file).unwrap_or_default();
    let given_back = address.clone();
    on_cleanup(move || {
        let _ = Url::revoke_object_url(&given_back);
    });
    let wanted = clip.wanted.clone();
    Effect::new(move |_| {
        let (count, secs) = wanted.get();
        if let Some(player) = player().filter(|_| count > 0) {
            player.set_current_time(secs);
        }
    });
    let (moved, at) = (clip.at.clone(), clip.at.clone());
    let follow = move |at: &ArcRwSignal<f64>| {
        if let Some(player) = player() {
            at.set(player.current_time());
        }
    };
    follow_while_playing(player, at);
    view! {
        <video class="clip-video" data-testid="clip-video" node_ref=video src=address controls playsinline
            prop:muted=true
            on:timeupdate=move |_| follow(&moved)
            on:error=move |_| refused.set(true)>
        </video>
    }
}

/// The browser tells a playing time four times a second only.
fn follow_while_playing(player: impl Fn() -> Option<Player> + Copy + 'static, at: ArcRwSignal<f64>) {
    let timer = gloo::timers::callback::Interval::new(40, move || {
        if let Some(player) = player().filter(|player| !player.paused()) {
            at.set(player.current_time());
        }
    });
    let timer = StoredValue::new_local(Some(timer));
    on_cleanup(move || {
        timer.try_update_value(Option::take);
    });
}
