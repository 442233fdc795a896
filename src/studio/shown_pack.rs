//! What the page needs of a `pack.json`: names, colours, figures. The worker that loaded it has validated all of it.

use crate::bridge::Fields;
use vitrine_packs::{Class, Group, Metric, Task, Text};

/// A pack as it is shown.
#[derive(Clone, Debug)]
pub struct ShownPack {
    /// The text that it was read from.
    pub json: Box<str>,
    /// The folder's name.
    pub id: String,
    /// What its answer is.
    pub task: Task,
    /// A short name for people.
    pub title: Text,
    /// What it sees, what it was trained on.
    pub summary: Text,
    /// Name of the model file.
    pub file: String,
    /// Length of the model file.
    pub bytes: u64,
    /// Licence of the model file.
    pub licence: String,
    /// What the training data's terms mean for the user.
    pub terms: Text,
    /// Rows and columns that the network reads at once.
    pub side: u32,
    /// The classes in output order.
    pub classes: Vec<Class>,
    /// Classes that are shown as one.
    pub groups: Vec<Group>,
    /// Accuracy, published and measured.
    pub metrics: Vec<Metric>,
}

impl PartialEq for ShownPack {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl ShownPack {
    /// Whether the page has a view of what the pack answers: not of what a later version may bring.
    pub fn can_be_shown(fields: &Fields) -> bool {
        fields.name::<Task>("task").is_some()
    }

    /// Reads the text of a `pack.json`; none if a field is missing, or the page has no view of its answers.
    pub fn from_json(json: &str) -> Option<Self> {
        let fields = Fields::parse(json).filter(Self::can_be_shown)?;
        let model = fields.field("model")?;
        Some(Self {
            json: json.into(),
            id: fields.text("id")?,
            task: fields.name("task")?,
            title: text(&fields, "title")?,
            summary: text(&fields, "summary")?,
            file: model.text("file")?,
            bytes: model.number("bytes")? as u64,
            licence: model.text("licence")?,
            terms: text(&model, "terms")?,
            side: fields.field("input")?.whole("height")?,
            classes: fields.list("classes", class)?,
            groups: fields.list("groups", group).unwrap_or_default(),
            metrics: fields.list("metrics", metric).unwrap_or_default(),
        })
    }

    /// Class index -> group id. Indices beyond the classes lead to the void group, or to 0 without one.
    pub fn group_table(&self) -> [u8; 256] {
        let rest = self.groups.iter().find(|group| group.void).map_or(0, |group| group.id);
        self.table(rest, |class| class.group)
    }

    /// Class index -> label id. Indices beyond the classes lead to 0.
    pub fn label_table(&self) -> [u8; 256] {
        self.table(0, |class| class.label_id)
    }

    /// The group with this id.
    pub fn group(&self, id: u8) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// Ids of the groups whose pixels are left out of all figures where they are the truth.
    pub fn void_groups(&self) -> Vec<u8> {
        self.groups.iter().filter(|group| group.void).map(|group| group.id).collect()
    }

    /// One more than the largest group's id.
    pub fn group_count(&self) -> u32 {
        self.groups.iter().map(|group| u32::from(group.id) + 1).max().unwrap_or(0)
    }

    fn table(&self, rest: u8, value: impl Fn(&Class) -> u8) -> [u8; 256] {
        let mut table = [rest; 256];
        for (slot, class) in table.iter_mut().zip(&self.classes) {
            *slot = value(class);
        }
        table
    }
}

fn text(fields: &Fields, key: &str) -> Option<Text> {
    let text = fields.field(key)?;
    Some(Text { en: text.text("en")?, fr: text.text("fr")? })
}

fn class(fields: &Fields) -> Option<Class> {
    Some(Class {
        name: text(fields, "name")?,
        group: fields.whole("group").unwrap_or(0) as u8,
        label_id: fields.whole("label_id").unwrap_or(0) as u8,
        column: None,
        key: fields.text("key"),
    })
}

fn group(fields: &Fields) -> Option<Group> {
    Some(Group {
        id: fields.whole("id")? as u8,
        name: text(fields, "name")?,
        colour: fields.text("colour")?,
        void: fields.flag("void").unwrap_or(false),
        leading: false,
    })
}

fn metric(fields: &Fields) -> Option<Metric> {
    Some(Metric {
        name: fields.text("name")?,
        value: fields.number("value")?,
        data: fields.text("data")?,
        n: fields.whole("n"),
        source: fields.text("source")?,
    })
}
