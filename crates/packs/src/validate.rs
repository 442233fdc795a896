//! What a `pack.json` must fulfil beyond having the right fields. The rest of the program relies on these facts, so
//! every pack goes through here, also those that a visitor brings.

use crate::lookup::parse_colour;
use crate::origin::{check_address, check_conversion, check_upstream};
use crate::{
    Class, Colour, Fusion, Group, Head, Input, Metric, ModelFile, Output, Pack, PackError, Resize, SCHEMA,
    SelfTest, State, Task, Text,
};
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
/// Most grids of a detector.
const GRIDS_MAX: usize = 16;
/// Most distances of a distribution.
const BINS_MAX: u32 = 256;
/// Most tensors that a network carries from frame to frame.
const STATES_MAX: usize = 1024;
/// Most frames of a second that are read.
const FRAMES_PER_SECOND_MAX: f32 = 240.0;
/// Longest clip of a data set, in seconds.
const CLIP_SECS_MAX: f32 = 600.0;
const SELF_TEST_VALUES_MAX: usize = 4096;

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

fn check_input(input: &Input) -> Checked {
    for (field, side) in [("input.width", input.width), ("input.height", input.height)] {
        if side == 0 || side > INPUT_SIDE_MAX {
            return Err(PackError::field(field, format!("is {side}"), "write 1 to 4096 pixels"));
        }
    }
    if !input.mean.iter().all(|mean| mean.is_finite()) {
        return Err(PackError::field("input.mean", "is not finite", "write it in units of 0..255"));
    }
    if !input.std.iter().all(|std| std.is_normal() && *std > 0.0) {
        let remedy = "write positive numbers, in units of 0..255: every pixel is divided by them";
        return Err(PackError::field("input.std", format!("is {:?}", input.std), remedy));
    }
    match input.resize {
        Resize::Tiles { overlap } if overlap >= input.width.min(input.height) => {
            let remedy = "write fewer pixels than the input's shorter side";
            Err(PackError::field("input.resize.overlap", format!("is {overlap}"), remedy))
        }
        Resize::Crop { share } if !(0.25..=1.0).contains(&share) => {
            let remedy = "write a share of 0.25 to 1, such as 0.875";
            Err(PackError::field("input.resize.share", format!("is {share}"), remedy))
        }
        Resize::Tiles { .. } | Resize::Squash | Resize::Crop { .. } | Resize::Letterbox { .. } => Ok(()),
    }
}

fn check_square(input: &Input) -> Checked {
    if input.width == input.height {
        return Ok(());
    }
    let problem = format!("is {}, and `input.width` {}", input.height, input.width);
    Err(PackError::field("input.height", problem, "write the same: a classifier reads squares"))
}

fn check_resize(rule: &Resize, allowed: &'static str, fits: impl Fn(&Resize) -> bool) -> Checked {
    if fits(rule) {
        return Ok(());
    }
    let problem = format!("is not one that the task has: it has `{allowed}`");
    Err(PackError::field("input.resize.rule", problem, "write one of these"))
}

fn check_output(output: &Output) -> Checked {
    match output {
        Output::ClassScores { tensor, .. } => check_line("output.tensor", tensor),
        Output::Logits { tensor, columns, features, .. } => {
            check_line("output.tensor", tensor)?;
            if *columns == 0 || *columns > COLUMNS_MAX {
                let problem = format!("is {columns}");
                return Err(PackError::field("output.columns", problem, "write 1 to 65536"));
            }
            features.as_ref().map_or(Ok(()), |name| check_line("output.features", name))
        }
        Output::Boxes { head, strides, min_confidence, max_iou } => {
            check_head(head, strides)?;
            check_share("output.min_confidence", *min_confidence)?;
            check_share("output.max_iou", *max_iou)
        }
        Output::Stream { tensor, states, frames_per_second, clip_secs, min_confidence } => {
            check_line("output.tensor", tensor)?;
            check_states(states)?;
            check_positive("output.frames_per_second", *frames_per_second, FRAMES_PER_SECOND_MAX)?;
            check_positive("output.clip_secs", *clip_secs, CLIP_SECS_MAX)?;
            check_share("output.min_confidence", *min_confidence)
        }
        Output::Windows { tensor, windows, min_confidence, .. } => {
            check_line("output.tensor", tensor)?;
            let rate = windows.frames_per_second;
            check_positive("output.windows.frames_per_second", rate, FRAMES_PER_SECOND_MAX)?;
            check_share("output.min_confidence", *min_confidence)
        }
    }
}

fn check_states(states: &[State]) -> Checked {
    if states.is_empty() || states.len() > STATES_MAX {
        let problem = format!("has {} entries", states.len());
        return Err(PackError::field("output.states", problem, "write 1 to 1024 pairs of names"));
    }
    each("output.states", states, |field, state| {
        check_line(&format!("{field}.input"), &state.input)?;
        check_line(&format!("{field}.output"), &state.output)?;
        if states.iter().filter(|other| other.input == state.input).count() > 1 {
            let problem = format!("is {:?}, as another state's", state.input);
            let remedy = "write every input of the network once";
            return Err(PackError::field(format!("{field}.input"), problem, remedy));
        }
        Ok(())
    })
}

fn check_positive(field: &str, number: f32, limit: f32) -> Checked {
    // Below, a division would leave the numbers that are computed with.
    if !(0.01..=limit).contains(&number) {
        return Err(PackError::field(
            field,
            format!("is {number}"),
            "write a positive number, at most some hundreds",
        ));
    }
    Ok(())
}

fn check_share(field: &str, share: f32) -> Checked {
    if !(0.0..=1.0).contains(&share) {
        return Err(PackError::field(field, format!("is {share}"), "write a share of 0 to 1"));
    }
    Ok(())
}

fn check_head(head: &Head, strides: &[u32]) -> Checked {
    if let Head::Rows { tensor, .. } = head {
        return check_line("output.head.tensor", tensor);
    }
    if strides.is_empty()
        || strides.len() > GRIDS_MAX
        || strides.iter().any(|&s| s == 0 || s > INPUT_SIDE_MAX)
    {
        let problem = format!("is {strides:?}");
        return Err(PackError::field("output.strides", problem, "write 1 to 16 numbers of input pixels"));
    }
    match head {
        Head::Yolox { tensor } | Head::Rows { tensor, .. } => check_line("output.head.tensor", tensor),
        Head::Distribution { scores, distances, bins } => {
            if scores.len() != strides.len() || distances.len() != strides.len() {
                let problem = format!("has {} and {} tensors", scores.len(), distances.len());
                let remedy = "write as many `scores` and `distances` as `strides`";
                return Err(PackError::field("output.head", problem, remedy));
            }
            if *bins == 0 || *bins > BINS_MAX {
                return Err(PackError::field("output.head.bins", format!("is {bins}"), "write 1 to 256"));
            }
            each("output.head.scores", scores, |field, name| check_line(field, name))?;
            each("output.head.distances", distances, |field, name| check_line(field, name))
        }
    }
}

fn check_groups(groups: &[Group]) -> Checked {
    if groups.is_empty() || groups.len() > 256 {
        return Err(PackError::field("groups", "is empty or too long", "write 1 to 256 groups"));
    }
    each("groups", groups, |field, group| {
        check_text(&format!("{field}.name"), &group.name)?;
        if parse_colour(&group.colour).is_none() {
            let problem = format!("is {:?}", group.colour);
            return Err(PackError::field(format!("{field}.colour"), problem, "write it as #rrggbb"));
        }
        if groups.iter().filter(|other| other.id == group.id).count() > 1 {
            let problem = format!("is {}, as another group's", group.id);
            return Err(PackError::field(format!("{field}.id"), problem, "give every group its own id"));
        }
        Ok(())
    })
}

fn check_class_count(classes: &[Class], limit: u32) -> Checked {
    if classes.is_empty() || classes.len() > limit as usize {
        let problem = format!("has {} entries", classes.len());
        let remedy = "write 1 to 256 classes for segmentation (a byte a pixel), else 1 to `output.columns`";
        return Err(PackError::field("classes", problem, remedy));
    }
    Ok(())
}

fn check_names(classes: &[Class]) -> Checked {
    each("classes", classes, |field, class| {
        check_text(&format!("{field}.name"), &class.name)?;
        class.key.as_ref().map_or(Ok(()), |key| check_line(&format!("{field}.key"), key))
    })
}

/// Every class has a column of its own.
fn check_columns(classes: &[Class], columns: u32) -> Checked {
    let mut taken = vec![false; columns as usize];
    for (index, class) in classes.iter().enumerate() {
        let column = class.column.unwrap_or(index as u32);
        match taken.get_mut(column as usize) {
            Some(taken) if !*taken => *taken = true,
            _ => {
                let problem = format!("is {column}, which is beyond `output.columns` or another class's");
                let remedy = "give every class its own column, from 0";
                return Err(PackError::field(format!("classes[{index}].column"), problem, remedy));
            }
        }
    }
    Ok(())
}

fn check_classes(classes: &[Class], groups: &[Group]) -> Checked {
    check_names(classes)?;
    each("classes", classes, |field, class| {
        if !groups.iter().any(|group| group.id == class.group) {
            let problem = format!("is {}, which no group has as its id", class.group);
            let remedy = "write the `id` of an entry of `groups`";
            return Err(PackError::field(format!("{field}.group"), problem, remedy));
        }
        Ok(())
    })
}

fn check_metric(field: &str, metric: &Metric) -> Checked {
    check_line(&format!("{field}.name"), &metric.name)?;
    check_line(&format!("{field}.data"), &metric.data)?;
    check_line(&format!("{field}.source"), &metric.source)?;
    if !(0.0..=1.0).contains(&metric.value) {
        let problem = format!("is {}", metric.value);
        return Err(PackError::field(format!("{field}.value"), problem, "write a share of 0 to 1"));
    }
    if metric.n == Some(0) {
        return Err(PackError::field(format!("{field}.n"), "is 0", "write how many images were measured"));
    }
    Ok(())
}

fn check_self_test(test: &SelfTest, classes: usize) -> Checked {
    check_line("self_test.reference", &test.reference)?;
    let count = test.values.len();
    if count == 0 || count > SELF_TEST_VALUES_MAX || count != test.indices.len() {
        let problem = format!("has {count} entries and `self_test.indices` has {}", test.indices.len());
        return Err(PackError::field(
            "self_test.values",
            problem,
            "write 1 to 4096 of each, as many of both",
        ));
    }
    let is_place = |place: &[u32]| {
        let first = place[0];
        (first as usize).is_multiple_of(classes) && place.iter().copied().eq((first..).take(classes))
    };
    if !test.indices.chunks(classes).all(is_place) {
        let remedy = "write the indices of all classes of a place one after the other";
        return Err(PackError::field("self_test.indices", "leaves out classes of a place", remedy));
    }
    if !test.values.iter().all(|value| value.is_finite()) {
        return Err(PackError::field("self_test.values", "is not finite", "write the reference's numbers"));
    }
    if !(test.tolerance.is_finite() && test.tolerance > 0.0) {
        let problem = format!("is {}", test.tolerance);
        return Err(PackError::field("self_test.tolerance", problem, "write a positive number"));
    }
    Ok(())
}

fn each<T>(field: &str, items: &[T], check: impl Fn(&str, &T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(index, item)| check(&format!("{field}[{index}]"), item))
}
