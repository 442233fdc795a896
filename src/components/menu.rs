//! A button with a panel below it. It closes when the person turns to something else.

use leptos::ev;
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// A `details` element that behaves as a menu: Escape and a press elsewhere close it.
#[component]
pub fn Menu(
    /// For styles.
    class: &'static str,
    /// For tests.
    testid: &'static str,
    /// What a screen reader says for the button.
    #[prop(into)]
    label: Signal<String>,
    /// What the button shows.
    button: ViewFn,
    /// The panel, made when it is first opened.
    children: ChildrenFn,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    let opened = RwSignal::new(false);
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let inside = details.get_untracked().is_some_and(|menu| menu.contains(target.as_ref()));
        if !inside {
            close();
        }
    });
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            close();
        }
    });
    on_cleanup(move || {
        outside.remove();
        escape.remove();
    });
    view! {
        <details class=format!("menu {class}") node_ref=details>
            <summary data-testid=testid aria-label=label title=label on:click=move |_| opened.set(true)>
                {button.run()}
            </summary>
            <div class="menu-panel"><Show when=move || opened.get()>{children()}</Show></div>
        </details>
    }
}
