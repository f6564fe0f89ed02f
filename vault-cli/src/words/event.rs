//! What a record says was done, in the words of a table.

use vault_core::audit::event::{Event, Step};
use vault_core::audit::nuance::Nuance;
use vault_core::audit::record::Record;
use vault_core::vault::log::LogLine;

/// What stands for something that whoever asks may not see. An empty cell means that there is nothing.
pub(crate) const HIDDEN: &str = "not visible to you";

/// Why somebody did it, or that nobody can read that any more.
pub(crate) fn why(line: &LogLine) -> String {
    match (line.erased, line.words.get("reason")) {
        (Some(under), _) => format!("(erased under record {under})"),
        (None, None) if line.hidden => format!("({HIDDEN})"),
        (None, reason) => reason.cloned().unwrap_or_default(),
    }
}

/// What was done or tried, for people; the outcome stands beside it.
pub(crate) fn in_words(record: &Record) -> &'static str {
    deed(record.event, record.step, Nuance::of(record))
}

/// The same for an event, its step, and what tells it from others of its kind.
pub(crate) const fn deed(event: Event, step: Option<Step>, nuance: Option<Nuance>) -> &'static str {
    if let Some(nuance) = nuance {
        return nuanced(nuance);
    }
    match (event, step) {
        (Event::VaultCreate, _) => "found vault",
        (Event::VaultUnlock, _) => "unlock",
        (Event::SecretCreate, _) => "add password",
        (Event::SecretReveal, _) => "get password",
        (Event::SecretRotate, Some(Step::Confirmed)) => "confirm new password",
        (Event::SecretRotate, Some(Step::Aborted)) => "drop new password",
        (Event::SecretRotate, Some(Step::Pending)) => "propose new password",
        (Event::SecretRotate, _) => "change password",
        (Event::SecretArchive, _) => "retire password",
        (Event::AccessApprove, _) => "approve",
        (Event::PersonAdd, _) => "invite person",
        (Event::PersonEnrol, _) => "enrol",
        (Event::PersonChangeCredential, _) => "change login",
        (Event::CollectionCreate, _) => "make collection",
        (Event::CollectionChange, _) => "change readers",
        (Event::PolicyChange, _) => "change rules",
        (Event::LogAnchor, _) => "take witness's word",
        (Event::PolicyAcknowledge, _) => "accept rules",
        (Event::EnvelopeIssue, _) => "make sheet",
        (Event::EnvelopeSeal, _) => "seal envelope",
        (Event::EnvelopeSheet, _) => "give sheet",
        (Event::EnvelopeOpen, Some(Step::Requested)) => "ask for opening",
        (Event::EnvelopeOpen, Some(Step::Listed)) => "list opened titles",
        (Event::EnvelopeOpen, Some(Step::Closed)) => "end opening",
        (Event::EnvelopeOpen, _) => "open envelope",
        (Event::EnvelopeTakeover, _) => "take over",
        (Event::EnvelopeCheck, _) => "look at sheet",
        (Event::EnvelopeDrill, _) => "rehearse opening",
        (Event::EnvelopeRevoke, _) => "report sheet lost",
        (Event::EnvelopeClose, _) => "follow up opening",
        (Event::EnvelopeClassify, _) => "classify opening",
        (Event::IncidentRaise, _) => "raise incident",
        (Event::IncidentDecide, _) => "decide incident",
        (Event::IncidentClose, _) => "close incident",
        (Event::TransferImport, _) => "import",
        (Event::VaultBackup, _) => "begin copy",
        (Event::VaultRestore, _) => "restore backup",
        (Event::LogRead, _) => "read log",
        (Event::LogVerify, _) => "check log",
        (Event::LogExport, _) => "export log",
        (Event::LogAcceptRollback, _) => "accept lost records",
        (Event::LogForget, _) => "ask to erase words",
        (Event::LogFork, _) => "find fork",
        (Event::LogMerge, _) => "bring in opening",
        (other, _) => other.name(),
    }
}

/// What tells a record from others of its event.
const fn nuanced(nuance: Nuance) -> &'static str {
    match nuance {
        Nuance::WitnessNamed => "name witness",
        Nuance::WitnessDropped => "drop witness",
        Nuance::RuleChosen => "choose rule",
        Nuance::AccessGiven => "give access",
        Nuance::AccessEnded => "end access",
        Nuance::AccessToEnd => "ask to end access",
        Nuance::KitBegun => "begin kit",
        Nuance::CopyMade => "finish copy",
        Nuance::PassphraseChanged => "change passphrase",
        Nuance::PassphraseRaised => "strengthen login",
        Nuance::WordsErased => "erase words",
    }
}
