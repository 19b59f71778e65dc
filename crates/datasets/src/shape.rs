//! The shape of a data set as the language of experiments wants to know it.

use crate::catalog::{self, CATALOG, Column, Entry, Kind};
use crate::dataset::Dataset;
use crate::reviews::INDEX_FROM;
use crate::rows::Rows;
use crate::series::window_shape;
use crate::table::row_shape;
use fireside_spec::preparation::Level;
use fireside_spec::{Data, DataShape, Preparation, Shape, Target};

impl Dataset {
    /// The shape of the rows at hand (a sample has fewer than the official data).
    pub fn data_shape(&self) -> DataShape {
        let mut shape = DataShape::new(
            &self.name,
            self.train.shape(),
            self.train.target_shape(),
            self.train.rows(),
            self.test.rows(),
        );
        if let Rows::Sequences(sequences) = &self.train {
            shape.inputs[0].vocabulary = Some(sequences.vocabulary());
        }
        match &self.train {
            Rows::Table(table) => shape.columns = table.all_columns(),
            Rows::Pictures(_) => {
                shape.columns = catalog::find(&self.name).map_or_else(Vec::new, columns);
            }
            Rows::Sequences(_) => {}
        }
        shape
    }
}

/// The shape that an official data set has once it is prepared, told without the data. `None` where there is
/// no such data set, or where only the data can tell (a text of which only some words are kept, or with
/// capital letters).
pub fn official_shape(data: &Data) -> Option<DataShape> {
    let entry = catalog::find(&data.name)?;
    let (row, classes, [train_rows, test_rows]) = prepared(entry, &data.preparation)?;
    // Sets without classes predict one number.
    let target = match classes {
        0 => Target::Values(1),
        classes => Target::Classes(classes),
    };
    let mut shape = DataShape::new(entry.name, row, target, train_rows, test_rows);
    shape.inputs[0].vocabulary = official_vocabulary(data);
    shape.columns = columns(entry);
    Some(shape)
}

fn prepared(entry: &Entry, options: &Preparation) -> Option<(Shape, usize, [usize; 2])> {
    let classes = entry.classes.len();
    let usual = entry.kind.train_fraction();
    let all = entry.train_rows;
    Some(match entry.kind {
        Kind::Pictures { shape, .. } => (shape.into(), classes, [all, entry.test_rows]),
        Kind::Table { columns, .. } => {
            let cut = options.cut(all, usual);
            let [_, test] = options.kept(cut, all - cut);
            let apart = |column: &&Column| !options.apart().any(|(_, name)| name == column.name);
            let inputs = columns.iter().filter(apart).count();
            (row_shape(inputs, 0), classes, [cut, test])
        }
        Kind::Series { columns, .. } => {
            let rows = options.series_rows(all, usual);
            (window_shape(columns.len(), options), classes, rows)
        }
        Kind::Reviews { longest, .. } => {
            let units = match options.maxlen {
                0 => longest,
                maxlen => maxlen,
            };
            // Texts of the reader's own: their experiment says what they are.
            let (classes, rows) = match options.class_names().count() {
                0 | 1 => (classes, [all, entry.test_rows]),
                own => (own, [options.train_rows.max(1), options.test_rows]),
            };
            (Shape::Flat { units }, classes, rows)
        }
        Kind::Text { words, chars } => {
            let (tokens, different) = match options.level {
                // A text of the reader's own: its experiment says what it is.
                _ if options.tokens > 0 && options.num_words > 1 => {
                    (options.tokens, options.num_words - 1)
                }
                _ if !options.lower || options.num_words > 0 => return None,
                Level::Word => words,
                Level::Char => chars,
            };
            let rows = options.text_rows(tokens);
            let cut = options.cut(rows, usual);
            let units = options.sequence_length;
            (
                Shape::Flat { units },
                different,
                options.kept(cut, rows - cut),
            )
        }
    })
}

/// The columns of a table, of pictures what groups them; none of other data.
fn columns(entry: &Entry) -> Vec<String> {
    match entry.kind {
        Kind::Pictures { groups, .. } => groups.iter().copied().map(String::from).collect(),
        Kind::Table { columns, .. } => columns.iter().map(|column| column.name.into()).collect(),
        _ => Vec::new(),
    }
}

/// How many different token ids an official data set has once it is prepared: what an `Embedding` needs.
/// `None` as for [`official_shape`], and where rows are no tokens.
pub fn official_vocabulary(data: &Data) -> Option<usize> {
    let entry = catalog::find(&data.name)?;
    let options = &data.preparation;
    match entry.kind {
        Kind::Reviews { words, .. } => Some(match options.num_words {
            // The largest id, which by that is unknown, as in Keras.
            0 => words + INDEX_FROM as usize,
            words => words.max(INDEX_FROM as usize),
        }),
        Kind::Text { .. } => prepared(entry, options).map(|(_, classes, _)| classes),
        _ => None,
    }
}

/// The names of all data sets, for the words of an error.
pub fn names() -> String {
    CATALOG
        .iter()
        .map(|entry| entry.name)
        .collect::<Vec<_>>()
        .join(", ")
}
