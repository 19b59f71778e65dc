//! Just enough reading of HTML, CSS and JavaScript to follow what a built page loads and where its links go.

/// Value of an attribute inside a tag's text.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = &rest[at + name.len()..];
        if before.is_some_and(char::is_whitespace) {
            for quote in ['"', '\''] {
                let opened = after
                    .strip_prefix('=')
                    .and_then(|text| text.strip_prefix(quote));
                if let Some(value) = opened {
                    return value.split(quote).next();
                }
            }
        }
        rest = after;
    }
}

/// The text of every tag, without its angle brackets.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|part| {
        // `>` may stand in a quoted attribute.
        let mut quote = None;
        let end = part.char_indices().find_map(|(at, c)| {
            match (quote, c) {
                (None, '>') => return Some(at),
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                _ => {}
            }
            None
        });
        &part[..end.unwrap_or(part.len())]
    })
}

fn named(tag: &str, name: &str) -> bool {
    tag.strip_prefix(name)
        .is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// What a page loads by itself: scripts, styles, preloads, and the modules that inline scripts import at once.
pub fn loaded(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(html) {
        if named(tag, "script") {
            found.extend(attribute(tag, "src"));
        } else if named(tag, "link") {
            let rel = attribute(tag, "rel").unwrap_or_default();
            let loads = rel
                .split_whitespace()
                .any(|word| matches!(word, "stylesheet" | "modulepreload" | "preload"));
            if loads {
                found.extend(attribute(tag, "href"));
            }
        }
    }
    let mut found: Vec<String> = found.into_iter().map(str::to_owned).collect();
    for script in html.split("<script").skip(1) {
        let script = script.split("</script").next().unwrap_or_default();
        found.extend(quoted_after(script, &["import("]));
    }
    found
}

/// Where the links and the loaded files of a page point to, as written.
pub fn links(html: &str) -> Vec<String> {
    let mut found: Vec<String> = tags(html)
        .filter(|tag| !tag.starts_with('/') && !tag.starts_with('!'))
        .flat_map(|tag| [attribute(tag, "href"), attribute(tag, "src")])
        .flatten()
        .map(|link| link.replace("&amp;", "&"))
        .collect();
    found.extend(loaded(html));
    found
}

/// The modules that a script imports before it runs.
pub fn static_imports(script: &str) -> Vec<String> {
    quoted_after(script, &["from", "import"])
}

/// Quoted relative paths that follow one of the words.
fn quoted_after(text: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for word in words {
        for part in text.split(word).skip(1) {
            let part = part.trim_start();
            let Some(quote) = part.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some(path) = part[1..].split(quote).next() else {
                continue;
            };
            if path.starts_with("./") || path.starts_with("../") || path.starts_with('/') {
                found.push(path.to_owned());
            }
        }
    }
    found
}

/// Font files of a style sheet that a page in Latin letters loads: those whose `unicode-range` holds the letter A, or that have none.
pub fn latin_fonts(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in css.split("@font-face").skip(1) {
        let block = block.split('}').next().unwrap_or_default();
        let range = block
            .split("unicode-range:")
            .nth(1)
            .map(|text| text.split(';').next().unwrap_or_default());
        if range.is_some_and(|range| !holds_letter(range)) {
            continue;
        }
        // The first source that the browser understands is taken.
        if let Some(url) = block
            .split("url(")
            .nth(1)
            .and_then(|text| text.split(')').next())
        {
            found.push(url.trim_matches(['"', '\'', ' ']).to_owned());
        }
    }
    found
}

fn holds_letter(range: &str) -> bool {
    range.split(',').any(|part| {
        let part = part
            .trim()
            .trim_start_matches(['U', 'u'])
            .trim_start_matches('+');
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        // U+4?? means U+400-4FF.
        let number = |text: &str, digit: &str| u32::from_str_radix(&text.replace('?', digit), 16);
        match (number(first, "0"), number(last, "F")) {
            (Ok(first), Ok(last)) => (first..=last).contains(&u32::from('A')),
            _ => true,
        }
    })
}

/// A link without query and fragment.
pub fn plain(link: &str) -> &str {
    link.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head>
        <link rel="modulepreload" href="./_app/start.js"><link href='./a.css' rel='stylesheet'>
        <link rel="icon" href="./icon.svg"><script src="./first.js"></script></head>
        <body title="a > b" ><a data-href="no" href="/chapter/13/?x=1&amp;y=2#top">13</a><img src="p.png">
        <script>Promise.all([import("./_app/start.js"), import('./_app/app.js')])</script></body></html>"#;

    #[test]
    fn loaded_files_are_found() {
        let found = loaded(PAGE);
        for path in ["./_app/start.js", "./a.css", "./first.js", "./_app/app.js"] {
            assert!(found.iter().any(|link| link == path), "{path} in {found:?}");
        }
        assert!(!found.iter().any(|link| link.contains("icon")));
    }

    #[test]
    fn links_are_found_as_written() {
        let found = links(PAGE);
        for path in ["/chapter/13/?x=1&y=2#top", "p.png", "./icon.svg", "./a.css"] {
            assert!(found.iter().any(|link| link == path), "{path} in {found:?}");
        }
        assert!(!found.iter().any(|link| link == "no"));
        assert_eq!(plain("/chapter/13/?x=1&y=2#top"), "/chapter/13/");
    }

    #[test]
    fn static_imports_are_not_dynamic_ones() {
        let script = r#"import{a as b}from"./x.js";import"../y.js";export*from './z.js';const q=()=>import("./later.js");import s from"svelte""#;
        assert_eq!(static_imports(script), ["./x.js", "./z.js", "../y.js"]);
    }

    #[test]
    fn only_fonts_with_latin_letters_count() {
        let css = "@font-face{src:url(./latin.woff2)format(woff2);unicode-range:U+0000-00FF,U+0131}\
                   @font-face{src:url(./greek.woff2);unicode-range:U+370-377}\
                   @font-face{src:url(\"./all.woff2\")}@font-face{src:url(./wild.woff2);unicode-range:U+??}";
        assert_eq!(
            latin_fonts(css),
            ["./latin.woff2", "./all.woff2", "./wild.woff2"]
        );
    }
}
