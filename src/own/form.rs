//! The form of a model that came in: what is known, what was answered, and trying it at once.

use super::given::Given;
use super::keep;
use super::looked::{self, Looked, Proposed};
use super::sheet::Sheet;
use super::store::{self, Kept};
use super::words::{Words, words};
use crate::bridge::{Fields, Own};
use crate::memory;
use crate::studio::Studio;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;
use vitrine_packs::own::{Preset, Scores, id_from};
use vitrine_packs::{Corners, Resize};

/// Whoever types is not interrupted: a model is tried this long after the last answer.
const PAUSE_MILLIS: u32 = 350;

/// How far a form is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The file is looked into.
    Looking,
    /// The model is loaded with the present answers.
    Trying,
    /// It computes.
    Works,
    /// It was kept.
    Kept,
    /// What is wrong, in a line.
    Trouble(String),
}

impl State {
    /// For tests and styles.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Trying => "trying",
            Self::Works => "works",
            Self::Kept => "kept",
            Self::Trouble(_) => "trouble",
        }
    }
}

/// What a person is asked. Copies are the same form.
#[derive(Clone, Copy)]
pub struct Form {
    pub studio: Studio,
    /// What came in; none if that was refused.
    pub given: StoredValue<Option<Given>, LocalStorage>,
    /// What is in the model.
    pub looked: RwSignal<Option<Arc<Looked>>>,
    pub state: RwSignal<State>,
    /// Which of the proposals.
    pub which: RwSignal<usize>,
    /// Which of the proposal's presets.
    pub preset: RwSignal<usize>,
    /// In place of the preset's rule.
    pub resize: RwSignal<Option<Resize>>,
    /// Rows and columns, where the file leaves them free.
    pub side: RwSignal<u32>,
    pub labels: RwSignal<String>,
    /// What a classifier's numbers are.
    pub scores: RwSignal<Scores>,
    /// What the four numbers of a box are, and whether they are shares of the input's sides.
    pub boxes: RwSignal<(Corners, bool)>,
    pub title: RwSignal<String>,
    /// The pack that was in use before.
    before: StoredValue<String>,
    turn: StoredValue<u32>,
    busy: StoredValue<bool>,
    /// The answers of the last attempt.
    tried: StoredValue<Option<String>>,
}

/// Opens the form in place of an earlier one. What was refused is told there, too.
pub fn open(studio: Studio, given: Result<Given, String>) {
    let panel = move || {
        let form = Form::new(studio, given.clone());
        view! { <Sheet form /> }.into_any()
    };
    studio.panel.set(Some(Rc::new(panel)));
}

impl Form {
    fn new(studio: Studio, given: Result<Given, String>) -> Self {
        let state = match &given {
            Ok(_) => State::Looking,
            Err(trouble) => State::Trouble(trouble.clone()),
        };
        let given = given.ok();
        let name = given.as_ref().map(|given| given.name.clone()).unwrap_or_default();
        let labels = given.as_ref().and_then(|given| given.labels.clone()).unwrap_or_default();
        let title = name.rsplit_once('.').map_or(&name[..], |(stem, _)| stem).replace(['_', '-'], " ");
        let form = Self {
            studio,
            given: StoredValue::new_local(given),
            looked: RwSignal::new(None),
            state: RwSignal::new(state),
            which: RwSignal::new(0),
            preset: RwSignal::new(0),
            resize: RwSignal::new(None),
            side: RwSignal::new(0),
            labels: RwSignal::new(labels),
            scores: RwSignal::default(),
            boxes: RwSignal::default(),
            title: RwSignal::new(title),
            before: StoredValue::new(studio.asked_pack.get_untracked()),
            turn: StoredValue::new(0),
            busy: StoredValue::new(false),
            tried: StoredValue::new(None),
        };
        spawn_local(form.begin());
        form
    }

    /// The page's words.
    pub fn words(&self) -> &'static Words {
        words(self.studio.locale.get())
    }

    /// What came in.
    pub fn given(&self) -> Option<Given> {
        self.given.try_get_value().flatten()
    }

    /// Whether the pack came with the model: there is nothing to ask then.
    pub fn has_pack(&self) -> bool {
        self.given().is_some_and(|given| given.pack_json.is_some())
    }

    async fn begin(self) {
        let Some(given) = self.given() else { return };
        let looked = looked::look(self.studio, &given.model).await;
        // The form may have been closed.
        if self.state.try_get_untracked().is_none() {
            return;
        }
        match looked {
            Ok(looked) => {
                let trouble = self.trouble_of(&looked);
                if let Some(proposal) = looked.proposals.first() {
                    self.side.set(proposal.width);
                }
                self.looked.set(Some(Arc::new(looked)));
                match trouble.filter(|_| !self.has_pack()) {
                    Some(trouble) => self.state.set(State::Trouble(trouble)),
                    None => self.attempt().await,
                }
            }
            Err(fault) => {
                let remedy = words(self.studio.locale.get_untracked()).damaged;
                self.state.set(State::Trouble(format!("{}: {remedy}", fault.cause)));
            }
        }
    }

    fn trouble_of(&self, looked: &Looked) -> Option<String> {
        let words = words(self.studio.locale.get_untracked());
        if !looked.missing.is_empty() {
            let named = looked.missing.iter().map(|it| {
                let detail = if it.detail.is_empty() { String::new() } else { format!(": {}", it.detail) };
                format!("{} ({} {}, \"{}\"){detail}", it.operator, words.node, it.node, it.output)
            });
            let named: Vec<String> = named.take(5).collect();
            return Some(format!("{} {}. {}", words.unsupported, named.join("; "), words.unsupported_remedy));
        }
        looked.problem.as_ref().map(|problem| format!("{} {problem}.", words.unknown))
    }

    /// The proposal that was chosen.
    pub fn proposal(&self) -> Option<Proposed> {
        self.looked.get()?.proposals.get(self.which.get()).cloned()
    }

    /// The preset that was chosen.
    pub fn preset(&self) -> Option<&'static Preset> {
        let proposal = self.proposal()?;
        proposal.presets().nth(self.preset.get()).or_else(|| proposal.presets().next())
    }

    /// The text of the pack for the present answers; in words, what is wrong with them.
    async fn pack_json(&self, id: &str) -> Result<String, String> {
        let nothing = || words(self.studio.locale.get_untracked()).nothing.to_owned();
        if let Some(json) = self.given().ok_or_else(nothing)?.pack_json {
            return Ok(json);
        }
        let answers = untrack(|| self.answers(id)).ok_or_else(nothing)?;
        looked::draft(self.studio, answers).await.map_err(|fault| fault.cause)
    }

    /// Tries the model a moment after the last answer. Called where answers are followed.
    pub fn follow(self) {
        // What is read here is what is followed.
        let answers = self.answers("draft");
        if answers.is_none() || self.has_pack() || answers == self.tried.get_value() {
            return;
        }
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        Timeout::new(PAUSE_MILLIS, move || {
            if self.turn.try_get_value() == Some(turn) {
                spawn_local(self.attempt());
            }
        })
        .forget();
    }

    /// Loads the model with the present answers. One attempt follows the other.
    async fn attempt(self) {
        if self.busy.get_value() {
            return self.follow_later();
        }
        self.busy.set_value(true);
        self.tried.set_value(untrack(|| self.answers("draft")));
        self.state.set(State::Trying);
        let tried = match (self.pack_json("draft").await, self.given()) {
            (Ok(json), Some(given)) => {
                let own = Own { json: json.as_str().into(), model: given.model };
                self.studio.try_own(own).await.map_err(|fault| fault.cause)
            }
            (Err(trouble), _) => Err(trouble),
            (_, None) => return,
        };
        let _ = self.busy.try_set_value(false);
        let state = tried.map_or_else(State::Trouble, |()| State::Works);
        let _ = self.state.try_set(state);
    }

    fn follow_later(self) {
        untrack(|| self.follow());
    }

    /// The model as it would be kept.
    async fn finished(&self) -> Result<Kept, String> {
        let words = words(self.studio.locale.get_untracked());
        let given = self.given().ok_or(words.nothing)?;
        let hosted = self.studio.packs.get_untracked();
        let (id, json) = match &given.pack_json {
            Some(json) => {
                let id = Fields::parse(json).and_then(|pack| pack.text("id")).unwrap_or_default();
                let own = id_from(&id, &hosted);
                (own.clone(), json.replacen(&format!("\"{id}\""), &format!("\"{own}\""), 1))
            }
            None => {
                let kept = store::all().await.unwrap_or_default();
                let taken: Vec<String> = hosted.into_iter().chain(kept.into_iter().map(|it| it.id)).collect();
                let id = id_from(&self.title.get_untracked(), &taken);
                (id.clone(), self.pack_json(&id).await?)
            }
        };
        Ok(Kept { id, json, model: given.model })
    }

    /// Keeps the model in the browser.
    pub async fn keep(self) {
        let words = words(self.studio.locale.get_untracked());
        let kept = match self.finished().await {
            Ok(kept) => {
                let stored = store::keep(&kept).await.map_err(|refusal| keep::refused(words, refusal));
                stored.map(|()| kept)
            }
            Err(trouble) => Err(trouble),
        };
        let used = match &kept {
            Ok(kept) => keep::use_it(self.studio, kept).await,
            Err(trouble) => Err(trouble.clone()),
        };
        let _ = self.state.try_set(used.map_or_else(State::Trouble, |()| State::Kept));
    }

    /// Hands the model to the person as a zip file.
    pub async fn save_zip(self) {
        match self.finished().await {
            Ok(kept) => keep::save_zip(self.studio, kept).await,
            Err(trouble) => self.state.set(State::Trouble(trouble)),
        }
    }

    /// Closes the form. A model that was only tried is left for the pack before.
    pub fn close(self) {
        let (studio, before) = (self.studio, self.before.get_value());
        let kept = self.state.get_untracked() == State::Kept;
        studio.panel.set(None);
        if kept || studio.asked_pack.with_untracked(|asked| *asked == before) {
            return;
        }
        let own = memory::recall(memory::OWN).filter(|id| !id.is_empty());
        spawn_local(async move {
            match own {
                Some(_) => keep::reopen(studio).await,
                None => {
                    let hosted = studio.packs.get_untracked();
                    let id = hosted.iter().find(|id| **id == before).or(hosted.first()).cloned();
                    if let Some(id) = id {
                        studio.switch_pack(id);
                    }
                }
            }
        });
    }
}
