//! What a person has answered, as the worker reads it.

use super::form::Form;
use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

impl Form {
    /// The present answers, as `vitrine_packs::own::Answers` has them; none if there is nothing to answer.
    pub fn answers(&self, id: &str) -> Option<String> {
        let (proposal, preset, looked) = (self.proposal()?, self.preset()?, self.looked.get()?);
        let (labels, side, name) = (self.labels.get(), self.side.get(), self.given()?.name);
        let title = self.title.get_untracked();
        let json = Serializer::json_compatible();
        let resize = self.resize.get().and_then(|resize| resize.serialize(&json).ok());
        let (corners, shares) = self.boxes.get();
        let boxes = object(&[("corners", corners.serialize(&json).ok()?), ("shares", shares.into())]);
        let text = |text: &str| JsValue::from_str(text);
        let file = object(&[
            ("name", text(&name)),
            ("bytes", (looked.bytes as f64).into()),
            ("sha256", text(&looked.sha256)),
        ]);
        let answers = object(&[
            ("proposal", JSON::parse(&proposal.json).ok()?),
            ("file", file),
            ("title", text(if title.trim().is_empty() { id } else { &title })),
            ("id", text(id)),
            ("preset", text(preset.id)),
            ("resize", resize.unwrap_or(JsValue::NULL)),
            ("size", Array::of2(&side.into(), &side.into()).into()),
            ("labels", text(&labels)),
            ("scores", self.scores.get().serialize(&json).ok()?),
            ("boxes", boxes),
        ]);
        Some(JSON::stringify(&answers).ok()?.into())
    }
}

/// A JavaScript object of these fields.
fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let made = Object::new();
    for (key, value) in fields {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&made, &(*key).into(), value);
    }
    made.into()
}
