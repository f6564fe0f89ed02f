//! Words for what the vault answers instead of doing what was asked.

use vault_core::error::{Candidate, Error, Noun};

use super::{Wording, copy, denial, invalid, journal, said, sheet, store, witness};
use crate::exit::ExitStatus;
use crate::output::day_for_people;

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
        Error::Ambiguous(..) | Error::TitleTaken(_) | Error::Invalid(_) => ExitStatus::Usage,
        Error::RuleNotMet => ExitStatus::ApprovalNeeded,
        Error::Journal(_) => ExitStatus::InputOutput,
        Error::Blocked | Error::AskAgain { .. } => ExitStatus::Found,
        Error::WitnessAhead { .. } | Error::WitnessElsewhere { .. } => ExitStatus::LogBroken,
        Error::Derivation | Error::Internal(_) => ExitStatus::Fault,
    }
}

pub(super) fn wording(error: &Error) -> Wording {
    match error {
        Error::Store(error) => store::wording(error),
        Error::Denied {
            denial,
            record,
            incident,
        } => denial::wording(*denial, *record, *incident),
        Error::WrongPassphrase { recorded } => wrong_passphrase(*recorded),
        Error::Paused { seconds } => said(
            "there were too many wrong passphrases, and the vault waits before the next",
            format!("try again in {}", waiting(*seconds)),
        ),
        Error::Standing(standing) => denial::of_standing(*standing),
        Error::NotYourVault => said(
            "this is not the vault that you enrolled in, or its beginning was replaced",
            "check --vault; if the name is right, tell the clerk and the IT provider",
        ),
        Error::NotFound(noun) => not_found(*noun),
        Error::Ambiguous(noun, candidates) => ambiguous(*noun, candidates),
        Error::TitleTaken(others) => title_taken(others),
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
        Error::Internal(_) => store::fault(),
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
        Noun::Council
        | Noun::Seal
        | Noun::Holder
        | Noun::Sheet
        | Noun::Bag
        | Noun::FollowUp
        | Noun::Opening => return not_in_the_envelope(noun),
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
        Noun::Council
        | Noun::Person
        | Noun::Collection
        | Noun::Member
        | Noun::Entry
        | Noun::Field
        | Noun::Seed
        | Noun::Version
        | Noun::Pending
        | Noun::Incident
        | Noun::Request
        | Noun::Bag
        | Noun::Record
        | Noun::Witness => said("there is nothing of that name", "check the spelling"),
    }
}

fn ambiguous(noun: Noun, candidates: &[Candidate]) -> Wording {
    let what = if noun == Noun::Person {
        "people"
    } else if noun == Noun::Collection {
        "collections"
    } else {
        "entries"
    };
    said(
        format!("several {what} have that name"),
        format!("use the id: {}", told_apart(candidates)),
    )
}

fn title_taken(others: &[Candidate]) -> Wording {
    said(
        format!("that title is in use: {}", told_apart(others)),
        "choose another title, or give --anyway to have two of them",
    )
}

/// Each candidate by its id, with what tells it from the others.
fn told_apart(candidates: &[Candidate]) -> String {
    let each = candidates.iter().map(|candidate| {
        let mut told = format!("{} in {}", candidate.id, candidate.collection);
        if let Some(entry) = &candidate.entry {
            let changed = day_for_people(entry.changed_at);
            if !entry.username.is_empty() {
                told.push_str(", user name ");
                told.push_str(&entry.username);
            }
            let state = format!(", {}, changed on {changed}", entry.state);
            told.push_str(&state);
        }
        told
    });
    each.collect::<Vec<_>>().join("; ")
}
