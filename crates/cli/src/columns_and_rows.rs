//! Sizes as arguments.

/// "1024x512"
pub fn columns_and_rows(text: &str) -> Result<[u32; 2], String> {
    let sides =
        text.split_once('x').and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    sides.ok_or_else(|| "write columns and rows like 1024x512".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_columns_and_rows() {
        assert_eq!(columns_and_rows("64x32"), Ok([64, 32]));
        assert!(columns_and_rows("64").is_err());
    }
}
