//! What ids are called, for whoever may know.

use std::collections::BTreeMap;

use super::mark::Mark;
use super::table::Cell;
use crate::audit::actor::Actor;
use crate::emergency::Holder;
use crate::id::{CollectionId, EntryId, PersonId};

/// The names of people, collections and entries. What has none here is called by its id.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People's.
    pub people: BTreeMap<PersonId, String>,
    /// Collections'.
    pub collections: BTreeMap<CollectionId, String>,
    /// Entries' titles, as they were last.
    pub entries: BTreeMap<EntryId, String>,
}

impl Names {
    /// A person's.
    pub fn person(&self, id: PersonId) -> String {
        let name = self.people.get(&id);
        name.cloned().unwrap_or_else(|| id.to_string())
    }

    /// A collection's.
    pub fn collection(&self, id: CollectionId) -> String {
        let name = self.collections.get(&id);
        name.cloned().unwrap_or_else(|| id.to_string())
    }

    /// An entry's.
    pub fn entry(&self, id: EntryId) -> String {
        let title = self.entries.get(&id);
        title.cloned().unwrap_or_else(|| id.to_string())
    }

    /// A holder's: a person or a place.
    pub fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Person(person) => self.person(*person),
            Holder::Place(name) => name.clone(),
        }
    }

    /// Who acted.
    pub fn actor(&self, actor: &Actor) -> Option<String> {
        match actor {
            Actor::Person(person) => Some(self.person(*person)),
            Actor::Sheet(serial) => Some(format!("sheet {serial}")),
            Actor::Escrow(epoch) => Some(format!("opened envelope {epoch}")),
            Actor::Nobody => None,
        }
    }

    /// Who made a record, and which.
    pub fn by(&self, mark: &Mark) -> Cell {
        match self.actor(&mark.by) {
            Some(who) => Cell::By(who, mark.record),
            None => Cell::Record(mark.record),
        }
    }
}
