//! Words for what goes wrong with the vault file and the access log.

use vault_core::error::{BadRecord, Flaw, StoreError, Unentitled};
use vault_core::vault::copy::{CopyKind, CopyMark};
use vault_core::vault::{LastSeen, Rollback};

use super::{Wording, said};
use crate::exit::ExitStatus;
use crate::output::{counted, for_people};

const RESTORE: &str =
    "keep the file as it is, and put your last good copy in its place: coffer restore";

pub(super) const fn status(error: &StoreError) -> ExitStatus {
    match error {
        StoreError::Exists => ExitStatus::Usage,
        StoreError::Missing
        | StoreError::NotAFile
        | StoreError::Unwritable
        | StoreError::Unreadable
        | StoreError::Full
        | StoreError::Forgotten
        | StoreError::Device
        | StoreError::NoEntropy
        | StoreError::Uncertain => ExitStatus::InputOutput,
        StoreError::Busy => ExitStatus::Busy,
        StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Damaged
        | StoreError::RowChanged(_) => ExitStatus::StoreDamaged,
        StoreError::Log(_) | StoreError::RolledBack(_) => ExitStatus::LogBroken,
        StoreError::Internal(_) => ExitStatus::Fault,
    }
}

pub(super) fn wording(error: &StoreError) -> Wording {
    match error {
        StoreError::Missing => said(
            "there is no vault file there",
            "check --vault or COFFER_VAULT, or found a vault with coffer init",
        ),
        StoreError::Exists => said(
            "there is a file of that name already, and a vault is never founded over one",
            "choose another name with --vault FILE",
        ),
        StoreError::NotAFile => said(
            "what stands there is not a plain file",
            "name the vault file itself, not a link or folder",
        ),
        StoreError::NotAVault => said(
            "the file is not a vault, or its beginning is damaged",
            "check --vault or COFFER_VAULT; if the name is right, use your last good copy",
        ),
        StoreError::TooNew(_) => said(
            "the vault was made by a later version of coffer",
            "install the latest version",
        ),
        StoreError::Damaged => said("the vault file is damaged", RESTORE),
        StoreError::RowChanged(row) => said(
            format!("part of the vault file was changed by something other than coffer: {row}"),
            RESTORE,
        ),
        StoreError::Log(bad) => said(
            format!(
                "the access log does not verify: record {}: {}",
                bad.seq,
                flaw(bad)
            ),
            "do not use this file; keep it as evidence and tell the clerk and the IT provider",
        ),
        StoreError::RolledBack(rollback) => rolled_back(rollback),
        StoreError::Forgotten => said(
            "what this computer remembered of the vault was damaged and is thrown away; nothing \
             was changed",
            "try again: the vault itself is read from its beginning then",
        ),
        StoreError::NoEntropy => said(
            "the computer gave no random numbers, and nothing secret is made without them",
            "restart the computer and try again",
        ),
        StoreError::Busy
        | StoreError::Unwritable
        | StoreError::Unreadable
        | StoreError::Full
        | StoreError::Device
        | StoreError::Uncertain => device(error),
        StoreError::Internal(_) => fault(),
    }
}

/// This machine has seen records that the file does not have.
pub(crate) fn rolled_back(rollback: &Rollback) -> Wording {
    let seen = &rollback.seen;
    let when = for_people(seen.time);
    let (then, now) = (records(seen.size), records(rollback.size));
    if rollback.is_elsewhere() {
        return rolled_back_elsewhere(rollback);
    }
    let what = if rollback.is_behind() {
        format!(
            "this is an older copy of the vault: it had {then} when you last used it on {when}, \
             now it has {now}"
        )
    } else {
        format!(
            "this copy of the vault went its own way: the {then} that you last used on {when} are \
             not the first of the {now} in it now"
        )
    };
    said(
        what,
        "look for the newer file and ask who put this one here; if the envelope was opened on this \
         one, keep it, put the newer one back and bring the opening in: coffer log merge; if the \
         newer one is lost for good, coffer log accept-rollback",
    )
}

/// The newer file stands somewhere else, by what this machine has seen.
fn rolled_back_elsewhere(rollback: &Rollback) -> Wording {
    let Rollback { seen, file, .. } = rollback;
    let when = for_people(seen.time);
    let (then, now) = (records(seen.size), records(rollback.size));
    let what = if rollback.is_behind() {
        format!(
            "{file} is an older copy of the vault: it has {now}, and {}, which you last used on \
             {when}, had {then}",
            seen.file
        )
    } else {
        format!(
            "{file} is a copy of the vault that went its own way: the {then} of {}, which you last \
             used on {when}, are not the first of its {now}",
            seen.file
        )
    };
    let hint = format!(
        "work with {}; if the envelope was opened on {file}, bring the opening in there: coffer log \
         merge; if that one is lost for good, coffer log accept-rollback",
        seen.file
    );
    said(what, hint)
}

/// People worked with another file last, and this one does not have all of it.
pub(crate) fn beside(beside: &LastSeen) -> String {
    format!(
        "warning: the vault that you last used is {}: it had {} on {}, and this file does not have \
         all of them",
        beside.file,
        records(beside.size),
        for_people(beside.time)
    )
}

/// What a copy says of itself.
pub(crate) fn copied(mark: &CopyMark) -> String {
    let what = match mark.kind {
        CopyKind::Backup => "a backup",
        CopyKind::Kit => "a copy for the stick in the safe",
        CopyKind::Opening => "a copy that was made to open the envelope",
    };
    format!(
        "this file is {what}, made on {} (record {}): what is done here does not reach the vault \
         itself",
        for_people(mark.time),
        mark.record
    )
}

/// `1,204 records`.
pub(super) fn records(count: u64) -> String {
    counted(count, "record")
}

/// What another program or the computer stands in the way of.
fn device(error: &StoreError) -> Wording {
    match error {
        StoreError::Busy => said(
            "the vault file is busy: another program is using it",
            "wait until the other program has finished and try again",
        ),
        StoreError::Unwritable => said(
            "the vault file cannot be written to",
            "check that neither the file, its folder nor the disk is read-only",
        ),
        StoreError::Unreadable => said(
            "you may not read the vault file",
            "ask whoever looks after the computer to give you access to it",
        ),
        StoreError::Full => said(
            "the disk is full, so that was not done",
            "free some space and try again",
        ),
        StoreError::Device => said(
            "the disk or drive did not work, so that was not done",
            "check the drive, then run coffer log verify",
        ),
        StoreError::Uncertain => said(
            "the disk or drive failed at the last moment, so that may have been done or not",
            "check the drive, then look with coffer log show before you do it again",
        ),
        StoreError::Missing
        | StoreError::Exists
        | StoreError::NotAFile
        | StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Damaged
        | StoreError::RowChanged(_)
        | StoreError::Log(_)
        | StoreError::RolledBack(_)
        | StoreError::Forgotten
        | StoreError::NoEntropy
        | StoreError::Internal(_) => fault(),
    }
}

pub(super) fn fault() -> Wording {
    said(
        "this is a fault in coffer, not in what you did; nothing was changed",
        "tell whoever looks after coffer for you which command you used",
    )
}

/// What is wrong with a record, after `record 12:`.
pub(crate) const fn flaw(bad: &BadRecord) -> &'static str {
    match bad.flaw {
        Flaw::NotARecord => "it cannot be read as a record",
        Flaw::WrongPlace => "it does not stand in its place",
        Flaw::BrokenChain => "it does not follow the record before it",
        Flaw::Unsigned => "its signature is missing",
        Flaw::WrongSignature => "its signature is not that of whoever it names",
        Flaw::Unentitled(Unentitled::Denied(_)) => "whoever made it had no right to",
        Flaw::Unentitled(_) => "nobody in that place may make such a record",
        Flaw::Contradiction => "it contradicts what was recorded before",
        Flaw::Details => "its words were changed or removed",
        Flaw::Brought => "what it brings in from a copy of the log could not stand there",
        Flaw::Checkpoint => "it does not match what was signed",
        Flaw::Cosignature => "what a witness signed is not this log, or no witness signed it",
        Flaw::Missing => "it was signed for and is missing",
        Flaw::NotCovered => "it stands after the last signature and should not",
    }
}
