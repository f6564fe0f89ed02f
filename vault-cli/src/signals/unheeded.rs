//! Signals where they are not heeded. Nobody has tried this yet.

use std::io;

/// Nothing: Ctrl-C ends the process.
#[derive(Debug)]
pub struct Interrupt;

impl Interrupt {
    /// Looks out for nothing.
    ///
    /// # Errors
    /// Never.
    pub const fn watch() -> io::Result<Self> {
        Ok(Self)
    }

    /// Never.
    pub const fn is_raised(&self) -> bool {
        false
    }
}
