use std::io::{self, Read, Write};
use std::time::Instant;

use super::*;
use crate::found::tests::site;

fn connect(served: &Served) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port)).expect("it listens");
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a timeout");
    stream
}

/// Sends bytes as they are and reads until the other side ends the connection.
fn raw(served: &Served, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(served);
    stream.write_all(bytes.as_ref()).expect("sent");
    rest(&mut stream)
}

fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("answered");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ask(served: &Served, method: &str, path: &str, more: &str) -> String {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
    raw(served, head)
}

/// Asks for a page and leaves the connection open.
fn ask_on(stream: &mut TcpStream, path: &str) -> io::Result<String> {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")?;
    answered(stream)
}

/// Reads one answer with its length and leaves the connection open.
fn answered(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(head + &String::from_utf8_lossy(&body))
}

#[test]
fn answers_have_type_length_and_cache_rule() {
    let served = Served::start(&site("answers"), "/", 0).expect("a free port");
    let home = ask(&served, "GET", "/", "");
    assert!(
        home.starts_with("HTTP/1.1 200 OK\r\n") && home.ends_with("\r\n\r\nhome"),
        "{home}"
    );
    for line in [
        "Cache-Control: no-cache",
        "Content-Type: text/html; charset=utf-8",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ] {
        assert!(home.contains(&format!("\r\n{line}\r\n")), "{line}: {home}");
    }
    let wasm = ask(&served, "GET", "/_app/immutable/a.wasm", "");
    assert!(wasm.contains("application/wasm") && wasm.contains("Content-Length: 100000"));
    assert!(wasm.contains("immutable\r\n") && wasm.ends_with(&"\u{7}".repeat(100_000)));
    let head = ask(&served, "HEAD", "/", "");
    assert!(
        head.contains("Content-Length: 4") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
    for method in ["GET", "HEAD"] {
        let lost = ask(&served, method, "/nowhere", "");
        assert!(lost.starts_with("HTTP/1.1 404"), "{lost}");
        assert_eq!(lost.ends_with("\r\n\r\nlost"), method == "GET", "{lost}");
    }
    let moved = ask(&served, "GET", "/chapter/13?lang=zh", "");
    assert!(moved.starts_with("HTTP/1.1 308"), "{moved}");
    assert!(
        moved.contains("\r\nLocation: /chapter/13/?lang=zh\r\n"),
        "{moved}"
    );
    let refused = ask(&served, "POST", "/", "");
    assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
    assert!(refused.contains("\r\nAllow: GET, HEAD\r\n"), "{refused}");
    let tag = home
        .lines()
        .find_map(|line| line.strip_prefix("ETag: "))
        .expect("a tag");
    let again = ask(&served, "GET", "/", &format!("If-None-Match: {tag}\r\n"));
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    assert!(
        again.contains(tag) && again.ends_with("\r\n\r\n"),
        "{again}"
    );
    let other = ask(&served, "GET", "/", "If-None-Match: \"other\"\r\n");
    assert!(other.ends_with("\r\n\r\nhome"), "{other}");
}

#[test]
fn a_taken_port_is_an_error_that_names_the_option() {
    let dist = site("port");
    let first = Served::start(&dist, "/", 0).expect("a free port");
    for error in [
        Served::start(&dist, "/", first.port).map(drop),
        check_port(first.port),
    ] {
        let error = error.expect_err("it is taken").to_string();
        assert!(error.contains("--port"), "{error}");
    }
}

/// What a browser does with a page of many files. Where a connection waits for another one to end, it waits for minutes.
#[test]
fn connections_that_come_at_the_same_moment_are_all_answered_while_all_stay_open() {
    let dist = site("moment");
    // Which thread comes first is chance: with a pool of threads one turn of five failed.
    for turn in 0..20 {
        let served = Served::start(&dist, "/", 0).expect("a free port");
        let started = Instant::now();
        let mut streams: Vec<TcpStream> = (0..64).map(|_| connect(&served)).collect();
        for round in 0..2 {
            for stream in &mut streams {
                write!(stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
            }
            for (number, stream) in streams.iter_mut().enumerate() {
                let answer = answered(stream)
                    .unwrap_or_else(|error| panic!("{turn}, {round}, {number}: {error}"));
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                assert!(answer.ends_with("\r\n\r\nhome"), "{answer}");
            }
        }
        let time = started.elapsed();
        assert!(time < Duration::from_secs(5), "{turn}: {time:?}");
    }
}

#[test]
fn requests_come_one_after_the_other_on_one_connection() {
    let served = Served::start(&site("rows"), "/", 0).expect("a free port");
    let mut stream = connect(&served);
    for (path, end) in [("/", "home"), ("/nowhere", "lost"), ("/about", "about")] {
        let answer = ask_on(&mut stream, path).expect("answered");
        assert!(answer.ends_with(end), "{answer}");
        assert!(!answer.contains("Connection: close"), "{answer}");
    }
    // All at once, in pieces.
    let all = "GET / HTTP/1.1\r\n\r\nPUT /a HTTP/1.1\r\n\r\nGET /about HTTP/1.1\r\nConnection: x, CLOSE\r\n\r\n";
    for piece in all.as_bytes().chunks(7) {
        stream.write_all(piece).expect("sent");
        stream.flush().expect("sent");
    }
    let answers = rest(&mut stream);
    let statuses: Vec<&str> = answers
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &answers[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["200", "405", "200"], "{answers}");
    assert!(answers.ends_with("about"), "{answers}");
    // Who does not know about open connections gets none.
    assert!(raw(&served, "GET / HTTP/1.0\r\n\r\n").ends_with("home"));
}

#[test]
fn what_is_no_request_is_refused_and_harms_nobody() {
    let served = Served::start(&site("hostile"), "/", 0).expect("a free port");
    let mut other = connect(&served);
    let line = "X: ".to_owned() + &"a".repeat(97) + "\r\n";
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(http::LONGEST_HEAD));
    let endless = format!("GET / HTTP/1.1\r\n{}", "X: 1\r\n".repeat(100_000));
    let smuggled = "Content-Length: 29\r\n\r\nGET /about HTTP/1.1\r\nA: b\r\n\r\n";
    let cases: [(&[u8], &str); 17] = [
        (b"garbage\r\n\r\n", "400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"),
        (&[0; 5000], "400"),
        (&[0xff; 5000], "400"),
        (b"GET /\r\n\r\n", "400"),
        (b"GET /\x01 HTTP/1.1\r\n\r\n", "400"),
        (b"GET /\xe4 HTTP/1.1\r\n\r\n", "400"),
        ("GET /chapter/中 HTTP/1.1\r\n\r\n".as_bytes(), "400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
        (long.as_bytes(), "431"),
        (endless.as_bytes(), "431"),
        (&line.repeat(200).into_bytes(), "400"),
        (b"GET /../secret.txt HTTP/1.0\r\n\r\n", "404"),
        (b"GET /%2e%2e/secret.txt HTTP/1.0\r\n\r\n", "404"),
        (b"GET http://x/../../secret.txt HTTP/1.0\r\n\r\n", "404"),
        (b"OPTIONS * HTTP/1.0\r\n\r\n", "405"),
    ];
    for (bytes, status) in cases {
        let mut stream = connect(&served);
        // The answer may come before the last byte is sent.
        let _ = stream.write_all(bytes);
        let answer = rest(&mut stream);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")) && !answer.contains("secret"),
            "{shown:?}: {answer}"
        );
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        let well = ask_on(&mut other, "/").expect("answered");
        assert!(well.ends_with("home"), "{well}");
    }
    // A body is never taken for a request.
    for method in ["GET", "POST"] {
        let answer = raw(&served, format!("{method} / HTTP/1.1\r\n{smuggled}"));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    }
    // A reader that leaves in the middle of an answer, without having read any of it.
    for _ in 0..50 {
        let mut stream = connect(&served);
        write!(stream, "GET /_app/immutable/a.wasm HTTP/1.1\r\n\r\n").expect("sent");
    }
    assert!(ask(&served, "GET", "/", "").ends_with("home"));
}

#[test]
fn who_says_nothing_or_half_a_request_is_left_in_the_end() {
    let limits = Limits {
        idle: Duration::from_millis(300),
        head: Duration::from_millis(300),
        ..Limits::default()
    };
    let served = Served::within(limits, &site("half"), "/", 0).expect("a free port");
    let started = Instant::now();
    let mut silent = connect(&served);
    let mut half = connect(&served);
    half.write_all(b"GET / HT").expect("sent");
    let mut left = connect(&served);
    left.write_all(b"GET / HTTP/1.1\r\nHo").expect("sent");
    left.shutdown(Shutdown::Write).expect("shut");
    // A line every now and then does not make the time longer.
    let mut slow = connect(&served);
    slow.write_all(b"GET / HTTP/1.1\r\n").expect("sent");
    let slow = std::thread::spawn(move || {
        while slow.write_all(b"A: b\r\n").is_ok() && started.elapsed().as_secs() < 5 {
            std::thread::sleep(Duration::from_millis(50));
        }
        started.elapsed()
    });
    assert!(ask(&served, "GET", "/", "").ends_with("home"));
    assert_eq!(rest(&mut left), "");
    assert_eq!(rest(&mut silent), "");
    let answer = rest(&mut half);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let time = slow.join().expect("it ends");
    assert!(time < Duration::from_secs(5), "{time:?}");
}

#[test]
fn the_newest_connection_is_always_welcome() {
    let limits = Limits {
        connections: 3,
        ..Limits::default()
    };
    let served = Served::within(limits, &site("many"), "/", 0).expect("a free port");
    let mut streams: Vec<TcpStream> = Vec::new();
    for _ in 0..10 {
        let mut stream = connect(&served);
        assert!(
            ask_on(&mut stream, "/")
                .expect("answered")
                .ends_with("home")
        );
        streams.push(stream);
    }
    for (number, stream) in streams.iter_mut().enumerate() {
        assert_eq!(ask_on(stream, "/").is_ok(), number >= 7, "{number}");
    }
}

#[test]
fn a_dropped_server_leaves_its_port_and_its_connections() {
    let dist = site("dropped");
    let served = Served::start(&dist, "/", 0).expect("a free port");
    let port = served.port;
    let mut stream = connect(&served);
    assert!(ask_on(&mut stream, "/about").is_ok());
    let started = Instant::now();
    drop(served);
    assert_eq!(rest(&mut stream), "");
    assert!(started.elapsed() < Duration::from_secs(5));
    // The server of a test beside this one may have been given the same port at once; that one ends, too.
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
        assert!(started.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
}
