//! One connection to the static server: reads requests within bounds of size and time, writes answers.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// Longest head of a request, in bytes.
pub const LONGEST_HEAD: usize = 16 << 10;
/// Most lines of a head.
const MOST_LINES: usize = 100;
/// What is still read from a client whose connection ends, in bytes.
const LONGEST_FAREWELL: usize = 1 << 20;

/// How much a client may ask of us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open connections; one more closes the oldest.
    pub connections: usize,
    /// How long a connection stays open without a request.
    pub idle: Duration,
    /// How long a head may take from its first byte to its last.
    pub head: Duration,
    /// How long a client may take nothing of an answer.
    pub stalled: Duration,
    /// How long we wait for a client to end a connection after its last answer.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            idle: Duration::from_secs(60),
            head: Duration::from_secs(10),
            stalled: Duration::from_secs(30),
            farewell: Duration::from_secs(1),
        }
    }
}

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Other,
}

/// A request, as far as a static server looks at it.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Path and query as they were sent: printable ASCII.
    pub target: String,
    /// The tag of what the client already has.
    pub known: Option<String>,
    /// Whether the connection stays open for another request.
    pub more: bool,
}

/// What comes next from a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    Request(Request),
    /// Something that is none: the status to answer it with. Nothing can be read after it.
    Wrong(u16),
    /// The client left, or said nothing for too long.
    Gone,
}

/// What follows the head of an answer.
pub enum Body {
    Nothing,
    Text(String),
    /// So many bytes of a file.
    File(File, u64),
}

/// Status, headers (ours, or checked: always legal) and body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Answer {
    /// An answer in a line of plain text.
    pub fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", "text/plain; charset=utf-8".into())],
            body: Body::Text(format!("{text}\n")),
        }
    }

    /// What to say to something that is no request.
    pub fn wrong(status: u16) -> Self {
        Self::text(status, &format!("{status}: {}", reason(status)))
    }
}

/// The connection and what has arrived of the next requests.
pub struct Connection<'stream> {
    stream: &'stream TcpStream,
    bytes: Vec<u8>,
    limits: Limits,
}

impl<'stream> Connection<'stream> {
    /// Takes over a connection that was just accepted.
    pub fn new(stream: &'stream TcpStream, limits: Limits) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(limits.stalled))?;
        Ok(Self {
            stream,
            bytes: Vec::new(),
            limits,
        })
    }

    /// Waits for a request.
    pub fn next(&mut self) -> Next {
        let mut begun = !self.bytes.is_empty();
        let patience = |begun| match begun {
            true => self.limits.head,
            false => self.limits.idle,
        };
        let mut until = Instant::now() + patience(begun);
        let mut chunk = [0; 4096];
        loop {
            match parse(&self.bytes) {
                Parsed::Whole(request, length) => {
                    self.bytes.drain(..length);
                    return Next::Request(request);
                }
                Parsed::Wrong(status) => return Next::Wrong(status),
                Parsed::Part if self.bytes.len() >= LONGEST_HEAD => return Next::Wrong(431),
                Parsed::Part => {}
            }
            let room = chunk.len().min(LONGEST_HEAD - self.bytes.len());
            match read(self.stream, &mut chunk[..room], until) {
                Ok(0) => return Next::Gone,
                Ok(length) => self.bytes.extend_from_slice(&chunk[..length]),
                Err(error) if begun && late(&error) => return Next::Wrong(408),
                Err(_) => return Next::Gone,
            }
            if !begun {
                begun = true;
                until = Instant::now() + patience(begun);
            }
        }
    }

    /// Writes an answer: `whole`, or its head alone; `more` says whether the connection stays open after it.
    pub fn write(&mut self, answer: Answer, whole: bool, more: bool) -> io::Result<()> {
        let status = answer.status;
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        let length = match &answer.body {
            Body::Nothing => 0,
            Body::Text(text) => text.len() as u64,
            Body::File(_, length) => *length,
        };
        let mut line = |name: &str, value: &str| {
            head.extend([name, ": ", value, "\r\n"]);
        };
        for (name, value) in &answer.headers {
            line(name, value);
        }
        // An unchanged file has a length, but no bytes come now.
        if status != 304 {
            // In one piece with its length: the pages show progress.
            line("Content-Length", &length.to_string());
        }
        if !more {
            line("Connection", "close");
        }
        head.push_str("\r\n");
        match answer.body {
            Body::Text(text) if whole => self.stream.write_all((head + &text).as_bytes()),
            Body::File(file, length) if whole => {
                self.stream.write_all(head.as_bytes())?;
                let sent = io::copy(&mut file.take(length), &mut self.stream)?;
                // A file that shrank in between: only the end of the connection can say so.
                (sent == length)
                    .then_some(())
                    .ok_or(io::ErrorKind::UnexpectedEof.into())
            }
            _ => self.stream.write_all(head.as_bytes()),
        }
    }

    /// Ends the connection so that the last answer arrives: with bytes unread, the system would take it back.
    pub fn close(self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let until = Instant::now() + self.limits.farewell;
        let mut chunk = [0; 4096];
        let mut total = 0;
        while total < LONGEST_FAREWELL {
            match read(self.stream, &mut chunk, until) {
                Ok(0) | Err(_) => return,
                Ok(length) => total += length,
            }
        }
    }
}

/// Reads some bytes; 0 bytes are the end.
fn read(mut stream: &TcpStream, chunk: &mut [u8], until: Instant) -> io::Result<usize> {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Whether nothing came in time; systems have two names for it.
fn late(error: &io::Error) -> bool {
    use io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}

enum Parsed {
    /// A request and the length of its head.
    Whole(Request, usize),
    Part,
    Wrong(u16),
}

fn parse(bytes: &[u8]) -> Parsed {
    let mut lines = [httparse::EMPTY_HEADER; MOST_LINES];
    let mut head = httparse::Request::new(&mut lines);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Parsed::Part,
        Err(httparse::Error::TooManyHeaders) => return Parsed::Wrong(431),
        Err(httparse::Error::Version) => return Parsed::Wrong(505),
        Err(_) => return Parsed::Wrong(400),
    };
    let (Some(method), Some(target), Some(version)) = (head.method, head.path, head.version) else {
        return Parsed::Wrong(400);
    };
    // It may come back in a header: then it has to be legal there.
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Parsed::Wrong(400);
    }
    let values = |name: &'static str| {
        head.headers
            .iter()
            .filter(move |line| line.name.eq_ignore_ascii_case(name))
            .filter_map(|line| std::str::from_utf8(line.value).ok())
    };
    let leaves = values("Connection")
        .flat_map(|value| value.split(','))
        .any(|word| word.trim().eq_ignore_ascii_case("close"));
    // Nobody sends a body with GET. Where one begins, the connection ends: it is never taken for a request.
    let body = head.headers.iter().any(|line| {
        line.name.eq_ignore_ascii_case("Transfer-Encoding")
            || line.name.eq_ignore_ascii_case("Content-Length") && line.value != b"0"
    });
    let request = Request {
        method: match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            _ => Method::Other,
        },
        target: target.to_owned(),
        known: values("If-None-Match").next().map(str::to_owned),
        more: version == 1 && !leaves && !body,
    };
    Parsed::Whole(request, length)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        431 => "Request Header Fields Too Large",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    }
}
