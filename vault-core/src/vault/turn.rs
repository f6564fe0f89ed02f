//! One turn of a session: an act of the store with the person who acts.

use super::keyring::Keyring;
use super::session::Pending;
use super::{Surroundings, id_of};
use crate::access::{Act as Asked, Decision, Denial, Permit, Request, decide};
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::{Fact, ForgottenFacts};
use crate::audit::ledger::Ledger;
use crate::audit::retention::Erasure;
use crate::audit::unrecorded::UnrecordedFacts;
use crate::collection::CollectionKind;
use crate::error::Error;
use crate::id::{CollectionId, Generation, PersonId, RecordSeq, VaultId, Version};
use crate::keys::{CatalogueKey, CollectionKey, KeyRefused, PersonKeys};
use crate::person::{CredentialChange, Role};
use crate::secret::Key;
use crate::store::act::{Act, DetailKey, Moment};
use crate::store::attempts::Attempt;
use crate::store::disclosure::Disclosure;
use crate::store::draft::{Draft, Signer};
use crate::store::rows::CredentialRow;
use crate::time::Timestamp;

/// An open act of an unlocked person. It begins with the record of the unlock and with what the
/// person's keys owe to others; dropped without [`Turn::commit`], it changes nothing.
pub(super) struct Turn<'t> {
    pub(super) act: Act<'t>,
    pub(super) person: PersonId,
    pub(super) role: Role,
    pub(super) keys: &'t PersonKeys,
    pub(super) keyring: &'t mut Keyring,
    pub(super) words: &'t DetailKey,
    pub(super) surroundings: &'t mut Surroundings,
    pub(super) home: &'t mut Ledger,
    /// The unlock, until it is on record.
    pub(super) pending: &'t mut Option<Pending>,
    /// Whether the file lacks records that this machine has seen.
    pub(super) rolled_back: bool,
}

/// An unlock that is not on record yet.
pub(super) struct Unlock {
    pub(super) attempt: Attempt,
    /// Tries before it that left no record.
    pub(super) unrecorded: UnrecordedFacts,
    /// The person's credential as the policy asks for it, where it cost less to try.
    pub(super) raised: Option<CredentialRow>,
}

/// The record of another credential, by its owner.
pub(super) fn credential_changed(change: CredentialChange, row: CredentialRow) -> Draft {
    Draft::new(Event::PersonChangeCredential)
        .subject(row.person)
        .object(ObjectRef::Person(row.person))
        .fact(Fact::Credential(change))
        .row(row)
}

/// A person who acts with their own key.
fn signer(person: PersonId, role: Role, keys: &PersonKeys) -> Signer<'_> {
    Signer {
        actor: Actor::Person(person),
        role: Some(role),
        key: Some(keys.signing()),
    }
}

impl Turn<'_> {
    pub(super) const fn ledger(&self) -> &Ledger {
        self.act.ledger()
    }

    pub(super) fn vault(&self) -> Result<VaultId, Error> {
        id_of(self.ledger())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.surroundings.clock.now()
    }

    /// Begins the turn: the unlock is on record before anything else, and what is owed is done.
    pub(super) fn begin(mut self) -> Result<Self, Error> {
        if let Some(unlock) = self.pending.as_ref().map(Pending::unlock) {
            let (attempt, raised) = (unlock.attempt, unlock.raised.clone());
            let recorded = self.record_unlock(attempt, raised);
            if recorded.is_err() {
                *self.pending = None;
            }
            recorded?;
        }
        self.settle()?;
        Ok(self)
    }

    /// Records the unlock, with the tries before it that left no record, and a credential that was
    /// raised to what the policy asks for.
    fn record_unlock(
        &mut self,
        attempt: Attempt,
        raised: Option<CredentialRow>,
    ) -> Result<(), Error> {
        let host = self.surroundings.host.clone();
        let unrecorded = self.act.end_attempt(attempt, Outcome::Ok, self.now())?;
        let unlock = Draft::new(Event::VaultUnlock).word(Word::Host, &host);
        self.record(unlock.unrecorded(unrecorded))?;
        if let Some(row) = raised {
            self.record(credential_changed(CredentialChange::Cost, row))?;
        }
        Ok(())
    }

    /// Records something that the person did.
    pub(super) fn record(&mut self, draft: Draft) -> Result<RecordSeq, Error> {
        let signer = signer(self.person, self.role, self.keys);
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        Ok(self.act.record(draft, &signer, self.words, &mut moment)?)
    }

    /// Erases words, and approves the request with that.
    pub(super) fn erase(
        &mut self,
        what: &Erasure,
        request: RecordSeq,
        facts: ForgottenFacts,
    ) -> Result<RecordSeq, Error> {
        let signer = signer(self.person, self.role, self.keys);
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        let erased = self
            .act
            .erase(what, (request, facts), &signer, self.words, &mut moment);
        Ok(erased?)
    }

    /// Leave to do what is asked; or the refusal, which is then on record. `denied` is the record
    /// of the refusal.
    pub(super) fn allow(self, asked: Asked, denied: Draft) -> Result<(Self, Permit), Error> {
        let request = Request::person(self.person, asked);
        match decide(&request, self.ledger()) {
            Decision::Permit(permit) => Ok((self, permit)),
            Decision::Deny(denial) => Err(self.deny(denial, denied)?),
        }
    }

    /// A refusal, which is on record when it is given.
    pub(super) fn deny(mut self, denial: Denial, denied: Draft) -> Result<Error, Error> {
        let record = self.record(denied.outcome(Outcome::Denied))?;
        let incident = self.ledger().incident_with(record);
        self.commit()?;
        Ok(Error::Denied {
            denial,
            record,
            incident,
        })
    }

    /// Makes the turn durable, after doing what it made owed.
    pub(super) fn commit(mut self) -> Result<(), Error> {
        self.settle()?;
        // Where that fails the unlock is not tried again by itself: the next record counts it.
        *self.pending = None;
        *self.home = self.act.commit(Some(self.keys.signing()))?;
        Ok(())
    }

    /// Records a disclosure, makes it durable and gives the ciphertexts.
    pub(super) fn disclose(
        self,
        permit: Permit,
        versions: &[Version],
        draft: Draft,
    ) -> Result<Disclosure, Error> {
        let signer = signer(self.person, self.role, self.keys);
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        *self.pending = None;
        let disclosed =
            self.act
                .disclose(permit, versions, draft, &signer, self.words, &mut moment)?;
        *self.home = disclosed.0;
        Ok(disclosed.1)
    }

    /// The newest key of a collection that the person reads.
    pub(super) fn collection_key(
        &mut self,
        collection: CollectionId,
    ) -> Result<Option<&CollectionKey>, Error> {
        self.keyring
            .newest(&self.act, self.keys.identity(), collection)
    }

    /// The key of a collection in an older generation.
    pub(super) fn collection_key_at(
        &mut self,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<&CollectionKey>, Error> {
        let identity = self.keys.identity();
        self.keyring.at(&self.act, identity, collection, generation)
    }

    /// The catalogue key of a generation.
    pub(super) fn catalogue_key(
        &mut self,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<CatalogueKey>, Error> {
        let identity = self.keys.identity();
        self.keyring
            .catalogue(&self.act, identity, collection, generation)
    }

    /// The newest catalogue key of a collection that the person sees.
    pub(super) fn newest_catalogue_key(
        &mut self,
        collection: CollectionId,
    ) -> Result<Option<CatalogueKey>, Error> {
        let facts = super::keyring::newest_facts(&self.act, collection)?;
        self.catalogue_key(collection, facts.generation)
    }

    /// A built-in collection.
    pub(super) fn built_in(&self, kind: CollectionKind) -> Result<CollectionId, Error> {
        let id = self.ledger().built_in(kind);
        id.ok_or(Error::Internal("a vault without its built-in collections"))
    }

    /// The key of the title tags: fixed at the founding, reached from today's directory key.
    pub(super) fn tag_key(&mut self) -> Result<Key, Error> {
        let directory = self.built_in(CollectionKind::Directory)?;
        let first = self.collection_key_at(directory, Generation::new(1))?;
        Ok(first.ok_or(KeyRefused)?.tag_key())
    }
}
