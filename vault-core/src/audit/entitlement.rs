//! Whether a record's actor was entitled to what it says, by the ledger as it stood before it.
//!
//! This is what separates `read` from `manage`, since both hold the same key, and what makes an
//! invented member worthless: replayed from the leaves, by anybody.

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::flaw::Unentitled;
use super::ledger::Ledger;
use super::record::Record;
use super::shape;
use crate::access::{Act, Decision, Denial, Request, Requester, decide};
use crate::id::{CollectionId, EntryId, Epoch, PersonId};
use crate::person::Standing;
use crate::time::day::Day;

/// Checks that `record` may follow what `ledger` holds.
///
/// # Errors
/// [`Unentitled`].
pub fn check(record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    if !role_is_theirs(record, ledger) {
        return Err(Unentitled::Actor);
    }
    if !shape::fits(record, ledger) {
        return Err(Unentitled::Form);
    }
    match &record.actor {
        Actor::Person(person) => person_may(*person, record, ledger),
        Actor::Escrow(epoch) => opening_may(*epoch, record, ledger),
        Actor::Sheet(_) => sheet_may(record),
        Actor::Nobody => nobody_may(record),
    }
}

fn person_may(person: PersonId, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    match record.event {
        // The first two records found the vault; nobody could be entitled before them.
        Event::VaultCreate | Event::PersonEnrol if record.permission.is_some() => {
            return Err(Unentitled::Form);
        }
        Event::VaultCreate if ledger.size == 0 => return Ok(()),
        Event::PersonEnrol if ledger.size == 1 => return Ok(()),
        Event::PersonEnrol => return enrols(person, ledger),
        _ => {}
    }
    if record.outcome == Outcome::Ok {
        let act = act_of(record).ok_or(Unentitled::Actor)?;
        return permitted(Requester::Person(person), act, record, ledger);
    }
    // What was refused is recorded by whoever asked, and asking takes an unlocked vault.
    let asked = Request::person(person, Act::Unlock);
    let asks = !matches!(
        record.event,
        Event::VaultCreate | Event::VaultUnlock | Event::EnvelopeSheet | Event::EnvelopeOpen
    );
    match decide(&asked, ledger) {
        Decision::Permit(_) if asks && record.permission.is_none() => Ok(()),
        Decision::Permit(_) => Err(Unentitled::Form),
        Decision::Deny(denial) => Err(Unentitled::Denied(denial)),
    }
}

/// An invitation is good for one enrolment, unless what it gave was taken back before.
fn enrols(person: PersonId, ledger: &Ledger) -> Result<(), Unentitled> {
    if ledger.has_ended(person) {
        return Err(Unentitled::Denied(Denial::Ended));
    }
    let invited = ledger.person(person).map(|person| person.facts.standing);
    match invited {
        Some(Standing::Invited) => Ok(()),
        Some(standing) => Err(Unentitled::Denied(Denial::Standing(standing))),
        None => Err(Unentitled::Denied(Denial::Unknown)),
    }
}

/// A person's record names the role that they have; no other record names one.
fn role_is_theirs(record: &Record, ledger: &Ledger) -> bool {
    match &record.actor {
        Actor::Person(_) if ledger.size == 0 => true,
        Actor::Person(person) => {
            let known = ledger.person(*person);
            record.role == known.map(|person| person.facts.role)
        }
        _ => record.role.is_none(),
    }
}

fn opening_may(epoch: Epoch, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    let run = ledger.envelope.runs.get(&record.session);
    if run.and_then(|run| run.released) != Some(epoch) {
        return Err(Unentitled::Denied(Denial::NotReleased));
    }
    let act = match (record.event, record.step, record.outcome) {
        (Event::EnvelopeOpen, Some(Step::Listed), Outcome::Ok) => Act::ListOpened,
        (Event::EnvelopeOpen, Some(Step::Closed), Outcome::Ok) => Act::CloseOpening,
        (Event::SecretReveal, _, Outcome::Ok) => {
            Act::Reveal(entry_of(record).ok_or(Unentitled::Form)?)
        }
        (Event::EnvelopeTakeover, None, Outcome::Ok) => match record.facts.first() {
            Some(Fact::Person(facts)) => Act::TakeOver(facts.role),
            _ => return Err(Unentitled::Form),
        },
        _ => return Err(Unentitled::Actor),
    };
    permitted(Requester::Opening(record.session), act, record, ledger)
}

/// A sheet accepts itself, and the last one of a run releases the epoch.
fn sheet_may(record: &Record) -> Result<(), Unentitled> {
    match (record.event, record.step, record.outcome) {
        (Event::EnvelopeSheet | Event::EnvelopeCheck, None, Outcome::Ok)
        | (Event::EnvelopeOpen, Some(Step::Released), Outcome::Ok) => Ok(()),
        _ => Err(Unentitled::Actor),
    }
}

/// What is recorded where nobody could sign.
fn nobody_may(record: &Record) -> Result<(), Unentitled> {
    match (record.event, record.step, record.outcome) {
        (
            Event::VaultUnlock | Event::EnvelopeSheet | Event::EnvelopeOpen,
            None,
            Outcome::Denied | Outcome::Failed,
        )
        | (Event::EnvelopeOpen, Some(Step::Requested), Outcome::Ok) => Ok(()),
        _ => Err(Unentitled::Actor),
    }
}

/// The act is permitted, on the very permission that the record names.
fn permitted(by: Requester, act: Act, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    match decide(&Request { by, act }, ledger) {
        Decision::Permit(permit) if permit.permission() == record.permission => Ok(()),
        Decision::Permit(_) => Err(Unentitled::Form),
        Decision::Deny(denial) => Err(Unentitled::Denied(denial)),
    }
}

/// The act that a person's record claims to be.
fn act_of(record: &Record) -> Option<Act> {
    Some(match record.event {
        Event::VaultUnlock | Event::PolicyAcknowledge => Act::Unlock,
        Event::PersonChangeCredential => Act::ChangeCredential(record.subject?),
        Event::LogRead => Act::ReadLog,
        Event::PersonAdd => match record.facts.first()? {
            Fact::Person(facts) if facts.standing == Standing::Invited => Act::Invite(facts.role),
            _ => return None,
        },
        Event::CollectionCreate => match record.facts.first()? {
            Fact::Collection(facts) => Act::MakeCollection(facts.kind),
            _ => return None,
        },
        Event::CollectionChange => match record.facts.first() {
            None => Act::Wrap(collection_of(record)?),
            Some(Fact::Generation(facts)) => Act::Renew(facts.collection),
            Some(Fact::Withdrawal(whose)) => Act::Withdraw(*whose),
            Some(Fact::Membership(facts)) => Act::Grant {
                collection: facts.collection,
                person: facts.person,
                permission: facts.permission,
            },
            Some(_) => return None,
        },
        Event::SecretCreate => match record.facts.first()? {
            Fact::Entry(facts) => Act::Add(facts.collection),
            _ => return None,
        },
        Event::TransferImport => Act::Import(collection_of(record)?),
        Event::SecretReveal => Act::Reveal(entry_of(record)?),
        Event::SecretRotate => Act::Rotate(entry_of(record)?),
        Event::SecretArchive if record.step == Some(Step::Restored) => {
            Act::Restore(entry_of(record)?)
        }
        Event::SecretArchive => Act::Retire(entry_of(record)?),
        Event::PolicyChange => match record.facts.first()? {
            Fact::Witness(_) => Act::NameWitness,
            _ => Act::ChooseRule,
        },
        Event::AccessApprove => Act::Approve(record.under?),
        Event::IncidentRaise => Act::RaiseIncident(entry_of(record)),
        Event::IncidentDecide => match record.facts.first() {
            None => Act::DecideIncident(record.under?),
            Some(_) => Act::HoldIncident(record.under?),
        },
        Event::IncidentClose => Act::CloseIncident(record.under?),
        Event::LogExport => Act::ExportLog,
        Event::VaultBackup | Event::VaultRestore => Act::CopyVault,
        Event::LogAcceptRollback => Act::AcceptRollback,
        Event::LogAnchor => Act::Anchor,
        Event::LogVerify => Act::VerifyLog,
        Event::LogForget => forgetting(record)?,
        Event::LogFork | Event::LogMerge => Act::MergeOpening,
        _ => return of_envelope(record),
    })
}

fn forgetting(record: &Record) -> Option<Act> {
    match record.facts.first()? {
        Fact::Forget(facts) => Some(Act::Forget {
            ordinary: facts.ordinary,
            long: facts.long,
            today: Day::of(record.time),
        }),
        _ => None,
    }
}

/// The same, for the records about the envelope.
fn of_envelope(record: &Record) -> Option<Act> {
    Some(match record.event {
        Event::EnvelopeIssue => match record.facts.first()? {
            Fact::Sheet(facts) => Act::IssueSheet(facts.holder.clone()),
            _ => return None,
        },
        Event::EnvelopeSeal => Act::Seal,
        Event::EnvelopeClose => Act::FollowUp(record.under?),
        Event::EnvelopeClassify => match record.facts.first()? {
            Fact::Use(facts) => Act::Classify {
                opening: record.under?,
                tag: facts.tag,
            },
            _ => return None,
        },
        Event::EnvelopeRevoke => match &record.object {
            Some(ObjectRef::Sheet(serial)) => Act::ReportLost(serial.clone()),
            _ => return None,
        },
        Event::EnvelopeCheck => match (record.facts.first()?, &record.object) {
            (Fact::Look(found), Some(ObjectRef::Sheet(serial))) => Act::LookAt {
                sheet: serial.clone(),
                proved_in: (!found.is_seen()).then_some(record.session),
            },
            _ => return None,
        },
        Event::EnvelopeDrill => Act::Rehearse(record.session),
        _ => return None,
    })
}

fn entry_of(record: &Record) -> Option<EntryId> {
    match record.object {
        Some(ObjectRef::Entry(entry)) => Some(entry),
        _ => None,
    }
}

fn collection_of(record: &Record) -> Option<CollectionId> {
    match record.object {
        Some(ObjectRef::Collection(collection)) => Some(collection),
        _ => None,
    }
}
