//! `vitrine pull`: brings model files, verified, into `public/packs`, and sample media into `public/samples`.

use crate::catalogue::{self, Described};
use crate::failure::bad_input;
use crate::installed::{PackFolder, State, all_in, state_of};
use crate::mirror::{Found, Mirror};
use crate::{digest, download, files, folders, output};
use anyhow::{Context, Result};
use clap::Args;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use vitrine_packs::{ModelFile, Pack};

#[derive(Args, Debug)]
pub struct Arguments {
    /// Ids of packs, or folders that hold a pack.json [default: all packs of the project]
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Folder that has model files as DIR/ID/FILE [default: VITRINE_MIRROR, or ../shared/models beside the workspace]
    #[arg(long, value_name = "DIR")]
    mirror: Option<PathBuf>,
    /// Bring sample media too
    #[arg(long)]
    samples: bool,
    /// Folder that gets packs/ and samples/ [default: public in the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Result<()> {
    let chosen = choose(&arguments.ids)?;
    let mirror = Mirror::choose(arguments.mirror)?;
    let public = arguments.out.unwrap_or_else(folders::public);
    let packs = public.join("packs");
    let mut failures = Vec::new();
    for described in &chosen {
        let id = &described.pack.id;
        match install(described, mirror.as_ref(), &packs) {
            Ok(Some(origin)) => output::note(&format!("{id}: {origin}")),
            // Whoever pulls everything wants what there is; whoever names a pack wants that one.
            Ok(None) if arguments.ids.is_empty() => output::note(&no_address(&described.pack)),
            Ok(None) => failures.push(bad_input(no_address(&described.pack))),
            Err(error) => failures.push(error.context(format!("{id} was not pulled"))),
        }
    }
    write_index(&packs)?;
    if arguments.samples {
        super::samples::bring(mirror.as_ref(), &public.join("samples"))?;
    }
    // Those that failed before the last are reported here, so that none is lost.
    let last = failures.pop();
    failures.iter().for_each(|error| output::note(&format!("error: {}", crate::failure::one_line(error))));
    last.map_or(Ok(()), Err)
}

fn choose(ids: &[String]) -> Result<Vec<Described>> {
    if ids.is_empty() {
        return catalogue::all();
    }
    let mut chosen: Vec<Described> = ids.iter().map(|id| choose_one(id)).collect::<Result<_>>()?;
    // A cascade is nothing without its second pack.
    let seconds: Vec<String> =
        chosen.iter().filter_map(|it| Some(it.pack.then.as_ref()?.pack.clone())).collect();
    for id in seconds {
        if !chosen.iter().any(|it| it.pack.id == id) {
            chosen.push(choose_one(&id)?);
        }
    }
    Ok(chosen)
}

fn choose_one(id: &str) -> Result<Described> {
    if Path::new(id).join("pack.json").is_file() {
        let PackFolder { json, .. } = PackFolder::open(Path::new(id))?;
        return Described::from_json(json);
    }
    let mut known = catalogue::all()?;
    match known.iter().position(|described| described.pack.id == id) {
        Some(index) => Ok(known.swap_remove(index)),
        None => {
            let ids: Vec<_> = known.iter().map(|described| described.pack.id.as_str()).collect();
            Err(bad_input(format!("there is no pack {id:?}: the packs are {}", ids.join(", "))))
        }
    }
}

/// Brings one pack. Returns in words where its model files came from; none if it is in no mirror and has no address.
fn install(described: &Described, mirror: Option<&Mirror>, packs: &Path) -> Result<Option<String>> {
    let folder = packs.join(&described.pack.id);
    let mut origins = vec![];
    for model in described.pack.model_files() {
        let origin = match state_of(&folder, model) {
            State::Installed => Some("already here".to_owned()),
            State::Missing | State::Damaged => bring_model(described, model, mirror, &folder)?,
        };
        let Some(origin) = origin else { return Ok(None) };
        origins.push(origin);
    }
    // The description comes last: a folder that has one is complete.
    files::write(&folder.join("pack.json"), described.json.as_bytes())?;
    Ok(Some(origins.join(", ")))
}

fn bring_model(
    described: &Described,
    model: &ModelFile,
    mirror: Option<&Mirror>,
    folder: &Path,
) -> Result<Option<String>> {
    if let Some(bytes) = described.shipped(&model.file) {
        let file = written(bytes, model, folder)?;
        files::publish(file, &folder.join(&model.file))?;
        return Ok(Some("came with this program".to_owned()));
    }
    let found = mirror.map_or(Ok(Found::Nothing), |mirror| mirror.find(&described.pack, model))?;
    let (file, origin) = match (found, &model.address) {
        (Found::File(path), _) => (copy(&path, model, folder)?, format!("copied from {}", path.display())),
        (Found::Nothing, Some(address)) => {
            output::note(&format!("{}: fetching {address}", described.pack.id));
            (download::fetch(model, address, folder)?, format!("fetched from {address}"))
        }
        (Found::Nothing, None) => return Ok(None),
    };
    files::publish(file, &folder.join(&model.file))?;
    Ok(Some(origin))
}

/// What to do about a model file that nobody publishes.
fn no_address(Pack { id, model, .. }: &Pack) -> String {
    let origin = match &model.converted_from {
        Some(from) => format!("it is converted from {} ({})", from.address, from.how),
        None => "pack.json names neither `address` nor `converted_from`".to_owned(),
    };
    format!(
        "{id} is left out: {} has no address of its own, {origin}: put the file with the sha256 {} into DIR/{id}/ and run \
         `vitrine pull {id} --mirror DIR`",
        model.file, model.sha256
    )
}

/// Writes a file that came with this program, and verifies that it is the pack's.
fn written(bytes: &[u8], model: &ModelFile, folder: &Path) -> Result<NamedTempFile> {
    let mut file = files::temporary(folder)?;
    let (found, _) = digest::copy(bytes, file.as_file_mut(), model.bytes + 1).context("cannot write it")?;
    if found == model.sha256 {
        Ok(file)
    } else {
        Err(bad_input(format!(
            "this program was built with a {} that its pack.json does not name",
            model.file
        )))
    }
}

/// Copies a file of the mirror, and verifies what was copied.
fn copy(path: &Path, model: &ModelFile, folder: &Path) -> Result<NamedTempFile> {
    let source = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut file = files::temporary(folder)?;
    let (found, _) = digest::copy(source, file.as_file_mut(), model.bytes + 1)
        .with_context(|| format!("cannot copy {}", path.display()))?;
    if found == model.sha256 {
        Ok(file)
    } else {
        Err(bad_input(format!("{} changed while it was copied", path.display())))
    }
}

/// Lists the complete packs for the page, which cannot look into a folder and opens with the first.
fn write_index(packs: &Path) -> Result<()> {
    let shown = |folder: &PackFolder| folder.state() == State::Installed;
    let complete: Vec<Pack> = all_in(packs).into_iter().filter(shown).map(|folder| folder.pack).collect();
    // A cascade is nothing without its second pack.
    let whole = |pack: &&Pack| {
        pack.then.as_ref().is_none_or(|then| complete.iter().any(|second| second.id == then.pack))
    };
    let mut ids: Vec<String> = complete.iter().filter(whole).map(|pack| pack.id.clone()).collect();
    ids.sort_by(|a, b| catalogue::rank(a).cmp(&catalogue::rank(b)));
    files::write(&packs.with_file_name("packs.json"), serde_json::to_string(&ids)?.as_bytes()).map(drop)
}
