//! Keras's initializers, regularizers and constraints -> the experiment text's words for them.

use crate::keras::{FANS, SCALINGS};
use crate::tree::{Tree, quoted};
use fireside_spec::layers::{Distribution, Fan};

/// A value as TOML; `None` for what has no such form (null, a map).
pub(super) fn literal(tree: &Tree) -> Option<String> {
    Some(match tree {
        Tree::Flag(flag) => flag.to_string(),
        Tree::Whole(number) => number.to_string(),
        Tree::Number(number) if number.is_finite() => format!("{:?}", shortest(*number)),
        Tree::Text(text) => quoted(text),
        Tree::List(list) => {
            let items: Option<Vec<String>> = list.iter().map(literal).collect();
            format!("[{}]", items?.join(", "))
        }
        _ => return None,
    })
}

/// 0.3 of 0.30000001192092896: Keras writes some numbers as it keeps them, in 32 bits.
fn shortest(number: f64) -> f64 {
    let narrow = number as f32;
    if f64::from(narrow) == number {
        narrow.to_string().parse().unwrap_or(number)
    } else {
        number
    }
}

/// `"name"`, or `{ name = "name", key = value }` with those of `keys` that are not as they would be anyway.
fn named(name: &str, config: &Tree, keys: &[(&str, f64)]) -> Option<String> {
    let mut out = format!("name = {}", quoted(name));
    let mut bare = true;
    for (key, default) in keys {
        let standard = match config.get(key) {
            None | Some(Tree::Null) => true,
            Some(Tree::Number(number)) => shortest(*number) == *default,
            Some(Tree::Whole(number)) => *number as f64 == *default,
            Some(_) => false,
        };
        if let (false, Some(value)) = (standard, config.get(key)) {
            out += &format!(", {key} = {}", literal(value)?);
            bare = false;
        }
    }
    Some(if bare {
        quoted(name)
    } else {
        format!("{{ {out} }}")
    })
}

/// Class and settings of an object, or the name that stands for one.
fn object(tree: &Tree) -> Option<(String, Tree)> {
    let none = || Tree::Map(Vec::new());
    match tree {
        Tree::Text(name) => Some((name.clone(), none())),
        tree => {
            let class = tree.text("class_name")?.to_owned();
            Some((class, tree.get("config").cloned().unwrap_or_else(none)))
        }
    }
}

/// An initializer; `None` for one that the language does not know.
pub(super) fn initializer(tree: &Tree) -> Option<String> {
    let (class, config) = object(tree)?;
    let known = SCALINGS.iter().find(|(known, ..)| *known == class);
    if let Some((_, scale, fan, distribution)) = known {
        return scaling(*scale, *fan, *distribution);
    }
    match class.as_str() {
        "Zeros" => named("zeros", &config, &[]),
        "Ones" => named("ones", &config, &[]),
        "Constant" => named("constant", &config, &[("value", 0.0)]),
        "RandomUniform" => named(
            "random_uniform",
            &config,
            &[("minval", -0.05), ("maxval", 0.05)],
        ),
        "RandomNormal" => named("random_normal", &config, &[("mean", 0.0), ("stddev", 0.05)]),
        "TruncatedNormal" => named(
            "truncated_normal",
            &config,
            &[("mean", 0.0), ("stddev", 0.05)],
        ),
        "Orthogonal" => named("orthogonal", &config, &[("gain", 1.0)]),
        "Identity" => named("identity", &config, &[("gain", 1.0)]),
        "VarianceScaling" => {
            let scale = match config.get("scale") {
                Some(Tree::Number(scale)) => *scale,
                Some(Tree::Whole(scale)) => *scale as f64,
                _ => 1.0,
            };
            let mode = config.text("mode").unwrap_or("fan_in");
            let (_, fan) = FANS.iter().find(|(name, _)| *name == mode)?;
            let distribution = match config.text("distribution") {
                Some("uniform") => Distribution::Uniform,
                None | Some("normal" | "truncated_normal") => Distribution::TruncatedNormal,
                Some("untruncated_normal") => Distribution::Normal,
                _ => return None,
            };
            scaling(scale, *fan, distribution)
        }
        // A name in lower case is its own word; the text's reader knows which there are.
        name if name.chars().all(|c| c.is_ascii_lowercase() || c == '_') => Some(quoted(name)),
        _ => None,
    }
}

fn scaling(scale: f64, fan: Fan, drawn: Distribution) -> Option<String> {
    let known = SCALINGS
        .iter()
        .find(|(_, s, f, d)| (*s, *f, *d) == (scale, fan, drawn));
    if let Some((class, ..)) = known {
        return Some(quoted(&crate::matching::snake_case(class)));
    }
    let (mode, _) = FANS.iter().find(|(_, known)| *known == fan)?;
    let distribution = match drawn {
        Distribution::Uniform => "uniform",
        Distribution::TruncatedNormal => "normal",
        Distribution::Normal => "untruncated_normal",
    };
    let scale = literal(&scale.into())?;
    Some(format!(
        "{{ name = \"variance_scaling\", scale = {scale}, mode = \"{mode}\", distribution = \"{distribution}\" }}"
    ))
}

/// A regularizer; `Some(None)` where it penalises nothing.
pub(super) fn regularizer(tree: &Tree) -> Option<Option<String>> {
    let (class, config) = object(tree)?;
    let amount = |key: &str| match config.get(key) {
        Some(Tree::Number(number)) => *number,
        Some(Tree::Whole(number)) => *number as f64,
        _ => 0.0,
    };
    let name = match class.as_str() {
        "L1" | "l1" => "l1",
        "L2" | "l2" => "l2",
        "L1L2" => match (amount("l1") > 0.0, amount("l2") > 0.0) {
            (true, true) => "l1_l2",
            (true, false) => "l1",
            (false, true) => "l2",
            (false, false) => return Some(None),
        },
        _ => return None,
    };
    let keys: &[(&str, f64)] = match name {
        "l1" => &[("l1", 0.01)],
        "l2" => &[("l2", 0.01)],
        _ => &[("l1", 0.01), ("l2", 0.01)],
    };
    named(name, &config, keys).map(Some)
}

/// A norm is taken over the first axis.
const AXIS: (&str, f64) = ("axis", 0.0);

/// A constraint.
pub(super) fn constraint(tree: &Tree) -> Option<String> {
    let (class, config) = object(tree)?;
    match class.as_str() {
        "MaxNorm" | "max_norm" | "maxnorm" => {
            named("max_norm", &config, &[("max_value", 2.0), AXIS])
        }
        "UnitNorm" | "unit_norm" | "unitnorm" => named("unit_norm", &config, &[AXIS]),
        "MinMaxNorm" | "min_max_norm" => {
            let keys = [("min_value", 0.0), ("max_value", 1.0), ("rate", 1.0), AXIS];
            named("min_max_norm", &config, &keys)
        }
        "NonNeg" | "non_neg" | "nonneg" => named("non_neg", &config, &[]),
        _ => None,
    }
}
