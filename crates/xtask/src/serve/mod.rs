//! A small static file server for this machine: what any static host does, with nothing added that the site might lean on.

mod http;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, UNIX_EPOCH};

use crate::found::{Found, content_type, find};
use crate::step::{At, Result};
use http::{Answer, Body, Connection, Limits, Method, Next, Request};

/// A running server; it stops when this is dropped.
pub struct Served {
    shared: Arc<Shared>,
    door: Option<JoinHandle<()>>,
    port: u16,
}

/// What all threads of a server share.
struct Shared {
    folder: PathBuf,
    base: String,
    limits: Limits,
    stopping: AtomicBool,
    /// Open connections, the oldest first.
    guests: Mutex<BTreeMap<u64, Arc<TcpStream>>>,
}

impl Served {
    /// Serves `folder` below `base` ("/" or "/name/") at 127.0.0.1; port 0 takes any free one.
    pub fn start(folder: &Path, base: &str, port: u16) -> Result<Self> {
        Self::within(Limits::default(), folder, base, port)
    }

    fn within(limits: Limits, folder: &Path, base: &str, port: u16) -> Result<Self> {
        let folder = fs::canonicalize(folder).at("serve", folder)?;
        let listener = listen(port)?;
        let port = listener.local_addr().map_or(port, |address| address.port());
        let shared = Arc::new(Shared {
            folder,
            base: base.to_owned(),
            limits,
            stopping: AtomicBool::new(false),
            guests: Mutex::default(),
        });
        let inside = shared.clone();
        let door = std::thread::spawn(move || inside.welcome(&listener));
        Ok(Self {
            shared,
            door: Some(door),
            port,
        })
    }

    /// Address of the home page.
    pub fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.shared.base)
    }

    /// Serves until the program is stopped.
    pub fn forever(mut self) {
        if let Some(door) = self.door.take() {
            // It ends only when the server does.
            let _ = door.join();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Whoever waits for a connection looks up when one comes.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let knocked = TcpStream::connect_timeout(&address, Duration::from_secs(1));
        if let (Ok(_), Some(door)) = (knocked, self.door.take()) {
            let _ = door.join();
        }
        for guest in self.shared.guests().values() {
            let _ = guest.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    /// A thread for every connection, at once: a browser keeps connections open for minutes and must never wait for
    /// one of them to end before another one is answered.
    fn welcome(self: &Arc<Self>, listener: &TcpListener) {
        for (number, stream) in (0..).zip(listener.incoming()) {
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else {
                // Left already, or too many files are open: not for long.
                std::thread::sleep(Duration::from_millis(20));
                continue;
            };
            let stream = Arc::new(stream);
            let mut guests = self.guests();
            if guests.len() >= self.limits.connections
                && let Some((_, oldest)) = guests.pop_first()
            {
                let _ = oldest.shutdown(Shutdown::Both);
            }
            guests.insert(number, stream.clone());
            drop(guests);
            let guest = Guest(self.clone(), number);
            // Without a thread `guest` is dropped here, and the connection with it.
            let _ = Builder::new().spawn(move || guest.0.talk(&stream));
        }
    }

    /// Answers what comes from one connection until it ends. A reader that left in the middle is not our problem.
    fn talk(&self, stream: &TcpStream) {
        let Ok(mut connection) = Connection::new(stream, self.limits) else {
            return;
        };
        loop {
            let (answer, whole, more) = match connection.next() {
                Next::Request(request) => (
                    answer(&request, &self.folder, &self.base)
                        .unwrap_or_else(|_| Answer::text(500, "500: this file cannot be read")),
                    request.method != Method::Head,
                    request.more,
                ),
                Next::Wrong(status) => (Answer::wrong(status), true, false),
                Next::Gone => return,
            };
            if connection.write(answer, whole, more).is_err() {
                return;
            }
            if !more {
                return connection.close();
            }
        }
    }

    fn guests(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<TcpStream>>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place among the open ones.
struct Guest(Arc<Shared>, u64);

impl Drop for Guest {
    fn drop(&mut self) {
        self.0.guests().remove(&self.1);
    }
}

/// Says at once whether a port is free, before half an hour of building.
pub fn check_port(port: u16) -> Result<()> {
    listen(port).map(drop)
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        let other = port.checked_add(1).unwrap_or(8080);
        format!(
            "cannot listen at port {port} ({error}): choose another one with --port, as in \
             `cargo xtask serve --port {other}`"
        )
        .into()
    })
}

fn answer(request: &Request, folder: &Path, base: &str) -> std::io::Result<Answer> {
    if request.method == Method::Other {
        let mut answer = Answer::text(405, "only GET and HEAD");
        answer.headers.push(("Allow", "GET, HEAD".into()));
        return Ok(answer);
    }
    match find(folder, base, &request.target) {
        Found::File(path) => send(request, &path, 200, cache_rule(folder, &path)),
        Found::Redirect(to) => Ok(Answer {
            status: 308,
            headers: vec![("Location", to), ("Cache-Control", "no-cache".into())],
            body: Body::Nothing,
        }),
        Found::Nothing => {
            let page = folder.join("404.html");
            if page.is_file() {
                send(request, &page, 404, "no-cache")
            } else {
                Ok(Answer::text(404, "404: there is no such page"))
            }
        }
    }
}

fn send(request: &Request, path: &Path, status: u16, cache: &str) -> std::io::Result<Answer> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let tag = tag(&metadata)?;
    let known = request.known.as_ref() == Some(&tag);
    let mut headers = vec![
        ("Cache-Control", cache.to_owned()),
        ("ETag", tag),
        ("X-Content-Type-Options", "nosniff".into()),
    ];
    if known && status == 200 {
        return Ok(Answer {
            status: 304,
            headers,
            body: Body::Nothing,
        });
    }
    headers.push(("Content-Type", content_type(path).into()));
    Ok(Answer {
        status,
        headers,
        body: Body::File(file, metadata.len()),
    })
}

fn tag(metadata: &fs::Metadata) -> std::io::Result<String> {
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
