//! Why there is no moving picture.

use super::web;
use wasm_bindgen::JsValue;

/// Why there is no moving picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The person, or a rule of the browser, does not allow it.
    Refused,
    /// There is no camera.
    NoCamera,
    /// Another program has it.
    Busy,
    /// Browsers give cameras to pages from `https` and from the same machine only.
    Insecure,
    /// The browser knows no cameras.
    Unsupported,
    /// It was unplugged, or taken away.
    Gone,
    /// The browser cannot play the file.
    Unplayable,
    /// The pack has no answer to single frames.
    PackWithoutFrames,
    /// The browser encodes no video.
    NoEncoder,
}

impl Trouble {
    /// Names for tests and scripts.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NoCamera => "no-camera",
            Self::Busy => "busy",
            Self::Insecure => "insecure",
            Self::Unsupported => "unsupported",
            Self::Gone => "gone",
            Self::Unplayable => "unplayable",
            Self::PackWithoutFrames => "pack-without-frames",
            Self::NoEncoder => "no-encoder",
        }
    }

    /// What `getUserMedia` was rejected with.
    pub fn of(error: &JsValue) -> Self {
        Self::named(&web::text(error, "name"))
    }

    /// By the names in Media Capture and Streams, section 10.2.
    fn named(name: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" | "DevicesNotFoundError" => Self::NoCamera,
            "SecurityError" => Self::Insecure,
            "TypeError" | "NotSupportedError" => Self::Unsupported,
            // NotReadableError and AbortError: the hardware is there and does not answer.
            _ => Self::Busy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_specification_are_told_apart() {
        assert_eq!(Trouble::named("NotAllowedError"), Trouble::Refused);
        assert_eq!(Trouble::named("NotFoundError"), Trouble::NoCamera);
        assert_eq!(Trouble::named("NotReadableError"), Trouble::Busy);
        assert_eq!(Trouble::named("SecurityError"), Trouble::Insecure);
        assert_eq!(Trouble::named("TypeError"), Trouble::Unsupported);
    }
}
