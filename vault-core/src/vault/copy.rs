//! What a vault file says of itself: that it is a copy, and not the vault that people work with.

use super::Vault;
pub use crate::audit::fact::CopyKind;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::time::Timestamp;

/// A file that says of itself that it is a copy. Whoever has the file can make it say so, or not:
/// messages and reminders follow it, and no rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyMark {
    /// What it was made for.
    pub kind: CopyKind,
    /// The record at which it was made; of backups and kits, the record of them.
    pub record: RecordSeq,
    /// When that record was made, by the clock of whoever made it.
    pub time: Timestamp,
    /// How many records follow that one: what was done on the copy, and with a backup what others
    /// did while it was copied.
    pub since: u64,
}

impl Vault {
    /// What this file says of itself; `None` where it does not say that it is a copy.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn copy(&self) -> Result<Option<CopyMark>, Error> {
        let Some((mark, record)) = self.store.mark()? else {
            return Ok(None);
        };
        Ok(Some(CopyMark {
            kind: mark.kind,
            record: mark.record,
            time: record.time,
            since: self.ledger.size.saturating_sub(mark.record.get() + 1),
        }))
    }
}
