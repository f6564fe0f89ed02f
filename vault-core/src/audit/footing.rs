//! Who has a footing in the council's work: a membership that somebody else could take away. Whoever
//! has none, be it not yet or no more, changes nothing that others rely on.

use super::ledger::{Collection, Ledger};
use super::unconfirmed::Unconfirmed;
use crate::collection::{CollectionKind, MembershipFacts, Permission, WithdrawalFacts};
use crate::id::{CollectionId, PersonId, RecordSeq};
use crate::person::Standing;

impl Ledger {
    /// Whether somebody is a member of the access log, or of a collection that somebody else manages
    /// who is active and counts. The directory is everybody's, a personal collection is one's own, and
    /// from a collection that one manages alone nobody could remove one: these are no footing.
    pub fn has_footing(&self, person: PersonId) -> bool {
        let gives = |collection: &Collection| match collection.facts.kind {
            CollectionKind::Directory | CollectionKind::Personal => false,
            CollectionKind::AccessLog => true,
            _ => {
                let mut managers = self.managers(collection);
                managers.any(|other| other != person && self.does_count(other))
            }
        };
        let mut theirs = self.collections.values();
        theirs.any(|c| c.members.contains_key(&person) && gives(c))
    }

    /// Whether every membership that somebody had, the directory's and their own collections' aside,
    /// was ended: they do nothing any more, until they are given another.
    pub fn has_ended(&self, person: PersonId) -> bool {
        let person = self.person(person);
        person.is_some_and(|person| person.ended.is_some())
    }

    /// Whether somebody counts as a second person.
    pub fn does_count(&self, person: PersonId) -> bool {
        self.person(person).is_some_and(|person| person.counts)
    }

    /// Whether keys are wrapped to somebody.
    pub fn receives_keys(&self, person: PersonId) -> bool {
        let standing = self.person(person).map(|person| person.facts.standing);
        matches!(standing, Some(Standing::Active | Standing::Invited)) && !self.has_ended(person)
    }

    /// Who manages a collection and is active.
    pub fn managers<'a>(
        &'a self,
        collection: &'a Collection,
    ) -> impl Iterator<Item = PersonId> + 'a {
        let manager = |(member, held): (&PersonId, &Permission)| {
            let standing = self.person(*member).map(|person| person.facts.standing);
            let manages = *held == Permission::Manage && standing == Some(Standing::Active);
            manages.then_some(*member)
        };
        collection.members.iter().filter_map(manager)
    }

    /// Whether a membership is the access log's, of somebody who reviews it: whoever else manages the
    /// log ends it with a second person's word, and not alone.
    pub fn is_reviewers(&self, whose: WithdrawalFacts) -> bool {
        let log = self.collection(whose.collection);
        let person = self.person(whose.person);
        log.is_some_and(|log| {
            log.facts.kind == CollectionKind::AccessLog && log.members.contains_key(&whose.person)
        }) && person.is_some_and(|person| person.facts.role.reads_log())
    }

    /// Takes over that a membership is to end when a second person has confirmed it.
    pub(super) fn put_withdrawal(
        &mut self,
        whose: WithdrawalFacts,
        by: PersonId,
        record: RecordSeq,
    ) {
        self.take_back(whose.collection, whose.person);
        let waiting = Unconfirmed::Membership { whose, by };
        self.unconfirmed.insert(record, waiting);
        if let Some(person) = self.people.get_mut(&whose.person) {
            person.unread = Some((record, by));
        }
    }

    /// Another word about the same membership takes back what waits about it.
    fn take_back(&mut self, collection: CollectionId, person: PersonId) {
        let whose = WithdrawalFacts { collection, person };
        let is_about = |waiting: &Unconfirmed| matches!(waiting, Unconfirmed::Membership { whose: other, .. } if *other == whose);
        self.unconfirmed.retain(|_, waiting| !is_about(waiting));
    }

    /// Takes over a membership, its change or its end.
    pub(super) fn put_membership(
        &mut self,
        facts: &MembershipFacts,
        by: PersonId,
        record: RecordSeq,
    ) -> Option<()> {
        self.take_back(facts.collection, facts.person);
        let collection = self.collections.get_mut(&facts.collection)?;
        let members = &mut collection.members;
        let before = match facts.permission {
            Some(permission) => members.insert(facts.person, permission),
            None => members.remove(&facts.person),
        };
        // Whoever loses a key still knows it: the next generation is due.
        let reads = |held: Option<Permission>| held.is_some_and(Permission::holds_collection_key);
        let stops_reading = reads(before) && !reads(facts.permission);
        if stops_reading {
            collection.reader_left = Some(record);
        }
        if stops_reading || before.is_some() && facts.permission.is_none() {
            collection.left = Some(record);
        }
        let kind = collection.facts.kind;
        if kind == CollectionKind::AccessLog {
            let unread = facts.permission.is_none().then_some((record, by));
            self.people.get_mut(&facts.person)?.unread = unread;
        }
        if is_work(kind) {
            self.put_end(facts, before.is_some(), record)?;
        }
        Some(())
    }

    /// Whoever has lost the last membership has ended, and names that are given later are not theirs
    /// to read; whoever is given one again has not.
    fn put_end(
        &mut self,
        facts: &MembershipFacts,
        belonged: bool,
        record: RecordSeq,
    ) -> Option<()> {
        let person = facts.person;
        let mut work = self.collections.values();
        let belongs = work.any(|c| is_work(c.facts.kind) && c.members.contains_key(&person));
        let ended = (belonged && !belongs).then_some(record);
        if belongs || ended.is_some() {
            self.people.get_mut(&person)?.ended = ended;
        }
        if ended.is_some() {
            let directory = self.built_in(CollectionKind::Directory)?;
            self.collections.get_mut(&directory)?.left = ended;
        }
        Some(())
    }
}

/// Whether a collection of this kind is work that people share: not everybody's, and nobody's own.
const fn is_work(kind: CollectionKind) -> bool {
    !matches!(kind, CollectionKind::Directory | CollectionKind::Personal)
}
