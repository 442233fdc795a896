//! What grew: the code of each program by the crate that it comes from, beside what it was when it was last noted down.
//!
//! Counted in the linker's output, which has the functions' names; later steps shrink it further, alike for all.

use crate::shell;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use wasmparser::{BinaryReader, KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

/// Changes below this are noise of inlining.
const LEAST_BYTES: u64 = 1024;

/// Bytes of code by crate.
type Sizes = BTreeMap<String, u64>;

/// The linker's output of each program, by the name of the program; those that were not built here are left out.
fn programs() -> Vec<(&'static str, PathBuf)> {
    let target = shell::target_folder().join("wasm32-unknown-unknown");
    let all = [
        ("page", "page/vitrine-page.wasm"),
        ("worker-cpu", "worker-cpu/worker-cpu.wasm"),
        ("worker-gpu", "worker-gpu/worker-gpu.wasm"),
        ("worker-media", "page/worker-media.wasm"),
    ];
    all.map(|(name, path)| (name, target.join(path))).into_iter().filter(|(_, path)| path.is_file()).collect()
}

fn record() -> PathBuf {
    shell::root().join("benches/sizes.tsv")
}

/// Prints what changed since the last note; with `keep`, writes a new one.
///
/// # Errors
/// A program or the note cannot be read or written.
pub fn report(keep: bool) -> Result<()> {
    let noted = parse(&fs::read_to_string(record()).unwrap_or_default());
    let mut now = noted.clone();
    for (program, path) in programs() {
        let wasm = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let sizes = by_crate(&wasm).with_context(|| format!("{} is damaged", path.display()))?;
        if let Some(before) = noted.get(program) {
            for line in changes(before, &sizes) {
                println!("{program}: {line}");
            }
        }
        now.insert(program.to_owned(), sizes);
    }
    if keep {
        fs::write(record(), text(&now)).context("cannot write benches/sizes.tsv")?;
    }
    Ok(())
}

/// What grew and what shrank, the largest change first, and the sum.
fn changes(before: &Sizes, now: &Sizes) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let of = |sizes: &Sizes, name: &String| sizes.get(name).copied().unwrap_or(0);
    let mut changed: Vec<_> = names.into_iter().map(|name| (name, of(before, name), of(now, name))).collect();
    changed.retain(|(_, before, now)| before.abs_diff(*now) >= LEAST_BYTES);
    changed.sort_by_key(|(_, before, now)| std::cmp::Reverse(before.abs_diff(*now)));
    let sign = |before: u64, now: u64| if now < before { '-' } else { '+' };
    let mut lines: Vec<String> = changed
        .iter()
        .map(|&(name, before, now)| {
            format!("{}{} {name}, now {now}", sign(before, now), before.abs_diff(now))
        })
        .collect();
    let (before, now) = (before.values().sum::<u64>(), now.values().sum::<u64>());
    if !lines.is_empty() {
        lines.push(format!("{}{} bytes of code, now {now}", sign(before, now), before.abs_diff(now)));
    }
    lines
}

/// A line for each crate of each program: program, crate, bytes.
fn text(noted: &BTreeMap<String, Sizes>) -> String {
    let lines = noted.iter().flat_map(|(program, sizes)| {
        sizes.iter().map(move |(name, bytes)| format!("{program}\t{name}\t{bytes}\n"))
    });
    lines.collect()
}

fn parse(text: &str) -> BTreeMap<String, Sizes> {
    let mut noted: BTreeMap<String, Sizes> = BTreeMap::new();
    for line in text.lines() {
        if let [program, name, bytes] = line.split('\t').collect::<Vec<_>>()[..]
            && let Ok(bytes) = bytes.parse()
        {
            noted.entry(program.to_owned()).or_default().insert(name.to_owned(), bytes);
        }
    }
    noted
}

/// The code of a module by crate.
fn by_crate(wasm: &[u8]) -> Result<Sizes> {
    let (mut imported, mut lengths, mut names) = (0, vec![], BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => lengths.push(body.range().end - body.range().start),
            Payload::CustomSection(section) if matches!(section.as_known(), KnownCustom::Name(_)) => {
                let reader = BinaryReader::new(section.data(), section.data_offset());
                names = function_names(NameSectionReader::new(reader))?;
            }
            _ => {}
        }
    }
    let mut sizes = Sizes::new();
    for (index, bytes) in lengths.into_iter().enumerate() {
        let name = names.get(&(imported + index as u32)).map_or("?", String::as_str);
        *sizes.entry(crate_of(name)).or_default() += bytes;
    }
    Ok(sizes)
}

fn function_names(reader: NameSectionReader<'_>) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for part in reader {
        if let Name::Function(map) = part? {
            for naming in map {
                let naming = naming?;
                names.insert(naming.index, format!("{:#}", rustc_demangle::demangle(naming.name)));
            }
        }
    }
    Ok(names)
}

/// The first crate in a function's name that is not of the standard library: what asked for a generic function pays for it.
fn crate_of(name: &str) -> String {
    let is_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let paths = name.split(|letter| !is_path(letter)).filter_map(|path| path.split_once("::"));
    let crates: Vec<&str> = paths.map(|(first, _)| first).filter(|first| !first.is_empty()).collect();
    let own = crates.iter().find(|first| !["core", "alloc", "std"].contains(first));
    own.or(crates.first()).map_or_else(|| "other".to_owned(), |first| (*first).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(pairs: &[(&str, u64)]) -> Sizes {
        pairs.iter().map(|&(name, bytes)| (name.to_owned(), bytes)).collect()
    }

    #[test]
    fn a_function_belongs_to_the_crate_that_asked_for_it() {
        assert_eq!(crate_of("tiff::decoder::read"), "tiff");
        assert_eq!(crate_of("<png::Reader as core::fmt::Debug>::fmt"), "png");
        assert_eq!(crate_of("core::ptr::drop_in_place::<vitrine_packs::Pack>"), "vitrine_packs");
        assert_eq!(crate_of("alloc::raw_vec::finish_grow"), "alloc");
        assert_eq!(crate_of("memcpy"), "other");
    }

    #[test]
    fn what_changed_is_told_with_the_largest_change_first() {
        let before = sizes(&[("a", 10_000), ("b", 5_000), ("c", 700)]);
        let now = sizes(&[("a", 12_000), ("c", 710), ("d", 1_024)]);
        let told =
            ["-5000 b, now 0", "+2000 a, now 12000", "+1024 d, now 1024", "-1966 bytes of code, now 13734"];
        assert_eq!(changes(&before, &now), told);
        assert!(changes(&now, &now).is_empty());
    }

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let noted = BTreeMap::from([
            ("page".to_owned(), sizes(&[("a", 1)])),
            ("worker".to_owned(), sizes(&[("b", 2)])),
        ]);
        assert_eq!(text(&noted), "page\ta\t1\nworker\tb\t2\n");
        assert_eq!(parse(&text(&noted)), noted);
    }

    /// A module by hand: the binary format of the WebAssembly specification, 5.5, and its appendix on names.
    #[test]
    fn code_is_counted_by_the_names_of_functions() {
        let module = [
            &b"\0asm\x01\0\0\0"[..],
            // One type, `() -> ()`; two functions of it.
            b"\x01\x04\x01\x60\0\0",
            b"\x03\x03\x02\0\0",
            // Bodies of 2 bytes (no locals, end) and 3 bytes (no locals, nop, end).
            b"\x0a\x08\x02\x02\0\x0b\x03\0\x01\x0b",
            // Names: 0 is `a::f`, 1 is `b::g`.
            b"\0\x14\x04name\x01\x0d\x02\0\x04a::f\x01\x04b::g",
        ];
        assert_eq!(by_crate(&module.concat()).unwrap(), sizes(&[("a", 2), ("b", 3)]));
    }
}
