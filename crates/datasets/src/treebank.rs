//! The Treebank rules: running English text as words and punctuation marks.
//!
//! After Robert MacIntyre's `tokenizer.sed` as NLTK 3.2.5 has it (`word_tokenize`), which chapter 22 uses, with
//! one rule in place of its sentence splitter: a sentence ends with `.`, `?` or `!` (and what closes after it)
//! before a blank or the end of the line. On *Alice* this gives NLTK's tokens, one by one.

/// The tokens of one line, added to `out` in lower case if `lower`.
pub(crate) fn tokens(line: &str, lower: bool, out: &mut Vec<String>) {
    let mut spaced = String::with_capacity(line.len() + 16);
    for chunk in line.split_whitespace() {
        spaced.clear();
        space(chunk, &mut spaced);
        for part in spaced.split(' ').filter(|part| !part.is_empty()) {
            ends(part, &mut |token| {
                out.push(match lower {
                    true => token.to_lowercase(),
                    false => token.to_owned(),
                });
            });
        }
    }
}

/// Whether a mark closes what was said before it.
fn closes(c: char) -> bool {
    matches!(
        c,
        ')' | ']' | '}' | '>' | '"' | '\'' | '\u{bb}' | '\u{201d}' | '\u{2019}'
    )
}

/// A piece of text between blanks, with blanks around its marks.
fn space(chunk: &str, out: &mut String) {
    // The full stop at the end of a sentence, in front of what closes.
    let body = chunk.trim_end_matches(closes);
    let stop = body
        .strip_suffix('.')
        .is_some_and(|before| !before.is_empty() && !before.ends_with('.'));
    let stop = stop.then(|| body.len() - 1);
    let mut previous = ' ';
    let mut all = chunk.char_indices().peekable();
    while let Some((at, c)) = all.next() {
        let rest = &chunk[at + c.len_utf8()..];
        let next = rest.chars().next();
        match c {
            // Double quotes become the Treebank's pairs.
            '"' => out.push_str(match previous {
                ' ' | '(' | '[' | '{' | '<' => " `` ",
                _ => " '' ",
            }),
            '.' if Some(at) == stop => out.push_str(" . "),
            '.' if rest.starts_with("..") => {
                all.next();
                all.next();
                out.push_str(" ... ");
            }
            '-' if rest.starts_with('-') => {
                all.next();
                out.push_str(" -- ");
            }
            ':' | ',' if next.is_some_and(|next| next.is_ascii_digit()) => out.push(c),
            ':' | ',' | ';' | '@' | '#' | '$' | '%' | '&' | '?' | '!' | '(' | ')' | '[' | ']'
            | '{' | '}' | '<' | '>' | '\u{ab}' | '\u{bb}' | '\u{201c}' | '\u{201d}'
            | '\u{2018}' | '\u{2019}' => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            _ => out.push(c),
        }
        previous = c;
    }
}

/// Endings that are tokens of their own, in the order in which they are looked for.
const ENDINGS: [&str; 12] = [
    "'s", "'S", "'m", "'M", "'d", "'D", "'ll", "'LL", "'re", "'RE", "'ve", "'VE",
];

/// Words that are two, and the length of the first.
const PAIRS: [(&str, usize); 7] = [
    ("cannot", 3),
    ("d'ye", 1),
    ("gimme", 3),
    ("gonna", 3),
    ("gotta", 3),
    ("lemme", 3),
    ("wanna", 3),
];

/// Cuts contractions: `isn't` is `is` and `n't`, `that's` is `that` and `'s`.
fn ends(part: &str, token: &mut dyn FnMut(&str)) {
    let split = |end: &str| {
        let start = part.strip_suffix(end)?;
        (!start.is_empty() && !start.ends_with('\'')).then_some(start.len())
    };
    let at = split("'")
        .or_else(|| ENDINGS.iter().find_map(|end| split(end)))
        .or_else(|| split("n't").or_else(|| split("N'T")));
    if let Some(at) = at {
        ends(&part[..at], token);
        token(&part[at..]);
        return;
    }
    let lower = part.to_ascii_lowercase();
    let pair = PAIRS
        .iter()
        .find(|(word, _)| *word == lower)
        .map(|(_, at)| *at);
    let pair = pair.or(matches!(&lower[..], "'tis" | "'twas").then_some(2));
    match pair {
        Some(at) => {
            token(&part[..at]);
            token(&part[at..]);
        }
        None => token(part),
    }
}
