//! Files that come in: which is the model, which its pack, which its labels.

use super::file::{self, BYTES_MAX, Kind};
use super::form;
use super::words::words;
use super::zip;
use crate::bridge::bytes_of;
use crate::media::Incoming;
use crate::save::blob_of;
use crate::studio::Studio;
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use web_sys::{Blob, File};

/// A model and what came with it.
#[derive(Clone, Debug)]
pub struct Given {
    /// Name of the model file.
    pub name: String,
    /// The model file.
    pub model: Blob,
    /// The text of its `pack.json`.
    pub pack_json: Option<String>,
    /// A list of labels.
    pub labels: Option<String>,
}

/// What is found among the files of one drop.
#[derive(Default)]
struct Gathered {
    models: Vec<File>,
    zips: Vec<File>,
    pack: Option<File>,
    list: Option<File>,
    others: Vec<File>,
}

/// Takes a model in, with its pack and labels if they came along; other files are photos.
pub async fn take(studio: Studio, files: Vec<File>) {
    let mut found = Gathered::default();
    for file in files {
        match file::kind(&file).await {
            Kind::Model => found.models.push(file),
            Kind::Zip => found.zips.push(file),
            Kind::Pack => found.pack = Some(file),
            Kind::List => found.list = Some(file),
            Kind::Other => found.others.push(file),
        }
    }
    let has_model = !found.models.is_empty() || !found.zips.is_empty();
    if !has_model && found.pack.is_none() {
        found.others.extend(found.list.take());
    }
    studio.add(std::mem::take(&mut found.others).into_iter().map(Incoming::from).collect());
    if has_model || found.pack.is_some() {
        form::open(studio, given(studio, found).await);
    }
}

/// One model out of what was found, or why there is none.
async fn given(studio: Studio, found: Gathered) -> Result<Given, String> {
    let words = words(studio.locale.get_untracked());
    match (&found.models[..], &found.zips[..]) {
        ([model], []) => {
            check_size(studio, model)?;
            let text = async |file: Option<File>| match file {
                Some(file) => file::text(&file).await.map(Some).map_err(|fault| fault.cause),
                None => Ok(None),
            };
            let (pack_json, labels) = (text(found.pack).await?, text(found.list).await?);
            Ok(Given { name: model.name(), model: copied(model).await?, pack_json, labels })
        }
        ([], [zip]) => unzipped(studio, zip).await,
        ([], []) => Err(words.pack_alone.to_owned()),
        _ => Err(words.several.to_owned()),
    }
}

/// The file as it is now: what is tried is what is kept, even if it is written anew on the disk.
async fn copied(file: &File) -> Result<Blob, String> {
    held(&bytes_of(file).await.map_err(|fault| fault.cause)?)
}

fn held(bytes: &ArrayBuffer) -> Result<Blob, String> {
    blob_of(bytes, "application/octet-stream")
        .ok_or_else(|| "the browser refuses to hold the file".to_owned())
}

fn check_size(studio: Studio, file: &File) -> Result<(), String> {
    let words = words(studio.locale.get_untracked());
    match file.size() {
        0.0 => Err(words.empty.to_owned()),
        size if size > BYTES_MAX => Err(words.too_large.to_owned()),
        _ => Ok(()),
    }
}

async fn unzipped(studio: Studio, zip: &File) -> Result<Given, String> {
    check_size(studio, zip)?;
    let bytes = file::bytes(zip).await.map_err(|fault| fault.cause)?;
    let zip = zip::code().await.map_err(|_| words(studio.locale.get_untracked()).part_missing)?;
    let archive = (zip.read)(&bytes).map_err(|error| error.to_string())?;
    let (name, model) = archive.model;
    let model = held(&Uint8Array::from(&model[..]).buffer())?;
    Ok(Given { name, model, pack_json: archive.pack_json, labels: archive.labels })
}
