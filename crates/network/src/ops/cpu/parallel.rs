//! Work that is split by pictures: over the threads of rayon's pool natively, over the engine's helpers in
//! WebAssembly. Where parts are summed, the split does not depend on the number of threads: so no result does.

use std::mem::MaybeUninit;

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

/// The numbers that `work(index, part)` makes of parts of `length` (the last may be shorter), which begin as zeros: each is zeroed
/// by the thread that fills it, while it is in that core's cache.
pub(super) fn filled(
    total: usize,
    length: usize,
    work: &(dyn Fn(usize, &mut [f32]) + Sync),
) -> Vec<f32> {
    let mut output = Vec::with_capacity(total);
    let spare = &mut output.spare_capacity_mut()[..total];
    for_parts(spare, length, |index, part| {
        part.fill(MaybeUninit::new(0.0));
        // SAFETY: all of it was just written.
        work(index, unsafe { part.assume_init_mut() });
    });
    // SAFETY: the parts are all of it.
    unsafe { output.set_len(total) };
    output
}

/// So many zeros, written by all threads.
pub(super) fn zeros(total: usize) -> Vec<f32> {
    filled(total, 1 << 16, &|_, _| ())
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

/// In WebAssembly what is local to a thread is the same for all of them: they share what is kept. A buffer goes back to whom it
/// came from all the same, because its numbers are in that core's cache; a thread is known by where its stack lies.
#[cfg(target_family = "wasm")]
mod kept {
    use fireside_threads::Lock;

    /// Stacks are farther apart than what a thread has on its own.
    const STACK: usize = 1 << 19;

    static SCRATCH: Lock<Vec<(usize, Vec<f32>)>> = Lock::new(Vec::new());

    fn here() -> usize {
        let mark = 0u8;
        (&raw const *core::hint::black_box(&mark)).addr()
    }

    pub(super) fn take() -> Vec<f32> {
        let mut kept = SCRATCH.lock();
        let own = |(home, _): &(usize, Vec<f32>)| home.abs_diff(here()) < STACK;
        let at = kept.iter().rposition(own);
        at.map_or_else(Vec::new, |at| kept.remove(at).1)
    }

    pub(super) fn give(buffer: Vec<f32>) {
        SCRATCH.lock().push((here(), buffer));
    }
}
