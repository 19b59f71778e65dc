//! How raw data becomes rows: windows of a series, tokens of a text, scaling, the ordered split.
//!
//! Plain options; what they do with the numbers is `fireside-datasets`' business. A data set takes the
//! options that concern its kind and leaves the others alone.

use crate::read::Fields;

/// The most steps of a window or of a sequence.
const MAX_STEPS: usize = 10_000;
/// The largest vocabulary that can be asked for.
const MAX_WORDS: usize = 1_000_000;

/// How a window of a series is laid out: `look_back` instants of `d` columns each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// (look_back * d) numbers in a row, oldest first.
    #[default]
    Flat,
    /// One time step of (look_back * d) features.
    Features,
    /// look_back time steps of d features.
    Steps,
}

/// What is cut into training and test part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SplitAt {
    /// The series; windows are made in each part, so that none reaches over the cut.
    #[default]
    Series,
    /// The windows made over the whole series.
    Windows,
}

/// What stands in for a value that is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The mean of its column in the training part.
    #[default]
    TrainMean,
    /// The mean of its column in all rows, test rows included: test data leak into training.
    Mean,
}

/// How columns are brought to one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// They stay as they are.
    #[default]
    None,
    /// (x - mean) / sd, sd over the population (divided by n).
    Standard,
    /// (x - min) / (max - min).
    MinMax,
}

/// Which rows the scaler learns its numbers from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScalerRows {
    /// Only those that are trained on.
    #[default]
    Train,
    /// All, test rows included: test data leak into training.
    All,
    /// Each part from its own rows: the parts are no longer on one scale.
    Each,
}

/// An end of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// The beginning.
    #[default]
    Pre,
    /// The end.
    Post,
}

/// What a token of a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// A character.
    Char,
    /// A word or a punctuation mark.
    #[default]
    Word,
}

/// How raw data becomes rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    /// Instants of a series in a window.
    pub look_back: usize,
    /// The target lies so many instants after the window's last.
    pub horizon: usize,
    /// How a window is laid out.
    pub window: Window,
    /// What is cut in two.
    pub split_at: SplitAt,
    /// The loop over the windows ends one early, as in the source: the last pair of each part is lost.
    pub drop_last_pair: bool,
    /// What stands in for missing values.
    pub missing: Missing,
    /// The first so large a part is for training, the rest for testing; `None` = as usual for the data set.
    pub train_fraction: Option<f64>,
    /// Only the first so many training rows of a series or a text; 0 = all. The same field as
    /// [`Data::train_rows`](crate::Data::train_rows): here it tells what the scaler learns from.
    pub train_rows: usize,
    /// Only the last so many test rows; 0 = all.
    pub test_rows: usize,
    /// How columns are brought to one scale.
    pub scaler: Scaling,
    /// Which rows the scaler learns from.
    pub scaler_rows: ScalerRows,
    /// The column of a table that says how much a row counts in the loss (of training rows, and of those kept aside for
    /// validation); it is no input then.
    pub sample_weight: Option<String>,
    /// The column of a table that says which group a row belongs to; it is no input then.
    pub groups: Option<String>,
    /// Whether targets that are numbers are scaled too (scores are told in the original unit).
    pub scale_targets: bool,
    /// Only the so many - 1 most frequent words are known (Keras's `num_words`); 0 = all.
    pub num_words: usize,
    /// The so many most frequent words are not known either (Keras's `skip_top`).
    pub skip_top: usize,
    /// Length of every sequence; 0 = that of the longest.
    pub maxlen: usize,
    /// Where longer sequences are cut.
    pub truncating: Side,
    /// Where shorter sequences are filled up with zeros.
    pub padding: Side,
    /// What a token of a text is.
    pub level: Level,
    /// Whether a text is put into lower case first.
    pub lower: bool,
    /// Tokens of a text in a row; the target is the one that follows.
    pub sequence_length: usize,
    /// Tokens from the beginning of a row to that of the next.
    pub step: usize,
    /// How many tokens a text of the reader's own has, as its data can't be known before; 0 = as the data set has it.
    pub tokens: usize,
    /// The names of the classes of the reader's own labelled texts, with `|` between them.
    pub classes: Option<String>,
}

impl Default for Preparation {
    fn default() -> Self {
        Self {
            look_back: 1,
            horizon: 1,
            window: Window::default(),
            split_at: SplitAt::default(),
            drop_last_pair: false,
            missing: Missing::default(),
            train_fraction: None,
            train_rows: 0,
            test_rows: 0,
            scaler: Scaling::default(),
            scaler_rows: ScalerRows::default(),
            sample_weight: None,
            groups: None,
            scale_targets: false,
            num_words: 0,
            skip_top: 0,
            maxlen: 0,
            truncating: Side::default(),
            padding: Side::default(),
            level: Level::default(),
            lower: true,
            sequence_length: 40,
            step: 1,
            tokens: 0,
            classes: None,
        }
    }
}

const SIDES: &[(&str, Side)] = &[("pre", Side::Pre), ("post", Side::Post)];

impl Preparation {
    /// Reads the options from the fields of `[data]`, of which `train_rows` was read before.
    pub(crate) fn read(d: &Fields, train_rows: usize) -> Self {
        let usual = Self::default();
        let count = |field, usual, range| d.integer(field, Some(usual), range);
        Self {
            look_back: count("look_back", usual.look_back, 1..MAX_STEPS + 1),
            horizon: count("horizon", usual.horizon, 1..MAX_STEPS + 1),
            window: d.choice(
                "window",
                Some(usual.window),
                &[
                    ("flat", Window::Flat),
                    ("features", Window::Features),
                    ("steps", Window::Steps),
                ],
            ),
            split_at: d.choice(
                "split_at",
                Some(usual.split_at),
                &[("series", SplitAt::Series), ("windows", SplitAt::Windows)],
            ),
            drop_last_pair: d.flag("drop_last_pair", usual.drop_last_pair),
            missing: d.choice(
                "missing",
                Some(usual.missing),
                &[("train_mean", Missing::TrainMean), ("mean", Missing::Mean)],
            ),
            train_fraction: {
                let fraction = d.number("train_fraction", Some(1.0), 0.01, 1.0);
                d.has("train_fraction").then_some(fraction)
            },
            train_rows,
            test_rows: count("test_rows", usual.test_rows, 0..10_000_001),
            scaler: d.choice(
                "scaler",
                Some(usual.scaler),
                &[
                    ("none", Scaling::None),
                    ("standard", Scaling::Standard),
                    ("min_max", Scaling::MinMax),
                ],
            ),
            scaler_rows: d.choice(
                "scaler_rows",
                Some(usual.scaler_rows),
                &[
                    ("train", ScalerRows::Train),
                    ("all", ScalerRows::All),
                    ("each", ScalerRows::Each),
                ],
            ),
            sample_weight: d.optional_text("sample_weight"),
            groups: d.optional_text("groups"),
            scale_targets: d.flag("scale_targets", usual.scale_targets),
            num_words: count("num_words", usual.num_words, 0..MAX_WORDS + 1),
            skip_top: count("skip_top", usual.skip_top, 0..MAX_WORDS + 1),
            maxlen: count("maxlen", usual.maxlen, 0..MAX_STEPS + 1),
            truncating: d.choice("truncating", Some(usual.truncating), SIDES),
            padding: d.choice("padding", Some(usual.padding), SIDES),
            level: d.choice(
                "level",
                Some(usual.level),
                &[("word", Level::Word), ("char", Level::Char)],
            ),
            lower: d.flag("lower", usual.lower),
            sequence_length: count("sequence_length", usual.sequence_length, 1..MAX_STEPS + 1),
            step: count("step", usual.step, 1..MAX_STEPS + 1),
            tokens: count("tokens", usual.tokens, 0..100_000_001),
            classes: d.optional_text("classes"),
        }
    }

    /// The names of the reader's own classes; none where the data set has its own.
    pub fn class_names(&self) -> impl Iterator<Item = &str> {
        let names = self.classes.as_deref().unwrap_or_default().split('|');
        names.map(str::trim).filter(|name| !name.is_empty())
    }

    /// The columns of a table that are no inputs, each with its field.
    pub fn apart(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("sample_weight", &self.sample_weight),
            ("groups", &self.groups),
        ];
        fields
            .into_iter()
            .filter_map(|(field, column)| Some((field, column.as_deref()?)))
    }

    /// How many windows a series of `instants` gives.
    pub fn windows(&self, instants: usize) -> usize {
        let lost = self.look_back + self.horizon - 1 + usize::from(self.drop_last_pair);
        instants.saturating_sub(lost)
    }

    /// How many rows a text of `tokens` gives.
    pub fn text_rows(&self, tokens: usize) -> usize {
        match tokens.checked_sub(self.sequence_length + 1) {
            Some(last) => last / self.step.max(1) + 1,
            None => 0,
        }
    }

    /// How many of `rows` come before the cut: int(rows * fraction), as the books' scripts cut; `usual` is
    /// the data set's own fraction.
    pub fn cut(&self, rows: usize, usual: f64) -> usize {
        let fraction = self.train_fraction.unwrap_or(usual).clamp(0.0, 1.0);
        ((rows as f64 * fraction) as usize).min(rows)
    }

    /// Of so many rows before and after the cut, those that are kept: the first before, the last after.
    pub fn kept(&self, before: usize, after: usize) -> [usize; 2] {
        let some = |rows: usize, most: usize| if most == 0 { rows } else { rows.min(most) };
        [some(before, self.train_rows), some(after, self.test_rows)]
    }

    /// Windows of a series of `instants` before and after the cut; `usual` as in [`cut`](Self::cut).
    pub fn series_windows(&self, instants: usize, usual: f64) -> [usize; 2] {
        match self.split_at {
            SplitAt::Series => {
                let cut = self.cut(instants, usual);
                [cut, instants - cut].map(|part| self.windows(part))
            }
            SplitAt::Windows => {
                let windows = self.windows(instants);
                let cut = self.cut(windows, usual);
                [cut, windows - cut]
            }
        }
    }

    /// Training and test rows that a series of `instants` gives.
    pub fn series_rows(&self, instants: usize, usual: f64) -> [usize; 2] {
        let [before, after] = self.series_windows(instants, usual);
        self.kept(before, after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn read(data: &str) -> Result<Preparation, Vec<String>> {
        let words = "{ en = \"a\", zh = \"a\" }";
        let text = format!(
            "id = \"x\"\nkind = \"look\"\nchapter = 1\ntitle = {words}\nintro = {words}\n[data]\nname = \"airline\"\n{data}"
        );
        let told = |problems: Vec<crate::Problem>| {
            problems
                .iter()
                .map(|p| format!("{}: {} {}", p.line, p.place, p.code))
                .collect()
        };
        parse(&text)
            .map(|experiment| experiment.data.preparation)
            .map_err(told)
    }

    #[test]
    fn options_are_read_from_the_text() {
        assert_eq!(read(""), Ok(Preparation::default()));
        let all = "look_back = 3\nhorizon = 2\nwindow = \"steps\"\nsplit_at = \"windows\"\n\
            drop_last_pair = true\nmissing = \"mean\"\ntrain_fraction = 0.67\ntrain_rows = 9\ntest_rows = 4\n\
            scaler = \"min_max\"\nscaler_rows = \"each\"\nscale_targets = true\nnum_words = 5000\nskip_top = 2\n\
            maxlen = 500\ntruncating = \"post\"\npadding = \"post\"\nlevel = \"char\"\nlower = false\n\
            sequence_length = 20\nstep = 5\ntokens = 900\nclasses = \"no | yes\"\nsample_weight = \"w\"\ngroups = \"g\"\n";
        let expected = Preparation {
            look_back: 3,
            horizon: 2,
            window: Window::Steps,
            split_at: SplitAt::Windows,
            drop_last_pair: true,
            missing: Missing::Mean,
            train_fraction: Some(0.67),
            train_rows: 9,
            test_rows: 4,
            scaler: Scaling::MinMax,
            scaler_rows: ScalerRows::Each,
            sample_weight: Some("w".into()),
            groups: Some("g".into()),
            scale_targets: true,
            num_words: 5000,
            skip_top: 2,
            maxlen: 500,
            truncating: Side::Post,
            padding: Side::Post,
            level: Level::Char,
            lower: false,
            sequence_length: 20,
            step: 5,
            tokens: 900,
            classes: Some("no | yes".into()),
        };
        assert_eq!(expected.class_names().collect::<Vec<_>>(), ["no", "yes"]);
        assert_eq!(Preparation::default().class_names().count(), 0);
        assert_eq!(read(all), Ok(expected));
    }

    #[test]
    fn wrong_options_are_told_with_their_line() {
        let wrong = read(
            "look_back = 0\nscaler = \"norm\"\nlower = 1\ntrain_fraction = 1.5\nstep = 10001\nlookback = 1\n",
        );
        assert_eq!(
            wrong.unwrap_err(),
            [
                "8: data.look_back out_of_range",
                "11: data.train_fraction out_of_range",
                "9: data.scaler unknown_value",
                "10: data.lower wrong_type",
                "12: data.step out_of_range",
                "13: data.lookback unknown_field"
            ]
        );
    }

    #[test]
    fn the_sources_counts_come_out() {
        // Chapters 18 and 19: 144 months, 67 %; as printed the last pair of each part is lost.
        let mut airline = Preparation::default();
        assert_eq!(airline.series_rows(144, 0.67), [95, 47]);
        airline.drop_last_pair = true;
        assert_eq!(airline.series_rows(144, 0.67), [94, 46]);
        airline.look_back = 3;
        assert_eq!(airline.series_rows(144, 0.67), [92, 44]);
        airline.drop_last_pair = false;
        assert_eq!(airline.series_rows(144, 0.67), [93, 45]);
        // Chapter 21: windows over everything, the last 120 for testing.
        let beijing = Preparation {
            split_at: SplitAt::Windows,
            train_fraction: Some(0.8),
            train_rows: 35_040,
            test_rows: 120,
            ..Preparation::default()
        };
        assert_eq!(beijing.series_rows(43_824, 1.0), [35_040, 120]);
        // Chapter 22: rows of 20 that do not overlap.
        let alice = Preparation {
            sequence_length: 20,
            step: 20,
            ..Preparation::default()
        };
        assert_eq!(alice.text_rows(33_200), 1659);
        assert_eq!(alice.text_rows(33_201), 1660);
        assert_eq!((alice.text_rows(21), alice.text_rows(20)), (1, 0));
        // Nothing but a window, and less.
        assert_eq!((airline.windows(4), airline.windows(3)), (1, 0));
        assert_eq!(airline.windows(0), 0);
    }
}
