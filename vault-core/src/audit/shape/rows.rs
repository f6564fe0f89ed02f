//! Which rows a record of each kind writes, and which it must.

use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::event::{Event, Step};
use crate::audit::fact::Fact;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::collection::{GenerationFacts, Permission};
use crate::id::{CollectionId, Generation, PersonId};

/// Whether the record writes exactly the kinds of rows that such a record writes. Nothing deletes
/// a row today.
pub(super) fn fit(record: &Record, ledger: &Ledger) -> bool {
    let row = |row: &RowKey| match record.event {
        Event::PersonEnrol if record.seq.get() == 1 => true,
        Event::PersonAdd => invitation_row(row, record.subject),
        Event::PersonEnrol => enrolment_row(row, record.subject, ledger),
        Event::PersonChangeCredential => {
            matches!(row, RowKey::Credential(id) if record.subject == Some(*id))
        }
        Event::CollectionCreate => creation_row(row, record),
        Event::CollectionChange => change_row(row, record, ledger),
        Event::SecretCreate | Event::SecretRotate | Event::SecretArchive => secret_row(row, record),
        Event::EnvelopeTakeover => {
            invitation_row(row, record.subject) || takeover_rows(record, ledger).contains(row)
        }
        Event::EnvelopeSeal => matches!((row, &record.object),
            (RowKey::Share(epoch, _), Some(ObjectRef::Epoch(sealed))) if epoch == sealed),
        _ => false,
    };
    let written = |key: &RowKey| record.rows.iter().any(|r| r.0 == *key);
    record.rows.iter().all(|r| r.1.is_some() && row(&r.0))
        && required_rows(record, ledger).iter().all(written)
}

/// The rows without which a record of this kind would claim what nobody can read.
fn required_rows(record: &Record, ledger: &Ledger) -> Vec<RowKey> {
    match (record.event, &record.object, &record.facts[..]) {
        (Event::PersonAdd, _, [Fact::Person(p), ..]) => {
            vec![RowKey::Person(p.person), RowKey::Credential(p.person)]
        }
        (Event::PersonEnrol, _, [Fact::Person(p)]) => vec![RowKey::Credential(p.person)],
        (Event::PersonChangeCredential, Some(ObjectRef::Person(id)), _) => {
            vec![RowKey::Credential(*id)]
        }
        (Event::CollectionCreate, _, [_, Fact::Generation(g), Fact::Membership(m)]) => {
            let (id, first) = (g.collection, g.generation);
            let reader = Reader::Person(m.person);
            vec![
                RowKey::Collection(id),
                RowKey::Generation(id, first),
                RowKey::Wrap(id, first, WrappedPart::Collection, reader),
            ]
        }
        (Event::CollectionChange, _, [Fact::Generation(g)]) => generation_rows(g, ledger),
        (Event::SecretCreate | Event::SecretRotate, Some(ObjectRef::Entry(id)), _) => {
            let proposed = record
                .version
                .filter(|_| matches!(record.step, None | Some(Step::Pending)));
            let version = proposed.map(|version| RowKey::Version(*id, version));
            std::iter::once(RowKey::Entry(*id)).chain(version).collect()
        }
        (Event::SecretArchive, Some(ObjectRef::Entry(id)), _) => vec![RowKey::Entry(*id)],
        (Event::EnvelopeTakeover, _, [Fact::Person(p), ..]) => {
            let own = [RowKey::Person(p.person), RowKey::Credential(p.person)];
            own.into_iter()
                .chain(takeover_rows(record, ledger))
                .collect()
        }
        (Event::EnvelopeSeal, _, [Fact::Seal(seal)]) => {
            let shares = (0..).zip(seal.scheme.shares());
            shares
                .map(|(place, _)| RowKey::Share(seal.epoch, place))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Of each collection that whoever takes over is to manage, the newest key that the envelope had.
fn takeover_rows(record: &Record, ledger: &Ledger) -> Vec<RowKey> {
    let wrap = |fact: &Fact| match fact {
        Fact::Membership(m) => {
            let generation = ledger.given_in(record.session, m.collection)?;
            let reader = Reader::Person(m.person);
            let part = WrappedPart::Collection;
            Some(RowKey::Wrap(m.collection, generation, part, reader))
        }
        _ => None,
    };
    record.facts.iter().filter_map(wrap).collect()
}

/// A new generation leaves no member out.
fn generation_rows(made: &GenerationFacts, ledger: &Ledger) -> Vec<RowKey> {
    let (id, generation) = (made.collection, made.generation);
    let members = ledger.collection(id).into_iter().flat_map(|c| &c.members);
    let reachable = members.filter(|(person, _)| ledger.receives_keys(**person));
    let wrap = |(person, held): (&PersonId, &Permission)| {
        let part = if held.holds_collection_key() {
            WrappedPart::Collection
        } else {
            WrappedPart::Catalogue
        };
        RowKey::Wrap(id, generation, part, Reader::Person(*person))
    };
    let own = RowKey::Generation(id, generation);
    std::iter::once(own).chain(reachable.map(wrap)).collect()
}

fn invitation_row(row: &RowKey, subject: Option<PersonId>) -> bool {
    matches!(row, RowKey::Person(id) | RowKey::Credential(id) if subject == Some(*id))
}

/// Their own credential, and what was wrapped to the invitation.
fn enrolment_row(row: &RowKey, subject: Option<PersonId>, ledger: &Ledger) -> bool {
    match row {
        RowKey::Credential(id) => subject == Some(*id),
        RowKey::Wrap(.., Reader::Person(id)) => subject == Some(*id) && ledger.has_row(row),
        _ => false,
    }
}

fn creation_row(row: &RowKey, record: &Record) -> bool {
    let first = Generation::new(1);
    let about = |id: &CollectionId| record.object == Some(ObjectRef::Collection(*id));
    match row {
        RowKey::Collection(id) => about(id),
        RowKey::Generation(id, generation) => about(id) && *generation == first,
        RowKey::Wrap(id, generation, WrappedPart::Collection, Reader::Person(person)) => {
            about(id) && *generation == first && record.actor == Actor::Person(*person)
        }
        _ => false,
    }
}

/// A new generation's own row; wraps to those who are entitled to them and have none.
fn change_row(row: &RowKey, record: &Record, ledger: &Ledger) -> bool {
    let about = |id: &CollectionId| record.object == Some(ObjectRef::Collection(*id));
    match (&record.facts[..], row) {
        ([Fact::Generation(made)], RowKey::Generation(id, generation)) => {
            about(id) && *generation == made.generation
        }
        ([Fact::Generation(made)], RowKey::Wrap(id, generation, part, reader)) => {
            about(id) && *generation == made.generation && is_entitled(*id, *part, *reader, ledger)
        }
        ([], RowKey::Wrap(id, generation, part, reader)) => {
            let newest = ledger.collection(*id).and_then(|c| c.newest());
            about(id)
                && newest.is_some_and(|(facts, _)| facts.generation == *generation)
                && is_entitled(*id, *part, *reader, ledger)
                && !ledger.has_row(row)
        }
        _ => false,
    }
}

/// Whether a key may be wrapped to a reader: a member, or the current epoch.
fn is_entitled(
    collection: CollectionId,
    part: WrappedPart,
    reader: Reader,
    ledger: &Ledger,
) -> bool {
    let Some(collection) = ledger.collection(collection) else {
        return false;
    };
    match reader {
        Reader::Person(person) => {
            let held = collection.members.get(&person);
            let theirs = held.map(|held| held.holds_collection_key());
            theirs == Some(part == WrappedPart::Collection) && ledger.receives_keys(person)
        }
        Reader::Escrow(epoch) => {
            let current = ledger.envelope.current().map(|seal| seal.facts.epoch);
            collection.facts.in_scope && part == WrappedPart::Collection && current == Some(epoch)
        }
    }
}

fn secret_row(row: &RowKey, record: &Record) -> bool {
    let about = |id| record.object == Some(ObjectRef::Entry(id));
    match row {
        RowKey::Entry(id) => about(*id),
        RowKey::Version(id, version) => {
            let proposes = matches!(record.step, None | Some(Step::Pending));
            about(*id) && record.version == Some(*version) && proposes
        }
        _ => false,
    }
}
