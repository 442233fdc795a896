//! The way of a photo: file -> frame -> device -> answer.

use super::boot;
use super::ground_truth;
use super::notice::{Notice, PackState};
use super::photo::{Phase, Photo};
use super::result::{Result as PhotoResult, Settings, answer_of};
use super::shown_pack::ShownPack;
use super::state::Studio;
use crate::bridge::{Parcel, Rescue};
use crate::media::{self, DISPLAY_SIDE, Picture};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_packs::Task;
use vitrine_protocol::{Device, Fault, FaultCode, Request};

/// Pictures that are kept ready for display; a large one takes 60 MB.
const PICTURES_MAX: usize = 6;
/// Side of a picture that nobody will see.
const UNSEEN_SIDE: u32 = 1;

/// Who answers.
struct Ready {
    device: Device,
    pack: Arc<ShownPack>,
    settings: Settings,
}

/// Computes the answer of a photo, and says what had to be done for it if the GPU failed on the way. The photo still waits
/// afterwards if the pack is none for photos.
pub async fn compute(studio: Studio, photo: &Photo) -> Result<Option<Rescue>, Fault> {
    let mut rescued = None;
    loop {
        photo.phase.set(Phase::Reading);
        // After a failure the status line goes on telling of it.
        if rescued.is_none() {
            studio.tell(photo, Notice::Reading(photo.name.clone()));
        }
        let picture = bring_picture(studio, photo).await?;
        photo.phase.set(Phase::Running);
        let ready = make_ready(studio, photo).await?;
        if ready.pack.task == Task::Act {
            // It came before the pack was known, which is one for videos.
            photo.phase.set(Phase::Waiting);
            return Ok(rescued);
        }
        studio.tell(photo, Notice::Running(photo.name.clone(), ready.device));
        let (width, height, crops) = (picture.width, picture.height, ready.settings.crops);
        let request = move |ticket| Request::Run { ticket, width, height, crops };
        match studio.workers().ask(ready.device, request, std::slice::from_ref(&picture.rgba)).await {
            Ok(parcel) => {
                adopt(studio, photo, &picture, ready, parcel).await?;
                return Ok(rescued);
            }
            Err(fault) if ready.device == Device::Webgpu => {
                rescued = Some(rescue(studio, photo, fault));
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// Computes the answer of one frame of a moving picture, which `photo` stands for. None if the GPU failed: it is being
/// replaced, and another frame may be tried.
pub async fn look(
    studio: Studio,
    photo: &Photo,
    [width, height]: [u32; 2],
    rgba: ArrayBuffer,
) -> Result<Option<PhotoResult>, Fault> {
    let ready = make_ready(studio, photo).await?;
    let crops = ready.settings.crops;
    let request = move |ticket| Request::Run { ticket, width, height, crops };
    match studio.workers().ask(ready.device, request, &[rgba]).await {
        Ok(parcel) => result_of(studio, ready, parcel).map(Some),
        Err(fault) if ready.device == Device::Webgpu => {
            rescue(studio, photo, fault);
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

/// Reads the file and puts its picture on the stage, if the photo is the selected one.
pub async fn bring_picture(studio: Studio, photo: &Photo) -> Result<Picture, Fault> {
    let seen = |studio: Studio| studio.selected.get_untracked() == Some(photo.number);
    let kept = seen(studio) || !studio.are_many();
    let side = if kept { DISPLAY_SIDE } else { UNSEEN_SIDE };
    let mut picture = media::read(&studio.workers(), &photo.file, side).await?;
    // It is the same whenever it is read.
    let _ = photo.size.set([picture.width, picture.height]);
    let Some(bitmap) = picture.bitmap.take() else { return Ok(picture) };
    if photo.thumbnail.with_untracked(Option::is_none) {
        photo.thumbnail.set(media::thumbnail(&picture));
    }
    if !kept {
        bitmap.close();
        return Ok(picture);
    }
    photo.picture.set(media::canvas_of(&bitmap));
    drop_old_pictures(studio, photo);
    if seen(studio) {
        studio.on_stage.set(Some(photo.clone()));
    }
    Ok(picture)
}

/// Photos that have not been looked at for long give back what can be made again.
fn drop_old_pictures(studio: Studio, newest: &Photo) {
    let shown = studio.on_stage.get_untracked();
    studio.photos.with_untracked(|photos| {
        let held = photos.iter().filter(|photo| photo.picture.with_untracked(Option::is_some));
        let spare = held.filter(|&photo| photo != newest && Some(photo) != shown.as_ref());
        let spare: Vec<_> = spare.collect();
        for photo in spare.iter().take((spare.len() + 2).saturating_sub(PICTURES_MAX)) {
            photo.picture.set(None);
        }
    });
}

async fn make_ready(studio: Studio, photo: &Photo) -> Result<Ready, Fault> {
    if studio.pack.with_untracked(|state| state.pack().is_none()) {
        studio.tell(photo, Notice::WaitingForModel(photo.name.clone()));
    }
    let (device, loaded) = studio.workers().ready().await?;
    // The request follows in this very turn: no other pack can come between.
    let pack = match studio.pack_now().filter(|pack| *pack.json == *loaded.pack_json) {
        Some(pack) => pack,
        None => Arc::new(boot::parse(&loaded.pack_json)?),
    };
    if studio.pack.with_untracked(|state| state.pack().is_none()) {
        studio.pack.set(PackState::Ready(pack.clone()));
    }
    let crops = studio.settings.get_untracked().crops;
    Ok(Ready { device, pack, settings: Settings { side: loaded.side, crops } })
}

fn rescue(studio: Studio, photo: &Photo, fault: Fault) -> Rescue {
    let rescue = studio.workers().rescue(fault);
    let name = photo.name.clone();
    studio.notice.set(match rescue {
        Rescue::Rebuild => Notice::Rebuilding(name),
        Rescue::Move => Notice::Moved(name),
    });
    rescue
}

async fn adopt(
    studio: Studio,
    photo: &Photo,
    picture: &Picture,
    ready: Ready,
    parcel: Parcel,
) -> Result<(), Fault> {
    let mut result = result_of(studio, ready, parcel)?;
    result.decode_millis = picture.millis;
    result.format.clone_from(&picture.format);
    if let (Some(labels), Some((_, map))) = (&photo.labels, result.areas()) {
        result.compared = Some(ground_truth::compare(&studio.workers(), &result.pack, labels, map).await);
    }
    keep(studio, photo, result);
    Ok(())
}

/// The result of a frame; how it was read from a file is not known here.
fn result_of(studio: Studio, ready: Ready, parcel: Parcel) -> Result<PhotoResult, Fault> {
    let (answer, beside, timings) = answer_of(parcel).ok_or_else(unexpected)?;
    if ready.device == Device::Webgpu {
        studio.workers().forgive();
    }
    let Ready { device, pack, settings } = ready;
    let (decode_millis, format) = (0.0, String::new());
    Ok(PhotoResult { answer, beside, timings, decode_millis, format, device, pack, settings, compared: None })
}

fn keep(studio: Studio, photo: &Photo, result: PhotoResult) {
    let before = photo.result.get_untracked();
    if let Some(before) = before.filter(|before| !before.is_of(&result.pack.id, result.settings)) {
        photo.previous.set(Some(before));
    }
    let shown = studio.on_stage.with_untracked(|shown| shown.as_ref() == Some(photo));
    let result = if !shown && studio.are_many() { result.lightened() } else { result };
    photo.result.set(Some(Arc::new(result)));
    if shown {
        studio.view.unveil();
    }
}

fn unexpected() -> Fault {
    Fault {
        code: FaultCode::WorkerCrashed,
        cause: "the worker sent another reply than an answer".to_owned(),
        remedy: "Reload the page.".to_owned(),
    }
}
