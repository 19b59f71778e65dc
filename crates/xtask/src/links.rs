//! Follows every link of a built site, as a static host would answer them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::found::{Found, find};
use crate::html;
use crate::step::{At, Result};

/// What was found by following links from the home page.
#[derive(Debug, Default)]
pub struct Walk {
    /// Pages read.
    pub pages: usize,
    /// Different links that lead to something.
    pub good: usize,
    /// What is wrong, one sentence each.
    pub wrong: Vec<String>,
}

/// Walks through all pages that can be reached from the home page of a site served below `base`.
pub fn walk(out: &Path, base: &str) -> Result<Walk> {
    let folder = fs::canonicalize(out).at("open", out)?;
    let mut walk = Walk::default();
    let mut seen = BTreeSet::from([base.to_owned()]);
    let mut waiting = vec![(base.to_owned(), "the start".to_owned())];
    let mut third_parties: BTreeMap<String, String> = BTreeMap::new();
    while let Some((link, origin)) = waiting.pop() {
        let path = match find(&folder, base, &link) {
            Found::File(path) => path,
            Found::Redirect(to) => {
                if seen.insert(to.clone()) {
                    waiting.push((to, origin));
                }
                continue;
            }
            Found::Nothing => {
                walk.wrong
                    .push(format!("{origin} points to {link}, which is not there"));
                continue;
            }
        };
        walk.good += 1;
        if path.extension().is_none_or(|ending| ending != "html") {
            continue;
        }
        walk.pages += 1;
        let text = fs::read_to_string(&path).at("read", &path)?;
        for loaded in html::loaded(&text) {
            if foreign(&loaded) {
                third_parties.insert(loaded, link.clone());
            }
        }
        for next in html::links(&text) {
            let plain = html::plain(&next);
            if foreign(&next) || plain.is_empty() {
                continue;
            }
            let next = resolve(&link, plain);
            if seen.insert(next.clone()) {
                waiting.push((next, link.clone()));
            }
        }
    }
    for (loaded, page) in third_parties {
        walk.wrong
            .push(format!("{page} loads {loaded} from another host"));
    }
    Ok(walk)
}

/// Whether a link leaves the site or is no address at all.
fn foreign(link: &str) -> bool {
    link.starts_with("//")
        || link
            .split_once(':')
            .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The absolute path of a link that stands on the page at `page`.
fn resolve(page: &str, link: &str) -> String {
    if link.starts_with('/') {
        return link.to_owned();
    }
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut path = parts.join("/");
    if matches!(link.rsplit('/').next(), Some("." | "..")) {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_resolved_like_a_browser_does() {
        assert_eq!(resolve("/a/b/", "../c.js"), "/a/c.js");
        assert_eq!(resolve("/a/b", "./c.js"), "/a/c.js");
        assert_eq!(resolve("/a/b/", "."), "/a/b/");
        assert_eq!(resolve("/a/b/", "../"), "/a/");
        assert_eq!(resolve("/", "chapter/13/"), "/chapter/13/");
        assert_eq!(resolve("/x/", "/y"), "/y");
    }

    #[test]
    fn dead_links_and_links_out_of_the_base_are_reported() {
        let place = std::env::temp_dir().join(format!("xtask-links-{}", std::process::id()));
        fs::create_dir_all(place.join("a")).expect("a folder");
        let home = r#"<a href="a/">a</a><a href="https://example.org/">out</a><a href="/chapter">lost base</a><a href="dead.html">x</a>"#;
        fs::write(place.join("index.html"), home).expect("a file");
        let page = r#"<a href="../">home</a><script src="https://cdn.example.org/x.js"></script>"#;
        fs::write(place.join("a/index.html"), page).expect("a file");
        let walk = walk(&place, "/fireside/").expect("a walk");
        assert_eq!(walk.pages, 2);
        assert_eq!(walk.wrong.len(), 3, "{:?}", walk.wrong);
        for part in ["/chapter,", "/fireside/dead.html", "cdn.example.org"] {
            assert!(
                walk.wrong.iter().any(|line| line.contains(part)),
                "{part}: {:?}",
                walk.wrong
            );
        }
        fs::remove_dir_all(&place).expect("to clean up");
    }
}
