//! `wasm-bindgen`, as far as Trunk and this workspace call it. The published command brings a test runner with an HTTP
//! server and client along and takes 2.5 times as long to compile; this one is the same library behind the same options, in
//! the version that `Cargo.lock` names.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its terminal")]

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
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

fn run(mut parser: Parser) -> Result<()> {
    let mut bindgen = Bindgen::new();
    // Where the published command's defaults differ from the library's.
    bindgen.typescript(true).omit_default_module_path(false);
    let mut out_dir = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("version") => {
                println!("wasm-bindgen {}", wasm_bindgen_shared::version());
                return Ok(());
            }
            Arg::Long("target") => match parser.value()?.string()?.as_str() {
                "web" => bindgen.web(true)?,
                "no-modules" => bindgen.no_modules(true)?,
                other => bail!("the target `{other}` is not used here"),
            },
            Arg::Long("out-dir") => {
                out_dir = Some(PathBuf::from(parser.value()?));
                &mut bindgen
            }
            Arg::Long("out-name") => bindgen.out_name(&parser.value()?.string()?),
            Arg::Long("no-typescript") => bindgen.typescript(false),
            Arg::Long("no-demangle") => bindgen.demangle(false),
            Arg::Long("keep-debug") => bindgen.keep_debug(true),
            // Both are found out from the file itself; Trunk still has options for them.
            Arg::Long("reference-types" | "weak-refs") => &mut bindgen,
            Arg::Value(input) => bindgen.input_path(PathBuf::from(input)),
            other => return Err(other.unexpected().into()),
        };
    }
    bindgen.generate(out_dir.context("--out-dir is missing")?)
}
