//! Names of saved files, derived from the photo's.

use super::Kind;

/// `street.jpg` -> `street-overlay.png`, and so on; the table of all photos has a name of its own.
pub fn file_name(photo: &str, kind: Kind) -> String {
    let stem = match photo.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => photo,
    };
    match kind {
        Kind::Overlay => format!("{stem}-overlay.png"),
        Kind::Labels => format!("{stem}-labels.png"),
        Kind::Json => format!("{stem}.json"),
        Kind::Csv => "vitrine.csv".to_owned(),
        Kind::AllJson => "vitrine.json".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_files_are_named_after_the_photo() {
        assert_eq!(file_name("street.jpg", Kind::Overlay), "street-overlay.png");
        assert_eq!(file_name("rue.de.lyon.jpeg", Kind::Labels), "rue.de.lyon-labels.png");
        assert_eq!(file_name("street", Kind::Json), "street.json");
        assert_eq!(file_name(".jpg", Kind::Json), ".jpg.json");
        assert_eq!(file_name("street.jpg", Kind::Csv), "vitrine.csv");
        assert_eq!(file_name("", Kind::AllJson), "vitrine.json");
    }
}
