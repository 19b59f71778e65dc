//! Takes out of an engine the functions that it can never reach, though no compiler can know that.
//!
//! Burn decides at run time what a tensor's numbers are, so each of its operations brings its loops for every type of number, and
//! for quantized tensors. The engine's tensors are `f32`: that is what data, weights and our own operations make, and nothing
//! else is ever asked for. The bodies of those functions become a trap, and wasm-opt then drops what only they called. Where such a
//! function were reached after all, the engine would stop there: the checks of `tests/wasm` are trimmed the same way, and run every
//! layer, loss and rule.

use std::collections::BTreeMap;

use walrus::{FunctionBuilder, FunctionKind, Module};

use crate::step::Result;

/// Functions that are never reached, by their names in Rust, without the hashes of crates.
#[derive(Debug)]
pub enum Unreached {
    /// The name begins with this.
    Begins(&'static str),
    /// The name has this in it.
    Holds(&'static str),
    /// Functions of the crate whose first generic argument is the type, or whose names end with `_` and the type's name.
    For(&'static str, &'static str),
}

impl Unreached {
    fn names(&self, name: &str) -> bool {
        match self {
            Self::Begins(text) => name.starts_with(text),
            Self::Holds(text) => name.contains(text),
            Self::For(krate, kind) => {
                let path = name.strip_prefix('<').unwrap_or(name);
                let of_crate = path
                    .strip_prefix(krate)
                    .is_some_and(|rest| rest.starts_with("::"));
                of_crate && (first_argument(path) == Some(kind) || ends_with(path, kind))
            }
        }
    }
}

/// The first generic argument of a function, when it is a plain type: `f64` of `a::b::<f64, c::d>`.
fn first_argument(path: &str) -> Option<&str> {
    let (head, rest) = path.split_once("::<")?;
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || "_:".contains(c))
    };
    let kind = &rest[..rest.find([',', '>'])?];
    // A method's name follows its type: `Type>::method::<f64>`.
    (plain(&head.replacen('>', "", 1)) && plain(kind)).then_some(kind)
}

fn ends_with(path: &str, kind: &str) -> bool {
    let short = kind.rsplit("::").next().unwrap_or(kind);
    path.strip_suffix(short)
        .is_some_and(|rest| rest.ends_with('_'))
}

/// `a[0123abcd]::b` as `a::b`: the hash of a crate changes with its version and its compiler.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, after))
                if hash.len() > 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()) =>
            {
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Replaces the bodies of the functions with a trap; how many. A rule that names no function is an error: Burn has changed, and
/// the rule says nothing any more.
pub fn trim(module: &mut Module, rules: &[Unreached]) -> Result<usize> {
    let mut used = BTreeMap::new();
    let mut found = Vec::new();
    for (id, function) in module.funcs.iter_local() {
        let Some(name) = module.funcs.get(id).name.as_deref().map(without_hashes) else {
            continue;
        };
        let mut matches = (0..rules.len()).filter(|at| rules[*at].names(&name));
        if let Some(first) = matches.next() {
            for at in std::iter::once(first).chain(matches) {
                *used.entry(at).or_insert(0) += 1;
            }
            found.push((id, function.ty()));
        }
    }
    if let Some(at) = (0..rules.len()).find(|at| !used.contains_key(at)) {
        return Err(format!("no function of the engine is named by {:?}", rules[at]).into());
    }
    for (id, kind) in &found {
        let kind = module.types.get(*kind);
        let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
        body.func_body().unreachable();
        let arguments = params.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(body.local_func(arguments));
    }
    Ok(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{ModuleConfig, ValType};

    #[test]
    fn names_are_matched_whole() {
        let rule = Unreached::For("burn_flex", "half::binary16::f16");
        for name in [
            "burn_flex::ops::binary::binary_op_typed::<half::binary16::f16, x::{closure#2}>",
            "<burn_flex::tensor::FlexTensor>::copy::<half::binary16::f16>",
            "burn_flex::ops::conv::conv3d_f16",
        ] {
            assert!(rule.names(name), "{name}");
        }
        for name in [
            "burn_flex::ops::conv::conv3d_bf16",
            "burn_flex::ops::binary::binary_op_typed::<half::bfloat::bf16, x>",
            "burn_flex::ops::binary::binary_op_typed::<f32, half::binary16::f16>",
            "burn_flex::ops::conv::conv3d_f32",
            "burn_flexible::ops::conv::conv3d_f16",
            "<alloc::vec::Vec<half::binary16::f16>>::push",
        ] {
            assert!(!rule.names(name), "{name}");
        }
    }

    #[test]
    fn hashes_of_crates_are_left_out() {
        assert_eq!(
            without_hashes("<core[88f16c8a06084668]::T as [u8]>::f[1]"),
            "<core::T as [u8]>::f[1]"
        );
    }

    #[test]
    fn a_body_becomes_a_trap_and_a_rule_for_nothing_is_refused() {
        let mut module = Module::with_config(ModuleConfig::new());
        let make = |module: &mut Module, name: &str| {
            let mut body = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            body.name(name.to_owned()).func_body().i32_const(7);
            body.finish(Vec::new(), &mut module.funcs)
        };
        let gone = make(&mut module, "a[0123456789abcdef]::b");
        let kept = make(&mut module, "c[0123456789abcdef]::d");
        assert_eq!(trim(&mut module, &[Unreached::Begins("a::")]).ok(), Some(1));
        let text = |module: &Module, id| {
            let body = module.funcs.get(id).kind.unwrap_local();
            format!("{:?}", body.block(body.entry_block()).instrs)
        };
        assert!(text(&module, gone).contains("Unreachable"));
        assert!(text(&module, kept).contains("Const"));
        assert!(trim(&mut module, &[Unreached::Holds("nothing")]).is_err());
    }
}
