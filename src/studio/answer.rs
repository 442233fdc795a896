//! The way of a photo: file -> frame -> device -> answer.

use super::boot;
use super::photo::{Phase, Photo, Result as PhotoResult};
use super::state::{Notice, PackState, Studio};
use crate::bridge::{Parcel, Rescue, bytes_from};
use crate::media::{self, Picture};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_pixels::ClassMap;
use vitrine_protocol::{Answer, Device, Fault, FaultCode, Reply, Request};

/// Pictures that are kept ready for display; a large one takes 60 MB.
const PICTURES_MAX: usize = 6;

/// Computes the answer of a photo, and says what had to be done for it if the GPU failed on the way.
pub async fn compute(studio: Studio, photo: &Photo) -> Result<Option<Rescue>, Fault> {
    let mut rescued = None;
    loop {
        photo.phase.set(Phase::Reading);
        // After a failure the status line goes on telling of it.
        if rescued.is_none() {
            studio.notice.set(Notice::Reading(photo.name.clone()));
        }
        let picture = bring_picture(studio, photo).await?;
        photo.phase.set(Phase::Running);
        let device = ready_device(studio, photo).await?;
        studio.notice.set(Notice::Running(photo.name.clone(), device));
        let (width, height) = (picture.width, picture.height);
        let request = move |ticket| Request::Run { ticket, width, height, crops: 1 };
        match studio.workers().ask(device, request, std::slice::from_ref(&picture.rgba)).await {
            Ok(parcel) => {
                adopt(studio, photo, &picture, device, parcel)?;
                return Ok(rescued);
            }
            Err(fault) if device == Device::Webgpu => {
                rescued = Some(rescue(studio, photo, fault));
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// Reads the file and puts its picture on the stage, if the photo is the selected one.
pub async fn bring_picture(studio: Studio, photo: &Photo) -> Result<Picture, Fault> {
    let mut picture = media::read(&studio.workers(), &photo.file).await?;
    let Some(bitmap) = picture.bitmap.take() else { return Ok(picture) };
    if photo.thumbnail.with_untracked(Option::is_none) {
        photo.thumbnail.set(media::thumbnail(&picture));
    }
    photo.picture.set(media::canvas_of(&bitmap));
    drop_old_pictures(studio, photo);
    if studio.selected.get_untracked() == Some(photo.number) {
        studio.on_stage.set(Some(photo.clone()));
    }
    Ok(picture)
}

fn drop_old_pictures(studio: Studio, newest: &Photo) {
    let shown = studio.on_stage.get_untracked();
    let photos = studio.photos.get_untracked();
    let held = photos.iter().filter(|photo| photo.picture.with_untracked(Option::is_some));
    let spare = held.filter(|&photo| photo != newest && Some(photo) != shown.as_ref());
    let spare: Vec<_> = spare.collect();
    for photo in spare.iter().take((spare.len() + 2).saturating_sub(PICTURES_MAX)) {
        photo.picture.set(None);
    }
}

async fn ready_device(studio: Studio, photo: &Photo) -> Result<Device, Fault> {
    if studio.pack.with_untracked(|state| state.pack().is_none()) {
        studio.notice.set(Notice::WaitingForModel(photo.name.clone()));
    }
    let (device, loaded) = studio.workers().ready().await?;
    if studio.pack.with_untracked(|state| state.pack().is_none()) {
        studio.pack.set(PackState::Ready(Arc::new(boot::parse(&loaded.pack_json)?)));
    }
    Ok(device)
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

fn adopt(
    studio: Studio,
    photo: &Photo,
    picture: &Picture,
    device: Device,
    parcel: Parcel,
) -> Result<(), Fault> {
    let Parcel { reply: Reply::Done { answer: Answer::Segment(answer), timings, .. }, buffers, .. } = parcel
    else {
        return Err(unexpected("the worker sent another reply than an answer"));
    };
    if device == Device::Webgpu {
        studio.workers().forgive();
    }
    let ids = buffers.first().map(bytes_from).unwrap_or_default();
    let map = ClassMap::new(answer.map_width, answer.map_height, ids)
        .map_err(|error| unexpected(&error.to_string()))?;
    let pack = studio.pack.with_untracked(|state| state.pack().map(|pack| pack.id.clone()));
    photo.result.set(Some(Arc::new(PhotoResult {
        answer,
        map,
        timings,
        decode_millis: picture.millis,
        format: picture.format.clone(),
        device,
        pack: pack.unwrap_or_default(),
    })));
    studio.view.unveil();
    Ok(())
}

fn unexpected(cause: &str) -> Fault {
    Fault { code: FaultCode::WorkerCrashed, cause: cause.to_owned(), remedy: "Reload the page.".to_owned() }
}
