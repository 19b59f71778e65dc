//! The system's allocator behind a lock: in WebAssembly it has none of its own.

use std::alloc::{GlobalAlloc, Layout, System};

use crate::Lock;

/// Declare it as the `#[global_allocator]` of a module that has helpers.
#[derive(Debug)]
pub struct Allocator(Lock<()>);

impl Allocator {
    /// There is one per module.
    #[expect(clippy::new_without_default, reason = "it is made as a static")]
    pub const fn new() -> Self {
        Self(Lock::new(()))
    }
}

// SAFETY: all of it is the system's allocator, by one at a time.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _held = self.0.lock();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let _held = self.0.lock();
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let _held = self.0.lock();
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _held = self.0.lock();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(at, layout, size) }
    }
}
