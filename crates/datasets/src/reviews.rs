//! Reviews: texts as word ranks, each of its own length, with a class each, as Keras ships IMDB.

use fireside_spec::preparation::{Level, Preparation, Side};

use crate::error::DataError;
use crate::sequences::Sequences;
use crate::targets::{Targets, same_length};
use crate::token_lists::TokenLists;
use crate::vocabulary::Vocabulary;

/// The most ids that one part may hold once it is filled up (256 MB).
const MAX_IDS: usize = 64 << 20;

/// The id of what fills up short reviews.
pub const PAD: u32 = 0;
/// The id that every review begins with.
pub const START: u32 = 1;
/// The id of a word that is not known.
pub const UNKNOWN: u32 = 2;
/// The id of a word is its rank (1 = most frequent) and this.
pub const INDEX_FROM: u32 = 3;

/// One part: texts as word ranks from 1 on, and their classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPart {
    texts: TokenLists,
    labels: Vec<u16>,
    classes: usize,
}

impl ReviewPart {
    /// Texts with their labels, each below `classes`. `file` is the name in messages.
    ///
    /// # Errors
    /// `length_mismatch`, `label_out_of_range`.
    pub fn new(
        file: &str,
        texts: TokenLists,
        labels: Vec<u16>,
        classes: usize,
    ) -> Result<Self, DataError> {
        same_length("labels", texts.rows(), labels.len())?;
        let targets = Targets::Classes { labels, classes };
        targets.check(file, texts.rows())?;
        Ok(Self {
            labels: targets.labels().to_vec(),
            texts,
            classes,
        })
    }

    /// A part of our own making, whose lengths and labels are right by construction.
    pub(crate) fn from_trusted(texts: TokenLists, labels: Vec<u16>, classes: usize) -> Self {
        debug_assert_eq!(texts.rows(), labels.len());
        Self {
            texts,
            labels,
            classes,
        }
    }

    /// The texts as word ranks.
    pub fn texts(&self) -> &TokenLists {
        &self.texts
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The class of each text.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }
}

/// Reviews to train on and to test on, and the words by rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviews {
    /// Reviews to train on.
    pub train: ReviewPart,
    /// Reviews to test on.
    pub test: ReviewPart,
    /// `words[rank - 1]`; empty where they are not known.
    pub words: Vec<String>,
}

/// The rows of reviews, ready for training.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewRows {
    /// Rows to train on.
    pub train: Sequences,
    /// Rows to test on.
    pub test: Sequences,
    /// Tokens by id; `None` where the words are not known.
    pub vocabulary: Option<Vocabulary>,
}

impl Reviews {
    /// The ids of a review as `imdb.load_data` gives them: [`START`], then rank + [`INDEX_FROM`] of every
    /// word; ids from `skip_top` on and below the bound stay, others are [`UNKNOWN`].
    pub fn ids(
        ranks: &[u32],
        skip_top: usize,
        bound: usize,
    ) -> impl DoubleEndedIterator<Item = u32> {
        let known = move |id: u32| (skip_top..bound).contains(&(id as usize));
        let ids = ranks.iter().map(|rank| rank.saturating_add(INDEX_FROM));
        std::iter::once(START)
            .chain(ids)
            .map(move |id| if known(id) { id } else { UNKNOWN })
    }

    /// Ids are below this: `num_words`, or, where that is 0, the largest id of both parts (which, as in
    /// Keras, is thereby unknown).
    pub fn bound(&self, options: &Preparation) -> usize {
        if options.num_words > 0 {
            return options.num_words;
        }
        let ranks = [&self.train, &self.test].map(|part| part.texts.ids().iter().max());
        let largest = ranks.into_iter().flatten().max().copied().unwrap_or(0);
        largest.saturating_add(INDEX_FROM) as usize
    }

    /// Rows of `maxlen` ids each (0 = of the longest review): longer ones are cut, shorter ones filled up
    /// with [`PAD`], at the ends that the options say; Keras does both at the beginning.
    ///
    /// # Errors
    /// `option_out_of_range` where that is too much memory.
    pub fn rows(&self, options: &Preparation) -> Result<ReviewRows, DataError> {
        let bound = self.bound(options).max(UNKNOWN as usize + 1);
        let longest = || {
            let parts = [&self.train, &self.test].into_iter();
            parts
                .flat_map(|part| part.texts.iter())
                .map(|text| text.len() + 1)
                .max()
        };
        let length = match options.maxlen {
            0 => longest().unwrap_or(1),
            maxlen => maxlen,
        };
        let most = MAX_IDS / self.train.labels.len().max(self.test.labels.len()).max(1);
        if length > most {
            return Err(DataError::OptionOutOfRange {
                what: "maxlen",
                value: length,
                least: 1,
                most,
            });
        }
        let part = |part: &ReviewPart| {
            let mut ids = Vec::with_capacity(part.labels.len() * length);
            for text in part.texts.iter() {
                let all = text.len() + 1;
                let cut = match options.truncating {
                    Side::Pre => all.saturating_sub(length),
                    Side::Post => 0,
                };
                let fill = length.saturating_sub(all);
                let [before, after] = match options.padding {
                    Side::Pre => [fill, 0],
                    Side::Post => [0, fill],
                };
                ids.extend(std::iter::repeat_n(PAD, before));
                ids.extend(
                    Self::ids(text, options.skip_top, bound)
                        .skip(cut)
                        .take(length),
                );
                ids.extend(std::iter::repeat_n(PAD, after));
            }
            let targets = Targets::Classes {
                labels: part.labels.clone(),
                classes: part.classes,
            };
            Sequences::new("reviews", ids, length, bound, targets)
        };
        Ok(ReviewRows {
            train: part(&self.train)?,
            test: part(&self.test)?,
            vocabulary: self.vocabulary(bound, options.level),
        })
    }

    fn vocabulary(&self, bound: usize, level: Level) -> Option<Vocabulary> {
        if self.words.is_empty() {
            return None;
        }
        let words = self.words.iter().cloned();
        Some(Vocabulary::of_rows(words, level, bound))
    }
}

#[cfg(test)]
mod tests;
