//! The leaves of the tree, as the stored lines give them.

use super::act::Act;
use super::{StoreError, log};
use crate::audit::ledger::leaf_of;
use crate::crypto::digest::Digest;

impl Act<'_> {
    /// The leaf hash of the record at `seq`, where there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn leaf(&self, seq: u64) -> Result<Option<Digest>, StoreError> {
        log::leaf(&self.transaction, seq)
    }

    /// Calls `each` with the leaf hash of every record, in order.
    ///
    /// # Errors
    /// [`StoreError`], also where a number is missing.
    pub fn leaves(&self, mut each: impl FnMut(Digest)) -> Result<(), StoreError> {
        log::lines(&self.transaction, 0, &mut |line| {
            each(leaf_of(line));
            Ok(())
        })
    }
}
