//! What a `pack.json` must fulfil beyond having the right fields. The rest of the program relies on these facts, so
//! every pack goes through here, also those that a visitor brings.

mod classes;
mod input;
mod measured;
mod output;

use crate::origin::{check_address, check_conversion, check_training, check_upstream};
use crate::{Colour, Fusion, Head, ModelFile, Output, Pack, PackError, Resize, SCHEMA, Task, Text};
use classes::{check_class_count, check_classes, check_columns, check_groups, check_names};
use input::{check_input, check_resize, check_square};
use measured::{check_metric, check_self_test};
use output::check_output;
use serde::Deserialize;

/// Longest text that is parsed, in bytes: 256 classes in two languages take 40 KB.
const JSON_BYTES_MAX: usize = 1 << 20;
/// Largest model file, in bytes: beyond this a page cannot hold the file and its expanded weights.
const MODEL_BYTES_MAX: u64 = 1 << 30;
/// Longest side of a network's input: 4096 x 4096 x 3 floats are 200 MB.
const INPUT_SIDE_MAX: u32 = 4096;
/// Most classes of a segmenter: a byte a pixel.
pub(crate) const CLASSES_MAX: usize = 256;
const TEXT_CHARS_MAX: usize = 2000;
/// Most scores of a classifier.
const COLUMNS_MAX: u32 = 1 << 16;

pub(crate) type Checked = Result<(), PackError>;

/// Read before the rest, so that a pack of another schema is not reported as a pack with unknown fields.
#[derive(Deserialize)]
struct SchemaOnly {
    schema: u32,
}

impl Pack {
    /// Parses and validates a `pack.json`.
    ///
    /// # Errors
    /// [`PackError`] names the first field that is wrong.
    pub fn from_json(text: &str) -> Result<Self, PackError> {
        if text.len() > JSON_BYTES_MAX {
            return Err(PackError::TooLong { bytes: text.len(), limit: JSON_BYTES_MAX });
        }
        let SchemaOnly { schema } = serde_json::from_str(text)?;
        if schema != SCHEMA {
            return Err(PackError::Schema { found: schema });
        }
        let pack: Self = serde_json::from_str(text)?;
        pack.validate()?;
        Ok(pack)
    }

    /// Whether the fields make sense by themselves and together; [`Pack::from_json`] has asked this already.
    ///
    /// # Errors
    /// [`PackError`] names the first field that is wrong.
    pub fn validate(&self) -> Checked {
        check_id("id", &self.id)?;
        check_text("title", &self.title)?;
        check_text("summary", &self.summary)?;
        self.upstream.as_ref().map_or(Ok(()), check_upstream)?;
        self.trained.as_ref().map_or(Ok(()), check_training)?;
        check_model_file("model", &self.model)?;
        check_input(&self.input)?;
        check_output(&self.output)?;
        self.check_windows()?;
        self.check_task()?;
        self.check_then()?;
        each("metrics", &self.metrics, check_metric)?;
        each("failings", &self.failings, check_text)?;
        self.self_test.as_ref().map_or(Ok(()), |test| check_self_test(test, self.row_len()))
    }

    /// How windows and their flow go together with the rest.
    fn check_windows(&self) -> Checked {
        let Output::Windows { windows, flow, fusion, .. } = &self.output else { return Ok(()) };
        windows.check(self.input.width)?;
        fusion.check()?;
        match flow {
            Some(flow) => flow.check(windows, &self.model),
            None if *fusion != Fusion::Average => {
                let remedy = "leave it out, or give `output.flow`";
                Err(PackError::field("output.fusion", "has nothing to weigh", remedy))
            }
            None => Ok(()),
        }
    }

    /// What a cascade must name.
    fn check_then(&self) -> Checked {
        let Some(then) = &self.then else { return Ok(()) };
        if self.task != Task::Detect {
            let remedy = "leave it out: only packs that detect find objects to look at again";
            return Err(PackError::field("then", "is not for this task", remedy));
        }
        if !self.classes.iter().any(|class| class.name.en == then.class) {
            let remedy = "write the English name of one of this pack's `classes`";
            return Err(PackError::field("then.class", format!("is {:?}", then.class), remedy));
        }
        check_share("then.margin", then.margin)?;
        check_id("then.pack", &then.pack)?;
        if then.pack == self.id {
            return Err(PackError::field("then.pack", "is this pack itself", "name a pack that classifies"));
        }
        Ok(())
    }

    /// Numbers of a place of the output: those that are compared with each other.
    fn row_len(&self) -> usize {
        match &self.output {
            Output::ClassScores { .. } | Output::Stream { .. } | Output::Windows { .. } => self.classes.len(),
            Output::Logits { columns, .. } => *columns as usize,
            Output::Boxes { head: Head::Yolox { .. }, .. } => self.classes.len() + 5,
            Output::Boxes { head: Head::Distribution { bins, .. }, .. } => 4 * *bins as usize,
            // Of a network that writes a box as a column, a row has one number of all boxes.
            Output::Boxes { head: Head::Rows { columns: true, .. }, .. } => 1,
            Output::Boxes { head: Head::Rows { object, .. }, .. } => {
                self.classes.len() + 4 + usize::from(*object)
            }
        }
    }

    /// What the parts of a pack must be, together, for its task.
    fn check_task(&self) -> Checked {
        match (self.task, &self.output) {
            (Task::Segment, Output::ClassScores { .. }) => {
                check_resize(&self.input.resize, "tiles` or `squash", |rule| {
                    matches!(rule, Resize::Tiles { .. } | Resize::Squash)
                })?;
                check_groups(&self.groups)?;
                check_class_count(&self.classes, CLASSES_MAX as u32)?;
                check_classes(&self.classes, &self.groups)
            }
            (Task::Classify, Output::Logits { columns, .. }) => {
                check_resize(&self.input.resize, "crop` or `squash", |rule| {
                    matches!(rule, Resize::Crop { .. } | Resize::Squash)
                })?;
                check_square(&self.input)?;
                check_class_count(&self.classes, *columns)?;
                check_names(&self.classes)?;
                check_columns(&self.classes, *columns)
            }
            (Task::Detect, Output::Boxes { .. }) => {
                check_resize(&self.input.resize, "letterbox` or `squash", |rule| {
                    matches!(rule, Resize::Letterbox { .. } | Resize::Squash)
                })?;
                check_class_count(&self.classes, COLUMNS_MAX - 5)?;
                check_names(&self.classes)
            }
            (Task::Act, Output::Stream { .. } | Output::Windows { .. }) => {
                check_resize(&self.input.resize, "crop` or `squash", |rule| {
                    matches!(rule, Resize::Crop { .. } | Resize::Squash)
                })?;
                check_square(&self.input)?;
                if self.input.colour == Colour::Grey {
                    let remedy = "write rgb or bgr: videos are read in colour";
                    return Err(PackError::field("input.colour", "is grey", remedy));
                }
                check_class_count(&self.classes, COLUMNS_MAX)?;
                check_names(&self.classes)
            }
            (task, _) => {
                let problem = format!("does not give what the task {task:?} needs");
                let remedy = "write `class-scores` for segmentation, `logits` for classification, `boxes` for detection, \
                              `stream` or `windows` for actions";
                Err(PackError::field("output.kind", problem, remedy))
            }
        }
    }
}

fn check_id(field: &str, id: &str) -> Checked {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || id.len() > 64 || !id.bytes().all(plain) || id.starts_with('-') || id.ends_with('-') {
        let remedy = "write 1 to 64 lower-case letters, digits and inner dashes";
        return Err(PackError::field(field, format!("is {id:?}"), remedy));
    }
    Ok(())
}

fn check_text(field: &str, text: &Text) -> Checked {
    check_line(&format!("{field}.en"), &text.en)?;
    check_line(&format!("{field}.fr"), &text.fr)
}

pub(crate) fn check_line(field: &str, text: &str) -> Checked {
    if text.trim().is_empty() {
        return Err(PackError::field(field, "is empty", "write something that a person can read"));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(PackError::field(field, "is too long", "write at most 2000 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(PackError::field(field, "has control characters", "write it in one line"));
    }
    Ok(())
}

pub(crate) fn check_model_file(field: &str, model: &ModelFile) -> Checked {
    let of = |name: &str| format!("{field}.{name}");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let named = model.file.ends_with(".onnx") || model.file.ends_with(".tflite");
    if !named || model.file.len() > 128 || model.file.starts_with('.') || !model.file.bytes().all(plain) {
        let remedy = "write a plain name of letters, digits, `.`, `-` and `_` that ends in .onnx or .tflite";
        return Err(PackError::field(of("file"), format!("is {:?}", model.file), remedy));
    }
    if model.bytes == 0 || model.bytes > MODEL_BYTES_MAX {
        let remedy = "write the length of the file in bytes, at most 1 GiB";
        return Err(PackError::field(of("bytes"), format!("is {}", model.bytes), remedy));
    }
    check_sha256(&of("sha256"), &model.sha256)?;
    model.address.as_ref().map_or(Ok(()), |address| check_address(&of("address"), address))?;
    model.converted_from.as_ref().map_or(Ok(()), check_conversion)?;
    check_line(&of("licence"), &model.licence)?;
    check_text(&of("terms"), &model.terms)
}

pub(crate) fn check_sha256(field: &str, digest: &str) -> Checked {
    if digest.len() != 64 || !digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        let remedy = "write the 64 lower-case digits that `sha256sum` prints";
        return Err(PackError::field(field, "is not a digest", remedy));
    }
    Ok(())
}

fn check_share(field: &str, share: f32) -> Checked {
    if !(0.0..=1.0).contains(&share) {
        return Err(PackError::field(field, format!("is {share}"), "write a share of 0 to 1"));
    }
    Ok(())
}

fn each<T>(field: &str, items: &[T], check: impl Fn(&str, &T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(index, item)| check(&format!("{field}[{index}]"), item))
}
