//! Turns `assets/locales/*.json` into a module of typed translation keys.

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        // Our `wasm-bindgen` cuts the chunks out by what the linker notes about them.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let config = Config::new("en")?
        .add_locale("fr")?
        .locales_path("assets/locales")
        .parse_options(ParseOptions::new().interpolate_display(true));
    let texts = parse_locales(None, config)?;
    for path in texts.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    // A key that one language lacks, or a variable that only one has.
    for warning in texts.diag.warnings().iter() {
        println!("cargo::error={warning}");
    }
    for error in texts.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    let code = leptos_i18n_codegen::gen_code(&texts, None, false, None, true)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(out.join("i18n.rs"), code.to_string())?;
    Ok(())
}
