//! What an entry says of its fields is how they are read.

use crate::names::names;
use crate::subject::{Subject, dialect, holds, list, value};
use crate::{DIALECTS, reference};
use fireside_book::reference::{Entry, Fault, Field, FieldKind, Reference};
use fireside_spec::{DataFormat, DataShape, Problem, Shape, Target, check, infer, parse};
use toml::{Table, Value};

/// Every entry with its subject, in both dialects.
fn each(mut judge: impl FnMut(&Reference, &Subject, &str)) {
    let reference = reference();
    for entry in &reference.entries {
        let subject = Subject::of(entry);
        for (dialect, _) in DIALECTS {
            judge(&reference, &subject, dialect);
        }
    }
}

fn known<'e>(entry: &'e Entry, dialect: &'e str) -> impl Iterator<Item = &'e Field> {
    let here = move |field: &&Field| holds(&field.dialect, dialect);
    entry.fields.iter().filter(here)
}

/// An entry that is only a name, without fields of its own.
fn is_name_only(entry: &Entry) -> bool {
    ["activations", "kinds"].contains(&entry.group.as_str())
}

#[test]
fn every_field_that_is_read_is_documented_and_no_other() {
    each(|_, subject, dialect| {
        let entry = subject.entry;
        if is_name_only(entry) {
            assert!(entry.fields.is_empty(), "{}", entry.name);
            return;
        }
        let fields = subject.with("zzz", true.into());
        let problem = subject.problem(&fields, dialect, "unknown_field", "zzz");
        let mut read = list(&problem.args["known"]);
        read.retain(|name| !subject.common().contains(&name.as_str()));
        let own = known(entry, dialect).filter(|field| field.alias_of.is_empty());
        let mut documented: Vec<String> = own.map(|field| field.name.clone()).collect();
        documented.sort();
        assert_eq!(documented, read, "{} {dialect}", entry.name);
    });
}

#[test]
fn fields_of_one_dialect_are_unknown_in_the_other() {
    each(|_, subject, dialect| {
        for field in &subject.entry.fields {
            if !holds(&field.dialect, dialect) {
                let fields = subject.with(&field.name, 1.into());
                subject.problem(&fields, dialect, "unknown_field", &field.name);
            }
        }
    });
}

#[test]
fn required_fields_are_required() {
    each(|_, subject, dialect| {
        for field in known(subject.entry, dialect).filter(|field| field.required) {
            assert!(
                field.default.is_none() && field.like.is_empty(),
                "{}",
                field.name
            );
            let fields = subject.without(&field.name);
            let problem = subject.problem(&fields, dialect, "missing_field", &field.name);
            assert_eq!(problem.args["field"], field.name);
        }
    });
}

/// The default of a field as it would be written.
fn default(subject: &Subject, field: &Field, dialect: &str) -> Option<Value> {
    if !field.like.is_empty() {
        if let Some(value) = subject.fields.get(&field.like) {
            return Some(value.clone());
        }
        let fields = &subject.entry.fields;
        let like = fields.iter().find(|other| other.name == field.like);
        return default(subject, like.expect("the field it is like"), dialect);
    }
    let keras3 = field
        .default_keras3
        .as_ref()
        .filter(|_| dialect == "keras3");
    keras3
        .or(field.default.as_ref())
        .map(|literal| value(literal))
}

#[test]
fn a_default_written_out_changes_nothing() {
    let mut count = 0;
    each(|_, subject, dialect| {
        // The dialect itself is what the test varies.
        let free = |field: &&Field| !field.required && field.name != "dialect";
        for field in known(subject.entry, dialect).filter(free) {
            let Some(value) = default(subject, field, dialect) else {
                continue;
            };
            let without = subject.without(&field.name);
            let plain = subject.good(&without, dialect);
            let mut with = without;
            with.insert(field.name.clone(), value);
            let name = &subject.entry.name;
            assert_eq!(subject.good(&with, dialect), plain, "{name}.{}", field.name);
            count += 1;
        }
    });
    assert!(count > 400, "{count}");
}

/// As in Keras: no bias, and yet its initial values are written.
#[test]
fn what_is_written_of_a_tensor_that_is_not_there_is_read_and_has_no_effect() {
    let mut count = 0;
    each(|_, subject, dialect| {
        for (flag, tensor) in [("use_bias", "bias"), ("scale", "gamma"), ("center", "beta")] {
            let initializer = format!("{tensor}_initializer");
            let has = |name: &str| known(subject.entry, dialect).any(|field| field.name == name);
            if subject.entry.group != "layers" || !has(flag) {
                continue;
            }
            assert!(has(&initializer), "{} {tensor}", subject.entry.name);
            let without = subject.with(flag, false.into());
            let plain = subject.good(&without, dialect);
            assert_ne!(subject.good(&subject.fields, dialect), plain);
            let mut with = without.clone();
            with.insert(initializer.clone(), "he_normal".into());
            with.insert(format!("{tensor}_regularizer"), "l2".into());
            with.insert(format!("{tensor}_constraint"), "non_neg".into());
            assert_eq!(
                subject.good(&with, dialect),
                plain,
                "{}",
                subject.entry.name
            );
            with.insert(initializer.clone(), "zzz".into());
            subject.problem(&with, dialect, "unknown_value", &initializer);
            count += 1;
        }
    });
    assert!(count >= 24, "{count}");
}

#[test]
fn other_names_of_fields_are_read_as_such() {
    each(|_, subject, dialect| {
        for field in known(subject.entry, dialect).filter(|field| !field.alias_of.is_empty()) {
            let value = Value::Float(0.25);
            let mut alias = subject.without(&field.alias_of);
            alias.insert(field.name.clone(), value.clone());
            let own = subject.with(&field.alias_of, value);
            assert_eq!(subject.good(&alias, dialect), subject.good(&own, dialect));
        }
    });
}

/// What the language expects of a field of this kind.
fn expected(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Integer | FieldKind::Pair | FieldKind::Sides | FieldKind::Integers => {
            "a whole number"
        }
        FieldKind::Number => "a number",
        FieldKind::Flag => "true or false",
        FieldKind::Choice | FieldKind::Named | FieldKind::Text => "a text",
        FieldKind::IntegerList => "a list of whole numbers",
        FieldKind::NumberList => "a list of numbers",
        FieldKind::Matrix => "rows of numbers, all of one length",
        FieldKind::Table => "a table",
        FieldKind::TableList => "a list of tables",
        FieldKind::NamedList => "a list of names or tables",
        FieldKind::TextPairs => "a list of pairs of texts",
        FieldKind::List => "a list",
        FieldKind::TextList => "a list of texts",
    }
}

#[test]
fn fields_take_what_they_are_said_to_take() {
    each(|reference, subject, dialect| {
        for field in known(subject.entry, dialect) {
            let wrong = match field.kind {
                FieldKind::Flag => Value::Integer(1),
                _ => Value::Boolean(true),
            };
            if field.kind == FieldKind::List {
                continue;
            }
            let fields = subject.with(&field.name, wrong);
            let problem = subject.problem(&fields, dialect, "wrong_type", &field.name);
            assert_eq!(
                problem.args["expected"],
                expected(field.kind),
                "{}",
                field.name
            );
            let several = field.kind == FieldKind::NamedList;
            let chosen = several || matches!(field.kind, FieldKind::Choice | FieldKind::Named);
            if !chosen {
                assert!(
                    field.choices.is_empty() && field.of.is_empty(),
                    "{}",
                    field.name
                );
                continue;
            }
            let (wrong, place) = match several {
                true => (vec!["zzz"].into(), format!("{}[0]", field.name)),
                false => ("zzz".into(), field.name.clone()),
            };
            let fields = subject.with(&field.name, wrong);
            let code = match field.of.as_str() {
                "layers" => "unknown_layer",
                _ => "unknown_value",
            };
            let problem = subject.problem(&fields, dialect, code, &place);
            let mut choices = field.choices.clone();
            choices.sort();
            if choices.is_empty() {
                choices = names(reference, &field.of);
            }
            let name = &subject.entry.name;
            assert_eq!(
                list(&problem.args["known"]),
                choices,
                "{name}.{}",
                field.name
            );
        }
    });
}

#[test]
fn fields_refuse_what_lies_outside_of_their_range() {
    let mut count = 0;
    each(|_, subject, dialect| {
        for field in known(subject.entry, dialect) {
            let name = format!("{}.{}", subject.entry.name, field.name);
            let whole = matches!(
                field.kind,
                FieldKind::Integer | FieldKind::Pair | FieldKind::Sides | FieldKind::Integers
            );
            assert_eq!(
                field.range.is_some(),
                whole || field.kind == FieldKind::Number,
                "{name}"
            );
            let Some((min, max)) = field.range else {
                continue;
            };
            let number = |n: f64| match whole {
                true => Value::Integer(n as i64),
                false => Value::Float(n),
            };
            for outside in [min - 1.0, max * 2.0 + 1.0] {
                let fields = subject.with(&field.name, number(outside));
                let problem = subject.problem(&fields, dialect, "out_of_range", &field.name);
                let bound = |arg: &str| problem.args[arg].parse::<f64>().expect("a number");
                assert_eq!((bound("min"), bound("max")), (min, max), "{name}");
            }
            for inside in [min, max] {
                let fields = subject.with(&field.name, number(inside));
                let problems = subject.read(&fields, dialect).err().unwrap_or_default();
                let here = |p: &&Problem| p.place.ends_with(&field.name);
                assert_eq!(problems.iter().find(here), None, "{name} = {inside}");
            }
            count += 1;
        }
    });
    assert!(count > 100, "{count}");
}

/// Data of one input with this shape. Rows of numbers may be token ids below 1,000.
fn data(input: &[u32], target: Target) -> DataShape {
    let axes: Vec<usize> = input.iter().map(|n| *n as usize).collect();
    let shape = Shape::of(&axes, DataFormat::ChannelsLast).expect("a shape");
    let mut data = DataShape::new("x", shape, target, 100, 10);
    if matches!(shape, Shape::Flat { .. }) {
        data.inputs[0].vocabulary = Some(1_000);
    }
    data
}

#[test]
fn examples_of_layers_give_the_shapes_and_parameters_that_are_said() {
    for entry in &reference().entries {
        assert_eq!(
            entry.tried.is_some(),
            entry.group == "layers",
            "{}",
            entry.name
        );
        let Some(tried) = &entry.tried else {
            continue;
        };
        let subject = Subject::of(entry);
        let experiment = subject.good(&subject.fields, "keras2");
        let layers = infer(&experiment, &data(&tried.input, Target::Values(1)));
        let layers = layers.unwrap_or_else(|problem| panic!("{}: {problem}", entry.name));
        let own = layers.last().expect("a layer");
        assert_eq!(
            own.layer.type_name(),
            entry.name,
            "the last layer of the example"
        );
        let axes: Vec<u32> = own
            .output
            .axes(DataFormat::ChannelsLast)
            .into_iter()
            .map(|n| n as u32)
            .collect();
        let found = (axes, own.parameters() as u32);
        assert_eq!(
            found,
            (tried.output.clone(), tried.parameters),
            "{}",
            entry.name
        );
        assert_eq!(
            entry.parameters.is_empty(),
            tried.parameters == 0,
            "{}",
            entry.name
        );
    }
}

/// The problems of an entry with a fault.
fn refused(subject: &Subject, fault: &Fault, dialect: &str) -> Vec<Problem> {
    let entry = subject.entry;
    let own = subject.fields.clone();
    let fields: Table = own.into_iter().chain(fault.set.clone()).collect();
    let around = subject.around(&fault.around);
    // Tables that are put around an entry may be those in which it stands.
    let text = match fault.set.is_empty() && entry.group == "tables" {
        true => around.to_string(),
        false => subject.text_in(around, &fields, dialect),
    };
    let experiment = match parse(&text) {
        Err(problems) => return problems,
        Ok(experiment) => experiment,
    };
    let tried = entry.tried.as_ref().map(|tried| tried.input.clone());
    let input = match fault.input.is_empty() {
        true => tried.unwrap_or_else(|| vec![4]),
        false => fault.input.clone(),
    };
    let layers = match infer(&experiment, &data(&input, Target::Values(1))) {
        Err(problem) => return vec![problem],
        Ok(layers) => layers,
    };
    let width = layers.last().map_or(1, |layer| layer.output.len());
    let target = match fault.classes {
        0 => Target::Values(width),
        classes => Target::Classes(classes),
    };
    check(&experiment, &data(&input, target))
        .err()
        .unwrap_or_default()
}

#[test]
fn what_is_said_to_be_refused_is_refused() {
    let mut count = 0;
    for entry in &reference().entries {
        let subject = Subject::of(entry);
        for fault in &entry.faults {
            let dialects = DIALECTS.iter().map(|(name, _)| *name);
            for dialect in dialects.filter(|dialect| holds(&fault.dialect, dialect)) {
                let problems = refused(&subject, fault, dialect);
                assert!(
                    problems.iter().any(|problem| problem.code == fault.code),
                    "{} {dialect}: no {} but {problems:?}",
                    entry.name,
                    fault.code
                );
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// Of two dialects each has its own.
#[test]
fn dialects_are_those_of_the_language() {
    for entry in &reference().entries {
        let formulas = entry
            .formulas
            .iter()
            .chain(&entry.parameters)
            .map(|f| &f.dialect);
        let fields = entry.fields.iter().map(|f| &f.dialect);
        for name in formulas.chain(fields).filter(|name| !name.is_empty()) {
            dialect(name);
        }
    }
}
