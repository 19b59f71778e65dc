//! Sixty rows of the built-in houses, prepared as an experiment wants them.

use fireside_datasets::{Dataset, Rows, Table, catalog};
use fireside_spec::parse;
use std::sync::Arc;

pub fn prepared(text: &str) -> Arc<Dataset> {
    let experiment = parse(text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let entry = catalog::find("boston").expect("a row of the catalog");
    let raw = (catalog::reader(entry.name).expect("a reader").sample)(7, 60, 0);
    Arc::new(raw.prepare(&experiment.data.preparation).expect("rows"))
}

pub fn table(rows: &Rows) -> &Table {
    match rows {
        Rows::Table(table) => table,
        _ => panic!("a table"),
    }
}
