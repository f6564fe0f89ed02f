//! The keys that a reader has opened so far, and the names that these opened.

use std::collections::BTreeMap;

use super::id_of;
use super::roster::Roster;
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::collection::GenerationFacts;
use crate::crypto::recipient::Identity;
use crate::error::Error;
use crate::id::{CollectionId, Generation};
use crate::keys::{CatalogueKey, CollectionKey, KeyRefused};
use crate::store::StoreError;
use crate::store::act::Act;
use crate::store::rows::{GenerationRow, WrapRow};

/// Opens collection keys for one reader, each once.
pub(super) struct Keyring {
    reader: Reader,
    keys: BTreeMap<(CollectionId, Generation), CollectionKey>,
    /// People's names, once somebody's was asked for.
    pub(super) roster: Option<Roster>,
}

impl Keyring {
    pub(super) const fn new(reader: Reader) -> Self {
        Self {
            reader,
            keys: BTreeMap::new(),
            roster: None,
        }
    }

    /// The collection key of a generation, if it has been opened.
    pub(super) fn get(
        &self,
        collection: CollectionId,
        generation: Generation,
    ) -> Option<&CollectionKey> {
        self.keys.get(&(collection, generation))
    }

    /// Takes over a key that was made here.
    pub(super) fn insert(&mut self, key: CollectionKey) {
        self.keys.insert((key.collection(), key.generation()), key);
    }

    /// The newest collection key; `None` where it is not wrapped to this reader, or does not open.
    pub(super) fn newest(
        &mut self,
        act: &Act<'_>,
        identity: &Identity,
        collection: CollectionId,
    ) -> Result<Option<&CollectionKey>, Error> {
        let newest = newest_facts(act, collection)?.generation;
        if self.get(collection, newest).is_none() {
            let key = self.direct(act, identity, collection, newest)?;
            self.keys.extend(key.map(|key| ((collection, newest), key)));
        }
        Ok(self.get(collection, newest))
    }

    /// Opens the collection key of `generation`: through the newer ones, or as it was wrapped to this
    /// reader in its own time. So neither a generation that was kept from them nor one that was made
    /// badly takes away what they could read before. `None` where neither way leads there.
    pub(super) fn at(
        &mut self,
        act: &Act<'_>,
        identity: &Identity,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<&CollectionKey>, Error> {
        let mut at = newest_facts(act, collection)?.generation;
        while at >= generation && at.get() > 0 {
            if !self.keys.contains_key(&(collection, at)) {
                let after = Generation::new(at.get() + 1);
                let key = match self.predecessor(act, collection, after) {
                    Err(Error::KeyRefused(_)) => self.direct(act, identity, collection, at)?,
                    other => Some(other?),
                };
                self.keys.extend(key.map(|key| ((collection, at), key)));
            }
            at = Generation::new(at.get() - 1);
        }
        Ok(self.get(collection, generation))
    }

    /// The key of a generation as it was wrapped to this reader; `None` where it does not open.
    pub(super) fn direct(
        &self,
        act: &Act<'_>,
        identity: &Identity,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<CollectionKey>, Error> {
        let facts = facts_of(act, collection, generation)?;
        let Some(file) = self.wrapped(act, &facts, WrappedPart::Collection)? else {
            return Ok(None);
        };
        let vault = id_of(act.ledger())?;
        Ok(CollectionKey::unwrap(vault, &facts, self.reader, identity, &file).ok())
    }

    fn predecessor(
        &self,
        act: &Act<'_>,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<CollectionKey, Error> {
        let key = self.get(collection, generation).ok_or(KeyRefused)?;
        let row: Option<GenerationRow> = act.row(&RowKey::Generation(collection, generation))?;
        let sealed = row.and_then(|row| row.predecessor).ok_or(KeyRefused)?;
        let before = Generation::new(generation.get() - 1);
        let facts = facts_of(act, collection, before)?;
        Ok(key.open_predecessor(&facts, &sealed)?)
    }

    /// The catalogue key of `generation`, also for readers who are given the catalogue alone.
    pub(super) fn catalogue(
        &mut self,
        act: &Act<'_>,
        identity: &Identity,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<CatalogueKey>, Error> {
        if let Some(key) = self.at(act, identity, collection, generation)? {
            return Ok(Some(key.catalogue_key()));
        }
        let newest = newest_facts(act, collection)?.generation;
        let mut key: Option<CatalogueKey> = None;
        for at in (generation.get()..=newest.get()).rev() {
            let facts = facts_of(act, collection, Generation::new(at))?;
            let through = match &key {
                Some(after) => predecessor_catalogue(act, after, &facts)?,
                None => None,
            };
            key = match through {
                Some(key) => Some(key),
                None => self.direct_catalogue(act, identity, &facts)?,
            };
        }
        Ok(key)
    }

    /// The catalogue key of a generation as it was wrapped to this reader; `None` where it does
    /// not open.
    fn direct_catalogue(
        &self,
        act: &Act<'_>,
        identity: &Identity,
        facts: &GenerationFacts,
    ) -> Result<Option<CatalogueKey>, Error> {
        let Some(file) = self.wrapped(act, facts, WrappedPart::Catalogue)? else {
            return Ok(None);
        };
        let vault = id_of(act.ledger())?;
        Ok(CatalogueKey::unwrap(vault, facts, self.reader, identity, &file).ok())
    }

    fn wrapped(
        &self,
        act: &Act<'_>,
        facts: &GenerationFacts,
        part: WrappedPart,
    ) -> Result<Option<Vec<u8>>, Error> {
        let key = RowKey::Wrap(facts.collection, facts.generation, part, self.reader);
        let row: Option<WrapRow> = act.row(&key)?;
        Ok(row.map(|row| row.file))
    }
}

/// The catalogue key of the generation before `after`, which `facts` are about; `None` where it
/// does not open.
fn predecessor_catalogue(
    act: &Act<'_>,
    after: &CatalogueKey,
    facts: &GenerationFacts,
) -> Result<Option<CatalogueKey>, Error> {
    let key = RowKey::Generation(facts.collection, after.generation());
    let row: Option<GenerationRow> = act.row(&key)?;
    let sealed = row.and_then(|row| row.predecessor_catalogue);
    Ok(sealed.and_then(|sealed| after.open_predecessor(facts, &sealed).ok()))
}

/// What the log says of a collection's newest generation.
pub(super) fn newest_facts(
    act: &Act<'_>,
    collection: CollectionId,
) -> Result<GenerationFacts, Error> {
    let newest = act.ledger().collection(collection).and_then(|c| c.newest());
    newest
        .map(|(facts, _)| facts.clone())
        .ok_or(Error::Store(StoreError::Internal(
            "a collection without a key",
        )))
}

fn facts_of(
    act: &Act<'_>,
    collection: CollectionId,
    generation: Generation,
) -> Result<GenerationFacts, Error> {
    let collection = act.ledger().collection(collection);
    let facts = collection.and_then(|c| c.generations.get(&generation));
    Ok(facts.ok_or(KeyRefused)?.0.clone())
}
