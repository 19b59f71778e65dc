//! Takes out of an engine the functions that it can never reach, though no compiler can know that.
//!
//! Burn decides at run time what a tensor's numbers are, so each of its operations brings its loops for every type of number, and
//! for quantized tensors. The engine's tensors are `f32`: that is what data, weights and our own operations make, and nothing
//! else is ever asked for. The bodies of those functions become a trap, and so do those of all that only they refer to (`reach.rs`).
//! The compiler keeps functions that are alike only once, under any of their names, so a rule names where something begins, with code
//! that is like no other, and not all that seems to belong to it.
//! Where such a function were reached after all, the engine would stop there: the checks of `tests/wasm` are trimmed the same way,
//! and run every layer, loss and rule.

use std::collections::BTreeSet;

use walrus::{DataId, FunctionBuilder, FunctionId, FunctionKind, Module};

use crate::reach;
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

/// The name of a function in Rust, without hashes.
fn plain(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

/// Replaces the bodies of these functions, and of those that only they need, with a trap, and data that only they read with zeros; how
/// many functions. `linked` is the module as it was read. A rule that names no function is an error: Burn has changed, and
/// the rule says nothing any more.
pub fn trim(module: &mut Module, linked: &[u8], rules: &[Unreached]) -> Result<usize> {
    // In the order of their indices, as walrus reads them.
    let ids: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
    let mut used = BTreeSet::new();
    let mut cut = vec![false; ids.len()];
    for (index, id) in ids.iter().enumerate() {
        let function = module.funcs.get(*id);
        let (FunctionKind::Local(_), Some(name)) = (&function.kind, &function.name) else {
            continue;
        };
        let name = plain(name);
        let named = (0..rules.len()).filter(|at| rules[*at].names(&name));
        used.extend(named.inspect(|_| cut[index] = true));
    }
    if let Some(at) = (0..rules.len()).find(|at| !used.contains(at)) {
        return Err(format!("no function of the engine is named by {:?}", rules[at]).into());
    }
    let unreferred = reach::unreferred(linked, &cut)?;
    for index in unreferred.functions {
        if let Some(cut) = cut.get_mut(index as usize) {
            *cut = true;
        }
    }
    let gone: Vec<_> = ids.iter().zip(cut).filter(|(_, cut)| *cut).collect();
    for (id, _) in &gone {
        close(module, **id);
    }
    let segments: Vec<DataId> = module.data.iter().map(|data| data.id()).collect();
    for (number, place) in unreferred.data {
        let bytes = segments.get(number).map(|id| module.data.get_mut(*id));
        if let Some(bytes) = bytes.and_then(|data| data.value.get_mut(place)) {
            bytes.fill(0);
        }
    }
    Ok(gone.len())
}

/// Puts a trap in the place of a function's body.
fn close(module: &mut Module, id: FunctionId) {
    let kind = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    body.func_body().unreachable();
    let arguments = params.iter().map(|kind| module.locals.add(*kind)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
}

#[cfg(test)]
mod tests {
    use super::*;

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
            plain("_RNvNtCs4Z3kNxWk1y2_4core3mem4swap"),
            "core::mem::swap"
        );
        assert_eq!(
            plain("_ZN4core3mem4swap17h0123456789abcdefE"),
            "core::mem::swap"
        );
        assert_eq!(plain("malloc"), "malloc");
    }

    #[test]
    fn a_body_becomes_a_trap_with_what_only_it_needs_and_a_rule_for_nothing_is_refused() {
        let linked = reach::tests::linked();
        let mut module = Module::from_buffer(&linked).expect("a module");
        let ids: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
        for (id, name) in ids.iter().zip(["go", "a::b", "c", "d", "e"]) {
            module.funcs.get_mut(*id).name = Some(name.to_owned());
        }
        assert!(trim(&mut module, &linked, &[Unreached::Holds("nothing")]).is_err());
        let rules = [Unreached::Begins("a::")];
        assert_eq!(trim(&mut module, &linked, &rules).ok(), Some(3));
        let closed: Vec<bool> = ids
            .iter()
            .map(|id| {
                let body = module.funcs.get(*id).kind.unwrap_local();
                format!("{:?}", body.block(body.entry_block()).instrs).contains("Unreachable")
            })
            .collect();
        assert_eq!(closed, [false, true, false, true, true]);
        let data = module.data.iter().next().expect("a segment");
        assert_eq!(data.value, [2, 2, 2, 2, 0, 0, 0, 0]);
    }
}
