//! Lists `assets/packs/*/pack.json`, so that the command knows the project's packs wherever it runs.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let packs = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../assets/packs").canonicalize()?;
    println!("cargo::rerun-if-changed={}", packs.display());
    let mut files = Vec::new();
    for folder in fs::read_dir(&packs)? {
        let file = folder?.path().join("pack.json");
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    let mut list = String::from("[\n");
    for file in files {
        writeln!(list, "    include_str!({file:?}),")?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("packs.rs"), list)?;
    Ok(())
}
