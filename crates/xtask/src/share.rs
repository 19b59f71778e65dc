//! Gives an engine the atomic instructions that `crates/threads` asks for, and a memory that several workers can share.
//!
//! The compiler makes neither: its standard library for WebAssembly knows no threads, and stable Rust brings no other. So the
//! module is changed before wasm-bindgen sees it, which then treats it as it treats any module with threads: each instance after
//! the first gets a stack of its own, and the JavaScript side never holds on to a view of memory that has grown.

use walrus::ir::{AtomicOp, AtomicWidth, BinaryOp, LoadKind, MemArg, StoreKind, Value};
use walrus::{
    ConstExpr, DataKind, FunctionBuilder, FunctionId, FunctionKind, ImportKind, InstrSeqBuilder,
    LocalId, MemoryId, Module, ValType,
};

use crate::step::Result;

/// The module name of the imports.
const ATOMICS: &str = "fireside:atomics";
/// The most a memory of 32-bit addresses can have, in pages. It is address space only until it is used.
const MOST: u64 = 65_536;

const WORD: MemArg = MemArg {
    align: 4,
    offset: 0,
};

/// Whether an engine's memory can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// One worker has it for itself.
    Own,
    /// Helpers join it.
    Shared,
}

/// Changes the module.
pub fn share(module: &mut Module, kind: Memory) -> Result<()> {
    let memory = {
        let mut all = module.memories.iter();
        let only = all.next().filter(|_| all.next().is_none());
        only.ok_or("an engine has one memory")?.id()
    };
    replace_atomics(module, memory, kind)?;
    if kind == Memory::Shared {
        import(module, memory)?;
        begin_once(module, memory)?;
        no_thread_locals(module);
    }
    Ok(())
}

/// Puts instructions in the place of the imported functions.
fn replace_atomics(module: &mut Module, memory: MemoryId, kind: Memory) -> Result<()> {
    let found: Vec<_> = module
        .imports
        .iter()
        .filter(|import| import.module == ATOMICS)
        .map(|import| (import.id(), import.name.clone(), import.kind.clone()))
        .collect();
    for (import, name, what) in found {
        let ImportKind::Function(function) = what else {
            return Err(format!("{ATOMICS} {name} is no function").into());
        };
        let ty = module.types.get(module.funcs.get(function).ty());
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        let locals: Vec<LocalId> = params.iter().map(|ty| module.locals.add(*ty)).collect();
        let old = module.locals.add(ValType::I32);
        let mut body = builder.func_body();
        match kind {
            Memory::Shared => atomic(&mut body, memory, &name, &locals)?,
            Memory::Own => plain(&mut body, memory, &name, &locals, old)?,
        }
        module.imports.delete(import);
        module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(locals));
    }
    Ok(())
}

fn unknown(name: &str) -> String {
    format!("crates/threads asks for {name}, which crates/xtask/src/share.rs does not know")
}

fn atomic(
    body: &mut InstrSeqBuilder,
    memory: MemoryId,
    name: &str,
    locals: &[LocalId],
) -> Result<()> {
    for local in locals {
        body.local_get(*local);
    }
    let change = |body: &mut InstrSeqBuilder, op| {
        body.atomic_rmw(memory, op, AtomicWidth::I32, WORD);
    };
    match name {
        "load" => {
            body.load(memory, LoadKind::I32 { atomic: true }, WORD);
        }
        "store" => {
            body.store(memory, StoreKind::I32 { atomic: true }, WORD);
        }
        "swap" => change(body, AtomicOp::Xchg),
        "add" => change(body, AtomicOp::Add),
        "wait" => {
            body.atomic_wait(memory, WORD, false);
        }
        "wake" => {
            body.atomic_notify(memory, WORD);
        }
        _ => return Err(unknown(name).into()),
    }
    Ok(())
}

/// For who is alone.
fn plain(
    body: &mut InstrSeqBuilder,
    memory: MemoryId,
    name: &str,
    locals: &[LocalId],
    old: LocalId,
) -> Result<()> {
    let [at, ..] = locals else {
        return Err(unknown(name).into());
    };
    let load = LoadKind::I32 { atomic: false };
    let store = StoreKind::I32 { atomic: false };
    match (name, locals) {
        ("load", _) => {
            body.local_get(*at).load(memory, load, WORD);
        }
        ("store", [_, to]) => {
            body.local_get(*at).local_get(*to);
            body.store(memory, store, WORD);
        }
        ("swap" | "add", [_, by]) => {
            body.local_get(*at).load(memory, load, WORD).local_set(old);
            body.local_get(*at).local_get(*by);
            if name == "add" {
                body.local_get(old).binop(BinaryOp::I32Add);
            }
            body.store(memory, store, WORD).local_get(old);
        }
        // Nobody waits, and nobody is waited for.
        ("wait" | "wake", _) => {
            body.i32_const(0);
        }
        _ => return Err(unknown(name).into()),
    }
    Ok(())
}

/// The memory comes from outside, so that several instances can be given the same one.
fn import(module: &mut Module, memory: MemoryId) -> Result<()> {
    let import = module.imports.add("env", "memory", memory);
    let found = module.memories.get_mut(memory);
    if found.import.is_some() {
        return Err("the engine's memory is imported already".into());
    }
    found.import = Some(import);
    found.shared = true;
    found.maximum = Some(MOST);
    Ok(())
}

/// An address or a length as wasm has it.
fn number(value: impl TryInto<u32>) -> Result<i32> {
    let value = value.try_into();
    value
        .map(u32::cast_signed)
        .map_err(|_| "the engine's memory is too large".into())
}

/// The data segments are written by the first instance only: the others find a memory in use.
fn begin_once(module: &mut Module, memory: MemoryId) -> Result<()> {
    if module.start.is_some() {
        return Err("the engine has a start function already".into());
    }
    let segments: Vec<_> = module
        .data
        .iter()
        .filter_map(|data| match &data.kind {
            DataKind::Active { offset, .. } => Some((data.id(), offset.clone(), data.value.len())),
            DataKind::Passive => None,
        })
        .collect();
    // A page of its own behind everything: the first word says whether somebody has begun.
    let found = module.memories.get_mut(memory);
    let flag = number(found.initial * 65_536)?;
    found.initial += 1;
    found.data_segments.clear();
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    let mut written = Vec::new();
    for (id, offset, length) in segments {
        let ConstExpr::Value(Value::I32(at)) = offset else {
            return Err(format!("a data segment of the engine begins at {offset:?}").into());
        };
        module.data.get_mut(id).kind = DataKind::Passive;
        written.push((id, at, number(length)?));
    }
    builder
        .func_body()
        .i32_const(flag)
        .i32_const(1)
        .atomic_rmw(memory, AtomicOp::Xchg, AtomicWidth::I32, WORD)
        .if_else(
            None,
            |_| {},
            |first| {
                for (id, at, length) in &written {
                    first.i32_const(*at).i32_const(0).i32_const(*length);
                    first.memory_init(memory, *id);
                    first.data_drop(*id);
                }
            },
        );
    module.start = Some(builder.finish(Vec::new(), &mut module.funcs));
    Ok(())
}

/// What wasm-bindgen wants to know of a module with threads: here nothing is local to a thread.
fn no_thread_locals(module: &mut Module) {
    let zero = || ConstExpr::Value(Value::I32(0));
    let one = ConstExpr::Value(Value::I32(1));
    let size = module.globals.add_local(ValType::I32, false, false, zero());
    let align = module.globals.add_local(ValType::I32, false, false, one);
    let base = module.globals.add_local(ValType::I32, true, false, zero());
    let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
    builder.name("__wasm_init_tls".to_owned());
    let at = module.locals.add(ValType::I32);
    let init: FunctionId = builder.finish(vec![at], &mut module.funcs);
    module.exports.add("__tls_size", size);
    module.exports.add("__tls_align", align);
    module.exports.add("__tls_base", base);
    module.exports.add("__wasm_init_tls", init);
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ModuleConfig;

    /// A module with a memory, a data segment, and a function that calls the imported `name`.
    fn module(name: &str) -> Module {
        let mut module = Module::with_config(ModuleConfig::new());
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(16));
        let kind = DataKind::Active { memory, offset };
        let data = module.data.add(kind, vec![7; 8]);
        module.memories.get_mut(memory).data_segments.insert(data);
        let ty = module
            .types
            .add(&[ValType::I32, ValType::I32], &[ValType::I32]);
        let (imported, _) = module.add_import_func(ATOMICS, name, ty);
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        builder.func_body().i32_const(0).i32_const(1).call(imported);
        let caller = builder.finish(Vec::new(), &mut module.funcs);
        module.exports.add("caller", caller);
        module.exports.add("memory", memory);
        module
    }

    fn imports(module: &Module) -> Vec<String> {
        let all = module.imports.iter();
        all.map(|import| format!("{}.{}", import.module, import.name))
            .collect()
    }

    #[test]
    fn alone_a_module_keeps_its_memory_and_asks_for_nothing() {
        for name in ["swap", "add", "wake"] {
            let mut module = module(name);
            share(&mut module, Memory::Own).expect("a module");
            assert_eq!(imports(&module), [""; 0]);
            assert!(module.memories.iter().all(|memory| !memory.shared));
            assert!(module.start.is_none());
            assert!(!module.emit_wasm().is_empty());
        }
    }

    #[test]
    fn shared_memory_comes_from_outside_and_is_written_once() {
        let mut module = module("add");
        share(&mut module, Memory::Shared).expect("a module");
        assert_eq!(imports(&module), ["env.memory"]);
        let memory = module.memories.iter().next().expect("a memory");
        assert!(memory.shared && memory.maximum == Some(MOST) && memory.initial == 2);
        assert!(module.data.iter().all(walrus::Data::is_passive));
        assert!(module.start.is_some());
        // The validator of walrus knows what may stand together.
        let bytes = module.emit_wasm();
        ModuleConfig::new().parse(&bytes).expect("a sound module");
    }

    #[test]
    fn an_instruction_that_is_not_known_is_an_error() {
        for kind in [Memory::Own, Memory::Shared] {
            let failed = share(&mut module("fetch_nand"), kind).map_err(|error| error.to_string());
            assert!(failed.is_err_and(|text| text.contains("fetch_nand")));
        }
    }
}
