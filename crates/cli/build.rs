//! Lists `assets/packs/*/pack.json` and the model files that lie beside some of them, so that the command knows the project's
//! packs, and has those that were trained here, wherever it runs.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let packs = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../assets/packs").canonicalize()?;
    println!("cargo::rerun-if-changed={}", packs.display());
    let mut list = String::from("[\n");
    for folder in sorted(&packs)? {
        let json = folder.join("pack.json");
        if !json.is_file() {
            continue;
        }
        // A pack that changes changes a file in the folder, which the folder above does not notice.
        println!("cargo::rerun-if-changed={}", folder.display());
        writeln!(list, "    (include_str!({json:?}), &[")?;
        for model in sorted(&folder)?.into_iter().filter(|file| *file != json) {
            let name = model.file_name().ok_or("a file has a name")?;
            writeln!(list, "        ({name:?}, include_bytes!({model:?})),")?;
        }
        writeln!(list, "    ]),")?;
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("packs.rs"), list)?;
    Ok(())
}

/// What lies in a folder, by name.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}
