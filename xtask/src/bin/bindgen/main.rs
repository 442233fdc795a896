//! `wasm-bindgen`, as far as Trunk and this workspace call it. The published command brings a test runner with an HTTP
//! server and client along and takes 2.5 times as long to compile; this one is the same library behind the same options, in
//! the version that `Cargo.lock` names.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its terminal")]

mod split;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use split::Split;
use std::path::PathBuf;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match run(Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Where files are read and written.
#[derive(Default)]
struct Files {
    input: PathBuf,
    out_dir: Option<PathBuf>,
    out_name: Option<String>,
}

fn run(mut parser: Parser) -> Result<()> {
    let mut bindgen = Bindgen::new();
    let mut files = Files::default();
    // Where the published command's defaults differ from the library's.
    bindgen.typescript(true).omit_default_module_path(false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("version") => {
                // Trunk reads the second word; `xtask` knows by the rest that this one cuts chunks, and how.
                println!("wasm-bindgen {} vitrine-1", wasm_bindgen_shared::version());
                return Ok(());
            }
            Arg::Long("target") => match parser.value()?.string()?.as_str() {
                "web" => drop(bindgen.web(true)?),
                "no-modules" => drop(bindgen.no_modules(true)?),
                other => bail!("the target `{other}` is not used here"),
            },
            Arg::Long("out-dir") => files.out_dir = Some(PathBuf::from(parser.value()?)),
            Arg::Long("out-name") => files.out_name = Some(parser.value()?.string()?),
            Arg::Long("no-typescript") => drop(bindgen.typescript(false)),
            Arg::Long("no-demangle") => drop(bindgen.demangle(false)),
            Arg::Long("keep-debug") => drop(bindgen.keep_debug(true)),
            // Both are found out from the file itself; Trunk still has options for them.
            Arg::Long("reference-types" | "weak-refs") => {}
            Arg::Value(input) => files.input = PathBuf::from(input),
            other => return Err(other.unexpected().into()),
        }
    }
    generate(bindgen, files)
}

/// Writes program and script into the folder, and chunks, if there are any, into `NAME-chunks` inside it.
fn generate(mut bindgen: Bindgen, files: Files) -> Result<()> {
    let folder = files.out_dir.context("--out-dir is missing")?;
    let stem = files.input.file_stem().context("no file is named")?.to_string_lossy().into_owned();
    let name = files.out_name.unwrap_or(stem);
    bindgen.out_name(&name);
    match Split::of(&files.input, folder.join(format!("{name}-chunks")))? {
        None => bindgen.input_path(files.input).generate(folder),
        Some(split) => {
            // Chunks share the program's memory, tables and globals.
            bindgen.input_path(split.program()).keep_lld_exports(true).generate(&folder)?;
            split.finish(&folder.join(format!("{name}.js")), &name)
        }
    }
}
