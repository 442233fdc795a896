//! JSON read by the browser. The derived readers of `serde_json` for replies and packs are a fifth of the page's
//! budget; the browser's own parser and this handful of questions take next to nothing.

use js_sys::{Array, JSON, Reflect};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use wasm_bindgen::{JsCast, JsValue};

/// A value that came from JSON: an object whose fields are asked for, or an element of a list.
pub struct Fields(JsValue);

impl Fields {
    /// Parses a text; none if it is no JSON.
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// A value that was parsed already.
    pub fn of(value: JsValue) -> Self {
        Self(value)
    }

    /// The value itself.
    pub fn value(&self) -> &JsValue {
        &self.0
    }

    /// A field, if it is there and not null.
    pub fn field(&self, key: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &key.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(Self(value))
    }

    /// The value itself as a text.
    pub fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// The value itself as a number.
    pub fn as_number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    /// A field's text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.field(key)?.as_text()
    }

    /// A field's number.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.field(key)?.as_number()
    }

    /// A field's whole number; what does not fit is cut to the type's ends.
    pub fn whole(&self, key: &str) -> Option<u32> {
        self.number(key).map(|number| number as u32)
    }

    /// A field's truth.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.field(key)?.0.as_bool()
    }

    /// The value itself as a list, read one by one; none if it is no list or one element cannot be read.
    pub fn as_list<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        let list = self.0.dyn_ref::<Array>()?;
        list.iter().map(|element| read(&Self(element))).collect()
    }

    /// A field's list.
    pub fn list<T>(&self, key: &str, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        self.field(key)?.as_list(read)
    }

    /// A field's name of an enum without data, as serde writes it.
    pub fn name<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let text = self.text(key)?;
        let deserializer: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
        // The enum borrows nothing from its name.
        T::deserialize(deserializer).ok()
    }
}
