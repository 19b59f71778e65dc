//! Work that is split by pictures: over the threads of rayon's pool natively, over the engine's helpers in
//! WebAssembly. Where parts are summed, the split does not depend on the number of threads: so no result does.

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
    fireside_threads::for_parts(output, length, &work);
}

/// Numbers that a thread keeps between calls; more is given back after use.
const KEPT: usize = 1 << 20;

/// Lends `work` a buffer of `length` numbers with unspecified content. Buffers are kept, because asking the system for fresh
/// memory in every step costs more than the copies do.
pub(super) fn with_scratch<R>(length: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    // Taken out while in use: a nested call gets a buffer of its own.
    let mut buffer = kept::take();
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    let result = work(&mut buffer[..length]);
    if buffer.len() <= KEPT {
        kept::give(buffer);
    }
    result
}

/// Every thread keeps its own.
#[cfg(not(target_family = "wasm"))]
mod kept {
    use std::cell::RefCell;

    thread_local! {
        static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn take() -> Vec<f32> {
        SCRATCH.with(RefCell::take)
    }

    pub(super) fn give(buffer: Vec<f32>) {
        SCRATCH.with(|kept| kept.replace(buffer));
    }
}

/// In WebAssembly what is local to a thread is the same for all of them: they share what is kept.
#[cfg(target_family = "wasm")]
mod kept {
    use fireside_threads::Lock;

    static SCRATCH: Lock<Vec<Vec<f32>>> = Lock::new(Vec::new());

    pub(super) fn take() -> Vec<f32> {
        SCRATCH.lock().pop().unwrap_or_default()
    }

    pub(super) fn give(buffer: Vec<f32>) {
        SCRATCH.lock().push(buffer);
    }
}
