//! Why a text is not a pack.

/// Why a `pack.json` cannot be used: which field, what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The text is longer than any pack.
    #[error(
        "pack.json has {bytes} bytes, more than {limit}: a list of that length belongs into a file of its own"
    )]
    TooLong {
        /// Length of the text.
        bytes: usize,
        /// The greatest length that is read.
        limit: usize,
    },
    /// The text is not JSON, or its fields are not those of a pack.
    #[error("pack.json, line {line}, column {column}: {message}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says; it names the field.
        message: String,
    },
    /// The text is of another version of the schema.
    #[error(
        "pack.json: `schema` is {found}, and this program reads {}: take a newer Vitrine or an older pack",
        crate::SCHEMA
    )]
    Schema {
        /// The version that the text names.
        found: u32,
    },
    /// A field has a value that cannot be.
    #[error("pack.json: `{field}` {problem}: {remedy}")]
    Field {
        /// Path of the field, such as `classes[3].group`.
        field: String,
        /// What is wrong with it.
        problem: String,
        /// What to write in its place.
        remedy: &'static str,
    },
}

impl PackError {
    pub(crate) fn field(field: impl Into<String>, problem: impl Into<String>, remedy: &'static str) -> Self {
        Self::Field { field: field.into(), problem: problem.into(), remedy }
    }
}

impl From<serde_json::Error> for PackError {
    fn from(error: serde_json::Error) -> Self {
        // serde_json ends its sentence with the place, which has fields of its own here.
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        Self::Json { line: error.line(), column: error.column(), message }
    }
}
