//! A vocabulary: which token an id stands for, and back.

use fireside_spec::order::map;

use fireside_spec::preparation::Level;

use crate::treebank;

/// Tokens by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    tokens: Vec<String>,
    level: Level,
    lower: bool,
    /// What stands for a token that is not known; `None`: it is left out.
    unknown: Option<u32>,
}

impl Vocabulary {
    /// A vocabulary of these tokens, `tokens[id]`, made of texts as `level` and `lower` say.
    pub fn new(tokens: Vec<String>, level: Level, lower: bool, unknown: Option<u32>) -> Self {
        Self {
            tokens,
            level,
            lower,
            unknown,
        }
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The token of an id; empty where there is none.
    pub fn token(&self, id: u32) -> &str {
        self.tokens.get(id as usize).map_or("", String::as_str)
    }

    /// The ids of a text's tokens. Tokens that are not known are left out, or stand as the id for them.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let ids = map(self.tokens.iter().map(String::as_str).zip(0..));
        let tokens = tokenize(text, self.level, self.lower);
        let known = |token: &String| ids.get(token.as_str()).copied().or(self.unknown);
        tokens.iter().filter_map(known).collect()
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
