//! Which file a static host answers a path with.

use std::fs;
use std::path::{Path, PathBuf};

/// What a request's path stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// This file.
    File(PathBuf),
    /// Another address.
    Redirect(String),
    /// No page.
    Nothing,
}

/// Finds what a request means, never outside of the (canonical) folder.
pub fn find(folder: &Path, base: &str, url: &str) -> Found {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (url, String::new()),
    };
    let Some(inner) = path.strip_prefix(base) else {
        return if path == "/" || format!("{path}/") == base {
            Found::Redirect(base.to_owned())
        } else {
            Found::Nothing
        };
    };
    let Some(name) = decode(inner) else {
        return Found::Nothing;
    };
    let plain = name
        .split('/')
        .all(|part| part != "." && part != ".." && !part.contains(['\\', '\0', ':']));
    if !plain || name.starts_with('/') || name.contains("//") {
        return Found::Nothing;
    }
    let target = folder.join(&name);
    let inside = |path: PathBuf| {
        fs::canonicalize(&path)
            .ok()
            .filter(|path| path.starts_with(folder) && path.is_file())
    };
    if name.is_empty() || name.ends_with('/') {
        return inside(target.join("index.html")).map_or(Found::Nothing, Found::File);
    }
    if let Some(file) = inside(target.clone()) {
        return Found::File(file);
    }
    if inside(target.join("index.html")).is_some() {
        // Redirecting to what was asked for, character for character: nothing of it is decoded.
        return Found::Redirect(format!("{path}/{query}"));
    }
    inside(folder.join(format!("{name}.html"))).map_or(Found::Nothing, Found::File)
}

/// Percent-decoding; none when it is broken or no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Media type by the name's ending.
pub fn content_type(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A site with a secret beside it.
    pub fn site(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("xtask-serve-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let dist = place.join("dist");
        fs::create_dir_all(dist.join("_app/immutable")).expect("a folder");
        fs::create_dir_all(dist.join("chapter/13")).expect("a folder");
        fs::write(place.join("secret.txt"), "secret").expect("a file");
        fs::write(dist.join("index.html"), "home").expect("a file");
        fs::write(dist.join("404.html"), "lost").expect("a file");
        fs::write(dist.join("about.html"), "about").expect("a file");
        fs::write(dist.join("chapter/13/index.html"), "digits").expect("a file");
        fs::write(dist.join("_app/immutable/a.wasm"), vec![7; 100_000]).expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.join("secret.txt"), dist.join("link.txt"))
            .expect("a link");
        fs::canonicalize(dist).expect("it is there")
    }

    #[test]
    fn nothing_outside_of_the_folder_is_found() {
        let dist = site("outside");
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/chapter/../../secret.txt",
            "/chapter/%2e%2e/%2e%2e/secret.txt",
            "/..%5csecret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/link.txt",
            "/%00",
            "/%zz",
            "/%+1",
            "/%",
        ] {
            assert_eq!(find(&dist, "/", path), Found::Nothing, "{path}");
        }
        assert_eq!(
            find(&dist, "/fireside/", "/other/index.html"),
            Found::Nothing
        );
    }

    #[test]
    fn pages_are_found_with_and_without_their_ending() {
        let dist = site("pages");
        let file = |path: &str| Found::File(dist.join(path));
        assert_eq!(find(&dist, "/", "/"), file("index.html"));
        assert_eq!(find(&dist, "/", "/?lang=zh"), file("index.html"));
        assert_eq!(find(&dist, "/", "/about"), file("about.html"));
        assert_eq!(
            find(&dist, "/", "/chapter/13/"),
            file("chapter/13/index.html")
        );
        assert_eq!(
            find(&dist, "/", "/chapter/13?a=1"),
            Found::Redirect("/chapter/13/?a=1".into())
        );
        assert_eq!(
            find(&dist, "/fireside/", "/fireside/about"),
            file("about.html")
        );
        assert_eq!(
            find(&dist, "/fireside/", "/fireside"),
            Found::Redirect("/fireside/".into())
        );
        assert_eq!(
            find(&dist, "/fireside/", "/"),
            Found::Redirect("/fireside/".into())
        );
    }
}
