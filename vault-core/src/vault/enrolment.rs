//! Enrolment: what the inviter knew dies, and the person receives keys of their own.

use super::Vault;
use super::founding::credential;
use super::unlock::Unlocked;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::ledger::Ledger;
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::error::{BeginningRefused, Error, Noun};
use crate::id::{PersonId, RecordSeq};
use crate::keys::{CatalogueKey, CollectionKey, PersonKeys, Pins};
use crate::person::{PersonFacts, Standing};
use crate::secret::SecretString;
use crate::store::act::{Act, DetailKey, Moment};
use crate::store::draft::{Draft, Signer};
use crate::store::rows::{AnyRow, WrapRow};

/// Somebody who has enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// Who.
    pub person: PersonId,
    /// The record of the enrolment.
    pub record: RecordSeq,
    /// Whether they count as a second person at once; otherwise somebody confirms the record.
    pub counts: bool,
    /// The fingerprint of their verify key, to be compared in person.
    pub fingerprint: String,
}

impl Vault {
    /// Exchanges an invitation for keys of the person's own, and records that they acknowledged
    /// the monitoring notice and the policy.
    ///
    /// # Errors
    /// As [`Vault::unlock`]; [`BeginningRefused::AlreadyEnrolled`] for somebody who has keys of their own.
    pub fn enrol(
        &mut self,
        name: &str,
        initial: &SecretString,
        passphrase: &SecretString,
    ) -> Result<Enrolled, Error> {
        let unlocked = self.identify(name, initial)?;
        let (invited, unlocked) = self.invited(unlocked)?;
        let Unlocked {
            person,
            keys: invitation,
            attempt,
            ..
        } = unlocked;
        let pins = Pins {
            vault: self.id()?,
            genesis: self.ledger.genesis,
        };
        let fresh = PersonKeys::generate(&mut *self.surroundings.entropy)?;
        let facts = PersonFacts {
            standing: Standing::Active,
            recipient: fresh.recipient(),
            verify_key: fresh.verify_key(),
            ..invited
        };
        // The derivation takes its time before the file is held.
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        let row = credential(
            person,
            &fresh,
            &pins,
            passphrase,
            self.ledger.policy.kdf,
            &mut moment,
        )?;
        let host = self.surroundings.host.clone();
        let words = DetailKey::generate(moment.entropy)?;
        let mut act = self.store.begin(std::mem::take(&mut self.ledger))?;
        let rows = rewrapped(&act, &pins, person, &invitation, &fresh)?;
        act.leave_attempt(attempt)?;
        let enrol = enrolled(facts, &host).row(row).rows(rows);
        let mut signer = Signer {
            actor: Actor::Person(person),
            role: Some(invited.role),
            key: Some(invitation.signing()),
        };
        let record = act.record(enrol, &signer, &words, &mut moment)?;
        // From here on the invitation's key is entitled to nothing.
        signer.key = Some(fresh.signing());
        let acknowledge = Draft::new(Event::PolicyAcknowledge);
        act.record(acknowledge, &signer, &words, &mut moment)?;
        self.ledger = act.commit(Some(fresh.signing()))?;
        let counts = self.ledger.person(person).is_some_and(|p| p.counts);
        Ok(Enrolled {
            person,
            record,
            counts,
            fingerprint: fresh.verify_key().fingerprint(),
        })
    }
}

/// The record of an enrolment, without its rows.
fn enrolled(facts: PersonFacts, host: &str) -> Draft {
    Draft::new(Event::PersonEnrol)
        .subject(facts.person)
        .object(ObjectRef::Person(facts.person))
        .fact(Fact::Person(facts))
        .word(Word::Host, host)
}

impl Vault {
    /// What the log says of somebody who may enrol. That the passphrase of somebody else was right
    /// is on record.
    fn invited(&mut self, unlocked: Unlocked) -> Result<(PersonFacts, Unlocked), Error> {
        match invited_in(&self.ledger, unlocked.person) {
            Ok(invited) => Ok((invited, unlocked)),
            Err(error) => {
                drop(self.session(unlocked)?);
                Err(error)
            }
        }
    }
}

/// What the log says of somebody who may enrol.
fn invited_in(ledger: &Ledger, person: PersonId) -> Result<PersonFacts, Error> {
    let known = ledger.person(person);
    let facts = &known.ok_or(Error::NotFound(Noun::Person))?.facts;
    match facts.standing {
        // What the invitation gave was taken back before it was used.
        Standing::Invited if ledger.has_ended(person) => Err(Error::Standing(Standing::Left)),
        Standing::Invited => Ok(facts.clone()),
        Standing::Active => Err(BeginningRefused::AlreadyEnrolled.into()),
        standing => Err(Error::Standing(standing)),
    }
}

/// What was wrapped to the invitation, wrapped to the fresh keys.
fn rewrapped(
    act: &Act<'_>,
    pins: &Pins,
    person: PersonId,
    invitation: &PersonKeys,
    fresh: &PersonKeys,
) -> Result<Vec<AnyRow>, Error> {
    // Another run with the same invitation may have been faster.
    invited_in(act.ledger(), person)?;
    let reader = Reader::Person(person);
    let to = fresh.recipient();
    let collections = act.ledger().collections.values();
    let theirs = collections.filter(|c| c.members.contains_key(&person));
    let mut rows = Vec::new();
    for collection in theirs.map(|c| c.facts.collection) {
        let facts = super::keyring::newest_facts(act, collection)?;
        for part in [WrappedPart::Collection, WrappedPart::Catalogue] {
            let key = RowKey::Wrap(collection, facts.generation, part, reader);
            let Some(row) = act.row::<WrapRow>(&key)? else {
                continue;
            };
            let identity = invitation.identity();
            let file = match part {
                WrappedPart::Collection => {
                    CollectionKey::unwrap(pins.vault, &facts, reader, identity, &row.file)?
                        .wrap(reader, &to)?
                }
                WrappedPart::Catalogue => {
                    CatalogueKey::unwrap(pins.vault, &facts, reader, identity, &row.file)?
                        .wrap(&facts, reader, &to)?
                }
            };
            rows.push(AnyRow::from(WrapRow { file, ..row }));
        }
    }
    Ok(rows)
}
