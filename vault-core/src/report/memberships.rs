//! Who could do what with which collection, from when to when and on whose word.

use std::collections::BTreeMap;

use super::mark::Mark;
use crate::audit::event::Outcome;
use crate::audit::fact::Fact;
use crate::audit::record::Record;
use crate::collection::{MembershipFacts, Permission};
use crate::id::{CollectionId, PersonId};

/// A permission that somebody had, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Of which collection.
    pub collection: CollectionId,
    /// Who.
    pub person: PersonId,
    /// What they could do.
    pub permission: Permission,
    /// The record that gave it.
    pub from: Mark,
    /// The record that ended it, or gave another.
    pub until: Option<Mark>,
    /// What they could do from then on.
    pub then: Option<Permission>,
}

impl Membership {
    /// Whether with it somebody stopped being able to read.
    pub fn ends_reading(&self) -> bool {
        let reads = |held: Permission| held.holds_collection_key();
        self.until.is_some() && reads(self.permission) && !self.then.is_some_and(reads)
    }
}

/// Every membership that the records tell of, in the order in which they were given.
#[derive(Debug, Default)]
pub struct Memberships {
    all: Vec<Membership>,
    /// Where those stand that have not ended.
    standing: BTreeMap<(CollectionId, PersonId), usize>,
}

impl Memberships {
    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        if record.outcome != Outcome::Ok {
            return;
        }
        for fact in &record.facts {
            if let Fact::Membership(facts) = fact {
                self.change(facts, record);
            }
        }
    }

    fn change(&mut self, facts: &MembershipFacts, record: &Record) {
        let whose = (facts.collection, facts.person);
        if let Some(at) = self.standing.remove(&whose) {
            let before = &mut self.all[at];
            before.until = Some(Mark::of(record));
            before.then = facts.permission;
        }
        if let Some(permission) = facts.permission {
            self.standing.insert(whose, self.all.len());
            self.all.push(Membership {
                collection: facts.collection,
                person: facts.person,
                permission,
                from: Mark::of(record),
                until: None,
                then: None,
            });
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Membership> {
        self.all.iter()
    }

    /// The one that stands.
    pub fn standing(&self, collection: CollectionId, person: PersonId) -> Option<&Membership> {
        let at = self.standing.get(&(collection, person))?;
        self.all.get(*at)
    }
}
