//! What is done and said where the disk failed so late that an act may stand.

use std::path::Path;

use vault_core::error::{Error, StoreError};

use crate::failure::Failure;

/// Removes the words that were written down for an act that failed. Where the act may stand all the
/// same they stay: a person who is invited could never enrol without them.
pub(crate) fn remove_unless_uncertain(out: &Path, error: &Error) {
    if !matches!(error, Error::Store(StoreError::Uncertain)) {
        drop(std::fs::remove_file(out));
    }
}

/// A failure after the act stands: nobody is told that it was not done.
pub(crate) fn after_the_act(error: Error) -> Failure {
    let late = matches!(
        error,
        Error::Store(StoreError::Device | StoreError::Full | StoreError::Unwritable)
    );
    if late {
        Error::Store(StoreError::Uncertain).into()
    } else {
        error.into()
    }
}
