//! `cargo xtask run`: from a fresh clone to the page in a browser, soonest first.

use crate::args::RunOptions;
use crate::bundle::{self, Finish};
use crate::steps::Steps;
use crate::{gpu, packs, serve, shell, tools};
use anyhow::{Result, anyhow};
use std::thread;

/// Gets the tools, builds the page and the CPU worker, serves them, and builds the GPU worker behind them.
///
/// # Errors
/// A tool cannot be had, the page does not compile, or no port is free.
pub fn run(options: &RunOptions) -> Result<()> {
    let mut steps = Steps::begin();
    steps.step("Rust target", tools::ensure_wasm_target)?;
    steps.step("tools and compilation", || tools_beside_compilation(options))?;
    steps.step("page and CPU worker", || bundle::page_and_cpu_worker(Finish::Quick))?;
    let server = serve::start(vec![shell::dist(), shell::root().join("public")], options.port)?;
    steps.print();
    println!("\nThe page is at {}", server.address);
    if options.open {
        open_browser(&server.address);
    }
    if options.gpu {
        println!("The WebGPU worker is being built behind it; the page computes on the CPU until then.");
        match steps.step("GPU worker", || gpu::worker(Finish::Quick)) {
            Ok(()) => println!("The WebGPU worker is ready: reload {}", server.address),
            Err(error) => println!("The WebGPU worker could not be built, the CPU goes on: {error:#}"),
        }
    }
    println!("Ctrl-C ends it.");
    server.wait();
    Ok(())
}

/// Building tools and building ours keeps more cores busy side by side than one after the other.
fn tools_beside_compilation(options: &RunOptions) -> Result<()> {
    thread::scope(|scope| {
        let tools = scope.spawn(|| {
            tools::ensure_wasm_bindgen()?;
            tools::ensure_trunk()?;
            tools::forget_build_folder();
            Ok(())
        });
        let compiled = bundle::compile_ahead();
        if options.pull {
            packs::pull();
        }
        tools.join().unwrap_or_else(|_| Err(anyhow!("installing tools panicked")))?;
        compiled
    })
}

fn open_browser(address: &str) {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    if shell::run(shell::program(opener).arg(address)).is_err() {
        println!("No browser could be opened by `{opener}`: open the address yourself.");
    }
}
