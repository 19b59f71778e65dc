//! A running text of the reader's own.

use fireside_spec::preparation::Level;
use serde::Serialize;

use super::{Counted, Given, Letters, grammar, is_control, level_name, told, wrong};
use crate::dataset::NamedFile;
use crate::error::{DataError, OwnCode};
use crate::raw::Raw;
use crate::sets::own_text::ENTRY;
use crate::text::Text;
use crate::vocabulary::tokenize;

/// The most characters that are trained on: rows of them must fit into a browser's memory.
const MAX_KEPT: usize = 1_000_000;
/// The fewest tokens that make a row of the shortest useful length, and some more to learn from.
const LEAST_TOKENS: usize = 60;
/// The most different characters and words: each is a class of the next one.
const MOST: [usize; 2] = [4_000, 5_000];
/// Characters of a prompt, where a token is a character and where it is a word: as many tokens as a row has.
const PROMPT: [usize; 2] = [40, 240];

/// What was read of a running text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextReport {
    /// Characters of the file.
    pub characters: usize,
    /// Bytes that were no text, each shown as U+FFFD; left out.
    pub replaced: usize,
    /// Control characters, left out.
    pub controls: usize,
    pub lines: usize,
    pub longest_line: usize,
    /// Of what goes into training: the first so many characters.
    pub kept: usize,
    /// `char` or `word`.
    pub level: &'static str,
    /// Tokens of what goes into training, and how many different ones.
    pub tokens: usize,
    pub different: usize,
    /// The most frequent of these, which the network knows, and how many tokens that leaves.
    pub known: usize,
    pub known_tokens: usize,
    /// The most frequent ones with their counts.
    pub frequent: Vec<(String, usize)>,
    /// The beginning of it, for the network to go on with.
    pub prompt: String,
}

/// Reads a text.
pub(crate) fn running(files: &[NamedFile<'_>]) -> Result<(Raw, TextReport), DataError> {
    let given = Given::of(files, "text.txt")?;
    let most = given.number("keep").unwrap_or(MAX_KEPT).clamp(1, MAX_KEPT);
    let (mut text, mut kept, mut letters) = (String::new(), 0, Letters::default());
    let [
        mut characters,
        mut replaced,
        mut controls,
        mut line,
        mut longest,
    ] = [0; 5];
    let mut lines = 0;
    for c in given.text.chars() {
        characters += 1;
        if c == '\n' {
            lines += 1;
            line = 0;
        } else {
            line += 1;
            longest = longest.max(line);
        }
        if is_control(c) {
            replaced += usize::from(c == '\u{fffd}');
            controls += usize::from(!matches!(c, '\u{fffd}' | '\u{feff}' | '\r'));
        } else if kept < most {
            text.push(c);
            kept += 1;
            letters.count(c);
        }
    }
    lines += usize::from(line > 0);
    let level = given.level(&letters);
    let tokens = tokenize(&text, level, true);
    let ranked = Counted::of(&mut tokens.iter().map(String::as_str)).ranked();
    let most = MOST[usize::from(level == Level::Word)];
    let known = ranked.len().min(most);
    let known_tokens = ranked[..known].iter().map(|(_, count)| count).sum();
    if known_tokens < LEAST_TOKENS || known < 2 {
        let found = known_tokens;
        return Err(wrong(
            OwnCode::TooShort,
            &given.file,
            found,
            LEAST_TOKENS,
            MAX_KEPT,
        ));
    }
    let report = TextReport {
        characters,
        replaced,
        controls,
        lines,
        longest_line: longest,
        kept,
        level: level_name(level),
        tokens: tokens.len(),
        different: ranked.len(),
        known,
        known_tokens,
        frequent: told(&ranked[..known.min(12)]),
        prompt: prompt(&text, PROMPT[usize::from(level == Level::Word)]),
    };
    let heading = "".into();
    Ok((Raw::read(&ENTRY, Text { text, heading }), report))
}

/// The beginning of the text, from the first line on that has a few words.
fn prompt(text: &str, characters: usize) -> String {
    let mut text = text.trim();
    while let Some((line, rest)) = text.split_once('\n') {
        let rest = rest.trim_start();
        if line.trim().chars().count() >= 8 || rest.chars().count() < characters {
            break;
        }
        text = rest;
    }
    let taken: String = text.chars().take(characters).collect();
    taken.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text that comes with the page.
pub(crate) fn sample() -> Raw {
    let heading = "".into();
    let text = grammar::story();
    Raw::read(&ENTRY, Text { text, heading })
}
