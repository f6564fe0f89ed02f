//! Words for the rows of an import.

use std::borrow::Cow;

use vault_core::entry::InvalidField;
use vault_core::exchange::{MAX_FIELDS, Noted, SkipReason};
use vault_core::vault::import::LeftReason;

/// Why a row is left out.
pub(crate) fn left(reason: &LeftReason) -> Cow<'static, str> {
    Cow::Borrowed(match reason {
        LeftReason::Skipped(reason) => return skipped(*reason),
        LeftReason::NoEntry(field) => no_entry(*field),
        LeftReason::Changed => {
            "it was imported before, and its password has changed there since: rotate it"
        }
        LeftReason::Edited => {
            "it was imported before with the same password, and something else of it has changed \
             there since: it stays here as it is"
        }
        LeftReason::Retired => {
            "it was imported before and retired here since: coffer restore-entry brings it back"
        }
        LeftReason::NoCollection => "no collection has its folder's name",
    })
}

/// Why a row could not be read.
fn skipped(reason: SkipReason) -> Cow<'static, str> {
    Cow::Borrowed(match reason {
        SkipReason::Blank => "the row is blank",
        SkipReason::Ragged { cells, columns } => {
            return format!("the row has {cells} cells where the header has {columns}").into();
        }
        SkipReason::UnclosedQuote => "a quotation mark is never closed",
        SkipReason::Misquoted => "a quotation mark stands in the wrong place",
        SkipReason::NotUtf8 => "the text is not UTF-8",
        SkipReason::ValueTooLong => "a value is longer than 1 MiB",
        SkipReason::TooManyFields => {
            return format!("there are more than {MAX_FIELDS} fields").into();
        }
        SkipReason::TooDeep => "values are nested too deeply",
        SkipReason::Unreadable => "the row is not of the form expected",
        SkipReason::NoType => "the row does not say what kind of item it is",
        SkipReason::UnknownSection => "this section of the file is not known",
    })
}

/// Why a row cannot be an entry.
const fn no_entry(field: InvalidField) -> &'static str {
    match field {
        InvalidField::TooLarge => "a value is longer than 1 MiB, or it has more than 256 fields",
        InvalidField::TooLargeTogether => "its fields are too large together",
        InvalidField::Name(_)
        | InvalidField::Reserved
        | InvalidField::EmptyPassword
        | InvalidField::Repeated => "a field cannot be used",
    }
}

/// What is to be known about a row that was brought in.
pub(crate) const fn noted(what: Noted) -> &'static str {
    match what {
        Noted::Escaped => {
            "a value holds text such as &amp; that the exporter may have put there: try it before \
             you rely on it"
        }
        Noted::NotUtf8 => {
            "a value is not UTF-8 text, perhaps a sign such as £ in Windows-1252: its bytes are \
             kept as they are; try it before you rely on it"
        }
        Noted::Titled => {
            "its title could not be used as it stands; the field \"title (as exported)\" has it"
        }
        Noted::NoCodes => {
            "its one-time seed makes no codes here; the field \"totp (as exported)\" has it"
        }
    }
}
