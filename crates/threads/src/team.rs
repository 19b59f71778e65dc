//! An owner that splits its work, and helpers that take pieces of it.

use crate::Lock;
use crate::word::{Word, watch};
use std::ops::Range;

/// How often a helper looks for work before it sleeps, and an owner for the last piece. Waking takes some 30 microseconds; so do
/// the parts of a step that are not split.
const LOOKS: u32 = 20_000;
/// A sleeper looks around this often, in milliseconds.
const NAP: u32 = 1_000;
/// After so many naps in which no piece was finished, the owner no longer believes in its helpers: a browser may end a worker
/// without a word.
const NAPS: u32 = 60;

/// What is being split. The closure is only called between the beginning and the end of [`Team::split`].
struct Task {
    work: *const (dyn Fn(usize) + Sync),
    /// The pieces that nobody has taken: the owner begins at the front, helpers at the back. So each gets the same part of a batch
    /// from one operation to the next, and finds it in its own core's cache.
    left: Range<usize>,
}

/// From which end pieces are taken.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

// SAFETY: what it points to is `Sync`, and outlives every call (see `Team::split`).
unsafe impl Send for Task {}

/// One owner and any number of helpers on one memory.
pub struct Team {
    task: Lock<Option<Task>>,
    /// Counts what was split.
    turn: Word,
    /// Pieces of the task that are not done.
    open: Word,
    /// Something is being split.
    busy: Word,
    helpers: Word,
    /// Helpers that sleep.
    asleep: Word,
    helped: Word,
    /// Helpers that died.
    lost: Word,
}

impl Team {
    /// Of an owner alone.
    #[expect(clippy::new_without_default, reason = "it is made as a static")]
    pub const fn new() -> Self {
        Self {
            task: Lock::new(None),
            turn: Word::new(0),
            open: Word::new(0),
            busy: Word::new(0),
            helpers: Word::new(0),
            asleep: Word::new(0),
            helped: Word::new(0),
            lost: Word::new(0),
        }
    }

    /// See [`crate::threads`].
    pub fn threads(&self) -> usize {
        self.helpers.load() as usize + 1
    }

    /// See [`crate::helped`].
    pub fn helped(&self) -> usize {
        self.helped.load() as usize
    }

    /// See [`crate::helper_lost`].
    pub fn lose(&self) {
        self.lost.add(1);
        self.open.wake();
    }

    /// See [`crate::split`].
    ///
    /// # Panics
    /// If a helper died.
    pub fn split(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        if count < 2 || self.helpers.load() == 0 || self.busy.swap(1) == 1 {
            (0..count).for_each(work);
            return;
        }
        // SAFETY: only the lifetime changes. Pieces are claimed below `count` and counted when they are done; this function
        // does not return before all are. (A panic of a piece on the owner ends a WebAssembly module.)
        let work: *const (dyn Fn(usize) + Sync) =
            unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), _>(work) };
        self.open.store(u32::try_from(count).expect("fewer pieces"));
        *self.task.lock() = Some(Task {
            work,
            left: 0..count,
        });
        self.turn.add(1);
        if self.asleep.load() > 0 {
            self.turn.wake();
        }
        while self.piece(End::Front) {}
        self.wait_for_the_last();
        self.busy.store(0);
    }

    fn wait_for_the_last(&self) {
        let mut naps = 0;
        loop {
            let open = self.open.load();
            if open == 0 {
                return;
            }
            if watch(&self.open, open, LOOKS) {
                continue;
            }
            self.open.wait(open, NAP);
            naps = if self.open.load() == open {
                naps + 1
            } else {
                0
            };
            assert!(
                self.lost.load() == 0 && naps < NAPS,
                "a thread of the CPU engine has stopped"
            );
        }
    }

    /// Does one piece of the task; false: there is none left.
    fn piece(&self, end: End) -> bool {
        let claimed = {
            let mut held = self.task.lock();
            let piece = held.as_mut().and_then(|task| {
                let piece = match end {
                    End::Front => task.left.next(),
                    End::Back => task.left.next_back(),
                };
                piece.map(|piece| (task.work, piece))
            });
            if piece.is_none() {
                *held = None;
            }
            piece
        };
        let Some((work, at)) = claimed else {
            return false;
        };
        // SAFETY: this piece is counted as open, so `split` has not returned, and the closure is there.
        unsafe { (*work)(at) };
        if self.open.add(u32::MAX) == 1 {
            self.open.wake();
        }
        true
    }

    /// See [`crate::help`].
    pub fn help(&self) -> ! {
        self.helpers.add(1);
        loop {
            let turn = self.turn.load();
            while self.piece(End::Back) {
                self.helped.add(1);
            }
            if watch(&self.turn, turn, LOOKS) {
                continue;
            }
            self.asleep.add(1);
            self.turn.wait(turn, NAP);
            self.asleep.add(u32::MAX);
        }
    }
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Team")
            .field("threads", &self.threads())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Helpers for the rest of the test's process.
    fn team(helpers: usize) -> &'static Team {
        let team: &'static Team = Box::leak(Box::new(Team::new()));
        for _ in 0..helpers {
            std::thread::spawn(|| team.help());
        }
        while team.threads() != helpers + 1 {
            std::thread::yield_now();
        }
        team
    }

    #[test]
    fn every_piece_is_done_once_with_any_number_of_helpers() {
        for helpers in [0, 1, 3] {
            let team = team(helpers);
            for count in [0, 1, 2, 7, 100] {
                for _ in 0..50 {
                    let done: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
                    team.split(count, &|at| {
                        done[at].fetch_add(1, Ordering::Relaxed);
                    });
                    assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 1));
                }
            }
        }
    }

    #[test]
    fn helpers_take_their_share() {
        let team = team(1);
        while team.helped() == 0 {
            team.split(8, &|_| {
                std::thread::sleep(std::time::Duration::from_millis(1));
            });
        }
    }

    #[test]
    fn what_is_split_inside_a_piece_is_done_by_one() {
        let team = team(2);
        let sum = AtomicU32::new(0);
        team.split(4, &|outer| {
            let thread = std::thread::current().id();
            team.split(5, &|inner| {
                assert_eq!(std::thread::current().id(), thread);
                sum.fetch_add((outer * 5 + inner) as u32, Ordering::Relaxed);
            });
        });
        assert_eq!(sum.load(Ordering::Relaxed), (0..20).sum());
    }

    #[test]
    fn after_a_pause_helpers_wake() {
        let team = team(1);
        while team.asleep.load() == 0 {
            std::thread::yield_now();
        }
        let before = team.helped();
        for _ in 0..100 {
            team.split(4, &|_| {
                std::thread::sleep(std::time::Duration::from_millis(1));
            });
        }
        assert!(team.helped() > before);
    }

    #[test]
    fn a_helper_that_dies_ends_the_owner_too() {
        let team: &'static Team = Box::leak(Box::new(Team::new()));
        // It took a piece, and never came back.
        team.helpers.add(1);
        let taken = std::thread::spawn(|| {
            loop {
                if let Some(task) = &mut *team.task.lock() {
                    task.left.next_back();
                    break;
                }
            }
            team.lose();
        });
        let owner = std::thread::spawn(|| {
            team.split(2, &|_| {
                std::thread::sleep(std::time::Duration::from_millis(50));
            });
        });
        assert!(owner.join().is_err());
        assert!(taken.join().is_ok());
    }
}
