//! Words for the journal of an opening that is not brought in.

use vault_core::error::{BadJournal, BadRecord, Flaw};
use vault_core::id::RecordSeq;

use super::{Wording, flaw, said};
use crate::exit::ExitStatus;

pub(super) const fn status(why: BadJournal) -> ExitStatus {
    match why {
        BadJournal::Foreign(_) | BadJournal::OtherVault | BadJournal::Line { .. } => {
            ExitStatus::LogBroken
        }
        BadJournal::NotAJournal
        | BadJournal::NothingThere
        | BadJournal::RecordedHere(_)
        | BadJournal::BroughtIn(_) => ExitStatus::Usage,
    }
}

pub(super) fn wording(why: BadJournal) -> Wording {
    match why {
        BadJournal::NotAJournal => said(
            "that file is neither a copy of the vault nor the journal of an opening",
            "give the copy that was opened, or the folder in which it stands with its journals \
             (opening-….jsonl)",
        ),
        BadJournal::Foreign(before) => said(
            format!(
                "the copy that was opened has records that this file lacks among its first \
                 {before}, or is a copy of another vault; nothing was brought in"
            ),
            "bring in the copy itself, or the folder with the journals of all openings on it: \
             coffer log merge FOLDER",
        ),
        BadJournal::OtherVault => said(
            "that file is another vault, or a copy of one; nothing was brought in",
            "look for the stick or the copy that was opened with this council's sheets",
        ),
        BadJournal::Line { line, record, flaw } => bad_line(&place(line, record), record, flaw),
        BadJournal::NothingThere => said(
            "that copy has no record of an opening that this file lacks, so there is nothing to \
             bring in",
            "if an opening was made elsewhere, give the copy that was opened then",
        ),
        BadJournal::RecordedHere(record) => said(
            format!("that opening was made on this very file: it begins with record {record}"),
            "there is nothing to bring in; coffer status lists what is left to do",
        ),
        BadJournal::BroughtIn(record) => said(
            format!("what it holds was brought in before, by record {record}"),
            "there is nothing more to bring in; coffer status lists what is left to do",
        ),
    }
}

/// What is wrong with what stands in that place.
fn bad_line(place: &str, record: RecordSeq, what: Flaw) -> Wording {
    if matches!(what, Flaw::BrokenChain | Flaw::WrongPlace) {
        return said(
            format!(
                "{place} does not follow the one before it, so lines were changed or are missing, or \
                 somebody else opened that copy at the same time; nothing was brought in"
            ),
            "bring in the copy itself, or the folder with all its journals (coffer log merge FOLDER), \
             and keep both as evidence",
        );
    }
    let told = flaw(&BadRecord {
        seq: record,
        flaw: what,
    });
    said(
        format!("{place} is not genuine: {told}; nothing was brought in"),
        EVIDENCE,
    )
}

/// Where on the copy, or in its journal, something stands.
fn place(line: usize, record: RecordSeq) -> String {
    match line {
        0 => format!("record {record} of the copy"),
        line => format!("line {line} of the journal"),
    }
}

const EVIDENCE: &str =
    "look for another copy of the journal, and keep this one and the copy of the vault as evidence";
