//! Whether a record's actor was entitled to what it says, by the ledger as it stood before it.
//!
//! This is what separates `read` from `manage`, since both hold the same key, and what makes an
//! invented member worthless: replayed from the leaves, by anybody.

use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::ledger::Ledger;
use super::record::{Actor, ObjectRef, Record};
use super::row::{Reader, RowKey};
use crate::access::{Act, Decision, Denial, Request, Requester, decide};
use crate::collection::{CollectionKind, Permission};
use crate::id::{CollectionId, EntryId, Epoch, PersonId};
use crate::person::{Role, Standing};

/// Why a record is not entitled to stand as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unentitled {
    /// The actor had no right to it.
    Denied(Denial),
    /// An actor of this kind never makes such a record.
    Actor,
    /// Its facts are not those of such a record.
    Facts,
    /// It wrote a row that such a record never writes.
    Row,
}

/// Checks that `record` may follow what `ledger` holds.
///
/// # Errors
/// [`Unentitled`].
pub fn check(record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    if !facts_fit(record, ledger) {
        return Err(Unentitled::Facts);
    }
    if !record.rows.iter().all(|row| may_write(record, &row.0)) {
        return Err(Unentitled::Row);
    }
    if !role_is_theirs(record, ledger) {
        return Err(Unentitled::Actor);
    }
    if record.outcome != Outcome::Ok {
        // What was refused or failed changes nothing.
        return if record.facts.is_empty() && record.rows.is_empty() {
            Ok(())
        } else {
            Err(Unentitled::Facts)
        };
    }
    match &record.actor {
        Actor::Person(person) => person_may(*person, record, ledger),
        Actor::Escrow(epoch) => opening_may(*epoch, record, ledger),
        Actor::Sheet(_) => sheet_may(record),
        Actor::Nobody => match (record.event, record.step) {
            (Event::EnvelopeOpen, Some(Step::Requested)) => Ok(()),
            _ => Err(Unentitled::Actor),
        },
    }
}

fn person_may(person: PersonId, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    match record.event {
        // The first two records found the vault; nobody could be entitled before them.
        Event::VaultCreate if ledger.size == 0 => return Ok(()),
        Event::PersonEnrol if ledger.size == 1 => return Ok(()),
        Event::PersonEnrol => return enrols(person, record, ledger),
        _ => {}
    }
    let act = act_of(record).ok_or(Unentitled::Actor)?;
    permitted(Requester::Person(person), act, record, ledger)
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

/// An invited person takes up keys of their own, once, and keeps their role.
fn enrols(person: PersonId, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    let invited = &ledger
        .person(person)
        .ok_or(Unentitled::Denied(Denial::Unknown))?
        .facts;
    if invited.standing != Standing::Invited {
        return Err(Unentitled::Denied(Denial::Standing(invited.standing)));
    }
    match &record.facts[..] {
        [Fact::Person(facts)]
            if facts.person == person
                && facts.role == invited.role
                && facts.standing == Standing::Active
                && record.subject == Some(person) =>
        {
            Ok(())
        }
        _ => Err(Unentitled::Facts),
    }
}

fn opening_may(epoch: Epoch, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    let run = ledger.envelope.runs.get(&record.session);
    if run.and_then(|run| run.released) != Some(epoch) {
        return Err(Unentitled::Denied(Denial::NotReleased));
    }
    let act = match (record.event, record.step) {
        (Event::EnvelopeOpen, Some(Step::Listed)) => Act::ListOpened,
        (Event::EnvelopeOpen, Some(Step::Closed)) => Act::CloseOpening,
        (Event::SecretReveal, _) => Act::Reveal(entry_of(record).ok_or(Unentitled::Facts)?),
        _ => return Err(Unentitled::Actor),
    };
    permitted(Requester::Opening(record.session), act, record, ledger)
}

/// A sheet accepts itself, and the last one of a run releases the epoch.
fn sheet_may(record: &Record) -> Result<(), Unentitled> {
    match (record.event, record.step) {
        (Event::EnvelopeSheet, None) | (Event::EnvelopeOpen, Some(Step::Released)) => Ok(()),
        _ => Err(Unentitled::Actor),
    }
}

/// The act is permitted, on the very permission that the record names.
fn permitted(by: Requester, act: Act, record: &Record, ledger: &Ledger) -> Result<(), Unentitled> {
    match decide(&Request { by, act }, ledger) {
        Decision::Permit(permit) if permit.permission() == record.permission => Ok(()),
        Decision::Permit(_) => Err(Unentitled::Facts),
        Decision::Deny(denial) => Err(Unentitled::Denied(denial)),
    }
}

/// The act that a person's record claims to be.
fn act_of(record: &Record) -> Option<Act> {
    Some(match record.event {
        Event::VaultUnlock | Event::PolicyAcknowledge => Act::Unlock,
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
        Event::PolicyChange => Act::ChooseRule,
        Event::EnvelopeIssue => match record.facts.first()? {
            Fact::Sheet(facts) => Act::IssueSheet(facts.holder.clone()),
            _ => return None,
        },
        Event::EnvelopeSeal => Act::Seal,
        Event::AccessApprove => Act::Approve(record.under?),
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

/// Whether the record's facts are exactly those that such a record carries, about its own object.
fn facts_fit(record: &Record, ledger: &Ledger) -> bool {
    let object = &record.object;
    let about = |id: CollectionId| *object == Some(ObjectRef::Collection(id));
    match (record.event, &record.facts[..]) {
        (Event::VaultCreate, [Fact::Vault(_), Fact::Policy(_), Fact::Person(founder)]) => {
            record.actor == Actor::Person(founder.person)
        }
        (Event::PersonEnrol, [Fact::Person(_)])
        | (Event::CollectionChange, [])
        | (Event::PolicyChange, [Fact::Rule(_)]) => true,
        (Event::PersonEnrol, facts) => record.seq.get() == 1 && founds_collections(facts),
        (Event::PersonAdd, [Fact::Person(invited), memberships @ ..]) => {
            let from_the_beginning = |fact: &Fact| {
                matches!(fact, Fact::Membership(m) if m.person == invited.person
                    && m.permission == Some(Permission::Read)
                    && reads_from_the_beginning(invited.role, m.collection, ledger))
            };
            record.subject == Some(invited.person) && memberships.iter().all(from_the_beginning)
        }
        (
            Event::CollectionCreate,
            [
                Fact::Collection(c),
                Fact::Generation(g),
                Fact::Membership(m),
            ],
        ) => {
            about(c.collection)
                && g.collection == c.collection
                && m.collection == c.collection
                && record.actor == Actor::Person(m.person)
                && m.permission == Some(Permission::Manage)
                && c.in_scope == c.kind.in_envelope()
                && !c.kind.is_built_in()
        }
        (Event::CollectionChange, [Fact::Membership(m)]) => {
            about(m.collection) && record.subject == Some(m.person)
        }
        (Event::CollectionChange, [Fact::Generation(g)]) => about(g.collection),
        (Event::SecretCreate, [Fact::Entry(e)]) => *object == Some(ObjectRef::Entry(e.entry)),
        (Event::EnvelopeIssue, [Fact::Sheet(s)]) => {
            *object == Some(ObjectRef::Sheet(s.serial.clone()))
        }
        (Event::EnvelopeSeal, [Fact::Seal(s)]) => *object == Some(ObjectRef::Epoch(s.epoch)),
        (Event::AccessApprove, [Fact::Confirmed(seq)]) => record.under == Some(*seq),
        (_, facts) => facts.is_empty(),
    }
}

/// What somebody may be given with their invitation: the directory, and the access log's words
/// where their role reviews it.
fn reads_from_the_beginning(role: Role, collection: CollectionId, ledger: &Ledger) -> bool {
    let kind = ledger.collection(collection).map(|c| c.facts.kind);
    match kind {
        Some(CollectionKind::Directory) => true,
        Some(CollectionKind::AccessLog) => role.reads_log(),
        _ => false,
    }
}

/// The second record makes the built-in collections, with the founder as their first member.
fn founds_collections(facts: &[Fact]) -> bool {
    facts.chunks(3).all(|made| {
        matches!(made, [Fact::Collection(c), Fact::Generation(g), Fact::Membership(m)]
            if c.kind.is_built_in() && g.collection == c.collection && m.collection == c.collection)
    })
}

/// Whether a record of this kind about this object ever writes such a row.
fn may_write(record: &Record, row: &RowKey) -> bool {
    let founding = record.seq.get() == 1;
    let person = record.subject;
    let own = |id: &PersonId| person == Some(*id);
    match (record.event, row) {
        (Event::PersonEnrol, _) if founding => true,
        (
            Event::PersonAdd | Event::PersonEnrol,
            RowKey::Person(id) | RowKey::Credential(id) | RowKey::Wrap(_, _, _, Reader::Person(id)),
        ) => own(id),
        (
            Event::CollectionCreate | Event::CollectionChange,
            RowKey::Collection(id) | RowKey::Generation(id, _) | RowKey::Wrap(id, ..),
        ) => record.object == Some(ObjectRef::Collection(*id)),
        (Event::SecretCreate | Event::SecretRotate, RowKey::Entry(id) | RowKey::Version(id, _)) => {
            record.object == Some(ObjectRef::Entry(*id))
        }
        (
            Event::EnvelopeSeal,
            RowKey::Share(epoch, _) | RowKey::Wrap(_, _, _, Reader::Escrow(epoch)),
        ) => seals(record, *epoch),
        _ => false,
    }
}

fn seals(record: &Record, epoch: Epoch) -> bool {
    record.object == Some(ObjectRef::Epoch(epoch))
}
