//! From an empty page to a loaded pack, and what happens when the person chooses another device.

use super::notice::{Notice, PackState, Problem};
use super::photo::Phase;
use super::queue;
use super::result::Settings;
use super::shown_pack::ShownPack;
use super::state::Studio;
use crate::address;
use crate::bridge::{Choice, Fields, Load, Reason};
use crate::{fetch, language, memory, own};
use futures::channel::mpsc;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use vitrine_protocol::{Device, Fault, FaultCode};

impl Studio {
    /// Makes the studio and sets it to work. Call it once, where the page begins.
    pub fn start() -> Self {
        let asked = address::asked();
        let remembered = memory::recall(memory::DEVICE).and_then(|tag| Choice::from_tag(&tag));
        let choice = asked.device.map(Choice::from).or(remembered).unwrap_or_default();
        let (bell, rings) = mpsc::unbounded();
        let studio = Self::create(language::preferred(asked.language.clone()), choice, bell);
        studio.workers().start_cpu();
        spawn_local(queue::run(studio, rings));
        spawn_local(async move {
            let mut index = fetch::json("packs.json").await;
            if index.is_none() {
                // Where `vitrine pull` wrote the list before.
                index = fetch::json("packs/index.json").await;
            }
            let packs = index.and_then(|index| index.as_list(Fields::as_text)).unwrap_or_default();
            studio.packs.set(packs.clone());
            studio.settings.update(|settings| settings.side = asked.tile);
            let own = memory::recall(memory::OWN).filter(|id| !id.is_empty());
            match (asked.pack, own) {
                // The person's own model was the last one in use.
                (None, Some(_)) => own::reopen(studio),
                (asked, _) => {
                    let asked = asked.and_then(|id| address::listed_pack(&id, &packs));
                    studio.begin(asked.or_else(|| packs.first().cloned())).await;
                }
            }
        });
        studio
    }

    /// Opens the page with a pack of the host, if there is one.
    pub async fn begin(self, id: Option<String>) {
        match id {
            Some(id) => self.load_pack(&id).await,
            None => {
                self.pack.set(PackState::None);
                self.notice.set(Notice::NoPack);
            }
        }
    }

    async fn load_pack(self, id: &str) {
        self.asked_pack.set(id.to_owned());
        self.choose_load();
        self.prepare().await;
    }

    fn choose_load(self) {
        let own = self.own.get_value();
        let folder = match own {
            Some(_) => String::new(),
            None => address::pack_folder(&self.asked_pack.get_untracked()),
        };
        self.workers().choose_pack(Some(Load { folder, side: self.settings.get_untracked().side, own }));
    }

    /// Looks at all photos with another pack.
    pub fn switch_pack(self, id: String) {
        if self.asked_pack.with_untracked(|asked| *asked == id) {
            return;
        }
        self.settings.set(Settings::default());
        self.own.set_value(None);
        memory::remember(memory::OWN, "");
        spawn_local(async move {
            self.problem.set(None);
            self.load_pack(&id).await;
            self.look_again();
        });
    }

    /// Looks at all photos with other settings.
    pub fn change_settings(self, settings: Settings) {
        if self.settings.get_untracked() == settings {
            return;
        }
        self.settings.set(settings);
        self.choose_load();
        self.look_again();
    }

    /// Computes on another device from now on, and looks at the photo on the stage again there.
    pub fn choose_device(self, choice: Choice) {
        self.choice.set(choice);
        memory::remember(memory::DEVICE, choice.tag());
        if self.pack.with_untracked(|pack| *pack == PackState::None) {
            return;
        }
        spawn_local(async move {
            self.prepare().await;
            let photo = self.selected.get_untracked().and_then(|number| self.photo(number));
            if let Some(photo) = photo.filter(|photo| photo.phase.get_untracked() == Phase::Done) {
                photo.phase.set(Phase::Waiting);
                self.ring();
            }
        });
    }

    /// Gets the chosen device ready with the pack.
    pub async fn prepare(self) {
        let choice = self.choice.get_untracked();
        let device = if choice == Choice::Webgpu { Device::Webgpu } else { Device::Cpu };
        let busy = !self.photos.with_untracked(Vec::is_empty);
        if !busy {
            self.notice.set(Notice::Loading(device));
        }
        if self.pack.with_untracked(|state| state.pack().is_none()) {
            self.pack.set(PackState::Loading);
        }
        let loaded = self.workers().choose(choice).await;
        match loaded.and_then(|loaded| parse(&loaded.pack_json)) {
            Ok(pack) => {
                self.pack.set(PackState::Ready(Arc::new(pack)));
                self.tell_refused_gpu(choice);
                if self.photos.with_untracked(Vec::is_empty) {
                    self.notice.set(Notice::Ready);
                }
            }
            Err(fault) => {
                self.pack.set(PackState::Failed(fault.clone()));
                self.notice.set(Notice::PackFailed);
                self.problem.set(Some(Problem { fault, photo: None }));
            }
        }
        self.ring();
    }

    /// A GPU that the person asked for and cannot have is a problem, though the CPU computes.
    fn tell_refused_gpu(self, choice: Choice) {
        if choice == Choice::Webgpu
            && let Reason::CpuFailed(fault) = self.workers().reason().get_untracked()
        {
            self.problem.set(Some(Problem { fault, photo: None }));
        }
    }
}

/// Reads the `pack.json` that a worker has loaded, and so validated.
pub fn parse(pack_json: &str) -> Result<ShownPack, Fault> {
    ShownPack::from_json(pack_json).ok_or_else(|| Fault {
        code: FaultCode::PackInvalid,
        cause: "pack.json lacks a field that the page shows".to_owned(),
        remedy: "Use the pack that came with this version of the page.".to_owned(),
    })
}
