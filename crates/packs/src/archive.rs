//! Packs as zip files. What comes from strangers is measured before it is inflated: names that lead out of the archive,
//! too many entries and bombs are refused.

use std::io::{Cursor, Read, Write};
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What an archive may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders in it.
    pub entries: usize,
    /// Bytes of all of it when inflated.
    pub bytes: u64,
    /// How many times larger than in the archive a file may be; those below a mebibyte may be as they like.
    pub ratio: u64,
}

impl Default for Limits {
    /// For a page: 1,000 entries, 512 MiB, and a hundred times, which no weights reach.
    fn default() -> Self {
        Self { entries: 1000, bytes: 512 << 20, ratio: 100 }
    }
}

/// Files below this are not measured by their ratio: a list of labels may repeat itself.
const SMALL: u64 = 1 << 20;
/// Longest text that is read: as a pack's own limit.
const TEXT_MAX: u64 = 1 << 20;

/// Why an archive is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// No zip file, or one that breaks off.
    #[error("the zip file cannot be read ({0}): zip the folder of the pack again")]
    Damaged(String),
    /// More entries than a pack has.
    #[error("the zip file has {found} entries, more than {limit}: zip the folder of one pack alone")]
    Entries {
        /// How many.
        found: usize,
        /// How many are read.
        limit: usize,
    },
    /// A name that leads out of the archive.
    #[error("the zip file has an entry {0:?} that leads out of its folder: zip the folder of the pack again")]
    Escape(String),
    /// Larger than it may be when inflated.
    #[error("the zip file would fill {bytes} bytes, more than {limit}: leave out what is not the pack's")]
    TooLarge {
        /// As it says itself, or as far as it was inflated.
        bytes: u64,
        /// As much is read.
        limit: u64,
    },
    /// An entry that is suspiciously small in the archive.
    #[error(
        "the zip file's entry {name:?} grows more than {limit} times, as a zip bomb does: zip it without compression"
    )]
    Bomb {
        /// The entry.
        name: String,
        /// As much is read.
        limit: u64,
    },
    /// Several packs.
    #[error("the zip file has {0} files pack.json: zip the folder of one pack alone")]
    Packs(usize),
    /// Several models and nothing that chooses.
    #[error("the zip file has {0} model files and no pack.json that names one: zip one of them")]
    Models(usize),
    /// No model.
    #[error("the zip file has no model: put the .onnx or .tflite file that `model.file` names into it")]
    NoModel,
}

/// What an archive holds of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// The text of its `pack.json`.
    pub pack_json: Option<String>,
    /// Name and bytes of the model file.
    pub model: (String, Vec<u8>),
    /// A list of labels.
    pub labels: Option<String>,
}

/// Reads a zip file that holds a pack, or a model without one.
///
/// # Errors
/// [`ArchiveError`] says what about the archive is not taken; nothing of it is inflated then.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Archive, ArchiveError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let names = names(&mut zip, limits)?;
    let mut budget = limits.bytes;
    let of = |ending: &str| names.iter().filter(|name| last(name).ends_with(ending)).collect::<Vec<_>>();
    let packs: Vec<&String> = of("pack.json").into_iter().filter(|name| last(name) == "pack.json").collect();
    if packs.len() > 1 {
        return Err(ArchiveError::Packs(packs.len()));
    }
    let mut text = |name: &String| {
        let mut most = TEXT_MAX;
        inflate(&mut zip, name, &mut most).map(lossy)
    };
    let pack_json = packs.first().map(|name| text(name)).transpose()?;
    let labels = of(".txt").first().map(|name| text(name)).transpose()?;
    let models = [of(".onnx"), of(".tflite")].concat();
    let named = |name: &&&String| {
        pack_json.as_ref().is_some_and(|json| json.contains(&format!("\"{}\"", last(name))))
    };
    let model = match (&models[..], models.iter().find(named)) {
        (_, Some(named)) => *named,
        ([only], None) => *only,
        ([], _) => return Err(ArchiveError::NoModel),
        _ => return Err(ArchiveError::Models(models.len())),
    };
    let model = (last(model).to_owned(), inflate(&mut zip, model, &mut budget)?);
    Ok(Archive { pack_json, model, labels })
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names of all files, after everything that the archive says of itself was looked at.
fn names(zip: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<Vec<String>, ArchiveError> {
    if zip.len() > limits.entries {
        return Err(ArchiveError::Entries { found: zip.len(), limit: limits.entries });
    }
    let (mut names, mut sum) = (vec![], 0_u64);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|error| damaged(&error))?;
        let name = entry.name().to_owned();
        let leads_out = entry.enclosed_name().is_none() || name.starts_with('/') || name.contains('\\');
        if leads_out || entry.is_symlink() {
            return Err(ArchiveError::Escape(name));
        }
        sum = sum.saturating_add(entry.size());
        if sum > limits.bytes {
            return Err(ArchiveError::TooLarge { bytes: sum, limit: limits.bytes });
        }
        if is_bomb(&entry, limits) {
            return Err(ArchiveError::Bomb { name, limit: limits.ratio });
        }
        // What macOS adds is not the person's.
        let hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if entry.is_file() && !hidden {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_bomb<R: Read>(entry: &ZipFile<'_, R>, limits: &Limits) -> bool {
    entry.size() > SMALL && entry.size() / entry.compressed_size().max(1) > limits.ratio
}

/// An entry's bytes. What is longer than the archive said is not inflated beyond the budget, which it uses up.
fn inflate(
    zip: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    budget: &mut u64,
) -> Result<Vec<u8>, ArchiveError> {
    let entry = zip.by_name(name).map_err(|error| damaged(&error))?;
    let limit = entry.size().min(*budget);
    let mut bytes = vec![];
    entry
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::Damaged(format!("{name}: {error}")))?;
    if bytes.len() as u64 > limit {
        return Err(ArchiveError::TooLarge { bytes: bytes.len() as u64, limit });
    }
    *budget -= bytes.len() as u64;
    Ok(bytes)
}

fn damaged(error: &zip::result::ZipError) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

/// A zip file of a pack as a host serves it: `packs/<id>/pack.json` and the model file beside it. Nothing is compressed:
/// weights do not become smaller.
///
/// # Errors
/// [`ArchiveError::Damaged`] for a file that is too long for a zip file.
pub fn write(id: &str, pack_json: &str, model: (&str, &[u8])) -> Result<Vec<u8>, ArchiveError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(model.1.len() + pack_json.len() + 1024)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let failed = |error: std::io::Error| ArchiveError::Damaged(error.to_string());
    for (name, bytes) in [("pack.json", pack_json.as_bytes()), model] {
        zip.start_file(format!("packs/{id}/{name}"), options).map_err(|error| damaged(&error))?;
        zip.write_all(bytes).map_err(failed)?;
    }
    Ok(zip.finish().map_err(|error| damaged(&error))?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in entries {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn refused(entries: &[(&str, &[u8])], limits: Limits) -> ArchiveError {
        read(&zipped(entries), &limits).unwrap_err()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = write("mine", "{}", ("a.onnx", &[1, 2, 3])).unwrap();
        let archive = read(&bytes, &Limits::default()).unwrap();
        let expected =
            Archive { pack_json: Some("{}".into()), model: ("a.onnx".into(), vec![1, 2, 3]), labels: None };
        assert_eq!(archive, expected);
        let zip = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        let mut names: Vec<_> = zip.file_names().collect();
        names.sort_unstable();
        assert_eq!(names, ["packs/mine/a.onnx", "packs/mine/pack.json"]);
    }

    #[test]
    fn a_model_may_come_with_labels_and_without_a_pack() {
        let entries: &[(&str, &[u8])] =
            &[("x/model.tflite", b"m"), ("x/labels.txt", b"cat\ndog"), ("__MACOSX/._model.tflite", b"")];
        let archive = read(&zipped(entries), &Limits::default()).unwrap();
        assert_eq!((archive.pack_json, archive.labels.as_deref()), (None, Some("cat\ndog")));
        assert_eq!(archive.model.0, "model.tflite");
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../pack.json", "a/../../pack.json", "/etc/pack.json", "..\\pack.json"] {
            let error = refused(&[(name, b"{}")], Limits::default());
            assert_eq!(error, ArchiveError::Escape(name.to_owned()));
        }
    }

    #[test]
    fn bombs_are_refused_by_ratio_sum_and_number_before_anything_is_inflated() {
        let zeros = vec![0; 4 << 20];
        let error = refused(&[("a.onnx", &zeros)], Limits::default());
        assert_eq!(error, ArchiveError::Bomb { name: "a.onnx".into(), limit: 100 });
        let small = Limits { bytes: 1000, ..Limits::default() };
        let two = refused(&[("a.onnx", &[0; 600]), ("b.txt", &[0; 600])], small);
        assert_eq!(two, ArchiveError::TooLarge { bytes: 1200, limit: 1000 });
        let few = Limits { entries: 1, ..Limits::default() };
        let many = refused(&[("a.onnx", b"a"), ("b", b"b")], few);
        assert_eq!(many, ArchiveError::Entries { found: 2, limit: 1 });
    }

    #[test]
    fn an_entry_that_is_longer_than_it_says_is_not_read_on() {
        let mut bytes = zipped(&[("a.onnx", &[7; 50_000])]);
        // The uncompressed size in the central directory: APPNOTE.TXT, section 4.3.12, offset 24.
        let at = bytes.windows(4).position(|four| four == [0x50, 0x4b, 1, 2]).unwrap() + 24;
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        assert!(read(&bytes, &Limits::default()).is_err());
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        assert_eq!(refused(&[("pack.json", b"{}")], Limits::default()), ArchiveError::NoModel);
        let two: &[(&str, &[u8])] = &[("a/pack.json", b"{}"), ("b/pack.json", b"{}")];
        assert_eq!(refused(two, Limits::default()), ArchiveError::Packs(2));
        assert_eq!(refused(&[("a.onnx", b""), ("b.onnx", b"")], Limits::default()), ArchiveError::Models(2));
        assert!(matches!(read(b"PK\x03\x04 nothing", &Limits::default()), Err(ArchiveError::Damaged(_))));
    }

    #[test]
    fn of_several_models_the_one_that_the_pack_names_is_read() {
        let pack: &[u8] = br#"{"model": {"file": "b.onnx"}}"#;
        let entries: &[(&str, &[u8])] = &[("pack.json", pack), ("a.onnx", b"a"), ("b.onnx", b"b")];
        assert_eq!(read(&zipped(entries), &Limits::default()).unwrap().model.1, b"b");
    }
}
