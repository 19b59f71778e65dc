//! Work that is split by pictures: over the threads of the pool natively, one after the other in
//! WebAssembly. The split never depends on the number of threads, so neither does a result.

use std::cell::RefCell;

/// Runs `work(index, part)` for every part of `output` of `length` numbers (the last may be
/// shorter), in any order and, where there are threads, at once.
pub(super) fn for_parts<T: Send>(
    output: &mut [T],
    length: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let length = length.max(1);
    #[cfg(not(target_family = "wasm"))]
    if output.len() > length && rayon::current_num_threads() > 1 {
        use rayon::prelude::*;
        output
            .par_chunks_mut(length)
            .enumerate()
            .for_each(|(index, part)| work(index, part));
        return;
    }
    for (index, part) in output.chunks_mut(length).enumerate() {
        work(index, part);
    }
}

/// Numbers that a thread keeps between calls; more is given back after use.
const KEPT: usize = 1 << 20;

/// Lends `work` a buffer of `length` numbers with unspecified content. The buffer of a thread is
/// kept, because asking the system for fresh memory in every step costs more than the copies do.
pub(super) fn with_scratch<R>(length: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    thread_local! {
        static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }
    // Taken out while in use: a nested call gets a buffer of its own.
    let mut buffer = SCRATCH.with(RefCell::take);
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    let result = work(&mut buffer[..length]);
    if buffer.len() <= KEPT {
        SCRATCH.with(|kept| kept.replace(buffer));
    }
    result
}
