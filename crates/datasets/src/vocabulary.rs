//! A vocabulary: which token an id stands for, and back.

use std::collections::BTreeMap;

use fireside_spec::order::map;
use fireside_spec::preparation::Level;

use crate::reviews::{INDEX_FROM, START, UNKNOWN};
use crate::treebank;

/// The ids that stand for no word where rows are whole texts: filling, start, unknown, and one that Keras never uses.
const SPECIAL: [&str; INDEX_FROM as usize + 1] = ["", "<start>", "<unknown>", "<unused>"];
/// Between the tokens of a written vocabulary. The token that is one itself is written as nothing.
const LINE: &str = "\n";

/// Tokens by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    level: Level,
    lower: bool,
    /// So many ids from 0 on stand for no token of a text; 0: all do.
    special: usize,
    words: Vec<String>,
}

impl Vocabulary {
    /// The tokens of one long text, `tokens[id]`, made of it as `level` and `lower` say. A token that is not known is
    /// left out.
    pub fn of_text(tokens: Vec<String>, level: Level, lower: bool) -> Self {
        Self {
            level,
            lower,
            special: 0,
            words: tokens,
        }
    }

    /// The tokens of texts that are rows of their own, most frequent first, in lower case: their ids begin behind the
    /// special ones, up to `bound` ids in all. A token that is not known has an id of its own.
    pub fn of_rows(tokens: impl Iterator<Item = String>, level: Level, bound: usize) -> Self {
        let special = SPECIAL.map(String::from).into_iter();
        Self {
            level,
            lower: true,
            special: SPECIAL.len(),
            words: special.chain(tokens).take(bound).collect(),
        }
    }

    /// What a token is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether texts are put in lower case first.
    pub fn lower(&self) -> bool {
        self.lower
    }

    /// How many ids from 0 on stand for no token of a text.
    pub fn special(&self) -> usize {
        self.special
    }

    /// All tokens by id, the special ones included.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The token of an id; empty where there is none.
    pub fn token(&self, id: u32) -> &str {
        self.words.get(id as usize).map_or("", String::as_str)
    }

    /// As a text, for a model file: what a token is, whether lower case, how many special ids, then the other tokens, a
    /// line each.
    pub fn text(&self) -> String {
        let level = match self.level {
            Level::Char => "char",
            Level::Word => "word",
        };
        let case = if self.lower { "lower" } else { "as it is" };
        let mut text = [level, case, &self.special.to_string()].join(LINE);
        for word in self.known() {
            text += LINE;
            text += if word == LINE { "" } else { word };
        }
        text
    }

    /// Reads what [`text`](Self::text) wrote; it comes from outside. The network reads ids below `bound`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str, bound: usize) -> Result<Self, String> {
        let mut lines = text.split(LINE);
        let mut line = || lines.next().unwrap_or_default();
        let (level, case, special) = (line(), line(), line());
        let level = match level {
            "char" => Level::Char,
            "word" => Level::Word,
            _ => return Err("the vocabulary does not begin with what a token is".into()),
        };
        let (lower, of_rows) = (case == "lower", special != "0");
        let mut words: Vec<String> = Vec::new();
        if of_rows {
            words.extend(SPECIAL.map(String::from));
        }
        let special = words.len();
        for line in lines {
            words.push(if line.is_empty() { LINE } else { line }.into());
        }
        if words.len() > bound {
            let count = words.len();
            return Err(format!("the vocabulary has {count} ids, {bound} are read"));
        }
        let vocabulary = Self {
            level,
            lower,
            special,
            words,
        };
        let ids = vocabulary.ids();
        if ids.len() + special != vocabulary.words.len() {
            return Err("a word of the vocabulary stands there twice".into());
        }
        Ok(vocabulary)
    }

    /// The tokens that are no special ones.
    fn known(&self) -> &[String] {
        self.words.get(self.special..).unwrap_or_default()
    }

    fn ids(&self) -> BTreeMap<&str, u32> {
        let first = self.special as u32;
        map(self.known().iter().map(String::as_str).zip(first..))
    }

    /// The ids of a text's tokens. Rows of their own begin with [`START`] and have [`UNKNOWN`] for tokens that are not
    /// known; of one long text these are left out.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let known = self.ids();
        let rows = self.special > 0;
        let tokens = match self.level {
            Level::Word if rows => words(text, self.lower),
            level => tokenize(text, level, self.lower),
        };
        let mut ids = Vec::with_capacity(tokens.len() + 1);
        if rows {
            ids.push(START);
        }
        for token in &tokens {
            match known.get(token.as_str()) {
                Some(id) => ids.push(*id),
                None if rows => ids.push(UNKNOWN),
                None => {}
            }
        }
        ids
    }

    /// Ids as text: characters as they are, words with blanks between them.
    pub fn decode(&self, ids: &[u32]) -> String {
        let tokens: Vec<&str> = ids.iter().map(|id| self.token(*id)).collect();
        tokens.join(match self.level {
            Level::Char => "",
            Level::Word => " ",
        })
    }
}

/// The tokens of a text: its characters, or its words and punctuation marks line by line.
pub fn tokenize(text: &str, level: Level, lower: bool) -> Vec<String> {
    match level {
        Level::Char if lower => text.to_lowercase().chars().map(String::from).collect(),
        Level::Char => text.chars().map(String::from).collect(),
        Level::Word => {
            let mut tokens = Vec::new();
            for line in text.lines() {
                treebank::tokens(line, lower, &mut tokens);
            }
            tokens
        }
    }
}

/// Whether a character only keeps words apart. As in Keras's file of IMDB that is every mark of ASCII except `'`; and,
/// because it was made of texts that hardly have them, the dashes, quotes and dots of a typesetter, too.
fn parts(c: char) -> bool {
    let mark = c.is_ascii_punctuation() && c != '\'';
    mark || c.is_whitespace()
        || matches!(
            c,
            '\u{2013}' | '\u{2014}' | '\u{2026}' | '\u{201c}'..='\u{201e}' | '\u{ab}' | '\u{bb}'
        )
}

/// The words of a text as Keras's file of IMDB has them: between marks and blanks, without the marks. A typesetter's
/// apostrophe is one.
pub fn words(text: &str, lower: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        match c {
            _ if parts(c) => {
                let ended = std::mem::take(&mut word);
                if !ended.is_empty() {
                    words.push(if lower { ended.to_lowercase() } else { ended });
                }
            }
            '\u{2019}' => word.push('\''),
            _ => word.push(c),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, words};
    use fireside_spec::preparation::Level;

    fn of(words: &[&str], level: Level) -> Vocabulary {
        Vocabulary::of_rows(words.iter().map(|word| (*word).into()), level, 1000)
    }

    #[test]
    fn words_are_cut_as_in_the_file_of_imdb() {
        let found = words(
            "A \"Good\" film -- it's not\u{2014}it isn\u{2019}t.<br />Café\n",
            true,
        );
        let wanted = [
            "a", "good", "film", "it's", "not", "it", "isn't", "br", "café",
        ];
        assert_eq!(found, wanted);
        assert_eq!(words(" .,!\n", true), [""; 0]);
    }

    #[test]
    fn a_row_begins_with_its_mark_and_keeps_a_place_for_what_is_unknown() {
        let vocabulary = of(&["the", "film", "<start>"], Level::Word);
        assert_eq!(vocabulary.encode("The new FILM!"), [1, 4, 2, 5]);
        // A word that looks like a mark is none: the marks are no words.
        assert_eq!(vocabulary.encode("<unknown>"), [1, 2]);
        assert_eq!(vocabulary.encode(""), [1]);
        assert_eq!(of(&["好", "片"], Level::Char).encode("好!片"), [1, 4, 2, 5]);
        let text = Vocabulary::of_text(vec!["a".into(), "b".into()], Level::Char, true);
        assert_eq!(text.encode("xBa"), [1, 0]);
    }

    #[test]
    fn a_written_vocabulary_is_read_again() {
        let line = vec!["\n".into(), " ".into(), "a".into()];
        for (vocabulary, bound) in [
            (of(&["the", "it's", "<start>"], Level::Word), 7),
            (of(&[], Level::Char), 4),
            (Vocabulary::of_text(line, Level::Char, false), 3),
        ] {
            let text = vocabulary.text();
            assert_eq!(Vocabulary::read(&text, bound), Ok(vocabulary), "{text:?}");
            assert!(
                Vocabulary::read(&text, bound - 1)
                    .unwrap_err()
                    .contains("ids")
            );
        }
    }

    #[test]
    fn what_is_no_vocabulary_is_told() {
        for (text, told) in [
            ("", "begin"),
            ("wort\nlower\n4\na", "begin"),
            ("word\nlower\n0\na\nb\na", "twice"),
            ("char\nlower\n0\na\n\n", "twice"),
            ("word\nlower\n4\na\nb\nc", "7 ids, 6"),
        ] {
            let fault = Vocabulary::read(text, 6).unwrap_err();
            assert!(fault.contains(told), "{text:?}: {fault}");
        }
    }
}
