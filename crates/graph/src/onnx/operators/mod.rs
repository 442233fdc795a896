//! ONNX's operators in terms of [`crate::Op`], a file for each family.

mod elementwise;

use super::Operator;

/// The operator of that name; none if it is missing here.
pub fn find(domain: &str, name: &str) -> Option<Operator> {
    if !matches!(domain, "" | "ai.onnx") {
        return None;
    }
    elementwise::find(name)
}
