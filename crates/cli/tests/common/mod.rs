//! Runs the built command, as a script would.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    reason = "helpers of tests; no test file uses all of them"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace exists")
}

/// What the command did.
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// The one line that an error is.
    pub fn error(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "", "an error leaves stdout alone");
        let lines: Vec<&str> = self.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(lines.len(), 1, "{}", self.stderr);
        assert!(self.stderr.ends_with(&format!("{}\n", lines[0])), "{}", self.stderr);
        lines[0]
    }

    /// stdout of a success.
    pub fn text(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        &self.stdout
    }

    /// stdout of a success as one JSON object.
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(self.text()).expect("stdout is one JSON value");
        assert!(value.is_object(), "{value}");
        value
    }
}

/// Runs `vitrine` in `folder`, deaf to the settings of whoever runs the tests.
pub fn vitrine<S: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[S]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine"));
    command.current_dir(folder).args(arguments).env_remove("VITRINE_PACKS").env_remove("VITRINE_MIRROR");
    let Output { status, stdout, stderr } = command.output().expect("the command starts");
    Done {
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(stderr).expect("stderr is UTF-8"),
    }
}
