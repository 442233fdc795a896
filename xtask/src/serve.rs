//! A static file server for the page on this machine: 127.0.0.1 only, nothing cached.

use anyhow::{Result, bail};
use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Request, Response, Server};

/// How many ports are tried.
const PORTS: u16 = 50;
/// How many requests are answered at once: a model, its worker and the page's own files.
const THREADS: usize = 4;

/// A server that runs until the process ends.
pub struct Running {
    /// Where the page is.
    pub address: String,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Waits for ever.
    pub fn wait(self) {
        for thread in self.threads {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// Serves the files of `folders`, the first that has one, on `first_port` or the next free one.
///
/// # Errors
/// No port is free.
pub fn start(folders: Vec<PathBuf>, first_port: u16) -> Result<Running> {
    let listener = bind(first_port)?;
    let address = format!("http://{}/", listener.local_addr()?);
    let server = match Server::from_listener(listener, None) {
        Ok(server) => Arc::new(server),
        Err(error) => bail!("cannot serve: {error}"),
    };
    let folders = Arc::new(folders);
    let threads = (0..THREADS)
        .map(|_| {
            let (server, folders) = (Arc::clone(&server), Arc::clone(&folders));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    // A browser that hangs up is no concern of ours.
                    let _ = answer(request, &folders);
                }
            })
        })
        .collect();
    Ok(Running { address, threads })
}

fn bind(first_port: u16) -> Result<TcpListener> {
    let last_port = first_port.saturating_add(PORTS);
    for port in first_port..=last_port {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener);
        }
    }
    bail!("no port from {first_port} to {last_port} is free")
}

fn answer(request: Request, folders: &[PathBuf]) -> std::io::Result<()> {
    let path = relative_path(request.url());
    let found =
        path.and_then(|path| folders.iter().map(|folder| folder.join(&path)).find(|file| file.is_file()));
    let Some(file) = found else {
        return request.respond(Response::from_string("not found\n").with_status_code(404));
    };
    let mut response = Response::from_file(File::open(&file)?);
    for header in [("Content-Type", content_type(&file)), ("Cache-Control", "no-store")] {
        if let Ok(header) = Header::from_bytes(header.0, header.1) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// `/packs/a%20b.json?x` -> `packs/a b.json`; none for an address that leaves the folder.
fn relative_path(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut decoded = PathBuf::from(percent_decode(path.trim_start_matches('/'))?);
    if path.ends_with('/') || path.is_empty() {
        decoded.push("index.html");
    }
    decoded.components().all(|part| matches!(part, Component::Normal(_))).then_some(decoded)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_answered_with_its_index() {
        assert_eq!(relative_path("/"), Some(PathBuf::from("index.html")));
        assert_eq!(relative_path("/?device=webgpu"), Some(PathBuf::from("index.html")));
        assert_eq!(relative_path("/a/"), Some(PathBuf::from("a/index.html")));
    }

    #[test]
    fn an_address_cannot_leave_the_folder() {
        assert_eq!(relative_path("/../Cargo.toml"), None);
        assert_eq!(relative_path("/%2e%2e/Cargo.toml"), None);
        assert_eq!(relative_path("/a/%2e%2e/%2e%2e/b"), None);
        assert_eq!(relative_path("//etc/passwd"), Some(PathBuf::from("etc/passwd")));
        assert_eq!(relative_path("/%2Fetc/passwd"), None);
    }

    #[test]
    fn escapes_are_decoded_and_broken_ones_refused() {
        assert_eq!(relative_path("/a%20b.png"), Some(PathBuf::from("a b.png")));
        assert_eq!(relative_path("/caf%C3%A9.png"), Some(PathBuf::from("caf\u{e9}.png")));
        assert_eq!(relative_path("/a%2"), None);
        assert_eq!(relative_path("/a%zz"), None);
    }

    #[test]
    fn wasm_has_the_type_that_browsers_compile_while_loading() {
        assert_eq!(content_type(Path::new("worker-cpu_bg.wasm")), "application/wasm");
    }
}
