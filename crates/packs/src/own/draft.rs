//! A proposal and a person's answers become a pack.

use super::palette::{colour_of, coloured};
use super::{Preset, Proposal, labels_in};
use crate::{
    Class, Colour, Corners, Group, Head, Input, ModelFile, Output, Pack, PackError, Resize, SCHEMA, Task,
    Text, validate::CLASSES_MAX,
};
use serde::{Deserialize, Serialize};

/// What is known of a file that a person brought.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GivenFile {
    /// Its name as it came.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Lower-case hexadecimal digest.
    pub sha256: String,
}

/// What the numbers of a classifier are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scores {
    /// Scores before the softmax.
    #[default]
    Logits,
    /// Probabilities: the softmax is part of the network.
    Probabilities,
    /// Scores before a sigmoid each: several labels at once.
    Independent,
    /// Probabilities of each by itself: the sigmoid is part of the network.
    IndependentProbabilities,
}

/// How the boxes of [`Head::Rows`] are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Boxes {
    /// What the four numbers are.
    pub corners: Corners,
    /// Whether they are shares of the input's sides.
    pub shares: bool,
}

/// What a person has answered about a model, as a form sends it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Answers {
    /// How the file is understood.
    pub proposal: Proposal,
    /// The file.
    pub file: GivenFile,
    /// A name for people.
    pub title: String,
    /// The folder's name.
    pub id: String,
    /// [`Preset::id`]; an unknown one is the likeliest.
    pub preset: String,
    /// How photos are brought to size, in place of the preset's rule.
    pub resize: Option<Resize>,
    /// Columns and rows that are read, where the file leaves them free.
    pub size: Option<[u32; 2]>,
    /// A list of labels, as [`labels_in`] reads it.
    pub labels: String,
    /// What a classifier's numbers are.
    pub scores: Scores,
    /// How a detector's boxes are written.
    #[serde(default)]
    pub boxes: Boxes,
}

impl Answers {
    /// The pack.
    ///
    /// # Errors
    /// As [`Draft::pack`].
    pub fn pack(&self) -> Result<Pack, PackError> {
        let presets = || self.proposal.presets();
        let preset = presets().find(|preset| preset.id == self.preset).or_else(|| presets().next());
        let remedy = "bring a model that answers about photos";
        let draft = Draft {
            proposal: &self.proposal,
            file: &self.file,
            title: &self.title,
            id: &self.id,
            preset: preset.ok_or_else(|| PackError::field("task", "has no presets", remedy))?,
            resize: self.resize,
            size: self.size.filter(|_| self.proposal.free_size),
            labels: &labels_in(&self.labels),
            scores: self.scores,
            boxes: self.boxes,
        };
        draft.pack()
    }
}

/// What a person has answered about a model.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// How the file is understood.
    pub proposal: &'a Proposal,
    /// The file.
    pub file: &'a GivenFile,
    /// A name for people.
    pub title: &'a str,
    /// The folder's name; see [`id_from`].
    pub id: &'a str,
    /// How photos are fed.
    pub preset: &'a Preset,
    /// How photos are brought to size, in place of the preset's rule.
    pub resize: Option<Resize>,
    /// Columns and rows that are read, where the file leaves them free.
    pub size: Option<[u32; 2]>,
    /// Names of the classes; none at all is numbers.
    pub labels: &'a [String],
    /// What a classifier's numbers are, where the file does not say it.
    pub scores: Scores,
    /// How a detector's boxes are written, where the head leaves that open.
    pub boxes: Boxes,
}

impl Draft<'_> {
    /// The pack, as valid as one that was read from a file.
    ///
    /// # Errors
    /// [`PackError`] names the first field that is wrong, such as `classes` when there are too many or too few labels.
    pub fn pack(&self) -> Result<Pack, PackError> {
        let classes = self.classes()?;
        let segments = self.proposal.task == Task::Segment;
        let both = |text: &str| Text { en: text.to_owned(), fr: text.to_owned() };
        let pack = Pack {
            schema: SCHEMA,
            id: self.id.to_owned(),
            task: self.proposal.task,
            title: both(self.title.trim()),
            summary: Text {
                en: format!("A model of your own: {}.", self.file.name),
                fr: format!("Un modèle à vous : {}.", self.file.name),
            },
            upstream: None,
            trained: None,
            model: self.model(),
            input: self.input(),
            output: self.output(),
            groups: if segments { self.groups(&classes) } else { vec![] },
            classes,
            then: None,
            metrics: vec![],
            failings: vec![],
            self_test: None,
        };
        pack.validate()?;
        Ok(pack)
    }

    fn model(&self) -> ModelFile {
        ModelFile {
            file: file_name(&self.file.name),
            bytes: self.file.bytes,
            sha256: self.file.sha256.clone(),
            address: None,
            converted_from: None,
            licence: "yours".to_owned(),
            terms: Text {
                en: "Yours: write here what the terms of the model and of its training data mean for others."
                    .to_owned(),
                fr: "Les vôtres : écrivez ici ce que les conditions du modèle et de ses données impliquent."
                    .to_owned(),
            },
        }
    }

    fn input(&self) -> Input {
        let preset = self.preset;
        let [width, height] = self.size.unwrap_or([self.proposal.width, self.proposal.height]);
        let (mean, std) = match self.proposal.normalisation {
            Some([mean, std]) => ([mean; 3], [std; 3]),
            None => (preset.mean, preset.std),
        };
        let resize = self.resize.unwrap_or(preset.resize);
        let colour = if self.proposal.grey { Colour::Grey } else { preset.colour };
        Input { width, height, colour, mean, std, resize, filter: preset.filter }
    }

    fn output(&self) -> Output {
        let mut output = self.proposal.output.clone();
        match &mut output {
            Output::Logits { probabilities, independent, .. } => {
                let scores = self.proposal.decoding.unwrap_or(self.scores);
                *probabilities = matches!(scores, Scores::Probabilities | Scores::IndependentProbabilities);
                *independent = matches!(scores, Scores::Independent | Scores::IndependentProbabilities);
            }
            Output::Boxes { head: Head::Rows { corners, shares, .. }, .. } => {
                (*corners, *shares) = (self.boxes.corners, self.boxes.shares);
            }
            _ => {}
        }
        output
    }

    /// A class for each score. One label less than scores, for a classifier, leaves out the first: the background class of
    /// TensorFlow's networks.
    fn classes(&self) -> Result<Vec<Class>, PackError> {
        let scores = self.proposal.scores as usize;
        let (segments, count) = (self.proposal.task == Task::Segment, self.labels.len());
        if segments && scores > CLASSES_MAX {
            let problem = format!("would have {scores} entries");
            return Err(PackError::field("classes", problem, "bring a segmenter of at most 256 classes"));
        }
        let skipped = usize::from(self.proposal.task == Task::Classify && count + 1 == scores && count > 0);
        if count > 0 && count + skipped != scores {
            let problem = format!("has {count} labels, and the network gives {scores} scores");
            let remedy = "give one label for each score, in the network's order";
            return Err(PackError::field("classes", problem, remedy));
        }
        let class = |index: usize| {
            let label = self.labels.get(index).map(|label| if segments { coloured(label).0 } else { label });
            let name = label.map_or_else(|| format!("class {index}"), str::to_owned);
            Class {
                name: Text { en: name.clone(), fr: name },
                group: if segments { index as u8 } else { 0 },
                label_id: if segments { index as u8 } else { 0 },
                column: (skipped > 0).then_some((index + skipped) as u32),
                key: None,
            }
        };
        Ok((0..scores - skipped).map(class).collect())
    }

    /// Each class is shown by itself, in the colour that was given for it.
    fn groups(&self, classes: &[Class]) -> Vec<Group> {
        let given = |index: usize| coloured(self.labels.get(index)?).1;
        let group = |(index, class): (usize, &Class)| Group {
            id: class.group,
            name: class.name.clone(),
            colour: given(index).unwrap_or_else(|| colour_of(index)),
            void: false,
            leading: false,
        };
        classes.iter().enumerate().map(group).collect()
    }
}

/// A file name that a pack may have: everything but plain characters becomes a dash.
fn file_name(given: &str) -> String {
    let (stem, extension) = given.rsplit_once('.').unwrap_or((given, "onnx"));
    let extension = if extension.eq_ignore_ascii_case("tflite") { "tflite" } else { "onnx" };
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let stem: String = stem.chars().map(plain).take(100).collect();
    let stem = stem.trim_matches(['-', '.']);
    format!("{}.{extension}", if stem.is_empty() { "model" } else { stem })
}

/// The folder's name for a title: lower-case letters, digits and dashes, and none of those that are `taken`.
pub fn id_from(title: &str, taken: &[String]) -> String {
    let mut id = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => id.push(c),
            _ if id.ends_with('-') || id.is_empty() => {}
            _ => id.push('-'),
        }
    }
    id.truncate(48);
    let base = match id.trim_matches('-') {
        "" => "my-model",
        plain => plain,
    };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_else(|| base.to_owned())
}
