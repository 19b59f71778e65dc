//! An entry inside a whole experiment, so that it can be read with one field or another.

use fireside_book::reference::Entry;
use fireside_spec::{Dialect, Experiment, Problem, parse};
use toml::{Table, Value};

/// Value of a text in TOML.
pub(crate) fn value(literal: &str) -> Value {
    let table: Table = format!("x = {literal}")
        .parse()
        .unwrap_or_else(|error| panic!("{literal}: {error}"));
    table["x"].clone()
}

fn table(text: &str) -> Table {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Where an entry's fields stand in an experiment.
enum Home {
    /// The layers of the example; the entry is the one at this place.
    Layer(Vec<Value>, usize),
    /// A field of this layer.
    OfLayer(Table, String),
    /// A field of `[training]`.
    OfTraining(String),
}

/// An entry with the fields that its example writes.
pub(crate) struct Subject<'e> {
    pub entry: &'e Entry,
    pub fields: Table,
    home: Home,
}

impl<'e> Subject<'e> {
    pub fn of(entry: &'e Entry) -> Self {
        let example = table(&entry.example);
        if entry.group == "layers" {
            let layers = example["layers"].as_array().expect("layers").clone();
            let own = |layer: &Value| layer["type"].as_str() == Some(&entry.name);
            let at = layers.iter().rposition(own);
            let at = at.unwrap_or_else(|| panic!("{}: not in its example", entry.name));
            return Self {
                entry,
                fields: layers[at].as_table().expect("a layer").clone(),
                home: Home::Layer(layers, at),
            };
        }
        let [(key, written)]: [(String, Value); 1] = example
            .into_iter()
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|found| panic!("{}: one line, not {found:?}", entry.name));
        let host = match key.split('_').next().unwrap_or_default() {
            "optimizer" | "schedule" | "loss" => None,
            "gamma" => Some("type = \"BatchNormalization\""),
            "recurrent" => Some("type = \"SimpleRNN\"\nunits = 4"),
            _ => Some("type = \"Dense\"\nunits = 4"),
        };
        let fields = match written {
            Value::Table(fields) => fields,
            name => Table::from_iter([("name".to_string(), name)]),
        };
        assert_eq!(
            fields["name"].as_str(),
            Some(entry.name.as_str()),
            "the example of {} is of something else",
            entry.name
        );
        let home = match host {
            Some(host) => Home::OfLayer(table(host), key),
            None => Home::OfTraining(key),
        };
        Self {
            entry,
            fields,
            home,
        }
    }

    /// Fields that belong to the place where the entry stands.
    pub fn common(&self) -> &'static [&'static str] {
        match self.home {
            Home::Layer(..) => &["type", "name", "inputs"],
            _ => &["name"],
        }
    }

    /// An experiment with these fields, as text.
    pub fn text(&self, fields: &Table, dialect: &str) -> String {
        let mut experiment = table(
            "id = \"x\"\nkind = \"train\"\nchapter = 1\ntitle = { en = \"x\", zh = \"x\" }\n\
             intro = { en = \"x\", zh = \"x\" }\ndata = { name = \"x\" }\n\
             training = { loss = \"mean_squared_error\", optimizer = \"sgd\", epochs = 1 }\n",
        );
        experiment.insert("dialect".into(), dialect.into());
        // A name alone is written as one, so that both forms are read.
        let own = match fields.get("name") {
            Some(name) if fields.len() == 1 => name.clone(),
            _ => fields.clone().into(),
        };
        let mut layers = vec![value("{ type = \"Dense\", units = 4 }")];
        match &self.home {
            Home::Layer(all, at) => {
                layers = all.clone();
                layers[*at] = fields.clone().into();
            }
            Home::OfLayer(host, key) => {
                let mut host = host.clone();
                host.insert(key.clone(), own);
                layers = vec![host.into()];
            }
            Home::OfTraining(key) => {
                let training = experiment["training"].as_table_mut();
                training.expect("training").insert(key.clone(), own);
            }
        }
        experiment.insert("layers".into(), layers.into());
        experiment.to_string()
    }

    /// The experiment with these fields.
    pub fn read(&self, fields: &Table, dialect: &str) -> Result<Experiment, Vec<Problem>> {
        parse(&self.text(fields, dialect))
    }

    /// The experiment with these fields, which must be one.
    pub fn good(&self, fields: &Table, dialect: &str) -> Experiment {
        self.read(fields, dialect)
            .unwrap_or_else(|problems| panic!("{}: {problems:?}\n{fields}", self.entry.name))
    }

    /// The example's fields with one more.
    pub fn with(&self, field: &str, value: Value) -> Table {
        let mut fields = self.fields.clone();
        fields.insert(field.into(), value);
        fields
    }

    /// The example's fields without one.
    pub fn without(&self, field: &str) -> Table {
        let mut fields = self.fields.clone();
        fields.remove(field);
        fields
    }

    /// The problem with this code at the entry's field, which must be there.
    pub fn problem(&self, fields: &Table, dialect: &str, code: &str, field: &str) -> Problem {
        let problems = self.read(fields, dialect).err().unwrap_or_default();
        let here = |p: &&Problem| {
            p.code == code
                && (p.place.ends_with(field) || p.args.get("field").is_some_and(|f| f == field))
        };
        problems.iter().find(here).cloned().unwrap_or_else(|| {
            panic!(
                "{} {dialect}: no {code} at {field} but {problems:?}\n{fields}",
                self.entry.name
            )
        })
    }
}

/// Names of a comma-separated list, sorted.
pub(crate) fn list(names: &str) -> Vec<String> {
    let mut names: Vec<String> = names.split(", ").map(String::from).collect();
    names.sort();
    names
}

/// Whether something of this dialect (empty: of both) holds in `dialect`.
pub(crate) fn holds(own: &str, dialect: &str) -> bool {
    own.is_empty() || own == dialect
}

/// Dialect by its name.
pub(crate) fn dialect(name: &str) -> Dialect {
    let found = crate::DIALECTS.iter().find(|(known, _)| *known == name);
    found.expect("a dialect").1
}
