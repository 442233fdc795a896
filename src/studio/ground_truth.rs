//! What is known about a photo: label images that came with it.

use super::shown_pack::ShownPack;
use crate::bridge::{Workers, buffer_from, bytes_from};
use js_sys::ArrayBuffer;
use vitrine_pixels::ClassMap;
use vitrine_protocol::{Device, Fault, FaultCode, Request};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// What the samples of a label image mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Class::label_id`, as Cityscapes' `*_labelIds.png`.
    LabelIds,
    /// `Group::id`, as the folders `labels8` of `vitrine eval`.
    Groups,
}

/// The label image of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// A PNG.
    pub file: File,
    /// What its samples mean.
    pub kind: Kind,
}

/// Compares a class map with the label image. The CPU worker reads it and counts.
pub async fn compare(
    workers: &Workers,
    pack: &ShownPack,
    labels: &Labels,
    map: &ClassMap,
) -> Result<Vec<u64>, Fault> {
    let png = JsFuture::from(labels.file.array_buffer()).await.ok();
    let png: ArrayBuffer = png.and_then(|png| png.dyn_into().ok()).ok_or_else(unreadable)?;
    let (map_width, map_height) = (map.width(), map.height());
    let void = pack.void_groups();
    let truth_groups = match labels.kind {
        Kind::LabelIds => groups_of_label_ids(pack, void.first().copied().unwrap_or(u8::MAX)),
        Kind::Groups => (0..=u8::MAX).collect::<Vec<u8>>(),
    };
    let groups = pack.group_count();
    let beside = [map.ids(), &truth_groups, &pack.group_table(), &void];
    let mut buffers = vec![png];
    buffers.extend(beside.map(buffer_from));
    let request = move |ticket| Request::CompareLabels { ticket, map_width, map_height, groups };
    let parcel = workers.ask(Device::Cpu, request, &buffers).await?;
    let counts = parcel.buffers.first().map(bytes_from).ok_or_else(unreadable)?;
    Ok(counts.as_chunks::<4>().0.iter().map(|&count| u32::from_le_bytes(count).into()).collect())
}

/// The group of each label id. Ids that no class of the pack has are not known, and so void.
fn groups_of_label_ids(pack: &ShownPack, void: u8) -> Vec<u8> {
    let mut groups = vec![void; 256];
    for class in &pack.classes {
        groups[usize::from(class.label_id)] = class.group;
    }
    groups
}

fn unreadable() -> Fault {
    Fault {
        code: FaultCode::ImageCorrupt,
        cause: "the label image cannot be read".to_owned(),
        remedy: "Choose the files again.".to_owned(),
    }
}
