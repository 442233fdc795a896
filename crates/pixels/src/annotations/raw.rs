//! JSON fields that nobody here understands.

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Names and values of JSON fields that are not read, with the text of each value as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawFields(pub(super) Vec<(String, String)>);

impl RawFields {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A JSON object's fields, read one by one; what is left over is kept as it is.
#[derive(Default)]
pub(super) struct Fields<'a>(pub Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// The fields of an item; none if it is no object.
    pub fn of(item: &'a RawValue) -> Option<Self> {
        let mut json = serde_json::Deserializer::from_str(item.get());
        json.deserialize_map(Self::default()).ok()
    }

    /// Takes a field out. Of several with this name it is the last, as JSON readers do.
    pub fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let mut found = None;
        self.0.retain(|(field, value)| {
            let hit = field == name;
            if hit {
                found = Some(*value);
            }
            !hit
        });
        found
    }

    /// A whole number of 0 or more; none if it is another value or absent.
    pub fn whole(&mut self, name: &str) -> Option<u64> {
        serde_json::from_str(self.take(name)?.get()).ok()
    }

    /// A number; none if it is another value, too large, or absent.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        number(self.take(name)?)
    }

    /// A list of just so many numbers; none if it is another value or absent.
    pub fn numbers<const COUNT: usize>(&mut self, name: &str) -> Option<[f64; COUNT]> {
        let list: Vec<&RawValue> = serde_json::from_str(self.take(name)?.get()).ok()?;
        let numbers: Option<Vec<f64>> = list.into_iter().map(number).collect();
        numbers?.try_into().ok()
    }

    /// A text; none if it is another value or absent.
    pub fn text(&mut self, name: &str) -> Option<String> {
        serde_json::from_str(self.take(name)?.get()).ok()
    }

    /// 1 or true.
    pub fn flag(&mut self, name: &str) -> bool {
        self.take(name).is_some_and(|value| matches!(value.get(), "1" | "true" | "1.0"))
    }

    /// What has not been taken.
    pub fn rest(self) -> RawFields {
        RawFields(self.0.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect())
    }
}

/// Not by serde_json, whose last bit may differ.
fn number(value: &RawValue) -> Option<f64> {
    value.get().parse().ok().filter(|number: &f64| number.is_finite())
}

impl<'a> Visitor<'a> for Fields<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(field) = map.next_entry()? {
            self.0.push(field);
        }
        Ok(self)
    }
}
