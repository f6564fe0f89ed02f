//! Collections: making them, and who may do what with them.

use super::Session;
use super::founding::new_collection;
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::collection::{CollectionKind, MembershipFacts, Permission, WithdrawalFacts};
use crate::crypto::random;
use crate::emergency::Holder;
use crate::error::{Error, Invalid, MembershipRefused, NameRefused, Noun};
use crate::id::{CollectionId, Generation, PersonId, RecordSeq};
use crate::keys::{CollectionKey, KeyRefused};
use crate::person::Standing;
use crate::store::draft::Draft;
use crate::store::rows::CollectionRow;
use crate::text::look::{check_letters, look};
use crate::text::{Line, fold};

/// A collection, for a list.
#[derive(Debug, Clone)]
pub struct CollectionSummary {
    /// Which.
    pub collection: CollectionId,
    /// Its name.
    pub name: String,
    /// What for.
    pub kind: CollectionKind,
    /// What the person may do with it.
    pub permission: Option<Permission>,
    /// Members' names and permissions.
    pub members: Vec<(String, Permission)>,
}

/// A membership that was ended, or is to end.
#[derive(Debug, Clone, Copy)]
pub struct Revoked {
    /// Of which collection.
    pub collection: CollectionId,
    /// The record.
    pub record: RecordSeq,
    /// Whether it stands until a second person has confirmed its end.
    pub waits: bool,
    /// Whether the person has no membership left, and so no access.
    pub ended: bool,
    /// Whether they are a holder under the envelope's rule.
    pub is_holder: bool,
}

impl Session<'_> {
    /// Makes a collection whose one member, with `manage`, is the person who makes it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] and [`Error::Store`].
    pub fn make_collection(
        &mut self,
        name: &str,
        kind: CollectionKind,
    ) -> Result<(CollectionId, RecordSeq), Error> {
        let name = Line::parse(name, Line::NAME)
            .map_err(|why| Invalid::Name(NameRefused::Line(Noun::Collection, why)))?;
        check_letters(&name)
            .map_err(|why| Invalid::Name(NameRefused::Misleading(Noun::Collection, why)))?;
        let turn = self.turn()?;
        let denied = Draft::new(Event::CollectionCreate).word(Word::Name, name.as_str());
        let (mut turn, _) = turn.allow(Asked::MakeCollection(kind), denied)?;
        for other in turn.collection_ids() {
            let other = turn.collection_name(other)?;
            if fold(&other) == name.folded() {
                return Err(NameRefused::Taken(Noun::Collection).into());
            }
            if look(&other) == look(name.as_str()) {
                return Err(NameRefused::LooksTaken(Noun::Collection).into());
            }
        }
        let vault = turn.vault()?;
        let directory = turn.built_in(CollectionKind::Directory)?;
        let names = turn.newest_catalogue_key(directory)?.ok_or(KeyRefused)?;
        let entropy = &mut *turn.surroundings.entropy;
        let id = CollectionId::from_bytes(random::array(entropy)?);
        let key = CollectionKey::generate(vault, id, Generation::new(1), entropy)?;
        let row = CollectionRow {
            collection: id,
            generation: names.generation(),
            name: names.seal_collection_name(id, name.as_str(), entropy)?,
        };
        let (facts, rows) = new_collection(kind, &key, turn.person, &turn.keys.recipient())?;
        let draft = Draft::new(Event::CollectionCreate)
            .object(ObjectRef::Collection(id))
            .word(Word::Name, name.as_str())
            .row(row)
            .rows(rows);
        let draft = facts.into_iter().fold(draft, Draft::fact);
        let record = turn.record(draft)?;
        turn.keyring.insert(key);
        turn.commit()?;
        Ok((id, record))
    }

    /// Gives a person a membership, or another one. Their key is wrapped in the same transaction; where
    /// they can read less than before, the new key is made in it too, as for [`Session::revoke`].
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for somebody who is not active or whose role may
    /// never have it.
    pub fn grant(
        &mut self,
        collection: &str,
        person: &str,
        permission: Permission,
    ) -> Result<(CollectionId, RecordSeq), Error> {
        let mut turn = self.turn()?;
        let collection = turn.find_collection(collection)?;
        let person = turn.find_person(person)?;
        let ledger = turn.ledger();
        let known = ledger.person(person).ok_or(Error::NotFound(Noun::Person))?;
        if known.facts.standing != Standing::Active {
            return Err(MembershipRefused::NotActive(known.facts.standing).into());
        }
        let kind = ledger.collection(collection).map(|c| c.facts.kind);
        match kind {
            Some(CollectionKind::Personal) => return Err(MembershipRefused::Personal.into()),
            Some(CollectionKind::Directory) => return Err(MembershipRefused::BuiltIn.into()),
            Some(CollectionKind::AccessLog) => {}
            _ if !known.facts.role.may_hold(permission) => {
                return Err(MembershipRefused::TheirRole.into());
            }
            _ => {}
        }
        let record = turn.change_membership(collection, person, Some(permission))?;
        Ok((collection, record))
    }

    /// Ends a person's membership. Where the person who does so still reads the collection, its new
    /// key is made in the same transaction; otherwise the next reader's unlock makes it. What the
    /// person could read is due to be changed. From those who review the access log nobody takes it
    /// alone: the end waits for a second person.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Noun::Member`] for somebody who is none.
    pub fn revoke(&mut self, collection: &str, person: &str) -> Result<Revoked, Error> {
        let mut turn = self.turn()?;
        let collection = turn.find_collection(collection)?;
        let person = turn.find_person(person)?;
        let known = turn.ledger().collection(collection);
        if !known.is_some_and(|known| known.members.contains_key(&person)) {
            return Err(Error::NotFound(Noun::Member));
        }
        let whose = WithdrawalFacts { collection, person };
        let takes_two = person != turn.person && turn.ledger().is_reviewers(whose);
        let record = if takes_two {
            turn.withdraw(whose)?
        } else {
            turn.change_membership(collection, person, None)?
        };
        let ledger = self.ledger();
        let held = ledger.envelope.rule.iter().flat_map(|rule| &rule.holders);
        let is_holder = held.into_iter().any(|it| *it == Holder::Person(person));
        Ok(Revoked {
            collection,
            record,
            waits: takes_two,
            ended: ledger.has_ended(person),
            is_holder,
        })
    }

    /// Every collection, with its members; the built-in ones last.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn collections(&mut self) -> Result<Vec<CollectionSummary>, Error> {
        let mut turn = self.turn()?;
        let mut collections = Vec::new();
        for id in turn.collection_ids() {
            let known = turn.ledger().collection(id).cloned();
            let known = known.ok_or(Error::NotFound(Noun::Collection))?;
            let mut members = Vec::with_capacity(known.members.len());
            for (person, permission) in &known.members {
                members.push((turn.person_name(*person)?, *permission));
            }
            members.sort();
            collections.push(CollectionSummary {
                collection: id,
                name: turn.collection_name(id)?,
                kind: known.facts.kind,
                permission: known.members.get(&turn.person).copied(),
                members,
            });
        }
        collections.sort_by_key(|c| (c.kind.is_built_in(), fold(&c.name)));
        turn.commit()?;
        Ok(collections)
    }
}

impl Turn<'_> {
    /// Asks for the end of a membership.
    fn withdraw(self, whose: WithdrawalFacts) -> Result<RecordSeq, Error> {
        let draft = || {
            Draft::new(Event::CollectionChange)
                .object(ObjectRef::Collection(whose.collection))
                .subject(whose.person)
        };
        let (mut turn, permit) = self.allow(Asked::Withdraw(whose), draft())?;
        let asked = draft()
            .permission(permit.permission())
            .fact(Fact::Withdrawal(whose));
        let record = turn.record(asked)?;
        turn.commit()?;
        Ok(record)
    }

    /// Gives, changes or ends a membership, and does what it makes owed: wraps, or a new key.
    fn change_membership(
        self,
        collection: CollectionId,
        person: PersonId,
        permission: Option<Permission>,
    ) -> Result<RecordSeq, Error> {
        let asked = Asked::Grant {
            collection,
            person,
            permission,
        };
        let draft = || {
            Draft::new(Event::CollectionChange)
                .object(ObjectRef::Collection(collection))
                .subject(person)
        };
        let (mut turn, permit) = self.allow(asked, draft())?;
        let fact = MembershipFacts {
            collection,
            person,
            permission,
        };
        let changed = draft()
            .permission(permit.permission())
            .fact(Fact::Membership(fact));
        let record = turn.record(changed)?;
        turn.commit()?;
        Ok(record)
    }
}
