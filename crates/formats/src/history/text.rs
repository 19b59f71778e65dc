//! Histories as CSV and JSON.

use super::{Series, steps};
use crate::tree::Tree;

/// A table as Keras's `CSVLogger` writes it: `epoch,loss,val_loss`, a row per step, an empty field where a
/// series has no value. Numbers have as many digits as read back the same; not-a-number is `nan`.
pub fn csv(series: &[Series]) -> String {
    let mut out = String::from("epoch");
    for one in series {
        out.push(',');
        out.push_str(&field(&one.name));
    }
    out.push('\n');
    for step in steps(series) {
        out.push_str(&step.to_string());
        for one in series {
            out.push(',');
            if let Some(value) = one.at(step) {
                out.push_str(&number(value));
            }
        }
        out.push('\n');
    }
    out
}

fn number(value: f64) -> String {
    // As Python writes them.
    if value.is_nan() {
        "nan".into()
    } else {
        format!("{value:?}")
    }
}

/// Quoted where it has to be (RFC 4180). A spreadsheet takes what begins with one of `=+-@` for a formula: such
/// a name gets an apostrophe.
fn field(name: &str) -> String {
    let formula = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let name = if formula {
        format!("'{name}")
    } else {
        name.to_owned()
    };
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name
    }
}

/// `{"epoch": [0, 1], "history": {"loss": [0.7, 0.5]}}`, the two parts of Keras's `History`; `null` where a
/// series has no value, or none that is a finite number (JSON knows no others).
pub fn json(series: &[Series]) -> String {
    let steps = steps(series);
    let values = |one: &Series| {
        let values = steps.iter().map(|step| one.at(*step).into());
        (one.name.clone(), Tree::List(values.collect()))
    };
    let history = Tree::Map(series.iter().map(values).collect());
    let steps = steps.iter().map(|step| Tree::Whole(*step as i64));
    Tree::map([("epoch", Tree::List(steps.collect())), ("history", history)]).to_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, points: &[(u64, f64)]) -> Series {
        Series {
            name: name.into(),
            points: points.to_vec(),
        }
    }

    #[test]
    fn a_table_as_keras_logs_it() {
        let all = [
            series("loss", &[(0, 0.75), (1, 0.1), (2, f64::NAN)]),
            series("val_loss", &[(1, 1e-9), (2, f64::INFINITY)]),
        ];
        let expected = "epoch,loss,val_loss\n0,0.75,\n1,0.1,1e-9\n2,nan,inf\n";
        assert_eq!(csv(&all), expected);
        let expected = r#"{"epoch": [0, 1, 2], "history": {"loss": [0.75, 0.1, null], "val_loss": [null, 1e-9, null]}}"#;
        assert_eq!(json(&all), expected);
    }

    #[test]
    fn names_stay_one_field() {
        let all = [series("a,\"b\"", &[(3, 2.0)]), series("=1+1", &[])];
        assert_eq!(csv(&all), "epoch,\"a,\"\"b\"\"\",'=1+1\n3,2.0,\n");
        assert_eq!(csv(&[]), "epoch\n");
        assert_eq!(json(&[]), r#"{"epoch": [], "history": {}}"#);
    }
}
