//! Words for what the vault answers instead of doing what was asked.

use vault_core::access::Denial;
use vault_core::error::{Candidate, Error, Noun};
use vault_core::id::RecordSeq;
use vault_core::person::Standing;

use super::{Wording, copy, invalid, journal, said, sheet, store, witness};
use crate::exit::ExitStatus;

pub(super) const fn status(error: &Error) -> ExitStatus {
    match error {
        Error::Store(error)
        | Error::NotCopied { why: error, .. }
        | Error::CopyNotNoted { why: error, .. }
        | Error::NotRebuilt { why: error, .. } => store::status(error),
        Error::BadBackup(why) => copy::bad_backup_status(why),
        Error::BadCopy(why) => store::status(why),
        Error::BadJournal(why) => journal::status(*why),
        Error::Denied { .. } | Error::Standing(_) => ExitStatus::NotPermitted,
        Error::WrongPassphrase { .. }
        | Error::Paused { .. }
        | Error::Sheet(_)
        | Error::BadSeal(_) => ExitStatus::WrongPassphrase,
        Error::NotYourVault | Error::KeyRefused(_) => ExitStatus::StoreDamaged,
        Error::NotFound(_) => ExitStatus::NotFound,
        Error::Ambiguous(..) | Error::Invalid(_) => ExitStatus::Usage,
        Error::RuleNotMet => ExitStatus::ApprovalNeeded,
        Error::Journal(_) => ExitStatus::InputOutput,
        Error::Blocked | Error::AskAgain { .. } => ExitStatus::Found,
        Error::WitnessAhead { .. } | Error::WitnessElsewhere { .. } => ExitStatus::LogBroken,
        _ => ExitStatus::Fault,
    }
}

pub(super) fn wording(error: &Error) -> Wording {
    match error {
        Error::Store(error) => store::wording(error),
        Error::Denied {
            denial,
            record,
            incident,
        } => denied(*denial, *record, *incident),
        Error::WrongPassphrase { recorded } => wrong_passphrase(*recorded),
        Error::Paused { seconds } => said(
            "there were too many wrong passphrases, and the vault waits before the next",
            format!("try again in {}", waiting(*seconds)),
        ),
        Error::Standing(standing) => standing_wording(*standing),
        Error::NotYourVault => said(
            "this is not the vault that you enrolled in, or its beginning was replaced",
            "check --vault; if the name is right, tell the clerk and the IT provider",
        ),
        Error::NotFound(noun) => not_found(*noun),
        Error::Ambiguous(noun, candidates) => ambiguous(*noun, candidates),
        Error::Invalid(why) => invalid::wording(*why),
        Error::KeyRefused(_) => said(
            "part of the vault file is damaged: something in it does not open where it belongs",
            "keep the file as it is and work on with your last good copy of it",
        ),
        Error::Sheet(refused) => sheet::wording(refused),
        Error::RuleNotMet => said(
            "these sheets are not enough to open the envelope",
            "coffer envelope status says which sheets the rule asks for",
        ),
        Error::BadSeal(epoch) => sheet::bad_seal(*epoch),
        Error::Journal(_) => said(
            "the opening's own record cannot be written beside the vault file",
            "give --journal FILE in a folder that you can write to",
        ),
        Error::Blocked => said(
            "something has to be done before the envelope can be sealed",
            "coffer envelope status lists it",
        ),
        Error::NotCopied { record, why } => copy::not_copied(*record, why),
        Error::CopyNotNoted { record, why } => copy::not_noted(*record, why),
        Error::NotRebuilt { record, why } => copy::not_rebuilt(*record, why),
        Error::BadBackup(why) => copy::bad_backup(why),
        Error::BadCopy(why) => copy::bad_copy(why),
        Error::AskAgain { kept } => witness::ask_again(*kept),
        Error::WitnessAhead { kept, size } => witness::ahead(*kept, *size),
        Error::WitnessElsewhere { size } => witness::elsewhere(*size),
        Error::BadJournal(why) => journal::wording(*why),
        Error::Derivation => said(
            "there is not enough memory to check a passphrase",
            "close other programs and try again",
        ),
        _ => store::fault(),
    }
}

fn wrong_passphrase(recorded: bool) -> Wording {
    let what = if recorded {
        "the name or the passphrase is wrong; this attempt is on record"
    } else {
        "the name or the passphrase is wrong; the file could not be written to, so this attempt \
         is not on record"
    };
    said(what, "check both and try again")
}

/// `seconds` as minutes, rounded up.
fn waiting(seconds: i64) -> String {
    match (seconds.max(1) - 1) / 60 + 1 {
        1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

fn standing_wording(standing: Standing) -> Wording {
    match standing {
        Standing::Invited => said(
            "you have been invited, but have not enrolled yet",
            "run coffer enrol to choose a passphrase of your own",
        ),
        Standing::Suspended => said(
            "your access is suspended",
            "ask the clerk or the IT provider",
        ),
        Standing::Left => said("your access has ended", "ask the clerk or the IT provider"),
        _ => said(
            "you may not do that yet",
            "ask the clerk or the IT provider",
        ),
    }
}

fn denied(denial: Denial, record: RecordSeq, incident: Option<RecordSeq>) -> Wording {
    let why = match denial {
        Denial::Standing(standing) => return standing_wording(standing),
        Denial::Role => "your role does not allow that",
        Denial::Permission { .. } => "you do not have the permission for that",
        Denial::Personal => "a personal collection is its owner's alone",
        Denial::TheirRole => "the other person's role does not allow that",
        Denial::OwnAct => "this concerns you yourself, so somebody else has to do it",
        Denial::TookPart => {
            "your sheet was used in that opening, so somebody who had no part in it says what it was"
        }
        Denial::LikeOpener => {
            "whoever opened the envelope gave a name that is like yours, so somebody else says what \
             the opening was"
        }
        Denial::DoesNotCount => "somebody who was there before you has to confirm you first",
        Denial::NotWaiting => "nothing waits to be confirmed there",
        Denial::Undecided => "an incident is closed when it has been decided",
        Denial::LastManager => "nobody else manages that collection",
        Denial::StillKept(_) => "the council's rule keeps words longer",
        Denial::NoSecondPerson => "nobody else could approve that, so nothing is ever erased",
        Denial::Directory => "everybody who is active reads the directory",
        Denial::NotReleased => "the opened envelope does not reach that",
        _ => "you may not do that",
    };
    let hint = match denial {
        Denial::Permission { wanted, .. } => {
            format!("ask whoever manages the collection for the permission \"{wanted}\"")
        }
        Denial::OwnAct | Denial::TookPart | Denial::LikeOpener => {
            "ask a second person to run the same command".to_owned()
        }
        Denial::DoesNotCount => {
            "ask one of them for coffer approve; coffer requests lists what waits".to_owned()
        }
        Denial::NotWaiting => "coffer requests lists what waits".to_owned(),
        Denial::Undecided => "say first what it was: coffer incident decide".to_owned(),
        Denial::StillKept(day) => {
            format!("today the latest day that the rule allows is --before {day}")
        }
        Denial::NoSecondPerson => {
            "let a clerk or a chair enrol first: coffer person add".to_owned()
        }
        Denial::LastManager => {
            "let somebody else manage it first: coffer collection grant".to_owned()
        }
        _ => "ask the clerk or the IT provider".to_owned(),
    };
    let place = match incident {
        Some(number) => format!("recorded as incident {number}"),
        None => format!("on record, as number {record}"),
    };
    said(format!("{why}; the refusal is {place}"), hint)
}

fn not_found(noun: Noun) -> Wording {
    let (what, hint) = match noun {
        Noun::Person => ("person", "coffer person list shows the names"),
        Noun::Collection => ("collection", "coffer collection list shows the names"),
        Noun::Entry => ("entry", "coffer list shows the titles that you may see"),
        Noun::Field => ("field", "coffer show ENTRY lists its fields"),
        Noun::Version => ("version of the entry", "coffer history ENTRY lists them"),
        Noun::Member => {
            return said(
                "that person is no member of the collection",
                "coffer collection list shows the members",
            );
        }
        Noun::Seed => {
            return said(
                "that entry has no one-time codes",
                "coffer show ENTRY lists its fields; coffer add --totp-file stores a seed",
            );
        }
        Noun::Pending => {
            return said(
                "no new password waits to be confirmed there",
                "leave out --pending to get the one in use",
            );
        }
        Noun::Incident => {
            return said(
                "there is no incident with that number",
                "coffer incident list shows them",
            );
        }
        Noun::Request => {
            return said(
                "nothing waits for approval under that number",
                "coffer requests lists what waits",
            );
        }
        Noun::Record => {
            return said(
                "no record of the log is what was asked for; that it was asked is on record",
                "coffer log show lists the records; days are given as 2026-11-21",
            );
        }
        Noun::Witness => {
            return said(
                "no witness of that name is named",
                "coffer log witness list shows them",
            );
        }
        noun => return not_in_the_envelope(noun),
    };
    said(format!("there is no {what} of that name"), hint)
}

/// About the envelope, and whatever else there may be.
fn not_in_the_envelope(noun: Noun) -> Wording {
    match noun {
        Noun::Seal => said(
            "the emergency envelope was never sealed, so there is nothing to open",
            "it takes coffer envelope rule, sheet and seal, in this order",
        ),
        Noun::Holder => said(
            "the rule names no such holder",
            "coffer envelope status lists the holders",
        ),
        Noun::Sheet => said(
            "no sheet has that number",
            "it stands outside on the envelope, such as CH-0001; coffer envelope status lists \
             the numbers in use",
        ),
        Noun::Opening => said(
            "the envelope was not opened then",
            "coffer report envelopes lists the openings",
        ),
        Noun::FollowUp => said(
            "that is left to do after no opening",
            "coffer status lists what is left",
        ),
        _ => said("there is nothing of that name", "check the spelling"),
    }
}

fn ambiguous(noun: Noun, candidates: &[Candidate]) -> Wording {
    let what = match noun {
        Noun::Person => "people",
        Noun::Collection => "collections",
        _ => "entries",
    };
    let each = candidates
        .iter()
        .map(|candidate| format!("{} in {}", candidate.id, candidate.collection));
    said(
        format!("several {what} have that name"),
        format!("use the id: {}", each.collect::<Vec<_>>().join(", ")),
    )
}
