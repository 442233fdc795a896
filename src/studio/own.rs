//! A model that the person brought: tried, and left again where it cannot be used.

use super::boot;
use super::notice::{Notice, PackState};
use super::result::Settings;
use super::state::Studio;
use crate::bridge::{Load, Own};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_protocol::Fault;

impl Studio {
    /// Loads a pack whose files the page has, and looks at all photos with it. Where it cannot be used, the pack before goes
    /// on.
    ///
    /// # Errors
    /// Why the pack or its model cannot be used.
    pub async fn try_own(self, own: Own) -> Result<(), Fault> {
        let (workers, choice) = (self.workers(), self.choice.get_untracked());
        let load = Load { folder: String::new(), side: None, own: Some(own.clone()) };
        let before = workers.choose_pack(Some(load));
        let loaded = workers.choose(choice).await;
        match loaded.and_then(|loaded| boot::parse(&loaded.pack_json)) {
            Ok(pack) => {
                self.own.set_value(Some(own));
                self.asked_pack.set(pack.id.clone());
                self.settings.set(Settings::default());
                self.pack.set(PackState::Ready(Arc::new(pack)));
                self.problem.set(None);
                if self.photos.with_untracked(Vec::is_empty) {
                    self.notice.set(Notice::Ready);
                }
                self.look_again();
                Ok(())
            }
            Err(fault) => {
                if workers.choose_pack(before.clone()).is_some() && before.is_some() {
                    // It was good before; whoever needs it next hears if it is not any more.
                    let _ = workers.choose(choice).await;
                }
                Err(fault)
            }
        }
    }
}
