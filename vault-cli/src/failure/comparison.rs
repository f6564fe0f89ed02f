//! Words for a log that is not the one that was written down.

use vault_core::audit::anchor::{Anchor, InvalidAnchor};
use vault_core::audit::pins::Pins;
use vault_core::vault::verify::Comparison;

use super::store::{fault, records};
use super::{Failure, Wording, said};

/// What it means that a log of so many records is not what an anchor says; `None` where it is.
pub(crate) fn anchor(anchor: &Anchor, found: Comparison, now: u64) -> Option<Wording> {
    let then = records(anchor.size());
    Some(match found {
        Comparison::Same => return None,
        Comparison::OtherRecords => said(
            format!(
                "the log is not the one that was written into the minutes when it had {then}: some \
                 of these were changed, removed or put in since, or this is another vault's file"
            ),
            "compare the anchor with the minutes once more; if it is right, do not use this file, \
             keep it as evidence, and tell the chair",
        ),
        Comparison::Ended => ended(&then, now),
        Comparison::OtherLog | Comparison::OtherKeys => fault(),
    })
}

/// What it means that a log of so many records is not what pins say; `None` where it is.
pub(crate) fn pins(pins: &Pins, found: Comparison, now: u64) -> Option<Wording> {
    let then = records(pins.size);
    let evidence = "do not use this file before that is explained: keep it as evidence, and tell \
                    the chair";
    Some(match found {
        Comparison::Same => return None,
        Comparison::OtherLog => said(
            format!(
                "this is not the log that was pinned: it does not begin with that first record of \
                 {}",
                pins.origin
            ),
            "check that the pins are this vault's; if they are, somebody has put another log in \
             its place: keep the file as evidence, and tell the chair",
        ),
        Comparison::OtherKeys => said(
            format!(
                "the log does not have the people and keys that were pinned when it had {then}"
            ),
            evidence,
        ),
        Comparison::Ended => ended(&then, now),
        Comparison::OtherRecords => fault(),
    })
}

fn ended(then: &str, now: u64) -> Wording {
    said(
        format!(
            "records are missing: the minutes say that the log had {then}, and in this file it has \
             {}",
            records(now)
        ),
        "this may be an older copy of the vault: look for the newer file, and ask who put this one \
         here",
    )
}

/// A text that was given as an anchor and is none. It says nothing of the log.
pub(crate) fn not_an_anchor(why: InvalidAnchor) -> Failure {
    match why {
        InvalidAnchor::Mistyped => Failure::usage(
            "the anchor is mistyped, so nothing was checked: its last group does not fit the \
             others",
            "compare it letter by letter with the minutes and type it again",
        ),
        InvalidAnchor::Form => Failure::usage(
            "that is no anchor, so nothing was checked",
            "it begins with the number of records and has nine groups of four letters and digits: \
             1204-ABCD-EFGH-...",
        ),
    }
}
