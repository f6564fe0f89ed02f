//! People: inviting them, and who there is.

use super::founding::credential;
use super::roster::given_name;
use super::turn::Turn;
use super::{Session, Vault};
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::collection::{CollectionKind, MembershipFacts, Permission};
use crate::crypto::kdf::KdfParams;
use crate::crypto::random;
use crate::error::{Error, NameRefused, Noun};
use crate::generator::{self, Words};
use crate::id::{PersonId, RecordSeq};
use crate::keys::{KeyRefused, PersonKeys, Pins};
use crate::person::{PersonFacts, Role, Standing, login_tag};
use crate::secret::SecretString;
use crate::store::act::Moment;
use crate::store::draft::Draft;
use crate::store::rows::PersonRow;
use crate::text::Line;

/// Somebody who was invited.
pub struct Invited {
    /// Who.
    pub person: PersonId,
    /// The record of the invitation.
    pub record: RecordSeq,
}

/// A person, for a list.
#[derive(Debug, Clone)]
pub struct PersonSummary {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// How far they have come.
    pub standing: Standing,
    /// Whether they count as a second person.
    pub counts: bool,
    /// Whether every membership that they had was ended.
    pub ended: bool,
}

impl Session<'_> {
    /// An initial passphrase: six random words, to be handed over and replaced at first use. It is
    /// made before the invitation, so that it is safely written down when the invitation stands.
    ///
    /// # Errors
    /// [`Error::Store`] without randomness.
    pub fn initial_passphrase(&mut self) -> Result<SecretString, Error> {
        let entropy = self.entropy();
        Ok(generator::passphrase(Words::INVITATION, entropy)?)
    }

    /// Invites somebody, who enrols with `passphrase`. They hold no collection's key until they
    /// have keys of their own.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] and [`Error::Store`].
    pub fn invite(
        &mut self,
        name: &str,
        role: Role,
        passphrase: &SecretString,
    ) -> Result<Invited, Error> {
        let name = given_name(name)?;
        let turn = self.turn()?;
        let denied = Draft::new(Event::PersonAdd).word(Word::Name, name.as_str());
        let (mut turn, _) = turn.allow(Asked::Invite(role), denied)?;
        let tag = login_tag(turn.vault()?, name.as_str());
        if turn.act.person_by_login(&tag)?.is_some() {
            return Err(NameRefused::Taken(Noun::Person).into());
        }
        turn.new_name(&name)?;
        let entropy = &mut *turn.surroundings.entropy;
        let person = PersonId::from_bytes(random::array(entropy)?);
        let draft = turn.invitation(person, &name, role, passphrase)?;
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok(Invited { person, record })
    }

    /// Everybody, in the order of their names.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn people(&mut self) -> Result<Vec<PersonSummary>, Error> {
        let mut turn = self.turn()?;
        let ids: Vec<PersonId> = turn.ledger().people.keys().copied().collect();
        let mut people = Vec::with_capacity(ids.len());
        for person in ids {
            let name = turn.person_name(person)?;
            let known = turn.ledger().person(person);
            let known = known.ok_or(Error::NotFound(Noun::Person))?;
            people.push(PersonSummary {
                person,
                name,
                role: known.facts.role,
                standing: known.facts.standing,
                counts: known.counts,
                ended: known.ended.is_some(),
            });
        }
        people.sort_by_key(|person| crate::text::fold(&person.name));
        turn.commit()?;
        Ok(people)
    }

    /// The name of the person who unlocked the vault.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn own_name(&mut self) -> Result<String, Error> {
        let person = self.person();
        let mut turn = self.turn()?;
        let name = turn.directory_name(person)?;
        turn.commit()?;
        Ok(name)
    }
}

impl Turn<'_> {
    /// The record and rows of an invitation. The keys in it are good for enrolling and for nothing
    /// else; what the person will read from the beginning is wrapped to them as the turn ends.
    fn invitation(
        &mut self,
        person: PersonId,
        name: &Line,
        role: Role,
        passphrase: &SecretString,
    ) -> Result<Draft, Error> {
        let pins = Pins {
            vault: self.vault()?,
            genesis: self.ledger().genesis,
        };
        let directory = self.built_in(CollectionKind::Directory)?;
        let names = self.newest_catalogue_key(directory)?.ok_or(KeyRefused)?;
        let mut moment = Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        let keys = PersonKeys::generate(moment.entropy)?;
        let usual = KdfParams::usual();
        let credential = credential(person, &keys, &pins, passphrase, usual, &mut moment)?;
        let row = PersonRow {
            person,
            login_tag: login_tag(pins.vault, name.as_str()),
            generation: names.generation(),
            name: names.seal_person_name(person, name.as_str(), moment.entropy)?,
        };
        let facts = PersonFacts {
            person,
            role,
            standing: Standing::Invited,
            recipient: keys.recipient(),
            verify_key: keys.verify_key(),
        };
        let mut draft = Draft::new(Event::PersonAdd)
            .subject(person)
            .object(ObjectRef::Person(person))
            .fact(Fact::Person(facts))
            .word(Word::Name, name.as_str())
            .row(row)
            .row(credential);
        let log = role.reads_log().then_some(CollectionKind::AccessLog);
        for kind in std::iter::once(CollectionKind::Directory).chain(log) {
            draft = draft.fact(Fact::Membership(MembershipFacts {
                collection: self.built_in(kind)?,
                person,
                permission: Some(Permission::Read),
            }));
        }
        Ok(draft)
    }
}

impl Vault {
    /// The council's name as a slug, which the log's origin begins with.
    pub fn council(&self) -> &str {
        let facts = self.ledger.vault.as_ref();
        facts.map_or("", |facts| facts.slug.as_str())
    }

    /// The vault's short mark, by which people match paper, stick and screen.
    pub fn mark(&self) -> String {
        let facts = self.ledger.vault.as_ref();
        facts.map_or_else(String::new, |facts| facts.vault.mark())
    }

    /// The council's full name, as it was given at the founding.
    pub fn council_name(&self) -> &str {
        let facts = self.ledger.vault.as_ref();
        facts.map_or("", |facts| facts.council.as_str())
    }
}
