//! How much a reader may unpack, whatever a file says of itself.

use crate::FormatError;

/// Bounds of one reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tensors in one file.
    pub tensors: usize,
    /// Bytes of all tensors together, unpacked, as they lie in the file or as `f32`, whichever is more.
    pub bytes: usize,
}

impl Default for Limits {
    /// 10,000 tensors and 1 GiB: VGG19 with 143,667,240 weights has 38 and 575 MB.
    fn default() -> Self {
        Self {
            tensors: 10_000,
            bytes: 1 << 30,
        }
    }
}

/// What is left of the bounds while a file is read.
pub(crate) struct Room {
    format: &'static str,
    limits: Limits,
    tensors: usize,
    bytes: usize,
}

impl Room {
    pub const fn new(format: &'static str, limits: Limits) -> Self {
        Self {
            format,
            limits,
            tensors: limits.tensors,
            bytes: limits.bytes,
        }
    }

    /// Counts one tensor.
    ///
    /// # Errors
    /// `foreign_too_large`: too many tensors.
    pub fn tensor(&mut self) -> Result<(), FormatError> {
        let left = self.tensors.checked_sub(1);
        self.tensors = left.ok_or(self.too_large("tensors", self.limits.tensors))?;
        Ok(())
    }

    /// Takes room for `bytes` bytes.
    ///
    /// # Errors
    /// `foreign_too_large`: too many bytes.
    pub fn take(&mut self, bytes: u64) -> Result<(), FormatError> {
        let bytes = usize::try_from(bytes).ok();
        let left = bytes.and_then(|bytes| self.bytes.checked_sub(bytes));
        self.bytes = left.ok_or(self.too_large("bytes", self.limits.bytes))?;
        Ok(())
    }

    const fn too_large(&self, what: &'static str, limit: usize) -> FormatError {
        FormatError::TooLarge {
            format: self.format,
            what,
            limit,
        }
    }
}
