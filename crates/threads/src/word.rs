//! A number that several threads read and write.

#[cfg(target_family = "wasm")]
use std::cell::UnsafeCell;

#[cfg(target_family = "wasm")]
#[link(wasm_import_module = "fireside:atomics")]
unsafe extern "C" {
    fn load(at: *const u32) -> u32;
    fn store(at: *mut u32, to: u32);
    fn swap(at: *mut u32, to: u32) -> u32;
    fn add(at: *mut u32, by: u32) -> u32;
    fn wait(at: *const u32, is: u32, nanoseconds: i64) -> u32;
    fn wake(at: *const u32, most: u32) -> u32;
}

/// Every access is atomic and in one order for all.
#[cfg(target_family = "wasm")]
pub(crate) struct Word(UnsafeCell<u32>);

// SAFETY: only reached through atomic instructions.
#[cfg(target_family = "wasm")]
unsafe impl Sync for Word {}

// SAFETY (all calls): the address is that of a `u32` that lives as long as `self`, and is aligned as one.
#[cfg(target_family = "wasm")]
impl Word {
    pub(crate) const fn new(value: u32) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub(crate) fn load(&self) -> u32 {
        unsafe { load(self.0.get()) }
    }

    pub(crate) fn store(&self, value: u32) {
        unsafe { store(self.0.get(), value) }
    }

    /// The number before.
    pub(crate) fn swap(&self, value: u32) -> u32 {
        unsafe { swap(self.0.get(), value) }
    }

    /// The number before.
    pub(crate) fn add(&self, by: u32) -> u32 {
        unsafe { add(self.0.get(), by) }
    }

    /// Sleeps while the number is `value`, at most so long.
    pub(crate) fn wait(&self, value: u32, milliseconds: u32) {
        unsafe { wait(self.0.get(), value, i64::from(milliseconds) * 1_000_000) };
    }

    /// Wakes all that wait.
    pub(crate) fn wake(&self) {
        unsafe { wake(self.0.get(), u32::MAX) };
    }
}

#[cfg(not(target_family = "wasm"))]
pub(crate) struct Word(std::sync::atomic::AtomicU32);

#[cfg(not(target_family = "wasm"))]
impl Word {
    pub(crate) const fn new(value: u32) -> Self {
        Self(std::sync::atomic::AtomicU32::new(value))
    }

    pub(crate) fn load(&self) -> u32 {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) fn store(&self, value: u32) {
        self.0.store(value, std::sync::atomic::Ordering::SeqCst);
    }

    pub(crate) fn swap(&self, value: u32) -> u32 {
        self.0.swap(value, std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) fn add(&self, by: u32) -> u32 {
        self.0.fetch_add(by, std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) fn wait(&self, value: u32, milliseconds: u32) {
        for _ in 0..milliseconds.saturating_mul(10) {
            if self.load() != value {
                break;
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
    }

    pub(crate) fn wake(&self) {}
}

/// Reads a word again and again for a while; whether it became something else. Sleeping and waking takes longer than most waits.
pub(crate) fn watch(word: &Word, value: u32, times: u32) -> bool {
    for _ in 0..times {
        if word.load() != value {
            return true;
        }
        std::hint::spin_loop();
    }
    false
}
