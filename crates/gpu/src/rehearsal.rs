//! Compiling before the first step: what a step would launch is written down instead of launched, and
//! then each kernel that is new is launched once, alone and for a single workgroup, so that progress can be shown.

use crate::kernel::Identity;
use crate::launch::Launch;
use std::cell::RefCell;
use std::collections::HashSet;

#[derive(Default)]
struct Notes {
    seen: HashSet<Identity>,
    launches: Vec<Launch>,
}

thread_local! {
    static NOTES: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// Whether a rehearsal is going on; then the launch is noted down, if its kernel is new.
pub(crate) fn takes(identity: &Identity, known: bool, launch: &Launch) -> bool {
    NOTES.with_borrow_mut(|notes| {
        let Some(notes) = notes else { return false };
        if !known && notes.seen.insert(identity.clone()) {
            notes.launches.push(launch.clone());
        }
        true
    })
}

/// Kernels that were never launched before, with arguments of the right sizes.
pub struct Rehearsal {
    launches: std::vec::IntoIter<Launch>,
}

/// Runs `work` without launching a kernel of ours; its results are numbers that nobody wrote.
///
/// Nothing in `work` may wait for the device.
pub fn rehearse(work: impl FnOnce()) -> Rehearsal {
    NOTES.replace(Some(Notes::default()));
    work();
    let notes = NOTES.replace(None).unwrap_or_default();
    Rehearsal {
        launches: notes.launches.into_iter(),
    }
}

impl Rehearsal {
    /// Kernels that are left.
    pub fn left(&self) -> usize {
        self.launches.len()
    }

    /// Compiles the next kernel and waits until it ran. `false` when none is left.
    ///
    /// # Errors
    /// What the device says when it refuses the kernel or is lost.
    pub async fn next(&mut self) -> Result<bool, String> {
        let Some(launch) = self.launches.next() else {
            return Ok(false);
        };
        let client = launch.client();
        // A device compiles a kernel whole, however little of it is asked for.
        launch.run([1, 1, 1]);
        if let Some(client) = client {
            client.sync().await.map_err(|error| error.to_string())?;
        }
        Ok(true)
    }
}
