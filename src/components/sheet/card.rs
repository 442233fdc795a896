//! One photo of the sheet. Its inside is written as a text: many come into sight at once while somebody scrolls, and the
//! browser reads a text several times faster than elements can be made one by one.

use super::{headline, name_of};
use crate::components::thumbnail::tag;
use crate::language::{self, Locale};
use crate::numbers::{self, plain};
use crate::studio::{Photo, PhotoResult, Studio};
use crate::words;
use leptos::prelude::*;
use vitrine_protocol::Answer;

/// Colours that are shown of a photo's areas.
const AREAS_SHOWN: usize = 8;

/// Picture, answer and name; pressing it shows the photo on the stage.
#[component]
pub fn Card(studio: Studio, photo: Photo) -> impl IntoView {
    let Photo { number, name, phase, thumbnail, result, .. } = photo;
    let state = {
        let phase = phase.clone();
        Signal::derive(move || phase.with(tag).to_owned())
    };
    let title = name.clone();
    let inside = Signal::derive(move || {
        let locale = studio.locale.get();
        let picture = match thumbnail.get() {
            Some(address) => format!("<img src=\"{address}\" alt=\"\" decoding=\"async\">"),
            None => String::new(),
        };
        let answer = match result.get() {
            Some(result) => answer(locale, &result),
            None => {
                let words = words::phase(locale, &phase.get());
                format!("<span class=\"card-answer quiet\">{}</span>", escaped(&words))
            }
        };
        let name = escaped(&name);
        format!(
            "<span class=\"card-picture\">{picture}</span>{answer}<small class=\"card-name\">{name}</small>"
        )
    });
    view! {
        <button type="button" class="card" data-testid=format!("card-{number}") data-state=state title=title
            on:click=move |_| studio.select(number) inner_html=inside></button>
    }
}

fn answer(locale: Locale, result: &PhotoResult) -> String {
    let (name, share) = match headline(result) {
        Some((id, share)) => (name_of(locale, result, id), numbers::percent(locale, share)),
        None => Default::default(),
    };
    let doubtful = if result.is_doubtful() { " doubtful" } else { "" };
    let (name, share, areas) = (escaped(&name), escaped(&share), areas(result, language::tag(locale)));
    format!("<span class=\"card-answer{doubtful}\"><strong>{name}</strong><span>{share}</span></span>{areas}")
}

/// The shares of the categories as a bar of their colours.
fn areas(result: &PhotoResult, language: &str) -> String {
    let Answer::Segment(areas) = &result.answer else { return String::new() };
    let mut parts = String::new();
    for category in areas.categories.iter().take(AREAS_SHOWN) {
        let Some(group) = result.pack.group(category.id) else { continue };
        let (share, colour) = (plain(category.share), escaped(&group.colour));
        let name = escaped(group.name.in_language(language));
        parts += &format!("<i style=\"flex-grow:{share};background:{colour}\" title=\"{name}\"></i>");
    }
    format!("<span class=\"card-areas\" aria-hidden=\"true\">{parts}</span>")
}

/// A text as it is written in HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_cannot_become_elements() {
        assert_eq!(escaped("<img src=x onerror=\"a&b\">"), "&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;");
    }
}
