//! What lies below the pointer.

use crate::language;
use crate::numbers::plain;
use crate::studio::Studio;
use leptos::prelude::*;

/// A small sign beside the pointer: category and class.
#[component]
pub fn Readout(studio: Studio) -> impl IntoView {
    let view = studio.view;
    let read = move || {
        let pointed = view.pointed.get()?;
        let result = studio.on_stage.get()?.result.get()?;
        let (_, map) = result.areas()?;
        let screen = view.screen.get();
        let (columns, rows) = (map.width(), map.height());
        let column = (pointed.column / screen.image_width * f64::from(columns)) as u32;
        let row = (pointed.row / screen.image_height * f64::from(rows)) as u32;
        let index = row.min(rows - 1) as usize * columns as usize + column.min(columns - 1) as usize;
        let class = result.pack.classes.get(usize::from(map.ids()[index]))?;
        let group = result.pack.group(class.group)?;
        let tag = language::tag(studio.locale.get());
        let names = (group.name.in_language(tag).to_owned(), class.name.in_language(tag).to_owned());
        Some((group.colour.clone(), names, pointed))
    };
    move || {
        read().map(|(colour, (group, class), pointed)| {
            let screen = view.screen.get_untracked();
            let place = format!("transform:translate({}px,{}px)", plain(pointed.x), plain(pointed.y));
            let same = group == class;
            let left = pointed.x + 190.0 > screen.width;
            let above = pointed.y + 70.0 > screen.height;
            view! {
                <div class="readout-place" style=place>
                    <div class="readout" data-testid="readout" class:left=left class:above=above>
                        <span class="swatch" style:background=colour></span>
                        <strong>{group}</strong>
                        {(!same).then(|| view! { <span class="readout-class">{class}</span> })}
                    </div>
                </div>
            }
        })
    }
}
