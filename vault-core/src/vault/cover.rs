//! What a reader's keys owe to others: a new generation after an opening, and wraps to members and
//! to the envelope. Each unlock does its part, recorded, before and after its own act.

use super::turn::Turn;
use crate::access::{Act as Asked, Permit, Request, decide};
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::ledger::{Collection, Ledger};
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::collection::GenerationFacts;
use crate::crypto::recipient::Recipient;
use crate::error::Error;
use crate::id::{CollectionId, PersonId};
use crate::keys::{CollectionKey, KeyRefused};
use crate::store::draft::Draft;
use crate::store::rows::{AnyRow, GenerationRow, WrapRow};

/// A key that a reader is entitled to and lacks.
struct Owed {
    reader: Reader,
    part: WrappedPart,
    to: Recipient,
}

impl Turn<'_> {
    /// Does what is owed and this person can do; nothing on a file that lacks what was seen, by
    /// which nobody is given a key.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        if self.rolled_back {
            return Ok(());
        }
        let theirs: Vec<CollectionId> = self
            .ledger()
            .collections
            .values()
            .filter(|c| reads(c, self.person))
            .map(|c| c.facts.collection)
            .collect();
        for collection in theirs {
            if self.ledger().owes_generation(collection)
                && let Some(permit) = self.leave(Asked::Renew(collection))
            {
                self.renew(collection, &permit)?;
            }
            let owed = owed_wraps(self.ledger(), collection, self.person);
            if !owed.is_empty()
                && let Some(permit) = self.leave(Asked::Wrap(collection))
            {
                self.wrap(collection, &owed, &permit)?;
            }
        }
        Ok(())
    }

    /// Leave to do what is asked, where there is no need to record a refusal.
    pub(super) fn leave(&self, asked: Asked) -> Option<Permit> {
        let request = Request::person(self.person, asked);
        decide(&request, self.ledger()).into_result().ok()
    }

    /// Wraps the newest key to those who lack it, where this person holds it themselves.
    fn wrap(
        &mut self,
        collection: CollectionId,
        owed: &[Owed],
        permit: &Permit,
    ) -> Result<(), Error> {
        let Some(key) = self.collection_key(collection)? else {
            return Ok(());
        };
        let rows = wraps(key, owed)?;
        let draft = Draft::new(Event::CollectionChange)
            .object(ObjectRef::Collection(collection))
            .permission(permit.permission())
            .rows(rows);
        self.record(draft)?;
        Ok(())
    }

    /// Makes a new generation of a collection's key and wraps it to everybody entitled. It
    /// protects what is written from now on, and nothing that was read before.
    pub(super) fn renew(&mut self, collection: CollectionId, permit: &Permit) -> Result<(), Error> {
        let vault = self.vault()?;
        let Some(newest) = self.collection_key(collection)? else {
            return Ok(());
        };
        let generation = newest.generation().next();
        let entropy = &mut *self.surroundings.entropy;
        let key = CollectionKey::generate(vault, collection, generation, entropy)?;
        let before = self
            .keyring
            .get(collection, crate::id::Generation::new(generation.get() - 1))
            .ok_or(KeyRefused)?;
        let catalogue = key.catalogue_key();
        let row = GenerationRow {
            collection,
            generation,
            predecessor: Some(key.seal_predecessor(before, entropy)?),
            predecessor_catalogue: Some(
                catalogue.seal_predecessor(&before.catalogue_key(), entropy)?,
            ),
        };
        let owed = owed_to_all(self.act.ledger(), collection, &key.facts(), self.person);
        let draft = Draft::new(Event::CollectionChange)
            .object(ObjectRef::Collection(collection))
            .permission(permit.permission())
            .fact(Fact::Generation(key.facts()))
            .row(row)
            .rows(wraps(&key, &owed)?);
        self.record(draft)?;
        self.keyring.insert(key);
        Ok(())
    }
}

fn reads(collection: &Collection, person: PersonId) -> bool {
    let held = collection.members.get(&person);
    held.is_some_and(|held| held.holds_collection_key())
}

fn wraps(key: &CollectionKey, owed: &[Owed]) -> Result<Vec<AnyRow>, Error> {
    let mut rows = Vec::with_capacity(owed.len());
    for Owed { reader, part, to } in owed {
        let file = match part {
            WrappedPart::Collection => key.wrap(*reader, to)?,
            WrappedPart::Catalogue => key.catalogue_key().wrap(&key.facts(), *reader, to)?,
        };
        rows.push(AnyRow::from(WrapRow {
            collection: key.collection(),
            generation: key.generation(),
            part: *part,
            reader: *reader,
            file,
        }));
    }
    Ok(rows)
}

/// Who lacks the newest key of a collection, by the log alone.
fn owed_wraps(ledger: &Ledger, collection: CollectionId, person: PersonId) -> Vec<Owed> {
    let facts = ledger.collection(collection).and_then(Collection::newest);
    facts.map_or_else(Vec::new, |(facts, _)| {
        owed_to_all(ledger, collection, facts, person)
    })
}

/// Who is to hold the key of this generation and does not.
fn owed_to_all(
    ledger: &Ledger,
    collection: CollectionId,
    facts: &GenerationFacts,
    person: PersonId,
) -> Vec<Owed> {
    let Some(collection) = ledger.collection(collection) else {
        return Vec::new();
    };
    let members = collection.members.iter().filter_map(|(member, held)| {
        let facts = &ledger.person(*member)?.facts;
        ledger.receives_keys(*member).then(|| Owed {
            reader: Reader::Person(*member),
            part: if held.holds_collection_key() {
                WrappedPart::Collection
            } else {
                WrappedPart::Catalogue
            },
            to: facts.recipient.clone(),
        })
    });
    let envelope = ledger.envelope.current().filter(|seal| {
        let trusted = seal.sealer == person || ledger.is_confirmed(seal.facts.epoch);
        collection.facts.in_scope && trusted
    });
    let envelope = envelope.map(|seal| Owed {
        reader: Reader::Escrow(seal.facts.epoch),
        part: WrappedPart::Collection,
        to: seal.facts.recipient.clone(),
    });
    members
        .chain(envelope)
        .filter(|owed| {
            let (collection, generation) = (facts.collection, facts.generation);
            !ledger.has_row(&RowKey::Wrap(
                collection,
                generation,
                owed.part,
                owed.reader,
            ))
        })
        .collect()
}
