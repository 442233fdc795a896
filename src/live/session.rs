//! What is known about the moving picture, how it begins and how it ends.

use super::camera::{self, Camera};
use super::frames::Board;
use super::meter::{Figures, Meter};
use super::record::Progress;
use super::trouble::Trouble;
use super::web::{self, set};
use super::{Source, looking};
use crate::media::Incoming;
use crate::studio::{PackState, Phase as PhotoPhase, Photo, PhotoResult, Studio};
use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, Url};

/// The number of the photo that stands for the moving picture: others count from 1.
pub const NUMBER: u32 = 0;

/// How the moving picture is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The browser asks, or gets it ready.
    Starting,
    /// Frames come.
    Running,
    /// They do not.
    Failed(Trouble),
}

/// The moving picture. Copies are the same one; its signals go with the panel, so what runs on asks whether they are there.
#[derive(Clone, Copy)]
pub struct Live {
    /// The page.
    pub studio: Studio,
    /// Where frames come from.
    pub source: StoredValue<Source>,
    /// The element that plays.
    pub video: NodeRef<Video>,
    /// How it is doing.
    pub phase: RwSignal<Phase>,
    /// Cameras to choose from.
    pub cameras: RwSignal<Vec<Camera>>,
    /// The one that is on.
    pub camera: RwSignal<String>,
    /// Whether it is shown as in a mirror.
    pub mirrored: RwSignal<bool>,
    /// How fast answers come.
    pub figures: RwSignal<Figures>,
    /// Whether the page is out of sight: nothing is computed then.
    pub hidden: RwSignal<bool>,
    /// The latest answer.
    pub answer: RwSignal<Option<Arc<PhotoResult>>>,
    /// Whether a video begins again at its end.
    pub looped: RwSignal<bool>,
    /// How far the recording is, while there is one.
    pub recording: RwSignal<Option<Progress>>,
    pub(super) meter: StoredValue<Meter>,
    /// Frames that the browser has shown.
    pub(super) arrived: StoredValue<u32>,
    /// Counts beginnings: what belongs to an earlier one ends.
    pub(super) round: StoredValue<u32>,
    stream: StoredValue<Option<JsValue>>,
    address: StoredValue<Option<String>>,
}

impl Live {
    /// Nothing moves yet.
    pub fn new(studio: Studio) -> Self {
        Self {
            studio,
            source: StoredValue::new(studio.live.get_untracked().unwrap_or(Source::Camera)),
            video: NodeRef::new(),
            phase: RwSignal::new(Phase::Starting),
            cameras: RwSignal::default(),
            camera: RwSignal::default(),
            mirrored: RwSignal::new(false),
            figures: RwSignal::default(),
            hidden: RwSignal::new(web::is_hidden()),
            answer: RwSignal::new(None),
            looped: RwSignal::new(true),
            recording: RwSignal::new(None),
            meter: StoredValue::default(),
            arrived: StoredValue::new(0),
            round: StoredValue::new(0),
            stream: StoredValue::new(None),
            address: StoredValue::new(None),
        }
    }

    /// The video's file, if it is one.
    pub fn file(&self) -> Option<File> {
        match self.source.try_get_value()? {
            Source::Camera => None,
            Source::Video(file) => Some(file),
        }
    }

    /// Begins, or begins anew: with another camera, or after a trouble was removed.
    pub fn begin(self) {
        let Some(video) = self.video.get_untracked().map(JsValue::from) else { return };
        self.release();
        let Some(round) = self.round.try_update_value(|round| {
            *round += 1;
            *round
        }) else {
            return;
        };
        self.phase.set(Phase::Starting);
        self.studio.selected.set(Some(NUMBER));
        spawn_local(async move {
            let outcome = match self.file() {
                None => self.open_camera(&video, round).await,
                Some(file) => self.open_file(&video, &file).await,
            };
            match outcome {
                Ok(()) if self.is_on(round) => self.run(video, round),
                Ok(()) => {}
                Err(trouble) => self.fail(round, trouble),
            }
        });
    }

    async fn open_camera(self, video: &JsValue, round: u32) -> Result<(), Trouble> {
        let opened = camera::open().await?;
        if !self.is_on(round) {
            camera::release(&opened.stream);
            return Ok(());
        }
        let ended = Closure::once_into_js(move || self.fail(round, Trouble::Gone));
        camera::when_ended(&opened.stream, &ended);
        set(video, "srcObject", &opened.stream);
        self.stream.set_value(Some(opened.stream));
        self.mirrored.set(opened.front);
        self.camera.set(opened.id);
        play(video).await;
        let cameras = camera::all().await;
        let _ = self.cameras.try_set(cameras);
        Ok(())
    }

    async fn open_file(self, video: &JsValue, file: &File) -> Result<(), Trouble> {
        let address = Url::create_object_url_with_blob(file).map_err(|_| Trouble::Unplayable)?;
        set(video, "src", &address.as_str().into());
        set(video, "loop", &self.looped.get_untracked().into());
        self.address.set_value(Some(address));
        play(video).await;
        Ok(())
    }

    /// Whether this beginning is the latest, and anybody still looks.
    pub fn is_on(&self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    fn run(self, video: JsValue, round: u32) {
        let Some(board) = Board::new(false) else { return self.fail(round, Trouble::Unsupported) };
        let Some(photo) = self.photo() else { return self.fail(round, Trouble::Unsupported) };
        self.meter.set_value(Meter::default());
        photo.phase.set(PhotoPhase::Done);
        self.studio.on_stage.set(Some(photo.clone()));
        spawn_local(looking::show(self, video.clone(), board, photo.clone(), round));
        spawn_local(looking::look(self, video, photo, round));
    }

    /// What the stage shows.
    pub(super) fn photo(self) -> Option<Photo> {
        let file = match self.file() {
            Some(file) => file,
            None => {
                web::make("File", &[js_sys::Array::new().into(), self.name().into()]).ok()?.dyn_into().ok()?
            }
        };
        Some(Photo::new(NUMBER, 0, Incoming::from(file)))
    }

    /// What the picture is called.
    pub fn name(&self) -> String {
        match self.file() {
            Some(file) => file.name(),
            None => super::words::of(self.studio.locale.get_untracked()).camera.to_owned(),
        }
    }

    /// There is nothing to look at any more.
    pub fn fail(self, round: u32, trouble: Trouble) {
        if self.is_on(round) {
            self.release();
            self.phase.set(Phase::Failed(trouble));
        }
    }

    /// Gives camera and file back. What still waits for them ends.
    pub fn release(self) {
        self.round.try_update_value(|round| *round += 1);
        if let Some(stream) = self.stream.try_update_value(Option::take).flatten() {
            camera::release(&stream);
        }
        if let Some(address) = self.address.try_update_value(Option::take).flatten() {
            let _ = Url::revoke_object_url(&address);
        }
        if let Some(video) = self.video.try_get_untracked().flatten() {
            set(&video, "srcObject", &JsValue::NULL);
            // The specification's own way to make a player let go of its file: one that is off the page would play on.
            let _ = web::call(&video, "removeAttribute", &["src".into()]);
            let _ = web::call(&video, "load", &[]);
        }
    }

    /// Ends as soon as somebody wants to see a photo, or no pack is left.
    pub fn end_with_others(self) {
        let studio = self.studio;
        studio.selected.set(Some(NUMBER));
        Effect::new(move || {
            let photo_wanted = studio.selected.get() != Some(NUMBER) || studio.sheet.get();
            let clip_wanted = studio.clips.with(|clips| !clips.is_empty());
            if photo_wanted || clip_wanted || studio.pack.with(|pack| matches!(pack, PackState::Failed(_))) {
                self.close();
            }
        });
    }

    /// Back to the photos.
    pub fn close(self) {
        self.release();
        let studio = self.studio;
        studio.live.set(None);
        if studio.selected.get_untracked() != Some(NUMBER) {
            return;
        }
        match studio.photos.with_untracked(|photos| photos.last().map(|photo| photo.number)) {
            Some(last) => studio.select(last),
            None => studio.selected.set(None),
        }
        if studio.on_stage.with_untracked(|shown| shown.as_ref().is_some_and(|it| it.number == NUMBER)) {
            studio.on_stage.set(None);
        }
    }
}

/// Plays. A browser that refuses shows the first frame, and the person may press the button.
async fn play(video: &JsValue) {
    set(video, "muted", &JsValue::TRUE);
    let _ = web::promised(video, "play", &[]).await;
}
