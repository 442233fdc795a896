//! The command line, validated.

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

/// What `cargo xtask help` prints.
pub const HELP: &str = "\
cargo xtask <command>

  run     get what is missing, build the page, serve it on 127.0.0.1
            --port N     first port to try (8080)
            --open       open a browser
            --no-gpu     leave the WebGPU worker out
            --no-pull    fetch no model files
  build   fill dist/ for a static host: page, CPU worker, GPU worker
            --no-gpu     leave the WebGPU worker out
            --no-pull    fetch no model files
  test    every test, native and in a browser
            --native     only the native ones
            --browser    only the browser ones
  check   format, lints, native tests, licences, budgets
  budget  sizes of what dist/ holds, against their limits
            --no-gpu     the WebGPU worker may be missing
            --keep       note down what each crate takes: the next call says what grew
  bench-web  our workers beside ONNX Runtime Web and LiteRT.js, in one browser
            --no-build   measure dist/ as it is
            --gpu        on WebGPU, not on the CPU
            --help       what else can be said
";

/// One developer command.
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Build and serve.
    Run(RunOptions),
    /// Fill `dist`.
    Build(BuildOptions),
    /// Run the tests.
    Test(TestOptions),
    /// Everything before a commit.
    Check,
    /// Compare sizes with limits.
    Budget(BudgetOptions),
    /// Time the workers beside others.
    BenchWeb(BenchOptions),
}

/// How the page is served.
pub struct RunOptions {
    /// The first port that is tried.
    pub port: u16,
    /// Whether a browser is opened.
    pub open: bool,
    /// Whether the WebGPU worker is built.
    pub gpu: bool,
    /// Whether model files are fetched.
    pub pull: bool,
}

/// What `dist` holds.
#[derive(Clone, Copy)]
pub struct BuildOptions {
    /// Whether model files are fetched first.
    pub pull: bool,
    /// Whether the WebGPU worker is built.
    pub gpu: bool,
}

/// What [`Command::Budget`] expects to find.
#[derive(Clone, Copy)]
pub struct BudgetOptions {
    /// Whether the WebGPU worker must be there.
    pub gpu: bool,
    /// Whether the sizes of crates are noted down.
    pub keep: bool,
}

/// What is measured.
pub struct BenchOptions {
    /// Whether `dist` is built first.
    pub build: bool,
    /// Whether the WebGPU worker is measured, and built.
    pub gpu: bool,
    /// All options, for the program that measures: it checks them.
    pub words: Vec<String>,
}

/// Which tests run.
#[derive(Clone, Copy)]
pub struct TestOptions {
    /// `cargo test`.
    pub native: bool,
    /// `tests/e2e`.
    pub browser: bool,
}

/// Reads the process's arguments.
///
/// # Errors
/// An unknown command, option or value.
pub fn parse() -> Result<Command> {
    parse_from(Parser::from_env())
}

fn parse_from(mut parser: Parser) -> Result<Command> {
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.string()?,
        Some(Arg::Short('h') | Arg::Long("help")) | None => return Ok(Command::Help),
        Some(other) => bail!("a command must come first: {}", other.unexpected()),
    };
    match name.as_str() {
        "help" => Ok(Command::Help),
        "run" => run_options(parser).map(Command::Run),
        "build" => build_options(parser).map(Command::Build),
        "test" => test_options(parser).map(Command::Test),
        "check" => nothing_more(parser).map(|()| Command::Check),
        "budget" => budget_options(parser).map(Command::Budget),
        "bench-web" => bench_options(parser).map(Command::BenchWeb),
        other => bail!("there is no command `{other}`"),
    }
}

fn run_options(mut parser: Parser) -> Result<RunOptions> {
    let mut options = RunOptions { port: 8080, open: false, gpu: true, pull: true };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("port") => options.port = parser.value()?.parse()?,
            Arg::Long("open") => options.open = true,
            Arg::Long("no-gpu") => options.gpu = false,
            Arg::Long("no-pull") => options.pull = false,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn build_options(mut parser: Parser) -> Result<BuildOptions> {
    let mut options = BuildOptions { pull: true, gpu: true };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("no-gpu") => options.gpu = false,
            Arg::Long("no-pull") => options.pull = false,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn budget_options(mut parser: Parser) -> Result<BudgetOptions> {
    let mut options = BudgetOptions { gpu: true, keep: false };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("no-gpu") => options.gpu = false,
            Arg::Long("keep") => options.keep = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn test_options(mut parser: Parser) -> Result<TestOptions> {
    let mut options = TestOptions { native: true, browser: true };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("native") => options.browser = false,
            Arg::Long("browser") => options.native = false,
            other => return Err(other.unexpected().into()),
        }
    }
    if !options.native && !options.browser {
        bail!("--native and --browser exclude each other");
    }
    Ok(options)
}

fn bench_options(mut parser: Parser) -> Result<BenchOptions> {
    let words = parser.raw_args()?.map(|word| word.string()).collect::<Result<Vec<_>, _>>()?;
    let said = |word: &str| words.iter().any(|said| said == word);
    Ok(BenchOptions { build: !said("--no-build") && !said("--help"), gpu: said("--gpu"), words })
}

fn nothing_more(mut parser: Parser) -> Result<()> {
    match parser.next()? {
        None => Ok(()),
        Some(other) => Err(other.unexpected().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Command> {
        parse_from(Parser::from_args(words.iter().copied()))
    }

    #[test]
    fn a_port_is_read_and_the_rest_keeps_its_default() {
        let Ok(Command::Run(options)) = parse_words(&["run", "--port", "9000"]) else { panic!("not a run") };
        assert_eq!((options.port, options.open, options.gpu, options.pull), (9000, false, true, true));
    }

    #[test]
    fn a_misspelt_option_is_refused() {
        assert!(parse_words(&["run", "--prot", "9000"]).is_err());
        assert!(parse_words(&["check", "--fast"]).is_err());
    }

    #[test]
    fn a_port_that_does_not_exist_is_refused() {
        assert!(parse_words(&["run", "--port", "65536"]).is_err());
    }

    #[test]
    fn what_is_measured_is_left_to_the_program_that_measures() {
        let words = ["bench-web", "--no-build", "--models", "dogs-mobilenetv2"];
        let Ok(Command::BenchWeb(options)) = parse_words(&words) else { panic!("not a measurement") };
        assert_eq!((options.build, options.gpu), (false, false));
        assert_eq!(options.words, words[1..]);
    }

    #[test]
    fn leaving_out_both_kinds_of_tests_is_refused() {
        assert!(parse_words(&["test", "--native", "--browser"]).is_err());
    }
}
