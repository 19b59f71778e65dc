//! A text, and the rows of tokens that a network learns to continue.

use fireside_spec::order::{map, sorted};
use std::borrow::Cow;
use std::collections::BTreeMap;

use fireside_spec::preparation::{Level, Preparation};

use crate::error::DataError;
use crate::sequences::Sequences;
use crate::targets::Targets;
use crate::vocabulary::{Vocabulary, tokenize};

/// The most ids that the rows of a text may hold (256 MB).
const MAX_IDS: usize = 64 << 20;
/// The most different tokens: they are the classes of the next one.
const MAX_TOKENS: usize = 1 << 16;

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// All of it, lines ended by line feeds.
    pub text: String,
    /// A word that begins a heading: it and the rest of its line are no running text. Empty: there are none.
    pub heading: Cow<'static, str>,
}

/// The rows of a text, ready for training, and what their ids stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct TextRows {
    /// Rows to train on.
    pub train: Sequences,
    /// Rows to test on.
    pub test: Sequences,
    /// Tokens by id, in the order of their code points.
    pub vocabulary: Vocabulary,
}

impl Text {
    /// The tokens of the running text. Of words only the `num_words` - 1 most frequent are kept (0 = all;
    /// of equally frequent ones those that come first).
    pub fn tokens(&self, options: &Preparation) -> Vec<String> {
        let mut tokens = match (options.level, self.heading.as_ref()) {
            (Level::Word, heading) if !heading.is_empty() => {
                let running = |line: &str| match line.find(heading) {
                    Some(at) => tokenize(&line[..at], Level::Word, options.lower),
                    None => tokenize(line, Level::Word, options.lower),
                };
                self.text.lines().flat_map(running).collect()
            }
            (level, _) => tokenize(&self.text, level, options.lower),
        };
        if options.num_words > 0 {
            let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for (at, token) in tokens.iter().enumerate() {
                let first = tokens.len() - at;
                counts.entry(token).or_insert((0, first)).0 += 1;
            }
            let ranked = sorted(counts.values().copied().collect(), |a, b| b.cmp(a));
            // What is as frequent as this or more so, or as frequent and earlier, is kept.
            let kept = (options.num_words - 1).min(ranked.len());
            let keep: Vec<bool> = match kept.checked_sub(1) {
                None => vec![false; tokens.len()],
                Some(last) => {
                    let least = ranked[last];
                    tokens.iter().map(|t| counts[t.as_str()] >= least).collect()
                }
            };
            let mut keep = keep.into_iter();
            tokens.retain(|_| keep.next().unwrap_or(false));
        }
        tokens
    }

    /// Cuts the text into rows of `sequence_length` tokens, `step` apart; the target is the token that
    /// follows. The first rows are for training, the rest for testing, as the options say; `usual` is the
    /// text's own training fraction.
    ///
    /// # Errors
    /// `option_out_of_range` where there is no training row, or too much of anything.
    pub fn rows(&self, options: &Preparation, usual: f64) -> Result<TextRows, DataError> {
        let tokens = self.tokens(options);
        let ids = map(tokens.iter().map(|token| (token.as_str(), 0)));
        let words: Vec<String> = ids.keys().map(|token| (*token).to_owned()).collect();
        let ids = map(ids.into_keys().zip(0..));
        let all: Vec<u32> = tokens
            .iter()
            .filter_map(|token| ids.get(token.as_str()))
            .copied()
            .collect();
        let out_of_range = |what, value, least, most| DataError::OptionOutOfRange {
            what,
            value,
            least,
            most,
        };
        if words.len() > MAX_TOKENS {
            return Err(out_of_range("num_words", words.len(), 2, MAX_TOKENS));
        }
        let length = options.sequence_length;
        let rows = options.text_rows(all.len());
        let cut = options.cut(rows, usual);
        let [train, test] = options.kept(cut, rows - cut);
        if train == 0 {
            let most = all.len().saturating_sub(1);
            return Err(out_of_range("sequence_length", length, 1, most));
        }
        let numbers = (train + test).saturating_mul(length);
        if numbers > MAX_IDS {
            let most = MAX_IDS / (train + test);
            return Err(out_of_range("sequence_length", length, 1, most));
        }
        let part = |rows: std::ops::Range<usize>| {
            let starts = rows.map(|row| row * options.step);
            let labels = starts.clone().map(|start| all[start + length] as u16);
            let targets = Targets::Classes {
                labels: labels.collect(),
                classes: words.len(),
            };
            let ids = starts.flat_map(|start| &all[start..start + length]);
            Sequences::new("text", ids.copied().collect(), length, words.len(), targets)
        };
        Ok(TextRows {
            train: part(0..train)?,
            test: part(rows - test..rows)?,
            vocabulary: Vocabulary::of_text(words, options.level, options.lower),
        })
    }
}

#[cfg(test)]
mod tests;
