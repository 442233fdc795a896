//! What a card shows of a pack.

use crate::bridge::Fields;
use crate::fetch;
use crate::studio::ShownPack;
use vitrine_packs::Text;

/// A model of the gallery.
pub struct Entry {
    /// What the rest of the page shows of it too.
    pub pack: ShownPack,
    /// Who made it: name and address of their page.
    pub upstream: Option<(String, String)>,
    /// Address of the file, or of the one that it was converted from.
    pub address: Option<String>,
    /// Whether the file was converted.
    pub converted: bool,
    /// What it is known to get wrong.
    pub failings: Vec<Text>,
}

impl Entry {
    /// Reads the `pack.json` of an installed pack; none if the page has no view of its answers.
    pub async fn fetch(id: &str) -> Option<Self> {
        let text = fetch::text(&format!("packs/{id}/pack.json")).await?;
        let fields = Fields::parse(&text)?;
        let model = fields.field("model")?;
        let source = model.field("converted_from");
        let upstream = fields.field("upstream");
        Some(Self {
            pack: ShownPack::from_json(&text)?,
            upstream: upstream.and_then(|it| Some((it.text("name")?, it.text("address")?))),
            address: source.as_ref().unwrap_or(&model).text("address"),
            converted: source.is_some(),
            failings: fields.list("failings", both).unwrap_or_default(),
        })
    }
}

fn both(fields: &Fields) -> Option<Text> {
    Some(Text { en: fields.text("en")?, fr: fields.text("fr")? })
}
