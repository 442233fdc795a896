//! Cuts the chunks out of a program, before wasm-bindgen reads what stays. A chunk is the code that only functions marked
//! `#[wasm_split(name)]` reach; the program fetches it when it first calls one of them.

use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// `wasm_split_helpers` leaves a section of this name in a program that links it.
const MARK: &[u8] = b"__wasm_split_unstable";
/// The script that fetches chunks, as the program is told to import it.
const SCRIPT: &str = "./chunks.js";
const PROGRAM: &str = "main.wasm";

/// A program without its chunks, which lie beside it.
pub struct Split {
    folder: PathBuf,
}

impl Split {
    /// Cuts `input` up into `folder`, which is emptied first; none if nothing is marked in it.
    ///
    /// # Errors
    /// The program was linked without `--emit-relocs`, or a file cannot be written.
    pub fn of(input: &Path, folder: PathBuf) -> Result<Option<Self>> {
        let program = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        if !program.windows(MARK.len()).any(|window| window == MARK) {
            return Ok(None);
        }
        let main = folder.join(PROGRAM);
        let mut options = wasm_split_cli_support::Options::new(&program);
        options.output_dir = &folder;
        options.main_out_path = &main;
        options.link_name = SCRIPT;
        wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cutting chunks: {error:#}"))?;
        Ok(Some(Self { folder }))
    }

    /// What wasm-bindgen is to read.
    pub fn program(&self) -> PathBuf {
        self.folder.join(PROGRAM)
    }

    /// Puts what fetches the chunks into the script that wasm-bindgen wrote, and leaves nothing but chunks in the folder,
    /// named `prefix-chunk-name-digest.wasm`. Their addresses are relative to the script's, which exports them as `chunks`.
    ///
    /// # Errors
    /// One of the scripts does not look as the two libraries write it.
    pub fn finish(self, script: &Path, prefix: &str) -> Result<()> {
        let loader = self.folder.join(SCRIPT);
        let mut loading = fs::read_to_string(&loader)?;
        fs::remove_file(loader)?;
        fs::remove_file(self.program())?;
        let mut addresses = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let old = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let stem = old.trim_start_matches("split_").trim_end_matches(".wasm");
            let new = format!("{prefix}-chunk-{stem}-{:016x}.wasm", digest(&fs::read(&path)?));
            let address = |file: &str| format!("new URL(\"./{file}\", import.meta.url)");
            replace(&mut loading, &address(&old), &address(&new))?;
            addresses.push(format!("{}.href", address(&new)));
            fs::rename(path, self.folder.join(new))?;
        }
        addresses.sort();
        let glue = fs::read_to_string(script)?;
        fs::write(script, joined(&glue, loading, &addresses.join(", "))?)?;
        Ok(())
    }
}

/// One script of two: a second one would be a second request before the page starts, and would have to know the name that
/// Trunk gives to the first.
fn joined(glue: &str, mut loading: String, addresses: &str) -> Result<String> {
    const LOADER: &str = "export const __wasm_split_load_";
    let loaders: Vec<String> = loading
        .lines()
        .filter_map(|line| line.strip_prefix(LOADER)?.split_once(' '))
        .map(|(name, _)| format!("__wasm_split_load_{name}"))
        .collect();
    replace(&mut loading, "import { initSync } from \"./main.js\";", "")?;
    replace(&mut loading, LOADER, "const __wasm_split_load_")?;
    // It also takes what a host calls something else than `application/wasm`.
    replace(
        &mut loading,
        "WebAssembly.instantiateStreaming(src, imports)",
        "__wbg_load(await src, imports)",
    )?;
    Ok(format!(
        "{}{loading}const chunkLoaders = {{ {} }};\nexport const chunks = [{addresses}];\n",
        without_imports(glue)?,
        loaders.join(", ")
    ))
}

/// wasm-bindgen's script, which takes the loaders from the same file. It imports and names the other one once for each.
fn without_imports(glue: &str) -> Result<String> {
    let imported = format!(" from \"{SCRIPT}\"");
    let named = format!("\"{SCRIPT}\": import");
    let mut text = String::with_capacity(glue.len());
    let mut is_named = false;
    for line in glue.lines().filter(|line| !line.ends_with(&imported)) {
        if !line.contains(&named) {
            text += line;
        } else if !is_named {
            text += &format!("\"{SCRIPT}\": chunkLoaders,");
            is_named = true;
        }
        text.push('\n');
    }
    if !is_named {
        bail!("wasm-bindgen's script does not import {SCRIPT}: another version wrote it");
    }
    Ok(text)
}

fn replace(text: &mut String, old: &str, new: &str) -> Result<()> {
    if !text.contains(old) {
        bail!("the script that fetches chunks has no `{old}`: another version wrote it");
    }
    *text = text.replace(old, new);
    Ok(())
}

/// Enough to tell one build's file from another's.
fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
