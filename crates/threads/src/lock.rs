//! Something that one thread at a time may touch.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

use crate::word::{Word, watch};

/// A lock for what takes a moment: who finds it taken looks again and again, and then naps.
pub struct Lock<T> {
    taken: Word,
    value: UnsafeCell<T>,
}

// SAFETY: `value` is only reached through a `Held`, of which there is one at a time.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Lets go when it is dropped.
pub struct Held<'a, T>(&'a Lock<T>);

const FREE: u32 = 0;
const TAKEN: u32 = 1;

impl<T> Lock<T> {
    /// Around a value.
    pub const fn new(value: T) -> Self {
        Self {
            taken: Word::new(FREE),
            value: UnsafeCell::new(value),
        }
    }

    /// The value, for oneself. Asking again while one has it never ends.
    pub fn lock(&self) -> Held<'_, T> {
        while self.taken.swap(TAKEN) == TAKEN {
            if !watch(&self.taken, TAKEN, 1_000) {
                self.taken.wait(TAKEN, 1);
            }
        }
        Held(self)
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and `self` borrowed alone.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.0.taken.store(FREE);
    }
}

impl<T> std::fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lock").finish_non_exhaustive()
    }
}
