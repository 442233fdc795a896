//! One photo of the sheet. Its inside is written as a text: many come into sight at once while somebody scrolls, and the
//! browser reads a text several times faster than elements can be made one by one.

use super::{headline, name_of};
use crate::components::thumbnail::tag;
use crate::language::{self, Locale};
use crate::numbers::{self, plain};
use crate::studio::{Photo, PhotoResult, Studio};
use crate::words;
use leptos::prelude::*;
use vitrine_overlay::Colour;
use vitrine_protocol::{Answer, Detections};

/// Colours that are shown of a photo's areas.
const AREAS_SHOWN: usize = 8;
/// Boxes that are drawn on a card: more of them hide the picture.
const BOXES_SHOWN: usize = 40;

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
        let mut picture = match thumbnail.get() {
            Some(address) => format!("<img src=\"{address}\" alt=\"\" decoding=\"async\">"),
            None => String::new(),
        };
        let result = result.get();
        if let Some(Answer::Detect(found)) = result.as_deref().map(|result| &result.answer) {
            picture += &boxes(found);
        }
        let answer = match result {
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
    if let Answer::Detect(found) = &result.answer {
        let words = escaped(&counted(locale, result, found));
        return format!("<span class=\"card-answer\"><strong>{words}</strong></span>");
    }
    let (name, share) = match headline(result) {
        Some((id, share)) => (name_of(locale, result, id), numbers::percent(locale, share)),
        None => Default::default(),
    };
    let doubtful = if result.is_doubtful() { " doubtful" } else { "" };
    let (name, share, areas) = (escaped(&name), escaped(&share), areas(result, language::tag(locale)));
    format!("<span class=\"card-answer{doubtful}\"><strong>{name}</strong><span>{share}</span></span>{areas}")
}

/// The boxes over the picture, which fills its place as the styles say.
fn boxes(found: &Detections) -> String {
    let mut rects = String::new();
    for it in found.objects.iter().take(BOXES_SHOWN) {
        let [x, y, width, height] = [it.left, it.top, it.width, it.height].map(|side| plain(side.into()));
        let Colour([red, green, blue]) = Colour::of_class(it.class);
        rects += &format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" stroke=\"rgb({red},{green},{blue})\"/>"
        );
    }
    let (width, height) = (found.width, found.height);
    format!(
        "<svg class=\"card-boxes\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"xMidYMid slice\" \
         aria-hidden=\"true\">{rects}</svg>"
    )
}

/// `person 3, dog`; what is found most comes first.
fn counted(locale: Locale, result: &PhotoResult, found: &Detections) -> String {
    let mut counts: Vec<(u32, usize)> = Vec::new();
    for it in &found.objects {
        match counts.iter_mut().find(|(class, _)| *class == it.class) {
            Some((_, count)) => *count += 1,
            None => counts.push((it.class, 1)),
        }
    }
    if counts.is_empty() {
        return words::found(locale, result);
    }
    counts.sort_by_key(|(_, count)| usize::MAX - count);
    let one = |(class, count): (u32, usize)| match count {
        1 => words::class(locale, &result.pack, class),
        count => format!("{} {count}", words::class(locale, &result.pack, class)),
    };
    counts.into_iter().map(one).collect::<Vec<_>>().join(", ")
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
