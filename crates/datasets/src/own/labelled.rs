//! Texts with labels of the reader's own, from a table of two columns or more.

use fireside_spec::order::order;
use fireside_spec::preparation::Level;
use serde::Serialize;

use super::rows::{MAX_ROWS, Row, form, read};
use super::{Counted, Given, Letters, grammar, is_control, level_name, told, wrong};
use crate::dataset::NamedFile;
use crate::error::{DataError, OwnCode, clip};
use crate::mt19937::Mt19937;
use crate::raw::Raw;
use crate::reviews::{INDEX_FROM, ReviewPart, Reviews};
use crate::sets::own_reviews::ENTRY;
use crate::token_lists::TokenLists;
use crate::vocabulary::{self, tokenize};

/// The most classes, and the fewest rows.
const MOST_CLASSES: usize = 100;
const LEAST_ROWS: usize = 10;
/// The most words that a network knows.
const MOST_WORDS: usize = 10_000;
/// A longer text is no text but a quote that was never closed.
const LONGEST_TEXT: usize = 20_000;
/// A longer label is a text.
const LONGEST_LABEL: usize = 60;
/// The most tokens of a row.
const MOST_STEPS: usize = 400;
/// Skipped rows that are shown one by one.
const SHOWN: usize = 8;
/// One of so many rows of a class is for testing.
const TEST: usize = 5;

const TEXT_NAMES: [&str; 16] = [
    "text", "review", "comment", "content", "sentence", "message", "document", "body", "文本",
    "文字", "内容", "评论", "正文", "句子", "评价", "留言",
];
const LABEL_NAMES: [&str; 16] = [
    "label",
    "class",
    "category",
    "sentiment",
    "target",
    "tag",
    "type",
    "y",
    "标签",
    "类别",
    "分类",
    "情感",
    "类型",
    "极性",
    "标注",
    "立场",
];

/// A row that was left out, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Skipped {
    pub line: usize,
    /// `columns`, `no_text`, `no_label`, `long_text`, `long_label`, `alone`.
    pub why: &'static str,
}

/// What was read of labelled texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelledReport {
    /// Rows of the table, the header not counted, and how many of them are used.
    pub rows: usize,
    pub used: usize,
    /// What stands between columns: `,`, `;` or a tab.
    pub separator: char,
    pub header: bool,
    /// The columns by name, or by number where there is no header, each with an example.
    pub columns: Vec<(String, String)>,
    pub text_column: usize,
    pub label_column: usize,
    /// Whether names or contents leave no doubt about the columns.
    pub sure: bool,
    /// Classes with their rows.
    pub classes: Vec<(String, usize)>,
    /// Bytes that were no text, each shown as U+FFFD; left out.
    pub replaced: usize,
    /// Rows left out by reason, and the first of them.
    pub reasons: Vec<(String, usize)>,
    pub skipped: Vec<Skipped>,
    /// Rows beyond the most that are read.
    pub more: usize,
    /// `char` or `word`.
    pub level: &'static str,
    /// Tokens of a text: shortest, median, of 95 in 100 at most, longest.
    pub lengths: [usize; 4],
    /// How long a row for the network should be.
    pub steps: usize,
    /// Different words of the training rows, and how many ids the network needs for those that it knows.
    pub words: usize,
    pub num_words: usize,
    pub train: usize,
    pub test: usize,
}

/// A row that can be used.
struct Text {
    tokens: Vec<String>,
    class: usize,
}

/// Which columns hold what.
struct Columns {
    text: usize,
    label: usize,
    header: bool,
    sure: bool,
}

/// Reads labelled texts.
pub(crate) fn labelled(files: &[NamedFile<'_>]) -> Result<(Raw, LabelledReport), DataError> {
    let given = Given::of(files, "texts.csv")?;
    let columns = |found| wrong(OwnCode::Columns, &given.file, found, 2, 64);
    let (separator, width) = form(&given.text).ok_or_else(|| columns(1))?;
    let (mut rows, more) = read(&given.text, separator, MAX_ROWS);
    let mut chosen = choose(&rows, width).ok_or_else(|| columns(width))?;
    chosen.apply(&given, width);
    let names: Vec<String> = match (chosen.header, rows.first()) {
        (true, Some(row)) => row.fields.iter().map(|name| clip(name)).collect(),
        _ => (1..=width).map(|at| at.to_string()).collect(),
    };
    if chosen.header {
        rows.remove(0);
    }
    let example = rows.iter().find(|row| row.fields.len() == width);
    let example = |at: usize| example.map_or_else(String::new, |row| clip(&row.fields[at]));
    let shown = names.into_iter().take(width).enumerate();
    let shown: Vec<(String, String)> = shown.map(|(at, name)| (name, example(at))).collect();

    let (mut good, mut skipped): (Vec<&Row>, Vec<Skipped>) = Default::default();
    for row in &rows {
        let line = row.line;
        match unfit(row, &chosen, width) {
            Some(why) => skipped.push(Skipped { line, why }),
            None => good.push(row),
        }
    }
    // Every good row has all columns.
    let labels = Counted::of(&mut good.iter().map(|row| &*row.fields[chosen.label]));
    // What is there once can't be both learned and asked.
    let mut texts: Vec<&Row> = Vec::new();
    for row in &good {
        let line = row.line;
        match labels.words[labels.places[&*row.fields[chosen.label]]].1 {
            1 => skipped.push(Skipped { line, why: "alone" }),
            _ => texts.push(row),
        }
    }
    let mut classes = labels.named();
    classes.retain(|(_, count)| *count > 1);
    let used = texts.len();
    if !(2..=MOST_CLASSES).contains(&classes.len()) {
        let found = classes.len();
        return Err(wrong(OwnCode::Classes, &given.file, found, 2, MOST_CLASSES));
    }
    if used < LEAST_ROWS {
        return Err(wrong(
            OwnCode::Rows,
            &given.file,
            used,
            LEAST_ROWS,
            MAX_ROWS,
        ));
    }

    let mut letters = Letters::default();
    for row in &texts {
        row.fields[chosen.text]
            .chars()
            .for_each(|c| letters.count(c));
    }
    let level = given.level(&letters);
    let class = |row: &Row| {
        let label = &row.fields[chosen.label];
        let found = classes.iter().position(|(name, _)| name == label);
        found.unwrap_or_default()
    };
    let texts: Vec<Text> = texts
        .iter()
        .map(|row| Text {
            tokens: tokens(&row.fields[chosen.text], level),
            class: class(row),
        })
        .collect();
    let seed = given.number("seed").unwrap_or(7) as u32;
    let (reviews, words) = split(&texts, classes.len(), seed);
    let length = |at: usize| texts[at].tokens.len();
    let lengths = order(used, &mut |a, b| length(a).cmp(&length(b)));
    let at = |share: usize| length(lengths[(used - 1) * share / 100]);
    let reasons = Counted::of(&mut skipped.iter().map(|row| row.why)).named();
    let report = LabelledReport {
        rows: rows.len(),
        used,
        separator: char::from(separator),
        header: chosen.header,
        columns: shown,
        text_column: chosen.text,
        label_column: chosen.label,
        sure: chosen.sure,
        classes: told(&classes),
        replaced: given.text.chars().filter(|c| *c == '\u{fffd}').count(),
        reasons: told(&reasons),
        skipped: skipped.into_iter().take(SHOWN).collect(),
        more,
        level: level_name(level),
        lengths: [0, 50, 95, 100].map(at),
        // The start mark is a token, too.
        steps: (at(95) + 1).clamp(4, MOST_STEPS),
        words,
        num_words: words.min(MOST_WORDS) + INDEX_FROM as usize + 1,
        train: reviews.train.labels().len(),
        test: reviews.test.labels().len(),
    };
    Ok((Raw::read(&ENTRY, reviews), report))
}

fn tokens(text: &str, level: Level) -> Vec<String> {
    let text: String = text.chars().filter(|c| !is_control(*c)).collect();
    // As what is asked of the network later is cut.
    match level {
        Level::Word => vocabulary::words(&text, true),
        Level::Char => tokenize(&text, level, true),
    }
}

/// Why a row can't be used.
fn unfit(row: &Row, columns: &Columns, width: usize) -> Option<&'static str> {
    if row.fields.len() != width {
        return Some("columns");
    }
    let (text, label) = (&row.fields[columns.text], &row.fields[columns.label]);
    let letters = |text: &str| text.chars().filter(|c| !is_control(*c)).count();
    if letters(text) == 0 {
        Some("no_text")
    } else if label.is_empty() {
        Some("no_label")
    } else if letters(text) > LONGEST_TEXT {
        Some("long_text")
    } else if letters(label) > LONGEST_LABEL || label.contains('|') {
        Some("long_label")
    } else {
        None
    }
}

/// Every class in the order of the seed: four of five rows for training, one for testing. The words by frequency in the
/// training rows, of which there are so many; behind them those that only test rows have, which no network knows.
fn split(texts: &[Text], classes: usize, seed: u32) -> (Reviews, usize) {
    let mut order: Vec<u32> = (0..texts.len() as u32).collect();
    Mt19937::new(seed).shuffle(&mut order);
    let mut seen = vec![0; classes];
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for row in order {
        let text = &texts[row as usize];
        seen[text.class] += 1;
        // The second of every five: a class of two has one of each.
        match seen[text.class] % TEST == 2 {
            true => test.push(text),
            false => train.push(text),
        }
    }
    let known = Counted::of(&mut tokens_of(&train)).ranked();
    let count = known.len();
    let known = known.iter().map(|(word, _)| *word);
    let all = Counted::of(&mut known.chain(tokens_of(&test)));
    let words = all
        .words
        .iter()
        .map(|(word, _)| (*word).to_owned())
        .collect();
    let part = |texts: &[&Text]| {
        let (mut lists, mut labels) = (TokenLists::default(), Vec::new());
        for text in texts {
            for token in &text.tokens {
                lists.push(all.places[token.as_str()] as u32 + 1);
            }
            lists.end_row();
            labels.push(text.class as u16);
        }
        ReviewPart::from_trusted(lists, labels, classes)
    };
    let (train, test) = (part(&train), part(&test));
    (Reviews { train, test, words }, count)
}

fn tokens_of<'a>(texts: &'a [&Text]) -> impl Iterator<Item = &'a str> {
    let tokens = texts.iter().flat_map(|text| &text.tokens);
    tokens.map(String::as_str)
}

/// What is said of a column when it is to be judged.
#[derive(Clone, Copy, Default)]
struct Look {
    different: usize,
    length: f64,
    empty: usize,
}

/// Which columns are text and label: by the header's names, else the longest one and, of the others, the one of the
/// fewest values. `None` where no two can be told.
fn choose(rows: &[Row], width: usize) -> Option<Columns> {
    let first = rows.first().filter(|row| row.fields.len() == width)?;
    let named = |names: &[&str]| {
        let known = |field: &String| names.contains(&field.to_lowercase().as_str());
        first.fields.iter().position(known)
    };
    let (text_named, label_named) = (named(&TEXT_NAMES), named(&LABEL_NAMES));
    let titled = text_named.is_some() || label_named.is_some();
    let body = rows.iter().skip(1).filter(|row| row.fields.len() == width);
    let looks: Vec<Look> = (0..width)
        .map(|at| {
            let fields = body.clone().map(|row| row.fields[at].as_str());
            let count = fields.clone().count().max(1);
            let length: usize = fields.clone().map(|field| field.chars().count()).sum();
            Look {
                different: Counted::of(&mut fields.clone()).words.len(),
                length: length as f64 / count as f64,
                empty: fields.filter(|field| field.is_empty()).count(),
            }
        })
        .collect();
    let count = body.clone().count();
    let longest = |skip: Option<usize>| {
        let others = (0..width).filter(|at| Some(*at) != skip);
        others.reduce(|best, at| match looks[at].length > looks[best].length {
            true => at,
            false => best,
        })
    };
    let text = text_named.or_else(|| longest(label_named))?;
    let can = |at: &usize| {
        let look = looks[*at];
        let values = 2..=MOST_CLASSES.min(count / 2);
        *at != text && values.contains(&look.different) && look.empty * 2 <= count
    };
    let others: Vec<usize> = (0..width).filter(can).collect();
    let fewest = others.iter().copied().reduce(|best, at| {
        match looks[at].different < looks[best].different {
            true => at,
            false => best,
        }
    });
    let rest = (0..width).find(|at| *at != text);
    let label = label_named.filter(|at| *at != text);
    let sure = label.is_some() || others.len() == 1;
    let label = label.or(fewest).or(rest)?;
    // Without known names, a first row whose label no other row has is a row of titles.
    let alone = !body
        .clone()
        .any(|row| row.fields[label] == first.fields[label]);
    let header = titled || (alone && others.contains(&label) && count >= LEAST_ROWS);
    Some(Columns {
        text,
        label,
        header,
        sure,
    })
}

impl Columns {
    /// What the reader says counts more.
    fn apply(&mut self, given: &Given, width: usize) {
        let column = |name| given.number(name).filter(|at| *at < width);
        let (text, label) = (column("text"), column("label"));
        self.sure |= text.is_some() && label.is_some();
        self.text = text.unwrap_or(self.text);
        self.label = label.unwrap_or(self.label);
        if self.text == self.label {
            self.label = usize::from(self.text == 0);
        }
        if let Some(header) = given.number("header") {
            self.header = header > 0;
        }
    }
}

/// The labelled texts that come with the page.
pub(crate) fn sample() -> Raw {
    let classes = super::grammar::CLASSES.len();
    let texts = grammar::reviews().map(|(text, class)| Text {
        tokens: tokens(&text, Level::Char),
        class,
    });
    let (reviews, _) = split(&texts.collect::<Vec<_>>(), classes, 7);
    Raw::read(&ENTRY, reviews)
}
