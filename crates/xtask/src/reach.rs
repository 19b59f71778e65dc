//! What of a linked module can be reached at all.
//!
//! The linker leaves out what nothing refers to, and writes down (`--emit-relocs`) who refers to whom: functions to functions, by a
//! call or by an address, and to data; data to both, as a table of methods does. Walking through that again, without the functions
//! that are known to be never called, finds what only they would have needed: also what wasm-opt has to keep, because it cannot
//! know that nobody reads an address in the data.

use std::ops::Range;

use wasmparser::{
    DefinedDataSymbol, KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry,
    RelocationType, SymbolInfo,
};

use crate::step::Result;

/// What nothing refers to any more.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unreferred {
    /// By their index in the module.
    pub functions: Vec<u32>,
    /// Segments by their index, and places in them.
    pub data: Vec<(usize, Range<usize>)>,
}

/// A module as the linker wrote it.
#[derive(Default)]
struct Linked<'a> {
    imported: u32,
    /// Bodies: where they lie in the file.
    bodies: Vec<Range<usize>>,
    /// Segments: where their bytes lie in the file.
    segments: Vec<Range<usize>>,
    /// Where the contents of each section begin.
    sections: Vec<usize>,
    exported: Vec<u32>,
    symbols: Vec<SymbolInfo<'a>>,
    /// Section and entry.
    relocations: Vec<(usize, RelocationEntry)>,
    /// Of functions that the linker made itself: it writes down nothing of them.
    calls: Vec<Vec<u32>>,
}

fn read(bytes: &[u8]) -> wasmparser::Result<Linked<'_>> {
    let mut linked = Linked::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        // Those of code come one by one.
        if let (Some((_, range)), false) = (
            payload.as_section(),
            matches!(payload, Payload::CodeSectionEntry(_)),
        ) {
            linked.sections.push(range.start);
        }
        match payload {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    if matches!(import?.ty, wasmparser::TypeRef::Func(_)) {
                        linked.imported += 1;
                    }
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    let export = export?;
                    if export.kind == wasmparser::ExternalKind::Func {
                        linked.exported.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => linked.exported.push(func),
            Payload::CodeSectionEntry(body) => {
                let mut calls = Vec::new();
                for operator in body.get_operators_reader()? {
                    if let Operator::Call { function_index } = operator? {
                        calls.push(function_index);
                    }
                }
                linked.calls.push(calls);
                linked.bodies.push(body.range());
            }
            Payload::DataSection(reader) => {
                for data in reader {
                    let data = data?;
                    linked
                        .segments
                        .push(data.range.end - data.data.len()..data.range.end);
                }
            }
            Payload::CustomSection(reader) => match reader.as_known() {
                KnownCustom::Linking(reader) => {
                    for part in reader.subsections() {
                        if let Linking::SymbolTable(map) = part? {
                            for symbol in map {
                                linked.symbols.push(symbol?);
                            }
                        }
                    }
                }
                KnownCustom::Reloc(reader) => {
                    let section = reader.section_index() as usize;
                    for entry in reader.entries() {
                        linked.relocations.push((section, entry?));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(linked)
}

/// A function by its index, or a symbol of data by its number.
#[derive(Clone, Copy)]
enum Node {
    Function(u32),
    Data(usize),
}

impl Linked<'_> {
    fn symbol(&self, number: u32) -> Option<Node> {
        match self.symbols.get(number as usize)? {
            SymbolInfo::Func { index, .. } => Some(Node::Function(*index)),
            SymbolInfo::Data {
                symbol: Some(_), ..
            } => Some(Node::Data(number as usize)),
            _ => None,
        }
    }

    fn data(&self, number: usize) -> Option<DefinedDataSymbol> {
        match self.symbols.get(number)? {
            SymbolInfo::Data { symbol, .. } => *symbol,
            _ => None,
        }
    }

    /// Where a symbol of data lies in the file; nowhere, where its bytes are all zero.
    fn place(&self, number: usize) -> Option<Range<usize>> {
        let symbol = self.data(number)?;
        let segment = self.segments.get(symbol.index as usize)?;
        let start = segment.start + symbol.offset as usize;
        let end = start + symbol.size as usize;
        (end <= segment.end).then_some(start..end)
    }
}

/// Finds what only functions refer to that are `cut`, by their index. Whoever is exported is reached.
pub fn unreferred(bytes: &[u8], cut: &[bool]) -> Result<Unreferred> {
    let linked = read(bytes).map_err(|error| format!("cannot read the linked module: {error}"))?;
    if linked.symbols.is_empty() {
        return Err("the linked module says nothing about its symbols (--emit-relocs)".into());
    }
    let functions = linked.imported as usize + linked.bodies.len();
    // Who refers to what: functions first, then symbols of data.
    let mut refers: Vec<Vec<Node>> = vec![Vec::new(); functions + linked.symbols.len()];
    let mut roots: Vec<Node> = linked
        .exported
        .iter()
        .map(|index| Node::Function(*index))
        .collect();
    let mut places: Vec<(Range<usize>, usize)> = (0..linked.symbols.len())
        .filter_map(|number| Some((linked.place(number)?, number)))
        .collect();
    places.sort_by_key(|(place, _)| place.start);
    // The last place at which one of these or of those before ends.
    let mut ends: Vec<usize> = places.iter().map(|(place, _)| place.end).collect();
    for at in 1..ends.len() {
        ends[at] = ends[at].max(ends[at - 1]);
    }
    let mut known = vec![false; functions];
    for (section, entry) in &linked.relocations {
        let Some(start) = linked.sections.get(*section) else {
            return Err(format!("a relocation of section {section}, which is not there").into());
        };
        let at = start + entry.offset as usize;
        let within = linked.bodies.partition_point(|body| body.end <= at);
        let in_code = linked
            .bodies
            .get(within)
            .is_some_and(|body| body.contains(&at));
        if in_code {
            known[linked.imported as usize + within] = true;
        }
        let named = !matches!(entry.ty, RelocationType::TypeIndexLeb);
        let Some(target) = linked.symbol(entry.index).filter(|_| named) else {
            continue;
        };
        if in_code {
            refers[linked.imported as usize + within].push(target);
            continue;
        }
        let mut owned = false;
        let after = places.partition_point(|(place, _)| place.start <= at);
        for ((place, number), end) in places.iter().zip(&ends).take(after).rev() {
            if *end <= at {
                break;
            }
            if place.contains(&at) {
                owned = true;
                refers[functions + number].push(target);
            }
        }
        if !owned {
            roots.push(target);
        }
    }
    for (local, calls) in linked.calls.iter().enumerate() {
        let function = linked.imported as usize + local;
        if !known[function] {
            refers[function].extend(calls.iter().map(|index| Node::Function(*index)));
        }
    }
    let mut reached = vec![false; refers.len()];
    while let Some(node) = roots.pop() {
        let (at, closed) = match node {
            Node::Function(index) => (index as usize, cut.get(index as usize) == Some(&true)),
            Node::Data(number) => (functions + number, false),
        };
        if !std::mem::replace(&mut reached[at], true) && !closed {
            roots.extend(&refers[at]);
        }
    }
    Ok(Unreferred {
        functions: (linked.imported..functions as u32)
            .filter(|index| !reached[*index as usize])
            .collect(),
        data: unread(&linked, &places, &reached[functions..]),
    })
}

/// Bytes of the segments that only belong to symbols that are not reached.
fn unread(
    linked: &Linked,
    places: &[(Range<usize>, usize)],
    reached: &[bool],
) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    for (number, segment) in linked.segments.iter().enumerate() {
        let mut free = vec![false; segment.len()];
        for wanted in [false, true] {
            for (place, symbol) in places {
                if reached[*symbol] == wanted && segment.contains(&place.start) {
                    free[place.start - segment.start..place.end - segment.start].fill(!wanted);
                }
            }
        }
        let mut at = 0;
        for run in free.chunk_by(|a, b| a == b) {
            if run[0] {
                found.push((number, at..at + run.len()));
            }
            at += run.len();
        }
    }
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn section(id: u8, contents: &[u8]) -> Vec<u8> {
        [
            &[id, u8::try_from(contents.len()).expect("short")],
            contents,
        ]
        .concat()
    }

    fn named(name: &str, contents: &[u8]) -> Vec<u8> {
        let length = [u8::try_from(name.len()).expect("short")];
        section(0, &[&length, name.as_bytes(), contents].concat())
    }

    /// The exported function 0 calls function 1 and reads the first word of the data, where function 2 stands; function 1 reads
    /// the second word, where function 3 stands. The linker's own function 4 calls function 2.
    pub(crate) fn linked() -> Vec<u8> {
        let call = [0x10, 0x81, 0x80, 0x80, 0x80, 0];
        let read = |at: u8| [0x41, 0x80 + at, 0x80, 0x80, 0x80, 0, 0x1a];
        let end = [0x0b];
        let bodies = [
            [&[15, 0][..], &call, &read(0), &end].concat(),
            [&[9, 0][..], &read(4), &end].concat(),
            vec![2, 0, 0x0b],
            vec![2, 0, 0x0b],
            vec![4, 0, 0x10, 2, 0x0b],
        ];
        let symbols = [0, 1, 2, 3].map(|index| vec![0, 0, index, 1, b'a' + index]);
        let words = [0, 4].map(|at| vec![1, 0, 1, b'x' + at, 0, at, 4]);
        let table = [vec![6], symbols.concat(), words.concat()].concat();
        let length = u8::try_from(table.len()).expect("short");
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(3, &[5, 0, 0, 0, 0, 0]),
            section(5, &[1, 0, 1]),
            section(7, &[1, 2, b'g', b'o', 0, 0]),
            section(10, &[vec![5], bodies.concat()].concat()),
            section(11, &[1, 0, 0x41, 0, 0x0b, 8, 2, 2, 2, 2, 3, 3, 3, 3]),
            named("linking", &[&[2, 8, length][..], &table].concat()),
            // A call of function 1, the first word, the second: type, place, symbol, what is added.
            named("reloc.CODE", &[4, 3, 0, 4, 1, 4, 10, 4, 0, 4, 20, 5, 0]),
            named("reloc.DATA", &[5, 2, 2, 6, 2, 2, 10, 3]),
        ]
        .concat()
    }

    #[test]
    fn whatever_is_referred_to_stays() {
        let found = unreferred(&linked(), &[false; 5]).expect("a module");
        // The linker's own function is not exported here.
        assert_eq!(found.functions, [4]);
        assert_eq!(found.data, []);
    }

    #[test]
    fn what_only_a_cut_function_refers_to_goes() {
        let found = unreferred(&linked(), &[false, true, false, false, false]).expect("a module");
        assert_eq!(found.functions, [3, 4]);
        assert_eq!(found.data, [(0, 4..8)]);
    }

    #[test]
    fn a_module_without_the_linkers_notes_is_refused() {
        let bytes = &linked()[..8];
        assert!(
            unreferred(bytes, &[]).is_err_and(|error| error.to_string().contains("emit-relocs"))
        );
    }
}
