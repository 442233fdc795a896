//! What the second network of a cascade takes objects for.

use crate::bridge::Fields;
use crate::fetch;
use crate::language::Locale;
use crate::studio::{PhotoResult, ShownPack};
use crate::{numbers, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use vitrine_pixels::boxes::Detection;
use vitrine_protocol::RankedClass;

thread_local! {
    /// The second pack, which has the names in other languages.
    static SECOND: ArcRwSignal<Option<Arc<ShownPack>>> = ArcRwSignal::new(None);
}

/// The classes that an object was taken for, best first; none of those that the cascade has not looked at.
pub fn of<'answer>(result: &'answer PhotoResult, object: &Detection) -> &'answer [RankedClass] {
    let Some((found, _)) = result.objects() else { return &[] };
    let same = found.objects.iter().find(|it| {
        it.class == u32::from(object.class) && it.left == object.rect.left && it.top == object.rect.top
    });
    same.map_or(&[], |it| &it.named)
}

/// `beagle 87.1%`, in the language of the page as soon as the second pack's description is there. Follows that.
pub fn words(locale: Locale, result: &PhotoResult, named: &RankedClass) -> String {
    let second = second_of(&result.pack);
    let name = second.map(|pack| words::class(locale, &pack, named.class)).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| named.name.clone());
    format!("{name} {}", numbers::percent(locale, named.confidence))
}

/// The second pack of a cascade; it is fetched when it is first asked for.
fn second_of(pack: &ShownPack) -> Option<Arc<ShownPack>> {
    let id = Fields::parse(&pack.json)?.field("then")?.text("pack")?;
    let second = SECOND.with(Clone::clone);
    let known = second.get().filter(|known| known.id == id);
    if known.is_none() {
        spawn_local(async move {
            let json = fetch::text(&format!("packs/{id}/pack.json")).await;
            // Without it names are English.
            if let Some(pack) = json.and_then(|json| ShownPack::from_json(&json)) {
                second.set(Some(Arc::new(pack)));
            }
        });
    }
    known
}
