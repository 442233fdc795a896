//! Model files from their pinned addresses.

use crate::{digest, files, output};
use anyhow::{Context, Result, bail};
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use tempfile::NamedTempFile;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};
use vitrine_packs::ModelFile;

/// Fetches a model file from `address` into `folder`, verified, still under a temporary name.
///
/// # Errors
/// The address does not answer, or what it serves is not the file that the pack names.
pub fn fetch(model: &ModelFile, address: &str, folder: &Path) -> Result<NamedTempFile> {
    let remedy = "check the network, or give a folder that has the file with `--mirror DIR`";
    let mut response =
        agent().get(address).call().with_context(|| format!("cannot fetch {address} ({remedy})"))?;
    let announced = response.body().content_length();
    if announced.is_some_and(|bytes| bytes != model.bytes) {
        let announced = announced.unwrap_or_default();
        bail!("{address} is refused: it has {announced} bytes, and the pack names {}", model.bytes);
    }
    let bar = output::byte_bar(model.bytes);
    let file = receive(bar.wrap_read(response.body_mut().as_reader()), model, address, folder);
    bar.finish_and_clear();
    file
}

fn agent() -> Agent {
    let certificates = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .tls_config(certificates)
        .https_only(true)
        .max_redirects(5)
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_recv_body(Some(Duration::from_secs(30 * 60)))
        .user_agent(concat!("vitrine/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
}

/// Reads a model file, never more than one byte beyond its length, and compares length and digest.
fn receive(reader: impl Read, model: &ModelFile, address: &str, folder: &Path) -> Result<NamedTempFile> {
    let mut file = files::temporary(folder)?;
    let (found, bytes) = digest::copy(reader, file.as_file_mut(), model.bytes + 1)
        .with_context(|| format!("cannot fetch {address}"))?;
    if bytes < model.bytes {
        bail!("{address} broke off after {bytes} of {} bytes: try again", model.bytes);
    }
    if found != model.sha256 {
        bail!(
            "{address} is refused: the sha256 of what it serves is {found}, and the pack names {}: take the published \
             file from elsewhere and give its folder with `--mirror DIR`",
            model.sha256
        );
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_packs::Text;

    const ADDRESS: &str = "https://example.org/abc.onnx";

    /// A model file that consists of "abc"; the digest is that of FIPS 180-2, appendix B.1.
    fn abc() -> ModelFile {
        ModelFile {
            file: "abc.onnx".into(),
            bytes: 3,
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
            address: None,
            converted_from: None,
            licence: "CC0-1.0".into(),
            terms: Text { en: "none".into(), fr: "aucune".into() },
        }
    }

    #[test]
    fn the_file_that_the_pack_names_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = receive(&b"abc"[..], &abc(), ADDRESS, folder.path()).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"abc");
    }

    #[test]
    fn a_shorter_a_longer_and_another_file_are_refused_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        for (bytes, word) in [(&b"ab"[..], "broke off"), (b"abcd", "refused"), (b"abd", "refused")] {
            let error = receive(bytes, &abc(), ADDRESS, folder.path()).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_endless_answer_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        assert!(receive(std::io::repeat(0), &abc(), ADDRESS, folder.path()).is_err());
    }
}
