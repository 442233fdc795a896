//! What a card shows of a pack.

use crate::address;
use crate::bridge::{Fields, Load, Own};
use crate::fetch;
use crate::own::store::{self, Kept};
use crate::studio::ShownPack;
use vitrine_packs::Text;

/// A model of the gallery.
pub struct Entry {
    /// What the page calls it: an entry of `packs.json`, or the id of a model that a person keeps here.
    pub key: String,
    /// Whether it is kept in this browser.
    pub own: bool,
    /// What the rest of the page shows of it too.
    pub pack: ShownPack,
    /// Who made it: name and address of their page.
    pub upstream: Option<(String, String)>,
    /// Address of the file, or of the one that it was converted from.
    pub address: Option<String>,
    /// Whether the file was converted.
    pub converted: bool,
    /// How the project trained it itself.
    pub trained: Option<Trained>,
    /// What it is known to get wrong.
    pub failings: Vec<Text>,
}

/// A training of the project's own.
#[derive(Clone)]
pub struct Trained {
    /// File name of the recipe.
    pub recipe: String,
    /// Of the random numbers.
    pub seed: u32,
    /// Passes over the data.
    pub epochs: u32,
    /// The day on which it ended.
    pub date: String,
}

impl Entry {
    /// Reads the `pack.json` of an entry of `packs.json`; none if the page has no view of its answers.
    pub async fn fetch(listed: &str) -> Option<Self> {
        let text = fetch::text(&format!("{}pack.json", address::pack_folder(listed))).await?;
        Self::read(listed.to_owned(), false, &text)
    }

    /// The models that a person keeps here.
    pub async fn kept() -> Vec<Self> {
        let read = |Kept { id, json, .. }: Kept| Self::read(id, true, &json);
        store::all().await.unwrap_or_default().into_iter().filter_map(read).collect()
    }

    /// What a worker loads.
    pub async fn load(&self) -> Load {
        let kept = if self.own { store::one(&self.key).await } else { None };
        let own = kept.map(|kept| Own { json: kept.json.into(), model: kept.model });
        let folder = if self.own { String::new() } else { address::pack_folder(&self.key) };
        Load { folder, side: None, own }
    }

    fn read(key: String, own: bool, text: &str) -> Option<Self> {
        let fields = Fields::parse(text)?;
        let model = fields.field("model")?;
        let source = model.field("converted_from");
        let upstream = fields.field("upstream");
        Some(Self {
            key,
            own,
            pack: ShownPack::from_json(text)?,
            upstream: upstream.and_then(|it| Some((it.text("name")?, it.text("address")?))),
            address: source.as_ref().unwrap_or(&model).text("address"),
            converted: source.is_some(),
            trained: fields.field("trained").and_then(|it| trained(&it)),
            failings: fields.list("failings", both).unwrap_or_default(),
        })
    }
}

fn trained(fields: &Fields) -> Option<Trained> {
    Some(Trained {
        recipe: fields.text("recipe")?,
        seed: fields.whole("seed")?,
        epochs: fields.whole("epochs")?,
        date: fields.text("date")?,
    })
}

fn both(fields: &Fields) -> Option<Text> {
    Some(Text { en: fields.text("en")?, fr: fields.text("fr")? })
}
