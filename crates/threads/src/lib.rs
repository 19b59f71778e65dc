//! Several threads for the CPU engine in a browser.
//!
//! Stable Rust compiles its standard library for WebAssembly without atomic instructions, so an engine made of it cannot have
//! threads in the usual way: no `std::thread`, and no `Mutex` that locks. It needs little of that. One worker, the *owner*, runs
//! the engine as before. Other workers, the *helpers*, hold instances of the same module on the same memory and only ever run
//! pieces of the closures that the owner hands to [`split`]: loops over slices that lie apart. What such a piece touches besides
//! its slices is the allocator, which has a lock ([`Allocator`]), and what its author keeps in a [`Lock`].
//!
//! The atomic instructions that this takes are imports of the module (`fireside:atomics`); the build (`crates/xtask/src/share.rs`)
//! puts the instructions in their place, and makes the memory one that can be shared. Natively they are those of `core`, so that
//! the tests run the same code on threads; a native program uses rayon instead and has no helpers.
//!
//! **A piece must not** touch thread-locals, `RefCell`s or anything else of the standard library that counts on being alone, nor
//! call JavaScript. It may panic: that ends the helper, [`helper_lost`] is called, and the owner panics, too.

mod allocator;
mod lock;
mod team;
mod word;

pub use allocator::Allocator;
pub use lock::Lock;
pub use team::Team;

static TEAM: Team = Team::new();

/// Calls `work` with every number below `count`, in any order and, where there are helpers, at once.
///
/// Back when all are done. Whoever is called from a piece does the work alone.
pub fn split(count: usize, work: &(dyn Fn(usize) + Sync)) {
    TEAM.split(count, work);
}

/// [`split`] over the parts of `output`, `length` numbers each; the last may be shorter. `work` gets a part's number and the part.
pub fn for_parts<T: Send>(
    output: &mut [T],
    length: usize,
    work: &(dyn Fn(usize, &mut [T]) + Sync),
) {
    let (length, total) = (length.max(1), output.len());
    let start = Start(output.as_mut_ptr());
    split(total.div_ceil(length), &|index| {
        let from = index * length;
        // SAFETY: parts lie apart and inside `output`, which is borrowed alone until all of them are done.
        let part =
            unsafe { std::slice::from_raw_parts_mut(start.at(from), length.min(total - from)) };
        work(index, part);
    });
}

/// Where a slice begins whose parts different threads get.
struct Start<T>(*mut T);

// SAFETY: it is only a place; what is done there is said where it is done.
unsafe impl<T: Send> Sync for Start<T> {}

impl<T> Start<T> {
    fn at(&self, index: usize) -> *mut T {
        self.0.wrapping_add(index)
    }
}

/// How many work on what is split, the owner included.
pub fn threads() -> usize {
    TEAM.threads()
}

/// Pieces that helpers have done so far.
pub fn helped() -> usize {
    TEAM.helped()
}

/// The life of a helper: does pieces, sleeps when there are none, never returns.
pub fn help() -> ! {
    TEAM.help()
}

/// Call when a helper has died: the owner, which may wait for its piece, panics.
pub fn helper_lost() {
    TEAM.lose();
}
