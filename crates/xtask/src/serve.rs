//! A small static file server for this machine: what any static host does, with nothing added that the site might lean on.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::UNIX_EPOCH;

use tiny_http::{Header, Method, Request, Response, Server};

use crate::found::{Found, content_type, find};
use crate::step::{At, Result};

/// A running server; it stops when this is dropped.
pub struct Served {
    server: Arc<Server>,
    threads: Vec<JoinHandle<()>>,
    port: u16,
    base: String,
}

impl Served {
    /// Serves `folder` below `base` ("/" or "/name/") at 127.0.0.1; port 0 takes any free one.
    pub fn start(folder: &Path, base: &str, port: u16) -> Result<Self> {
        let folder = fs::canonicalize(folder).at("serve", folder)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let server = Server::http(address).map_err(|error| taken(port, &error))?;
        let port = server
            .server_addr()
            .to_ip()
            .map_or(port, |address| address.port());
        let server = Arc::new(server);
        let threads = (0..8)
            .map(|_| {
                let (server, folder, base) = (server.clone(), folder.clone(), base.to_owned());
                std::thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        // A reader that left in the middle is not our problem.
                        let _ = answer(request, &folder, &base);
                    }
                })
            })
            .collect();
        Ok(Self {
            server,
            threads,
            port,
            base: base.to_owned(),
        })
    }

    /// Address of the home page.
    pub fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.base)
    }

    /// Serves until the program is stopped.
    pub fn forever(mut self) {
        for thread in self.threads.drain(..) {
            // A thread ends only when the server does.
            let _ = thread.join();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.server.unblock();
        }
    }
}

/// Says at once whether a port is free, before half an hour of building.
pub fn check_port(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| taken(port, &error))?;
    Ok(())
}

fn taken(port: u16, error: &dyn std::fmt::Display) -> String {
    format!(
        "cannot listen at port {port} ({error}): choose another one with --port, as in \
         `cargo xtask serve --port {}`",
        port.checked_add(1).unwrap_or(8080)
    )
}

fn answer(request: Request, folder: &Path, base: &str) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(
            Response::from_string("only GET and HEAD\n")
                .with_status_code(405)
                .with_header(header("Allow", "GET, HEAD")),
        );
    }
    match find(folder, base, request.url()) {
        Found::File(path) => send(request, &path, 200, cache_rule(folder, &path)),
        Found::Redirect(to) => request.respond(
            Response::empty(308)
                .with_header(header("Location", &to))
                .with_header(header("Cache-Control", "no-cache")),
        ),
        Found::Nothing => {
            let page = folder.join("404.html");
            if page.is_file() {
                send(request, &page, 404, "no-cache")
            } else {
                request.respond(
                    Response::from_string("404: there is no such page\n").with_status_code(404),
                )
            }
        }
    }
}

fn send(request: Request, path: &Path, status: u16, cache: &str) -> std::io::Result<()> {
    let file = File::open(path)?;
    let tag = tag(&file)?;
    let known = request
        .headers()
        .iter()
        .any(|sent| sent.field.equiv("If-None-Match") && sent.value.as_str() == tag);
    let common = [
        header("Cache-Control", cache),
        header("ETag", &tag),
        header("X-Content-Type-Options", "nosniff"),
    ];
    if known && status == 200 {
        let mut response = Response::empty(304);
        common
            .into_iter()
            .for_each(|header| response.add_header(header));
        return request.respond(response);
    }
    let mut response = Response::from_file(file)
        .with_status_code(status)
        .with_header(header("Content-Type", content_type(path)))
        // In one piece with its length: the pages show progress.
        .with_chunked_threshold(usize::MAX);
    common
        .into_iter()
        .for_each(|header| response.add_header(header));
    request.respond(response)
}

fn tag(file: &File) -> std::io::Result<String> {
    let metadata = file.metadata()?;
    let time = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos());
    Ok(format!("\"{:x}-{time:x}\"", metadata.len()))
}

/// Names with a hash in them never change their content; everything else is asked for again.
fn cache_rule(folder: &Path, path: &Path) -> &'static str {
    if path.starts_with(folder.join("_app/immutable")) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// `value` is ours or a checked path: always a legal header.
fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value)
        .or_else(|()| Header::from_bytes("X-Fireside", "unprintable"))
        .unwrap_or_else(|()| unreachable!("a constant header is legal"))
}

/// Opens the address in the person's browser where there is one; says nothing where there is none.
pub fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some()
    {
        "xdg-open"
    } else {
        return;
    };
    let _ = std::process::Command::new(program)
        .arg(url)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;
    use crate::found::tests::site;

    fn ask(port: u16, method: &str, path: &str, more: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n"
        )
        .expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answered");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn answers_have_type_length_and_cache_rule() {
        let dist = site("answers");
        let served = Served::start(&dist, "/", 0).expect("a free port");
        let port = served.port;
        let home = ask(port, "GET", "/", "");
        assert!(
            home.starts_with("HTTP/1.1 200") && home.ends_with("home"),
            "{home}"
        );
        assert!(
            home.contains("Cache-Control: no-cache") && home.contains("text/html"),
            "{home}"
        );
        let wasm = ask(port, "GET", "/_app/immutable/a.wasm", "");
        assert!(wasm.contains("application/wasm") && wasm.contains("Content-Length: 100000"));
        assert!(wasm.contains("immutable\r\n"));
        let head = ask(port, "HEAD", "/", "");
        assert!(
            head.contains("Content-Length: 4") && head.ends_with("\r\n\r\n"),
            "{head}"
        );
        let lost = ask(port, "GET", "/nowhere", "");
        assert!(
            lost.starts_with("HTTP/1.1 404") && lost.ends_with("lost"),
            "{lost}"
        );
        assert!(ask(port, "POST", "/", "").starts_with("HTTP/1.1 405"));
        let tag = home
            .lines()
            .find_map(|line| line.strip_prefix("ETag: "))
            .expect("a tag");
        let again = ask(port, "GET", "/", &format!("If-None-Match: {tag}\r\n"));
        assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    }

    #[test]
    fn a_taken_port_is_an_error_that_names_the_option() {
        let dist = site("port");
        let first = Served::start(&dist, "/", 0).expect("a free port");
        let error = Served::start(&dist, "/", first.port)
            .err()
            .expect("it is taken")
            .to_string();
        assert!(error.contains("--port"), "{error}");
    }
}
