//! Words for backups that cannot be made, and for those that are not put back.

use vault_core::error::{BadBackup, StoreError};
use vault_core::id::RecordSeq;

use super::{Wording, said, store};
use crate::exit::ExitStatus;

pub(super) fn not_copied(record: Option<RecordSeq>, why: &StoreError) -> Wording {
    let (what, hint) = match why {
        StoreError::Exists => (
            "there is a file of that name already, and nothing is ever written over a file",
            "choose another name",
        ),
        StoreError::Missing => (
            "the folder for the copy does not exist",
            "make the folder first, or choose another",
        ),
        StoreError::Unwritable => (
            "the copy cannot be written there",
            "choose another folder, or look whether the disk is read-only",
        ),
        StoreError::Full => (
            "the disk for the copy is full",
            "free some space there or choose another disk, and try again",
        ),
        StoreError::Device => (
            "the disk or drive for the copy did not work",
            "try another one",
        ),
        StoreError::Busy => (
            "the vault file is busy: another program is using it",
            "wait until the other program has finished and try again",
        ),
        StoreError::Damaged | StoreError::RowChanged(_) | StoreError::Log(_) => (
            "the copy does not verify",
            "check the vault itself: coffer log verify --state",
        ),
        StoreError::NotAFile
        | StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Unreadable
        | StoreError::Uncertain
        | StoreError::RolledBack(_)
        | StoreError::Forgotten
        | StoreError::NoEntropy
        | StoreError::Internal(_) => {
            return store::wording(why);
        }
    };
    let recorded = record.map_or_else(
        || "nothing was recorded".to_owned(),
        |record| format!("that it was begun is on record, as number {record}"),
    );
    said(format!("{what}; no copy is left, and {recorded}"), hint)
}

/// The copy stands, and the vault does not know.
pub(super) fn not_noted(record: RecordSeq, why: &StoreError) -> Wording {
    let (what, hint) = match why {
        StoreError::Uncertain => (
            "the disk or drive failed while that was recorded",
            "check the drive",
        ),
        StoreError::Busy => (
            "another program is using the vault file",
            "wait until the other program has finished",
        ),
        StoreError::Full => ("the disk of the vault is full", "free some space there"),
        StoreError::Missing
        | StoreError::Exists
        | StoreError::NotAFile
        | StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Unwritable
        | StoreError::Unreadable
        | StoreError::Device
        | StoreError::Damaged
        | StoreError::RowChanged(_)
        | StoreError::Log(_)
        | StoreError::RolledBack(_)
        | StoreError::Forgotten
        | StoreError::NoEntropy
        | StoreError::Internal(_) => ("the vault could not record it", "run coffer log verify"),
    };
    said(
        format!(
            "the copy was made and read back, but {what}: only that it was begun is surely on record, \
             as number {record}, and it may not count"
        ),
        format!("keep the copy; {hint}, and see with coffer status whether another is wanted"),
    )
}

/// Words are erased, and the file could not be written anew.
pub(super) fn not_rebuilt(record: Option<RecordSeq>, why: &StoreError) -> Wording {
    let done = record.map_or_else(
        || "the words were erased before".to_owned(),
        |record| format!("the words are erased, which is on record as number {record}"),
    );
    let (why, hint) = match why {
        StoreError::Full => ("the disk is full", "free as much space as the file has"),
        StoreError::Busy => (
            "another program is using it",
            "wait until the other program has finished",
        ),
        StoreError::Missing
        | StoreError::Exists
        | StoreError::NotAFile
        | StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Unwritable
        | StoreError::Unreadable
        | StoreError::Device
        | StoreError::Uncertain
        | StoreError::Damaged
        | StoreError::RowChanged(_)
        | StoreError::Log(_)
        | StoreError::RolledBack(_)
        | StoreError::Forgotten
        | StoreError::NoEntropy
        | StoreError::Internal(_) => ("the disk or drive did not work", "check the drive"),
    };
    said(
        format!(
            "{done}; but the file could not be written anew, since {why}: parts of them may still \
             stand in it"
        ),
        format!("{hint}, then run the same command again, which finishes it"),
    )
}

pub(super) fn bad_copy(why: &StoreError) -> Wording {
    let (why, _) = store::wording(why);
    said(
        format!("the copy cannot be read, and nothing of it was brought in: {why}"),
        "bring in the journals of the openings that stand beside it (opening-….jsonl), and keep the \
         copy as evidence",
    )
}

pub(super) const fn bad_backup_status(why: &BadBackup) -> ExitStatus {
    match why {
        BadBackup::Store(why) => store::status(why),
        BadBackup::Unmerged(_) => ExitStatus::Found,
        BadBackup::Checksum => ExitStatus::StoreDamaged,
    }
}

pub(super) fn bad_backup(why: &BadBackup) -> Wording {
    if let BadBackup::Unmerged(record) = why {
        return said(
            format!(
                "the envelope was opened on that copy (its record {record}), which the vault file does \
                 not know yet: to put the copy in its place would lose what was recorded here since; \
                 nothing was changed"
            ),
            "bring the opening in first, with the same path: coffer log merge FILE; where nobody is left who \
             could, move the vault file to another place, keep it, and run this again",
        );
    }
    let why = match why {
        BadBackup::Checksum => "it is not the file that its .sha256 file speaks of".to_owned(),
        BadBackup::Store(why) => store::wording(why).0,
        BadBackup::Unmerged(_) => "it is not as it should be".to_owned(),
    };
    said(
        format!("the backup is not put back, and nothing was changed: {why}"),
        "use another backup, and keep this one as it is",
    )
}
