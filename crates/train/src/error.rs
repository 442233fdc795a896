//! Why a training cannot begin or go on: file, cause, remedy.

use std::path::{Path, PathBuf};

/// Why there is no trained network. Checkpoints that were written stay.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recipe cannot be read, or says something that makes no sense.
    #[error("the recipe {path} cannot be used: {cause}")]
    Recipe {
        /// The recipe.
        path: PathBuf,
        /// What is wrong, and what would be right.
        cause: String,
    },
    /// The data is not what the recipe says.
    #[error("{path}: {cause}")]
    Data {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        cause: String,
    },
    /// The loss is no number any more.
    #[error(
        "the loss is {loss} at step {step} of epoch {epoch}: the weights have diverged. Lower schedule.learning_rate (now \
         {learning_rate}) or set schedule.max_gradient_norm; checkpoints up to the epoch before are kept"
    )]
    Diverged {
        /// What the loss was.
        loss: f32,
        /// Counted from 1.
        epoch: usize,
        /// Counted from 0 within the epoch.
        step: usize,
        /// As the recipe says.
        learning_rate: f64,
    },
    /// Something cannot be written or read.
    #[error("cannot {doing} {path}: {cause}")]
    File {
        /// "write", "read".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says; after it what to do where that is known.
        cause: String,
    },
    /// The exported graph does not compute what the trained network computes.
    #[error(
        "the exported graph differs from the network by {difference:e}, more than {limit:e}: it is not written"
    )]
    Parity {
        /// The largest absolute difference, in units of the scores' largest magnitude where that is above 1.
        difference: f32,
        /// What is allowed.
        limit: f32,
    },
    /// Published weights are not those of the network.
    #[error("{path} has not the weights of this network: {cause}")]
    Weights {
        /// The file.
        path: PathBuf,
        /// Which tensors are missing, unknown, or of another shape.
        cause: String,
    },
    /// The engine refuses the exported graph.
    #[error("the exported graph cannot be run: {0}")]
    Engine(String),
}

impl Error {
    /// A file of the data that is wrong.
    pub(crate) fn data(path: &Path, cause: impl Into<String>) -> Self {
        Self::Data { path: path.to_owned(), cause: cause.into() }
    }

    /// A file that cannot be written: a full disk is named with its remedy.
    pub(crate) fn write(path: &Path, error: &std::io::Error) -> Self {
        let mut cause = error.to_string();
        // Libraries hand on what the system said as a text.
        let told = cause.contains("os error 28") || cause.contains("No space left");
        if told || error.kind() == std::io::ErrorKind::StorageFull {
            cause +=
                "; make room or choose another folder with --out: the run goes on from its last checkpoint";
        }
        Self::File { doing: "write", path: path.to_owned(), cause }
    }

    /// A file that cannot be read.
    pub(crate) fn read(path: &Path, cause: impl ToString) -> Self {
        Self::File { doing: "read", path: path.to_owned(), cause: cause.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_with_its_remedy() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let said = Error::write(Path::new("runs/a/last"), &full).to_string();
        assert!(said.contains("runs/a/last") && said.contains("--out"), "{said}");
        let texted = std::io::Error::other("record: No space left on device (os error 28)");
        assert!(Error::write(Path::new("a"), &texted).to_string().contains("make room"));
    }
}
