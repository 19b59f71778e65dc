//! Writing Python: values, calls, names, and the parts that every script has.

use crate::tree::{Tree, quoted};

/// A value. Lists are tuples, as Keras likes its shapes.
pub(super) fn literal(tree: &Tree) -> String {
    match tree {
        Tree::Null => "None".into(),
        Tree::Flag(true) => "True".into(),
        Tree::Flag(false) => "False".into(),
        Tree::Whole(number) => number.to_string(),
        Tree::Number(number) => float(*number),
        Tree::Text(text) => quoted(text),
        Tree::List(list) => tuple(&list.iter().map(literal).collect::<Vec<_>>()),
        Tree::Map(entries) => {
            let items = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), literal(value)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A number with as many digits as it takes to be the same.
pub(super) fn float(number: f64) -> String {
    if number.is_finite() {
        format!("{number:?}")
    } else {
        format!("float(\"{number}\")")
    }
}

/// `(1,)`, `(1, 2)`.
pub(super) fn tuple(items: &[String]) -> String {
    match items {
        [one] => format!("({one},)"),
        _ => format!("({})", items.join(", ")),
    }
}

/// Sizes as a tuple.
pub(super) fn sizes(sizes: &[usize]) -> String {
    tuple(&sizes.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The rows that are left to learn from.
pub(super) fn kept(split: f64) -> String {
    match split {
        0.0 => "len(targets)".into(),
        split => format!("int(len(targets) * (1 - {}))", float(split)),
    }
}

/// A call, broken into lines where it is long; `depth` counts indents of four.
pub(super) fn call(name: &str, args: &[String], depth: usize) -> String {
    let line = format!("{name}({})", args.join(", "));
    if line.len() + 4 * depth <= 110 {
        return line;
    }
    let inner = "    ".repeat(depth + 1);
    let lines: String = args.iter().map(|arg| format!("{inner}{arg},\n")).collect();
    format!("{name}(\n{lines}{})", "    ".repeat(depth))
}

/// Names that are Python's or the script's own.
const TAKEN: &[&str] = &[
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "None",
    "True",
    "False",
    "F",
    "activations",
    "build",
    "constraints",
    "initializers",
    "json",
    "keras",
    "layers",
    "load",
    "math",
    "model",
    "nn",
    "np",
    "predict",
    "regularizers",
    "self",
    "struct",
    "sys",
    "torch",
    "train",
];

/// The name as a variable: letters, digits, underscores, none of Python's own words.
pub(super) fn identifier(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut own: String = name.chars().map(letter).collect();
    // nn.Module has methods of its own; a single underscore behind keeps clear of them.
    if TAKEN.contains(&own.as_str()) || MODULE.contains(&own.as_str()) {
        own.push('_');
    }
    if own.starts_with(|c: char| c.is_ascii_digit()) || own.is_empty() || own.starts_with('_') {
        own.insert_str(0, "layer_");
    }
    own
}

/// What a PyTorch module has already.
const MODULE: &[&str] = &[
    "add_module",
    "apply",
    "bfloat16",
    "buffers",
    "children",
    "compile",
    "cpu",
    "cuda",
    "double",
    "dump_patches",
    "eval",
    "extra_repr",
    "float",
    "forward",
    "get_buffer",
    "get_parameter",
    "get_submodule",
    "half",
    "ipu",
    "load_state_dict",
    "modules",
    "mtia",
    "named_buffers",
    "named_children",
    "named_modules",
    "named_parameters",
    "parameters",
    "register_buffer",
    "register_module",
    "register_parameter",
    "requires_grad_",
    "set_submodule",
    "share_memory",
    "state_dict",
    "tensors",
    "to",
    "to_empty",
    "training",
    "type",
    "xpu",
    "zero_grad",
];

/// A text in three quotes: the head of a script.
pub(super) fn docstring(lines: &[String]) -> String {
    format!("\"\"\"{}\n\"\"\"\n", lines.join("\n"))
}

/// Reads weights by name.
pub(super) const READ_TENSORS: &str = r#"def read_tensors(path):
    """Arrays by name, of a .safetensors or .npz file."""
    if path.endswith(".npz"):
        with np.load(path) as file:
            return {name: file[name] for name in file.files}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }
"#;
