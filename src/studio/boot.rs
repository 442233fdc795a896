//! From an empty page to a loaded pack, and what happens when the person chooses another device.

use super::photo::Phase;
use super::queue;
use super::result::Settings;
use super::shown_pack::ShownPack;
use super::state::{Notice, PackState, Problem, Studio};
use crate::address;
use crate::bridge::{Choice, Fields, Load, Reason};
use crate::{fetch, language, memory};
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
            let index = fetch::json("packs/index.json").await;
            let packs = index.and_then(|index| index.as_list(Fields::as_text)).unwrap_or_default();
            studio.packs.set(packs.clone());
            let Some(id) = asked.pack.clone().or_else(|| packs.first().cloned()) else {
                studio.pack.set(PackState::None);
                studio.notice.set(Notice::NoPack);
                return;
            };
            studio.settings.update(|settings| settings.side = asked.tile);
            studio.load_pack(&id).await;
        });
        studio
    }

    async fn load_pack(self, id: &str) {
        self.asked_pack.set(id.to_owned());
        self.choose_load();
        self.prepare().await;
    }

    fn choose_load(self) {
        let folder = address::absolute(&format!("packs/{}/", self.asked_pack.get_untracked()));
        self.workers().choose_pack(Load { folder, side: self.settings.get_untracked().side });
    }

    /// Looks at all photos with another pack.
    pub fn switch_pack(self, id: String) {
        if self.asked_pack.with_untracked(|asked| *asked == id) {
            return;
        }
        self.settings.set(Settings::default());
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
        if self.packs.with_untracked(Vec::is_empty) {
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
