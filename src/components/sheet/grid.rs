//! Photos in rows. Only those in sight have elements, so that a thousand do not slow the page.

use super::card::Card;
use super::listed;
use crate::say;
use crate::studio::{Photo, Studio};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::ResizeObserver;

/// The least width of a card with its gap, in CSS pixels.
const CARD_WIDTH: f64 = 168.0;
/// The height of a row with its gap; the styles agree.
const ROW_HEIGHT: f64 = 196.0;
/// Rows that are ready above and below those in sight.
const SPARE_ROWS: usize = 1;

/// How the photos are laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    columns: usize,
    /// The first row with elements, and how many rows have some.
    first: usize,
    rows: usize,
}

impl Layout {
    fn of(width: f64, height: f64, scrolled: f64) -> Self {
        let columns = ((width / CARD_WIDTH) as usize).max(2);
        let first = ((scrolled / ROW_HEIGHT) as usize).saturating_sub(SPARE_ROWS);
        Self { columns, first, rows: (height / ROW_HEIGHT) as usize + 2 + 2 * SPARE_ROWS }
    }
}

/// The photos with their answers.
#[component]
pub fn Grid(studio: Studio) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let size = RwSignal::new((0.0, 0.0));
    let scrolled = studio.view.sheet.scrolled;
    watch_size(frame, size);
    frame.on_load(move |frame| frame.set_scroll_top(scrolled.get_untracked() as i32));
    let photos = Memo::new(move |_| listed(studio));
    let layout = Memo::new(move |_| {
        let (width, height) = size.get();
        Layout::of(width, height, scrolled.get())
    });
    let first = RwSignal::new(layout.get_untracked().first);
    follow(layout, first);
    let seen = move || {
        let (Layout { columns, rows, .. }, first) = (layout.get(), first.get());
        photos.with(|photos| {
            let places = photos.iter().enumerate().skip(first * columns).take(rows * columns);
            places.map(|(place, photo)| (place, photo.clone())).collect::<Vec<_>>()
        })
    };
    let room = Signal::derive(move || {
        let rows = photos.with(Vec::len).div_ceil(layout.get().columns);
        format!("height:{}px;--columns:{}", rows * ROW_HEIGHT as usize, layout.get().columns)
    });
    view! {
        <div class="sheet-frame" node_ref=frame tabindex="-1" data-testid="sheet-frame"
            on:scroll:target=move |event| scrolled.set(f64::from(event.target().scroll_top()))>
            <Show when=move || photos.with(Vec::is_empty)>
                <p class="quiet">{say!(studio, sheet.nothing)}</p>
            </Show>
            <ul class="cards" style=room>
                <For each=seen key=move |(place, photo)| (*place, photo.number, layout.get_untracked().columns)
                    children=move |(place, photo): (usize, Photo)| {
                        let columns = layout.get_untracked().columns;
                        let (row, column) = (place / columns, place % columns);
                        let top = row * ROW_HEIGHT as usize;
                        view! { <li style=format!("top:{top}px;--column:{column}")><Card studio photo /></li> }
                    } />
            </ul>
        </div>
    }
}

/// Moves the first row towards the wanted one, a row a frame: making the cards of several in one task would be felt.
fn follow(layout: Memo<Layout>, first: RwSignal<usize>) {
    let moving = StoredValue::new(false);
    Effect::new(move || {
        layout.track();
        if !moving.get_value() {
            moving.set_value(true);
            step(layout, first, moving);
        }
    });
}

fn step(layout: Memo<Layout>, first: RwSignal<usize>, moving: StoredValue<bool>) {
    request_animation_frame(move || {
        // The sheet may have been closed.
        let (Some(wanted), Some(now)) = (layout.try_get_untracked(), first.try_get_untracked()) else {
            return;
        };
        let next = stepped(now, wanted);
        if next != now {
            first.set(next);
        }
        match next == wanted.first {
            true => moving.set_value(false),
            false => step(layout, first, moving),
        }
    });
}

/// A row nearer; at once where the rows in sight are others altogether.
fn stepped(now: usize, wanted: Layout) -> usize {
    if now.abs_diff(wanted.first) > wanted.rows / 2 {
        return wanted.first;
    }
    match now < wanted.first {
        true => now + 1,
        false => now.saturating_sub(1).max(wanted.first),
    }
}

fn watch_size(frame: NodeRef<Div>, size: RwSignal<(f64, f64)>) {
    Effect::new(move || {
        let Some(element) = frame.get() else { return };
        let measured = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            // The sheet may have been closed.
            let _ = size.try_set((f64::from(measured.client_width()), f64::from(measured.client_height())));
        });
        if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // It calls the closure until it is disconnected.
            let kept = StoredValue::new_local((observer, measure));
            on_cleanup(move || {
                kept.try_with_value(|(observer, _)| observer.disconnect());
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_near_those_in_sight_have_elements() {
        assert_eq!(Layout::of(1400.0, 800.0, 0.0), Layout { columns: 8, first: 0, rows: 8 });
        assert_eq!(Layout::of(1400.0, 800.0, 1960.0), Layout { columns: 8, first: 9, rows: 8 });
        assert_eq!(Layout::of(320.0, 600.0, 100.0).columns, 2);
    }

    #[test]
    fn rows_follow_one_by_one_unless_they_are_far() {
        let wanted = Layout { columns: 8, first: 9, rows: 8 };
        assert_eq!([7, 9, 11, 14].map(|now| stepped(now, wanted)), [8, 9, 10, 9]);
    }
}
