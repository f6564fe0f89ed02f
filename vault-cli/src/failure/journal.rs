//! Words for the journal of an opening that is not brought in.

use vault_core::error::{BadJournal, BadRecord, Flaw};
use vault_core::id::RecordSeq;

use super::{Wording, flaw, said};
use crate::exit::ExitStatus;

pub(super) const fn status(why: BadJournal) -> ExitStatus {
    match why {
        BadJournal::Foreign(_) | BadJournal::Line { .. } => ExitStatus::LogBroken,
        _ => ExitStatus::Usage,
    }
}

pub(super) fn wording(why: BadJournal) -> Wording {
    match why {
        BadJournal::NotAJournal => said(
            "that file is not the journal of an opening",
            "it stands beside the copy that was opened, and is called opening-….jsonl",
        ),
        BadJournal::Foreign(before) => said(
            format!(
                "the copy that was opened has records that this file lacks among its first \
                 {before}, or is a copy of another vault; nothing was brought in"
            ),
            "bring in the journals of earlier openings on that copy first; if there are none, \
             keep the copy and its journal, and raise an incident: coffer incident raise",
        ),
        BadJournal::Line {
            line,
            flaw: Flaw::BrokenChain | Flaw::WrongPlace,
        } => said(
            format!(
                "line {line} of the journal does not follow the line before it, so lines were \
                 changed or are missing; nothing was brought in"
            ),
            EVIDENCE,
        ),
        BadJournal::Line { line, flaw: what } => {
            let seq = RecordSeq::new(line as u64);
            let what = flaw(&BadRecord { seq, flaw: what });
            said(
                format!(
                    "line {line} of the journal is not genuine: {what}; nothing was brought in"
                ),
                EVIDENCE,
            )
        }
        BadJournal::NothingOpened => said(
            "by this journal the envelope was not opened, so there is nothing to bring in",
            "keep the file if somebody tried it who should not have, and raise an incident",
        ),
        BadJournal::RecordedHere(record) => said(
            format!("that opening was made on this very file: it begins with record {record}"),
            "there is nothing to bring in; coffer status lists what is left to do",
        ),
        BadJournal::BroughtIn(record) => said(
            format!("what this journal holds was brought in before, by record {record}"),
            "there is nothing more to bring in; coffer status lists what is left to do",
        ),
        _ => said("the journal cannot be brought in", EVIDENCE),
    }
}

const EVIDENCE: &str =
    "look for another copy of the journal, and keep this one and the copy of the vault as evidence";
