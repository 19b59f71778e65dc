//! The bytes of a file with a meter: however a hostile file refers to itself, only so much is read from it.

use hdf5_pure::{FormatError, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one reading counts beside its bytes, so that many small ones end too.
const CALL: usize = 64;
/// Room for reading tables and headers again: every path is looked up from its group.
const TABLES: usize = 64 << 20;
/// How often the data itself may be read.
const TIMES: usize = 4;

/// A file in memory that serves a bounded number of bytes in all. Clones share file and meter.
///
/// Strings of attributes lie in heaps that many references may share: 4,000 references of 16 bytes to one
/// string of a megabyte would be 4 GB. Every one of them is read through here, so the meter stops them.
#[derive(Clone)]
pub struct Metered {
    bytes: Arc<Vec<u8>>,
    left: Arc<AtomicUsize>,
}

impl Metered {
    pub fn new(bytes: Vec<u8>) -> Self {
        let limit = limit(bytes.len());
        Self {
            bytes: Arc::new(bytes),
            left: Arc::new(AtomicUsize::new(limit)),
        }
    }

    /// Bytes that are served in all.
    pub fn limit(&self) -> usize {
        limit(self.bytes.len())
    }

    /// Length of the file.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the meter has stopped a reading.
    pub fn exhausted(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }
}

const fn limit(length: usize) -> usize {
    length.saturating_mul(TIMES).saturating_add(TABLES)
}

impl Source for Metered {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let left = self.left.load(Ordering::Relaxed);
        let cost = buffer.len().saturating_add(CALL);
        let Some(rest) = left.checked_sub(cost).filter(|rest| *rest > 0) else {
            self.left.store(0, Ordering::Relaxed);
            return Err(FormatError::Source(
                "the file refers to more than it holds".into(),
            ));
        };
        self.left.store(rest, Ordering::Relaxed);
        let start = usize::try_from(offset).ok();
        let range = start.and_then(|start| Some(start..start.checked_add(buffer.len())?));
        match range.and_then(|range| self.bytes.get(range)) {
            Some(found) => {
                buffer.copy_from_slice(found);
                Ok(())
            }
            None => Err(FormatError::UnexpectedEof {
                expected: buffer.len(),
                available: self.bytes.len().saturating_sub(start.unwrap_or(usize::MAX)),
            }),
        }
    }
}
