//! Finds where an engine multiplies and then adds, so that a page can make one instruction of two.
//!
//! Relaxed SIMD has a multiply-add, which makes a matrix product a third faster, and not every browser has relaxed SIMD. A
//! module that names the instruction is refused as a whole where it is unknown. So the file that travels does not name it, and
//! beside it lies a list of the bytes to change, which a page applies while the file comes in, where the browser can
//! (`web/src/lib/engine/fuse.ts`).
//!
//! `l r f32x4.mul s f32x4.add` becomes `l r nop nop nop s f32x4.relaxed_madd`: both take three bytes, and `s` is the read of a
//! local, which does not mind what was computed before it. Where the compiler put `s` first, it is moved to the end.

use std::ops::Range;

use wasmparser::{BinaryReader, Operator, OperatorsReader, Parser, Payload};

use crate::step::Result;

/// Fewest multiply-adds of a function that is changed: the tile of the matrix product, which has eight, and not what merely has a
/// product in a sum.
const FEWEST: usize = 8;

const MUL: [u8; 3] = [0xfd, 0xe6, 0x01];
const ADD: [u8; 3] = [0xfd, 0xe4, 0x01];
const NOPS: [u8; 3] = [0x01; 3];
const MADD: [u8; 3] = [0xfd, 0x85, 0x02];

/// Bytes to be changed in a module: where, and what is written there.
pub type Edits = Vec<(usize, [u8; 3])>;

/// A value on the stack of instructions that stand in a line: the bytes that make it, and what is known of them.
#[derive(Debug)]
struct Made {
    bytes: Range<usize>,
    /// The local that it reads, when that is all it does.
    reads: Option<u32>,
    /// The locals that are written on the way.
    writes: Vec<u32>,
    /// A multiplication made it.
    product: bool,
}

/// A sum of a product and a local.
#[derive(Debug, PartialEq)]
struct Sum {
    /// The bytes of the local's read and of the product, in the order in which they stand.
    parts: [Range<usize>; 2],
    /// The local is read first.
    turned: bool,
}

/// Orders the operands of a module's multiply-adds, and gives the edits, in the order of their places.
pub fn edits(wasm: &mut [u8]) -> Result<Edits> {
    let mut edits = vec![];
    for body in bodies(wasm)? {
        let sums = sums(wasm, body)?;
        if sums.len() < FEWEST {
            continue;
        }
        for Sum { parts, turned } in sums {
            let [first, second] = parts;
            let add = second.end;
            if turned {
                wasm[first.start..add].rotate_left(first.len());
            }
            let mul = add - if turned { first.len() } else { second.len() } - MUL.len();
            edits.extend([(mul, NOPS), (add, MADD)]);
        }
    }
    Ok(edits)
}

fn failed(error: wasmparser::BinaryReaderError) -> String {
    format!("the engine's code: {error}")
}

/// Where the functions' instructions stand.
fn bodies(wasm: &[u8]) -> Result<Vec<Range<usize>>> {
    let mut bodies = vec![];
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.map_err(failed)? {
            let operators = body.get_operators_reader().map_err(failed)?;
            bodies.push(operators.original_position()..body.range().end);
        }
    }
    Ok(bodies)
}

/// The sums of a function. Only instructions that such sums are made of are followed; any other one is a new beginning.
fn sums(wasm: &[u8], body: Range<usize>) -> Result<Vec<Sum>> {
    let mut sums = vec![];
    let mut stack: Vec<Made> = vec![];
    let reader = BinaryReader::new(&wasm[body.clone()], body.start);
    let mut operators = OperatorsReader::new(reader);
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset().map_err(failed)?;
        let end = operators.original_position();
        let (taken, written) = match operator {
            Operator::LocalGet { .. } | Operator::I32Const { .. } => (0, None),
            Operator::LocalTee { local_index } => (1, Some(local_index)),
            Operator::V128Load { .. } | Operator::V128Load32Splat { .. } => (1, None),
            Operator::F32x4Mul
            | Operator::F32x4Add
            | Operator::I8x16Shuffle { .. }
            | Operator::I32Add => (2, None),
            _ => (usize::MAX, None),
        };
        let Some(left) = stack.len().checked_sub(taken) else {
            stack.clear();
            continue;
        };
        let operands = stack.split_off(left);
        if let (Operator::F32x4Add, [first, second]) = (&operator, &operands[..])
            && wasm[at..].starts_with(&ADD)
            && let Some(sum) = sum(first, second)
        {
            sums.push(sum);
        }
        stack.push(Made {
            bytes: operands.first().map_or(at, |first| first.bytes.start)..end,
            reads: match operator {
                Operator::LocalGet { local_index } => Some(local_index),
                _ => None,
            },
            writes: operands
                .into_iter()
                .flat_map(|one| one.writes)
                .chain(written)
                .collect(),
            product: matches!(operator, Operator::F32x4Mul) && wasm[at..].starts_with(&MUL),
        });
    }
    Ok(sums)
}

fn sum(first: &Made, second: &Made) -> Option<Sum> {
    let parts = [first.bytes.clone(), second.bytes.clone()];
    match (first, second) {
        (Made { product: true, .. }, Made { reads: Some(_), .. }) => Some(Sum {
            parts,
            turned: false,
        }),
        (
            Made {
                reads: Some(local), ..
            },
            Made {
                product: true,
                writes,
                ..
            },
        ) if !writes.contains(local) => Some(Sum {
            parts,
            turned: true,
        }),
        _ => None,
    }
}

/// The edits as JSON: `[[at, byte, byte, byte], ...]`.
pub fn json(edits: &Edits) -> String {
    let lines: Vec<String> = edits
        .iter()
        .map(|(at, [a, b, c])| format!("[{at},{a},{b},{c}]"))
        .collect();
    format!("[{}]\n", lines.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Validator, WasmFeatures};

    /// A module of one function, `(v128, v128, v128) -> v128`.
    fn module(body: &[u8]) -> Vec<u8> {
        let section = |id: u8, content: &[u8]| [&[id, content.len() as u8], content].concat();
        let code = [&[0][..], body, &[0x0b]].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b]),
            section(3, &[1, 0]),
            section(10, &[&[1, code.len() as u8], &code[..]].concat()),
        ]
        .concat()
    }

    const GET: [u8; 2] = [0x20, 2];

    const PAIR: [u8; 4] = [0x20, 0, 0x20, 1];

    fn changed(wasm: &[u8], edits: &Edits) -> Vec<u8> {
        let mut changed = wasm.to_vec();
        for (at, bytes) in edits {
            changed[*at..at + 3].copy_from_slice(bytes);
        }
        changed
    }

    #[test]
    fn a_function_of_many_products_in_sums_is_changed() {
        let last = [&PAIR[..], &MUL, &GET, &ADD, &[0x21, 2]].concat();
        let first = [&GET, &PAIR[..], &MUL, &ADD, &[0x21, 2]].concat();
        let body = |once: &[u8], count: usize| [&once.repeat(count)[..], &GET].concat();
        for once in [&last, &first] {
            let mut wasm = module(&body(once, 8));
            let edits = edits(&mut wasm).expect("a module");
            assert_eq!(wasm, module(&body(&last, 8)));
            assert_eq!(edits.len(), 16);
            let changed = changed(&wasm, &edits);
            let fused = [&PAIR[..], &NOPS, &GET, &MADD, &[0x21, 2]].concat();
            assert_eq!(changed, module(&body(&fused, 8)));
            Validator::new_with_features(WasmFeatures::all())
                .validate_all(&changed)
                .expect("it is valid");
            let plain = WasmFeatures::all() - WasmFeatures::RELAXED_SIMD;
            let mut validator = Validator::new_with_features(plain);
            assert!(validator.validate_all(&changed).is_err());
            assert!(json(&edits).starts_with(&format!("[[{},1,1,1],", edits[0].0)));
            let mut few = module(&body(once, 7));
            assert_eq!(super::edits(&mut few).expect("a module"), []);
        }
    }

    #[test]
    fn what_is_no_such_sum_stays() {
        // A local that is written on the way; a product of which another sum is added.
        let written = [&GET, &PAIR[..], &[0x22, 2], &MUL, &ADD, &[0x21, 2]].concat();
        let after = [&PAIR[..], &MUL, &GET, &GET, &ADD, &ADD, &[0x21, 2]].concat();
        for (once, times) in [(&written, 6), (&after, 6)] {
            let body = [&once.repeat(times)[..], &GET].concat();
            let wasm = module(&body);
            wasmparser::validate(&wasm).expect("it is valid");
            let code = wasm.len() - body.len() - 1..wasm.len();
            assert_eq!(sums(&wasm, code).expect("code"), []);
        }
        assert!(edits(&mut b"\0asm\x01\0\0\0\x0a\x05".to_vec()).is_err());
    }
}
