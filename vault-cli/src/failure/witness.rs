//! Words for what a witness does not do, and for what its answers say of the log.

use std::io::ErrorKind;

use vault_core::tlog::witness::Refused;
use vault_core::witness::{Refusal, WitnessError};

use super::{Wording, said, store};
use crate::exit::ExitStatus;
use crate::output::for_people;

pub(super) fn status(error: &WitnessError) -> ExitStatus {
    match error {
        WitnessError::NotFounded | WitnessError::UnknownLog(_) => ExitStatus::NotFound,
        WitnessError::Founded
        | WitnessError::Request(_)
        | WitnessError::Head(_)
        | WitnessError::NotAKey(_)
        | WitnessError::NoKeys
        | WitnessError::TooManyKeys => ExitStatus::Usage,
        WitnessError::Refused(refusal) => refused_status(&refusal.why),
        WitnessError::Damaged(_) => ExitStatus::StoreDamaged,
        WitnessError::Busy => ExitStatus::Busy,
        WitnessError::File { .. } | WitnessError::NoEntropy => ExitStatus::InputOutput,
    }
}

const fn refused_status(why: &Refused) -> ExitStatus {
    match why {
        Refused::Head(_) => ExitStatus::NotFound,
        Refused::OldBeyondHead => ExitStatus::Usage,
        Refused::OtherOldSize { .. } => ExitStatus::Found,
        Refused::Rollback { .. } | Refused::Fork { .. } | Refused::NotContinued { .. } => {
            ExitStatus::LogBroken
        }
    }
}

pub(super) fn wording(error: &WitnessError) -> Wording {
    match error {
        WitnessError::NotFounded => said(
            "there is no witness in that folder",
            "coffer witness found NAME makes one; --folder DIR says where it is",
        ),
        WitnessError::Founded => said(
            "there is a witness in that folder already, and it keeps its key",
            "coffer witness list shows it; --folder DIR makes another elsewhere",
        ),
        WitnessError::Request(why) => said(
            format!("the request cannot be read: {why}"),
            "have it written again with coffer log witness request",
        ),
        WitnessError::Head(why) => said(
            format!("the request submits no head of a log: {why}"),
            "have it written again with coffer log witness request",
        ),
        WitnessError::UnknownLog(origin) => said(
            format!("this witness knows no log called {origin}"),
            "take its keys with coffer witness trust, if the council asked you to",
        ),
        WitnessError::NotAKey(line) => said(
            format!("line {line} of the file is not the key of a log; nothing was changed"),
            "give the file that coffer log witness keys made, or log.vkeys of an export",
        ),
        WitnessError::NoKeys => said(
            "there is no key in the file",
            "give the file that coffer log witness keys made, or log.vkeys of an export",
        ),
        WitnessError::TooManyKeys => said(
            "there are more keys than a log can need; nothing was changed",
            "give those that are in use, with --replace",
        ),
        WitnessError::Refused(refusal) => refused(refusal),
        WitnessError::Busy => said(
            "another run of this witness is at work",
            "wait until it has finished and try again",
        ),
        WitnessError::Damaged(path) => said(
            format!("{} is damaged, so nothing is signed", path.display()),
            "do not remove it: what this witness has seen would be forgotten; tell the council, \
             and put the file back from a copy",
        ),
        WitnessError::File { path, kind } => said(
            format!("{} cannot be read or written: {kind}", path.display()),
            "check the folder's rights and the disk",
        ),
        WitnessError::NoEntropy => said(
            "the computer gave no random numbers",
            "restart the computer and try again",
        ),
    }
}

fn refused(refusal: &Refusal) -> Wording {
    let Refusal { origin, why, .. } = refusal;
    match why {
        Refused::Head(_) => said(
            format!("nobody whose key this witness knows signed that head of {origin}"),
            "take the new keys with coffer witness trust, once you know whose they are",
        ),
        Refused::OldBeyondHead => said(
            "the request's proof begins beyond the head that it submits",
            "have it written again with coffer log witness request",
        ),
        Refused::OtherOldSize { kept, size } if kept == size => said(
            format!("this witness signed that head of {origin} before"),
            format!("coffer witness head {origin} prints it, and serves as the answer too"),
        ),
        Refused::OtherOldSize { kept, .. } => said(
            format!(
                "the request begins at another head than the one signed here last{}",
                seen(refusal)
            ),
            format!("have it written again with coffer log witness request --old {kept}"),
        ),
        Refused::Rollback { size, .. } => evidence(
            refusal,
            format!(
                "{} in the head of {origin}, fewer than this witness signed for{}: either the \
                 request is an old one, or an older copy of the vault was put in its place",
                store::records(*size),
                seen(refusal)
            ),
        ),
        Refused::Fork { size } => evidence(
            refusal,
            format!(
                "the log {origin} went its own way: this witness signed for {} with another \
                 content{}",
                store::records(*size),
                seen(refusal)
            ),
        ),
        Refused::NotContinued { .. } => evidence(
            refusal,
            format!(
                "it is not shown that the log {origin} goes on from what this witness signed \
                 for{}: the request is damaged, or records were changed",
                seen(refusal)
            ),
        ),
    }
}

/// What is kept of the log, in brackets.
fn seen(refusal: &Refusal) -> String {
    refusal.kept.map_or_else(String::new, |kept| {
        let records = store::records(kept.size);
        format!(" ({records} on {})", for_people(kept.time))
    })
}

fn evidence(refusal: &Refusal, what: String) -> Wording {
    let hint = match &refusal.evidence {
        Some(Ok(path)) => format!(
            "tell the clerk and the auditor; the request is kept in {}",
            path.display()
        ),
        Some(Err(ErrorKind::QuotaExceeded)) => {
            "tell the clerk and the auditor; many such requests are kept already".to_owned()
        }
        Some(Err(kind)) => format!(
            "tell the clerk and the auditor, and keep the request: it could not be stored here: \
             {kind}"
        ),
        None => "tell the clerk and the auditor".to_owned(),
    };
    said(what, hint)
}

/// The witness signed nothing, and says where the request has to begin.
pub(super) fn ask_again(kept: u64) -> Wording {
    said(
        format!(
            "the witness did not sign: it has seen {}",
            store::records(kept)
        ),
        format!("ask again with coffer log witness request NAME OUT --old {kept}"),
    )
}

/// A witness has seen more of this log than there is.
pub(super) fn ahead(kept: u64, size: u64) -> Wording {
    said(
        format!(
            "this is an older copy of the vault: the witness has seen {}, and {} of this file are \
             signed for",
            store::records(kept),
            store::records(size)
        ),
        "look for the newer file and ask who put this one here; the witness keeps the newer head",
    )
}

/// A witness has vouched for another log of this name.
pub(super) fn elsewhere(size: u64) -> Wording {
    said(
        format!(
            "this copy of the vault went its own way: the first {} in it are not those that the \
             witness signed for",
            store::records(size)
        ),
        "do not use this file; keep it as evidence and tell the clerk and the auditor",
    )
}

#[cfg(test)]
pub(super) mod tests {
    use vault_core::time::Timestamp;
    use vault_core::tlog::checkpoint::CheckpointError;
    use vault_core::tlog::note::{Name, NoteError};
    use vault_core::tlog::submission::SubmissionError;
    use vault_core::witness::Kept;

    use super::super::Failure;
    use super::*;
    use crate::exit::ExitStatus as Status;

    fn name() -> Name {
        "council/vault/00".parse().expect("a name")
    }

    fn refused(why: Refused, evidence: Option<Result<&str, ErrorKind>>) -> WitnessError {
        WitnessError::Refused(Box::new(Refusal {
            origin: name(),
            why,
            kept: Some(Kept {
                size: 1204,
                time: Timestamp::EPOCH,
            }),
            evidence: evidence.map(|kept| kept.map(Into::into)),
        }))
    }

    /// What a witness answers, and the status of each.
    pub(in crate::failure) fn answers() -> Vec<(WitnessError, Status)> {
        let unsigned = CheckpointError::Note(NoteError::NotSigned);
        let (kept, size) = (1204, 1180);
        let rollback = Refused::Rollback { kept, size };
        let other = |size| Refused::OtherOldSize { kept, size };
        vec![
            (WitnessError::NotFounded, Status::NotFound),
            (WitnessError::Founded, Status::Usage),
            (
                WitnessError::Request(SubmissionError::OldSize),
                Status::Usage,
            ),
            (
                WitnessError::Request(SubmissionError::Hash(3)),
                Status::Usage,
            ),
            (
                WitnessError::Request(SubmissionError::TooManyHashes),
                Status::Usage,
            ),
            (WitnessError::Head(CheckpointError::Root), Status::Usage),
            (WitnessError::UnknownLog(name()), Status::NotFound),
            (WitnessError::NotAKey(2), Status::Usage),
            (WitnessError::NoKeys, Status::Usage),
            (WitnessError::TooManyKeys, Status::Usage),
            (WitnessError::Busy, Status::Busy),
            (WitnessError::Damaged("key".into()), Status::StoreDamaged),
            (
                WitnessError::File {
                    path: "key".into(),
                    kind: ErrorKind::PermissionDenied,
                },
                Status::InputOutput,
            ),
            (WitnessError::NoEntropy, Status::InputOutput),
            (refused(Refused::Head(unsigned), None), Status::NotFound),
            (refused(Refused::OldBeyondHead, None), Status::Usage),
            (refused(other(1300), None), Status::Found),
            (refused(other(1204), None), Status::Found),
            (refused(rollback, Some(Ok("refused/1"))), Status::LogBroken),
            (
                refused(rollback, Some(Err(ErrorKind::StorageFull))),
                Status::LogBroken,
            ),
            (
                refused(
                    Refused::Fork { size: 1204 },
                    Some(Err(ErrorKind::QuotaExceeded)),
                ),
                Status::LogBroken,
            ),
            (
                refused(Refused::NotContinued { kept }, None),
                Status::LogBroken,
            ),
        ]
    }

    #[test]
    fn every_answer_of_a_witness_ends_with_its_status() {
        for (error, status) in answers() {
            assert_eq!(Failure::Witness(error).status(), status);
        }
    }

    #[test]
    fn a_refusal_tells_what_was_seen_and_where_the_evidence_is() {
        let rollback = Refused::Rollback {
            kept: 1204,
            size: 1180,
        };
        let (what, hint) = wording(&refused(rollback, Some(Ok("refused/1"))));
        assert!(what.starts_with("1,180 records in the head of council/vault/00, fewer"));
        assert!(
            what.contains("(1,204 records on 1 January 1970, 00:00 GMT)"),
            "{what}"
        );
        assert!(hint.is_some_and(|hint| hint.ends_with("kept in refused/1")));
    }
}
