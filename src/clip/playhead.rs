//! Frames at the playhead, for what the browser's player does not show.

use super::state::Clip;
use crate::media::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::rc::Rc;

/// Opens the video, its frames of at most `side_max`, and calls `show` with the playhead's time in seconds whenever it
/// moves. One call is awaited at a time; where the playhead has moved on meanwhile, the last place counts.
pub fn follow<Showing>(clip: &Clip, side_max: u32, show: impl Fn(Rc<Video>, f64) -> Showing + 'static)
where
    Showing: Future<Output = ()> + 'static,
{
    let video = StoredValue::new_local(None::<Rc<Video>>);
    let busy = StoredValue::new(true);
    let again = RwSignal::new(0_u32);
    let file = clip.file.clone();
    spawn_local(async move {
        if let Ok(open) = Video::open(&file, side_max).await {
            // The view may be gone.
            video.try_update_value(|video| *video = Some(Rc::new(open)));
            busy.try_update_value(|busy| *busy = false);
            let _ = again.try_update(|again| *again += 1);
        }
    });
    let at = clip.at.clone();
    Effect::new(move |_| {
        let (_, secs) = (again.get(), at.get());
        let Some(video) = video.get_value().filter(|_| !busy.get_value()) else { return };
        busy.set_value(true);
        let (at, showing) = (at.clone(), show(video, secs));
        spawn_local(async move {
            showing.await;
            busy.try_update_value(|busy| *busy = false);
            if (at.get_untracked() - secs).abs() > 1e-6 {
                let _ = again.try_update(|again| *again += 1);
            }
        });
    });
}
