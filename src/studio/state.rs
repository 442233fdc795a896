//! The signals that the components share.

use super::many::Count;
use super::missing::Again;
use super::notice::{Notice, PackState, Problem};
use super::photo::{Phase, Photo};
use super::publish::Published;
use super::result::Settings;
use super::shown_pack::ShownPack;
use crate::bridge::{Choice, Own, Workers};
use crate::chunk;
use crate::language::Locale;
use crate::live::Source;
use crate::media::Incoming;
use crate::memory;
use crate::view::View;
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use vitrine_packs::Task;
use web_sys::File;

/// Makes what stands in the panel.
pub type Panel = Rc<dyn Fn() -> AnyView>;

/// Everything that the components share. Copies are the same studio.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The language.
    pub locale: RwSignal<Locale>,
    /// All photos, oldest first.
    pub photos: RwSignal<Vec<Photo>>,
    /// The photo that the person wants to see.
    pub selected: RwSignal<Option<u32>>,
    /// The photo on the stage: the selected one as soon as its picture is there.
    pub on_stage: RwSignal<Option<Photo>>,
    /// The model.
    pub pack: RwSignal<PackState>,
    /// Ids of the installed packs.
    pub packs: RwSignal<Vec<String>>,
    /// Id of the pack that is wanted: the one in `pack` until it is ready.
    pub asked_pack: RwSignal<String>,
    /// Id of the pack that a clip should rather be watched with than with the first one for videos.
    pub pack_for_clips: StoredValue<Option<String>>,
    /// How the network looks at photos.
    pub settings: RwSignal<Settings>,
    /// Whether all photos are shown in place of the stage.
    pub sheet: RwSignal<bool>,
    /// Videos and animations whose actions are looked for, in place of photos.
    pub clips: RwSignal<Vec<File>>,
    /// Whether boxes are edited on the stage.
    pub editing: RwSignal<bool>,
    /// How far the work is.
    pub counted: RwSignal<Count>,
    /// Changes a moment after answers have come: for what would be too much work with every photo.
    pub tick: RwSignal<u32>,
    /// Whether photos that nobody looks at have to wait.
    pub paused: RwSignal<bool>,
    /// Where the person wants to compute.
    pub choice: RwSignal<Choice>,
    /// The status line.
    pub notice: RwSignal<Notice>,
    /// The fault on show.
    pub problem: RwSignal<Option<Problem>>,
    /// The dialogue with the keyboard shortcuts, since it was first asked for.
    pub help: RwSignal<Option<chunk::View>>,
    /// The moving picture that is looked at in place of photos.
    pub live: RwSignal<Option<Source>>,
    /// The gallery of models, since it was first asked for.
    pub gallery: RwSignal<Option<chunk::View>>,
    /// Whether the page has dark colours.
    pub dark: RwSignal<bool>,
    /// How the photo is looked at.
    pub view: View,
    /// What stands beside everything else and asks for something, such as a model's form.
    pub panel: RwSignal<Option<Panel>, LocalStorage>,
    /// The files of the pack that is wanted, where the person brought them.
    pub(super) own: StoredValue<Option<Own>, LocalStorage>,
    pub(super) missing: StoredValue<Vec<Again>, LocalStorage>,
    pub(super) ticking: StoredValue<bool>,
    pub(super) published: StoredValue<Published, LocalStorage>,
    pub(super) workers: StoredValue<Workers, LocalStorage>,
    pub(super) bell: StoredValue<UnboundedSender<()>>,
    pub(super) counter: StoredValue<(u32, u32)>,
}

impl Studio {
    pub(super) fn create(locale: Locale, choice: Choice, bell: UnboundedSender<()>) -> Self {
        Self {
            locale: RwSignal::new(locale),
            photos: RwSignal::default(),
            selected: RwSignal::new(None),
            on_stage: RwSignal::new(None),
            pack: RwSignal::new(PackState::Starting),
            packs: RwSignal::default(),
            asked_pack: RwSignal::default(),
            pack_for_clips: StoredValue::default(),
            settings: RwSignal::default(),
            sheet: RwSignal::new(false),
            clips: RwSignal::default(),
            editing: RwSignal::new(false),
            counted: RwSignal::default(),
            tick: RwSignal::new(0),
            paused: RwSignal::new(false),
            choice: RwSignal::new(choice),
            notice: RwSignal::new(Notice::Starting),
            problem: RwSignal::new(None),
            help: RwSignal::new(None),
            live: RwSignal::new(None),
            gallery: RwSignal::new(None),
            dark: RwSignal::new(memory::starts_dark()),
            view: View::default(),
            panel: RwSignal::new_local(None),
            own: StoredValue::new_local(None),
            missing: StoredValue::new_local(Vec::new()),
            ticking: StoredValue::new(false),
            published: StoredValue::new_local(Published::default()),
            workers: StoredValue::new_local(Workers::new(choice)),
            bell: StoredValue::new(bell),
            counter: StoredValue::new((0, 0)),
        }
    }

    /// A text that follows the language; see [`crate::say`].
    pub fn say(&self, text: fn(Locale) -> String) -> Signal<String> {
        let locale = self.locale;
        Signal::derive(move || text(locale.get()))
    }

    /// What is shown: what the answer on the stage is, else what the pack answers.
    pub fn task(&self) -> Task {
        let result = self.on_stage.with(|photo| photo.as_ref().and_then(|photo| photo.result.get()));
        let pack = result.map(|result| result.pack.clone()).or_else(|| self.pack_ready());
        pack.map_or(Task::Segment, |pack| pack.task)
    }

    /// Opacity of what lies over the photo on the stage, 0..=1.
    pub fn opacity(&self) -> RwSignal<f64> {
        self.view.opacity(self.task())
    }

    /// The workers.
    pub fn workers(&self) -> Workers {
        self.workers.get_value()
    }

    /// The pack, if one is ready.
    pub fn pack_ready(&self) -> Option<Arc<ShownPack>> {
        self.pack.with(|state| state.pack().cloned())
    }

    /// Says what happens to a photo, unless it is one of many that nobody looks at.
    pub(super) fn tell(&self, photo: &Photo, notice: Notice) {
        let looked_at = self.selected.get_untracked() == Some(photo.number);
        if looked_at || !(self.sheet.get_untracked() || self.are_several()) {
            self.notice.set(notice);
        }
    }

    /// The pack, if one is ready, without following it.
    pub fn pack_now(&self) -> Option<Arc<ShownPack>> {
        self.pack.with_untracked(|state| state.pack().cloned())
    }

    /// Takes photos in; the first of them is shown as soon as it can be, before everything that waits. Many are shown
    /// together.
    pub fn add(&self, incoming: Vec<Incoming>) {
        let incoming = self.take_clips(incoming);
        if incoming.is_empty() {
            return;
        }
        let (mut number, batch) = self.counter.get_value();
        let batch = batch + 1;
        let first = number + 1;
        let count = incoming.len();
        let new: Vec<Photo> = incoming
            .into_iter()
            .map(|incoming| {
                number += 1;
                Photo::new(number, batch, incoming)
            })
            .collect();
        self.counter.set_value((number, batch));
        self.photos.update(|photos| photos.extend(new));
        // A problem of the model or the device is not solved by another photo.
        if self.problem.with_untracked(|problem| problem.as_ref().is_some_and(|it| it.photo.is_some())) {
            self.problem.set(None);
        }
        self.paused.set(false);
        self.count();
        if self.sheet.get_untracked() || self.open_sheet_for(count) {
            self.notice.set(Notice::AllRunning);
            self.ring();
        } else {
            self.select(first);
        }
    }

    /// Wants to see a photo.
    pub fn select(&self, number: u32) {
        let Some(photo) = self.photo(number) else { return };
        self.selected.set(Some(number));
        // From the sheet, an empty stage is better than another photo on it.
        if photo.picture.with_untracked(Option::is_some) || self.sheet.get_untracked() {
            self.on_stage.set(Some(photo.clone()));
        }
        if let Phase::Failed(fault) = photo.phase.get_untracked() {
            self.problem.set(Some(Problem { fault, photo: Some((photo.name, number)) }));
        }
        self.sheet.set(false);
        self.ring();
    }

    /// The photo after (`step` 1) or before (-1) the selected one.
    pub fn step(&self, step: i64) {
        let numbers: Vec<u32> = self.photos.with_untracked(|list| list.iter().map(|p| p.number).collect());
        let selected = self.selected.get_untracked();
        let Some(index) = numbers.iter().position(|&number| Some(number) == selected) else { return };
        let next = usize::try_from(index as i64 + step).ok().and_then(|index| numbers.get(index));
        if let Some(&number) = next {
            self.select(number);
        }
    }

    /// Puts a photo into the queue again.
    pub fn retry(&self, number: u32) {
        if let Some(photo) = self.photo(number) {
            photo.phase.set(Phase::Waiting);
            self.problem.set(None);
            self.select(number);
        }
    }

    /// The photo with this number.
    pub fn photo(&self, number: u32) -> Option<Photo> {
        self.photos.with_untracked(|photos| photos.iter().find(|photo| photo.number == number).cloned())
    }

    /// Wakes the queue.
    pub(super) fn ring(&self) {
        // The queue lives as long as the page.
        let _ = self.bell.with_value(|bell| bell.unbounded_send(()));
    }
}
