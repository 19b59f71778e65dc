//! A sweep: the same experiment at every point of a grid.

use crate::layers::Layer;
use crate::problem::Problem;
use crate::read::Fields;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// More points than anybody waits for.
const MAX_POINTS: usize = 10_000;

/// The axes of the grid and what the points are compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// `test_accuracy`, `test_mse` ...
    pub metric: String,
    /// Whether the best point has the largest value. The book's 8.4 looked for the largest error.
    pub largest_is_best: bool,
    pub axes: Vec<Axis>,
}

/// One thing that is varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The place in the text: `training.batch_size`, `data.train_rows`, `layers[*].kernel_initializer` (every
    /// layer), `layers` (the whole list).
    pub path: String,
    /// What its values are called, in order.
    pub labels: Vec<String>,
}

impl Sweep {
    pub(crate) fn read(f: &Fields) -> Option<Self> {
        let own = f.table_at("sweep")?;
        let metric = own.text("metric");
        // Of an error less is better, unless the text wants it as the source had it.
        let error = ["loss", "mse", "mae", "rmse"];
        let less = error.iter().any(|end| metric.ends_with(end));
        let known = [("largest", true), ("smallest", false)];
        let sweep = Self {
            largest_is_best: own.choice("best", Some(!less), &known),
            axes: own.tables("axes").iter().map(Axis::read).collect(),
            metric,
        };
        own.finish();
        if sweep.axes.is_empty() || sweep.points() == 0 || sweep.points() > MAX_POINTS {
            let args: [(&str, &dyn std::fmt::Display); 3] = [
                ("value", &sweep.points()),
                ("min", &1),
                ("max", &MAX_POINTS),
            ];
            f.report_at("sweep", "out_of_range", &args);
        }
        Some(sweep)
    }

    /// Points of the grid.
    pub fn points(&self) -> usize {
        let sizes = self.axes.iter().map(|axis| axis.labels.len());
        sizes.fold(1, usize::saturating_mul)
    }

    /// Which value of each axis a point has; the last axis changes fastest.
    pub fn values(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut values: Vec<usize> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let size = axis.labels.len().max(1);
                let value = rest % size;
                rest /= size;
                value
            })
            .collect();
        values.reverse();
        values
    }

    /// The point whose values are called so, axis by axis; the first one, where names occur twice.
    pub fn point_of(&self, labels: &[String]) -> Option<usize> {
        let fits = labels.len() == self.axes.len();
        let all = self.axes.iter().zip(labels).filter(|_| fits);
        all.map(|(axis, label)| {
            let value = axis.labels.iter().position(|known| known == label)?;
            Some((value, axis.labels.len()))
        })
        .try_fold(0, |point, value| {
            value.map(|(value, size)| point * size + value)
        })
        .filter(|_| fits)
    }

    /// What the values of a point are called, axis by axis.
    pub fn labels(&self, point: usize) -> Vec<&str> {
        let values = self.axes.iter().zip(self.values(point));
        values
            .map(|(axis, value)| axis.labels[value].as_str())
            .collect()
    }
}

impl Axis {
    fn read(f: &Fields) -> Self {
        let path = f.text("path");
        let values = f
            .get("values")
            .and_then(|values| values.get_ref().as_array());
        let Some(values) = values else {
            f.report("missing_field", &[("field", &"values")]);
            f.get("labels");
            f.finish();
            return Self {
                path,
                labels: Vec::new(),
            };
        };
        let written = f.texts("labels");
        f.finish();
        let labels = if written.is_empty() {
            values.iter().map(|value| label(value.get_ref())).collect()
        } else {
            written
        };
        if labels.len() != values.len() {
            let args: [(&str, &dyn std::fmt::Display); 3] = [
                ("value", &labels.len()),
                ("min", &values.len()),
                ("max", &values.len()),
            ];
            f.report_at("labels", "out_of_range", &args);
            return Self {
                path,
                labels: Vec::new(),
            };
        }
        Self { path, labels }
    }
}

/// What a value is called: itself, or what a table or list is made of.
pub(crate) fn label(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(list) => {
            let all: Vec<String> = list.iter().map(|item| label(item.get_ref())).collect();
            format!("[{}]", all.join(", "))
        }
        // A layer is called by its size, an optimizer by its name.
        DeValue::Table(table) => ["name", "units", "filters", "type"]
            .iter()
            .find_map(|field| table.get(*field))
            .map_or_else(String::new, |value| label(value.get_ref())),
    }
}

/// Puts the values of a point into the table of the whole text.
pub(crate) fn apply(table: &mut DeTable<'_>, sweep: &Sweep, point: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    let axes = match table.get("sweep").map(Spanned::get_ref) {
        Some(DeValue::Table(sweep)) => match sweep.get("axes").map(Spanned::get_ref) {
            Some(DeValue::Array(axes)) => axes.clone(),
            _ => return problems,
        },
        _ => return problems,
    };
    for (index, (axis, value)) in sweep.axes.iter().zip(sweep.values(point)).enumerate() {
        let Some(DeValue::Table(own)) = axes.get(index).map(Spanned::get_ref) else {
            continue;
        };
        let Some(DeValue::Array(values)) = own.get("values").map(Spanned::get_ref) else {
            continue;
        };
        let Some(value) = values.get(value) else {
            continue;
        };
        if !set(table, &axis.path, value) {
            problems.push(Problem::new(
                "no_such_place",
                format!("sweep.axes[{index}].path"),
                &[("path", &axis.path)],
            ));
        }
    }
    problems
}

/// Sets what stands at `path`; false when there is no such place.
fn set<'t>(table: &mut DeTable<'t>, path: &str, value: &Spanned<DeValue<'t>>) -> bool {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let (name, index) = match first.split_once('[') {
        Some((name, index)) => (name, index.strip_suffix(']')),
        None => (first, None),
    };
    match (index, rest) {
        (None, None) => {
            if let Some(old) = table.get_mut(name) {
                *old = value.clone();
            } else {
                let key = Spanned::new(value.span(), name.to_string().into());
                table.insert(key, value.clone());
            }
            true
        }
        (None, Some(rest)) => match table.get_mut(name).map(Spanned::get_mut) {
            Some(DeValue::Table(inner)) => set(inner, rest, value),
            _ => false,
        },
        (Some(index), rest) => {
            let Some(DeValue::Array(list)) = table.get_mut(name).map(Spanned::get_mut) else {
                return false;
            };
            let all = index == "*";
            let only = index.parse::<usize>().ok();
            let mut found = false;
            for (at, item) in list.iter_mut().enumerate() {
                if !all && Some(at) != only {
                    continue;
                }
                found |= match (item.get_mut(), rest) {
                    (DeValue::Table(inner), Some(rest)) => {
                        // Every layer that has the field, written or not: a Dropout has no kernel.
                        let leaf = rest.split(['.', '[']).next().unwrap_or(rest);
                        let fits = !all || Layer::takes(inner, leaf);
                        fits && set(inner, rest, value)
                    }
                    (old, None) => {
                        *old = value.get_ref().clone();
                        true
                    }
                    _ => false,
                };
            }
            found
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::layers::Layer;
    use crate::parse_point;

    fn text(path: &str) -> String {
        let words = "{ en = \"-\", zh = \"-\" }";
        format!(
            "id = \"grid\"\nkind = \"sweep\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"keras3\"\n\
             [data]\nname = \"any\"\n\
             [[layers]]\ntype = \"LSTM\"\nunits = 2\n[[layers]]\ntype = \"Dropout\"\nrate = 0.5\n\
             [[layers]]\ntype = \"GRU\"\nunits = 2\nrecurrent_dropout = 0.1\n[[layers]]\ntype = \"Dense\"\nunits = 1\n\
             [training]\nloss = \"mse\"\noptimizer = \"sgd\"\nepochs = 1\n\
             [sweep]\nmetric = \"test_loss\"\n[[sweep.axes]]\npath = \"{path}\"\nvalues = [0.25]\n"
        )
    }

    /// No list says which layers have a field: their readers do.
    #[test]
    fn every_layer_that_has_the_field_gets_it() {
        let experiment = parse_point(&text("layers[*].recurrent_dropout"), 0).expect("a point");
        let rates: Vec<Option<f64>> = experiment
            .layers
            .iter()
            .map(|node| match &node.layer {
                Layer::Recurrent(own) => Some(own.recurrent_dropout),
                _ => None,
            })
            .collect();
        assert_eq!(rates, [Some(0.25), None, Some(0.25), None]);
        let problems = parse_point(&text("layers[*].dropin"), 0).expect_err("no such field");
        assert_eq!(problems[0].code, "no_such_place");
    }
}
