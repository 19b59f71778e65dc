//! An entry inside a whole experiment, so that it can be read with one field or another.

use fireside_book::reference::Entry;
use fireside_spec::{Dialect, Experiment, Problem, parse};
use toml::{Table, Value};

/// Value of a text in TOML.
pub(crate) fn value(literal: &str) -> Value {
    table(&format!("x = {literal}"))["x"].clone()
}

fn table(text: &str) -> Table {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A step on the way to the place of an entry.
enum Step {
    Key(String),
    /// In a list.
    At(usize),
}

/// An entry with the fields that its example writes.
pub(crate) struct Subject<'e> {
    pub entry: &'e Entry,
    pub fields: Table,
    /// A whole one, with the example in it.
    experiment: Table,
    /// Where the entry's fields stand in it.
    way: Vec<Step>,
}

impl<'e> Subject<'e> {
    pub fn of(entry: &'e Entry) -> Self {
        let mut experiment = table(
            "id = \"x\"\nkind = \"train\"\nchapter = 1\ntitle = { en = \"x\", zh = \"x\" }\n\
             intro = { en = \"x\", zh = \"x\" }\ndata = { name = \"x\" }\n\
             layers = [{ type = \"Dense\", units = 4 }]\n\
             training = { loss = \"mean_squared_error\", optimizer = \"sgd\", epochs = 1 }\n",
        );
        let example = table(&entry.example);
        let key = example.keys().next().cloned().unwrap_or_default();
        let way = match entry.group.as_str() {
            "layers" | "kinds" | "tables" | "stages" | "callbacks" | "calculations"
            | "protocols" => {
                experiment.extend(example);
                match (entry.group.as_str(), entry.name.as_str()) {
                    ("kinds", _) | ("tables", "experiment") => "",
                    ("tables", name) => name,
                    ("stages", _) => "stages",
                    ("callbacks", _) => "callbacks",
                    ("calculations", _) => "compute",
                    ("protocols", _) => "protocol",
                    _ => "layers",
                }
                .to_string()
            }
            "losses" | "metrics" | "optimizers" | "schedules" => {
                let training = experiment["training"].as_table_mut();
                training.expect("training").extend(example);
                format!("training.{key}")
            }
            _ => {
                let host = match key.split('_').next().unwrap_or_default() {
                    "gamma" => "{ type = \"BatchNormalization\" }",
                    "recurrent" => "{ type = \"SimpleRNN\", units = 4 }",
                    _ => "{ type = \"Dense\", units = 4 }",
                };
                let mut host = value(host);
                host.as_table_mut().expect("a layer").extend(example);
                experiment.insert("layers".into(), vec![host].into());
                format!("layers.{key}")
            }
        };
        let mut subject = Self {
            entry,
            fields: Table::new(),
            experiment,
            way: Vec::new(),
        };
        subject.go(&way);
        subject
    }

    /// Follows the way through the experiment, into the last of every list (of layers: of this type).
    fn go(&mut self, way: &str) {
        let mut here = Value::Table(self.experiment.clone());
        for key in way.split('.').filter(|key| !key.is_empty()) {
            here = here
                .get(key)
                .cloned()
                .unwrap_or_else(|| panic!("{}: no {way}", self.entry.name));
            self.way.push(Step::Key(key.into()));
            if let Some(list) = here.as_array() {
                let own = |item: &Value| {
                    let kind = item.get("type").and_then(Value::as_str);
                    self.entry.group != "layers" || kind == Some(&self.entry.name)
                };
                let at = list.iter().rposition(own);
                let at = at.unwrap_or_else(|| panic!("{}: not in its example", self.entry.name));
                self.way.push(Step::At(at));
                here = list[at].clone();
            }
        }
        self.fields = match here {
            Value::Table(fields) => fields,
            name => Table::from_iter([("name".to_string(), name)]),
        };
        if let (Some(key), false) = (self.name_key(), self.entry.group == "layers") {
            let name = self.fields[key].as_str().unwrap_or_default();
            let own = name == self.entry.name || self.entry.aliases.iter().any(|a| a == name);
            assert!(own, "the example of {} is of {name}", self.entry.name);
        }
    }

    /// The field that holds the entry's name; tables have none.
    pub fn name_key(&self) -> Option<&'static str> {
        match self.entry.group.as_str() {
            "tables" => None,
            "layers" => Some("type"),
            "stages" => Some("do"),
            "kinds" => Some("kind"),
            _ => Some("name"),
        }
    }

    /// Fields that belong to the place where the entry stands.
    pub fn common(&self) -> &'static [&'static str] {
        match self.entry.group.as_str() {
            "layers" => &["type", "name", "inputs", "trainable"],
            "stages" => &["do"],
            "tables" => &[],
            _ => &["name"],
        }
    }

    /// An experiment with these fields, as text.
    pub fn text(&self, fields: &Table, dialect: &str) -> String {
        self.text_in(self.experiment.clone(), fields, dialect)
    }

    /// The same with other tables around it.
    pub fn text_in(&self, experiment: Table, fields: &Table, dialect: &str) -> String {
        // A name alone is written as one, so that both forms are read.
        let own = match fields.get("name") {
            Some(name) if fields.len() == 1 && !self.is_table() => name.clone(),
            _ => fields.clone().into(),
        };
        let mut whole = Value::Table(experiment);
        let place = self.way.iter().fold(&mut whole, |here, step| match step {
            Step::Key(key) => here.get_mut(key).expect("the place"),
            Step::At(at) => here.get_mut(at).expect("the place"),
        });
        *place = own;
        let mut whole = whole.as_table().expect("a table").clone();
        whole.entry("dialect").or_insert_with(|| dialect.into());
        whole.to_string()
    }

    /// Whether the entry is always written as a table.
    fn is_table(&self) -> bool {
        [
            "layers",
            "kinds",
            "tables",
            "stages",
            "callbacks",
            "calculations",
        ]
        .contains(&self.entry.group.as_str())
    }

    /// The experiment with other tables in it.
    pub fn around(&self, tables: &Table) -> Table {
        let mut experiment = self.experiment.clone();
        experiment.extend(tables.clone());
        experiment
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
            let own = p.place.ends_with(field) || p.args.get("field").is_some_and(|f| f == field);
            p.code == code && own
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
