//! What can go wrong with the file.

use rusqlite::ErrorCode;

use crate::audit::flaw::BadRecord;
use crate::audit::row::RowKey;
use crate::audit::seen::Rollback;
use crate::crypto::random::NoEntropy;
use crate::crypto::recipient::WrapFailed;

/// Why the store could not do what was asked. Nothing was changed, but perhaps for
/// [`StoreError::Uncertain`].
#[derive(Debug)]
pub enum StoreError {
    /// There is no file.
    Missing,
    /// There is a file where a new one was to be made.
    Exists,
    /// It is a link, a folder or something else that is not a plain file.
    NotAFile,
    /// It is not a vault.
    NotAVault,
    /// It was made by a later version of this program.
    TooNew(i64),
    /// Another process is writing to it, or holds it.
    Busy,
    /// It cannot be written: a read-only medium or folder, or a missing right.
    Unwritable,
    /// It cannot be read: a missing right.
    Unreadable,
    /// The disk is full.
    Full,
    /// The device failed.
    Device,
    /// The device failed while the act was made durable: it stands whole, or not at all, and the
    /// next who opens the file sees which.
    Uncertain,
    /// The file's structure is damaged, or its schema is not the one this program makes.
    Damaged,
    /// A row is not what the log says it is.
    RowChanged(RowKey),
    /// The log does not verify.
    Log(BadRecord),
    /// The file is older than this machine has seen it, or went another way.
    RolledBack(Box<Rollback>),
    /// What this machine remembered of the log was damaged. It is forgotten now.
    Forgotten,
    /// The operating system gave no randomness.
    NoEntropy,
    /// A rule of this program was broken: a fault in it, never in the input.
    Internal(&'static str),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::ReadOnly | ErrorCode::CannotOpen => Self::Unwritable,
                ErrorCode::PermissionDenied => Self::Unreadable,
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::SystemIoFailure => Self::Device,
                ErrorCode::NotADatabase => Self::NotAVault,
                ErrorCode::ConstraintViolation => Self::Internal("a constraint of the store"),
                _ => Self::Damaged,
            },
            _ => Self::Damaged,
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Unwritable,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Device,
        }
    }
}

impl From<WrapFailed> for StoreError {
    fn from(failed: WrapFailed) -> Self {
        match failed {
            WrapFailed::NoEntropy => Self::NoEntropy,
            WrapFailed::Refused => Self::Internal("a recipient that cannot be wrapped to"),
        }
    }
}

impl From<NoEntropy> for StoreError {
    fn from(_: NoEntropy) -> Self {
        Self::NoEntropy
    }
}

impl From<BadRecord> for StoreError {
    fn from(bad: BadRecord) -> Self {
        Self::Log(bad)
    }
}
