//! Taking the vault over, where nobody is left who could look after it: whoever opened the envelope
//! makes one person, who manages from then on what the envelope was given.

use super::account::Afterwards;
use super::founding::credential;
use super::opened::{Hand, Opening, signer};
use super::roster::given_name;
use super::{Vault, id_of};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::fact::Fact;
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::collection::{CollectionKind, MembershipFacts, Permission};
use crate::crypto::kdf::KdfParams;
use crate::crypto::random;
use crate::crypto::recipient::Recipient;
use crate::error::{BeginningRefused, Error, NameRefused, Noun};
use crate::id::{CollectionId, PersonId, RecordSeq, SessionId};
use crate::keys::{CatalogueKey, CollectionKey, KeyRefused, PersonKeys, Pins};
use crate::person::{PersonFacts, Role, Standing, login_tag};
use crate::secret::SecretString;
use crate::store::act::{Act, Moment};
use crate::store::draft::Draft;
use crate::store::rows::{AnyRow, CredentialRow, PersonRow, WrapRow};
use crate::text::Line;

/// Whoever is to look after the vault.
pub struct Successor<'a> {
    /// Their name, which nobody in the vault has.
    pub name: &'a str,
    /// IT provider or clerk.
    pub role: Role,
    /// With which they unlock the vault from now on.
    pub passphrase: &'a SecretString,
}

/// A vault that was taken over.
#[derive(Debug, Clone)]
pub struct TakenOver {
    /// Who looks after it now.
    pub person: PersonId,
    /// The record.
    pub record: RecordSeq,
    /// The fingerprint of their verify key, for the minutes.
    pub fingerprint: String,
    /// Whether they count as a second person: not before somebody confirms it who was there before
    /// and counts, where there is anybody.
    pub counts: bool,
    /// How many of the council's own collections they manage.
    pub collections: usize,
    /// Who else has a login that goes on working, with their roles.
    pub others: Vec<(String, Role)>,
    /// How many collections have a newer key than the envelope was given: it becomes theirs when
    /// somebody who holds it unlocks the vault.
    pub outdated: usize,
    /// What is said of the opening.
    pub afterwards: Afterwards,
}

/// The person to be, with keys of their own, before the file is held.
struct Newcomer {
    facts: PersonFacts,
    credential: CredentialRow,
}

/// What the successor is given, as it is counted.
#[derive(Default)]
struct Estate {
    memberships: Vec<(MembershipFacts, AnyRow)>,
    own: usize,
    outdated: usize,
}

impl Vault {
    /// Whether somebody of this name and role could take over: to be asked before the envelope is
    /// opened for it.
    ///
    /// # Errors
    /// [`BeginningRefused::SuccessorRole`], [`NameRefused::Taken`], [`NameRefused::Line`] and [`Error::Store`].
    pub fn check_successor(&mut self, name: &str, role: Role) -> Result<(), Error> {
        let name = checked(name, role)?;
        self.refresh()?;
        let tag = login_tag(self.id()?, name.as_str());
        match self.store.person_by_login(&tag, &self.ledger)? {
            None => Ok(()),
            Some(_) => Err(NameRefused::Taken(Noun::Person).into()),
        }
    }
}

impl Opening<'_> {
    /// Makes the successor a person who is active and manages every collection of which the envelope
    /// was given a key. Where others are there who count, one of them has to confirm it before the
    /// successor counts too. All of it is one act, signed by the escrow key, with which the opening
    /// ends; it ends too where that failed. Its duties stand.
    ///
    /// # Errors
    /// Those of [`Vault::check_successor`]; [`Error::KeyRefused`] where the envelope does not open
    /// the directory; [`Error::Journal`].
    pub fn take_over(mut self, successor: &Successor<'_>) -> Result<TakenOver, Error> {
        match self.install(successor) {
            Ok((taken, lines)) => {
                self.room.note(&lines)?;
                let afterwards = self.afterwards();
                Ok(TakenOver {
                    afterwards,
                    ..taken
                })
            }
            Err(error) => {
                // What failed first is told; an opening without its end is opened all the same.
                drop(self.close());
                Err(error)
            }
        }
    }

    fn install(&mut self, successor: &Successor<'_>) -> Result<(TakenOver, Vec<Vec<u8>>), Error> {
        let name = checked(successor.name, successor.role)?;
        self.room.vault.refresh()?;
        let newcomer = newcomer(self.room.vault, successor)?;
        let session = self.room.words.session();
        let takeover = self.draft(Event::EnvelopeTakeover);
        let end = self.draft(Event::EnvelopeOpen).step(Step::Closed);
        let Vault {
            store,
            ledger,
            surroundings,
            ..
        } = &mut *self.room.vault;
        let mut act = store.begin(std::mem::take(ledger))?;
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        let (person, key) = (newcomer.facts.person, newcomer.facts.verify_key);
        let names = self.keys.names(&act, session)?;
        let row = introduced(&act, person, &name, &names, &mut moment)?;
        let estate = self.keys.bequeath(&act, session, &newcomer.facts)?;
        let (own, outdated) = (estate.own, estate.outdated);
        let others = self.keys.others(&act)?;
        let draft = takeover
            .object(ObjectRef::Epoch(self.epoch))
            .subject(person)
            .fact(Fact::Person(newcomer.facts))
            .word(Word::Name, name.as_str())
            .row(row)
            .row(newcomer.credential);
        let give = |draft: Draft, (facts, row)| draft.fact(Fact::Membership(facts)).row(row);
        let draft = estate.memberships.into_iter().fold(draft, give);
        let signer = signer(self.epoch, self.keys.signing()?);
        let record = act.record(draft, &signer, &self.room.words, &mut moment)?;
        act.record(end, &signer, &self.room.words, &mut moment)?;
        let lines = act.lines().to_vec();
        *ledger = act.commit(signer.key)?;
        let taken = TakenOver {
            person,
            record,
            fingerprint: key.fingerprint(),
            counts: ledger.person(person).is_some_and(|person| person.counts),
            collections: own,
            others,
            outdated,
            afterwards: Afterwards::default(),
        };
        Ok((taken, lines))
    }
}

/// A name that can be taken, for a role that looks after vaults.
fn checked(name: &str, role: Role) -> Result<Line, Error> {
    if !matches!(role, Role::ItProvider | Role::Clerk) {
        return Err(BeginningRefused::SuccessorRole.into());
    }
    Ok(given_name(name)?)
}

/// Fresh keys under the successor's passphrase.
fn newcomer(vault: &mut Vault, successor: &Successor<'_>) -> Result<Newcomer, Error> {
    let pins = Pins {
        vault: vault.id()?,
        genesis: vault.ledger.genesis,
    };
    let mut moment = Moment {
        now: vault.surroundings.clock.now(),
        entropy: &mut *vault.surroundings.entropy,
    };
    let keys = PersonKeys::generate(moment.entropy)?;
    let person = PersonId::from_bytes(random::array(moment.entropy)?);
    let mut credential = |params| {
        credential(
            person,
            &keys,
            &pins,
            successor.passphrase,
            params,
            &mut moment,
        )
    };
    // On the day of need any computer has to do: what it cannot afford is raised at an unlock.
    let credential = match credential(vault.ledger.policy.kdf) {
        Err(Error::Derivation) => credential(KdfParams::usual())?,
        derived => derived?,
    };
    Ok(Newcomer {
        facts: PersonFacts {
            person,
            role: successor.role,
            standing: Standing::Active,
            recipient: keys.recipient(),
            verify_key: keys.verify_key(),
        },
        credential,
    })
}

/// The successor's name, for everybody who reads the directory.
fn introduced(
    act: &Act<'_>,
    person: PersonId,
    name: &Line,
    names: &CatalogueKey,
    moment: &mut Moment<'_>,
) -> Result<PersonRow, Error> {
    let login_tag = login_tag(id_of(act.ledger())?, name.as_str());
    if act.person_by_login(&login_tag)?.is_some() {
        return Err(NameRefused::Taken(Noun::Person).into());
    }
    Ok(PersonRow {
        person,
        login_tag,
        generation: names.generation(),
        name: names.seal_person_name(person, name.as_str(), moment.entropy)?,
    })
}

impl Hand {
    /// The newest key of people's names that the envelope was given.
    fn names(&mut self, act: &Act<'_>, run: SessionId) -> Result<CatalogueKey, Error> {
        let directory = act.ledger().built_in(CollectionKind::Directory);
        let directory = directory.ok_or(KeyRefused)?;
        let generation = act.ledger().given_in(run, directory).ok_or(KeyRefused)?;
        let key = self.open(act, directory, generation)?;
        Ok(key.ok_or(KeyRefused)?.catalogue_key())
    }

    /// Everybody who is active, by name as far as the envelope opens names.
    fn others(&mut self, act: &Act<'_>) -> Result<Vec<(String, Role)>, Error> {
        let people = act.ledger().people.values();
        let active = people.filter(|person| person.facts.standing == Standing::Active);
        let active: Vec<(PersonId, Role)> = active
            .map(|person| (person.facts.person, person.facts.role))
            .collect();
        let mut others = Vec::with_capacity(active.len());
        for (person, role) in active {
            let row: Option<PersonRow> = act.row(&RowKey::Person(person))?;
            let name = row.and_then(|row| {
                let names = self.directory(act, row.generation).ok()?.catalogue_key();
                names.open_person_name(person, &row.name).ok()
            });
            others.push((name.unwrap_or_else(|| person.to_string()), role));
        }
        Ok(others)
    }

    /// A membership, and the newest key that the envelope was given, of each collection in scope.
    fn bequeath(
        &mut self,
        act: &Act<'_>,
        run: SessionId,
        to: &PersonFacts,
    ) -> Result<Estate, Error> {
        let collections = act.ledger().collections.values();
        let in_scope: Vec<(CollectionId, CollectionKind)> = collections
            .filter(|c| c.facts.in_scope)
            .map(|c| (c.facts.collection, c.facts.kind))
            .collect();
        let mut estate = Estate::default();
        for (collection, kind) in in_scope {
            let Some(generation) = act.ledger().given_in(run, collection) else {
                continue;
            };
            let Some(key) = self.open(act, collection, generation)? else {
                continue;
            };
            let facts = MembershipFacts {
                collection,
                person: to.person,
                permission: Some(Permission::Manage),
            };
            let row = wrapped(key, to.person, &to.recipient)?;
            estate.memberships.push((facts, row));
            estate.own += usize::from(!kind.is_built_in());
            let newest = act.ledger().collection(collection).and_then(|c| c.newest());
            let is_newest = newest.is_some_and(|(facts, _)| facts.generation == generation);
            estate.outdated += usize::from(!is_newest);
        }
        Ok(estate)
    }
}

fn wrapped(key: &CollectionKey, person: PersonId, to: &Recipient) -> Result<AnyRow, Error> {
    let reader = Reader::Person(person);
    Ok(AnyRow::from(WrapRow {
        collection: key.collection(),
        generation: key.generation(),
        part: WrappedPart::Collection,
        reader,
        file: key.wrap(reader, to)?,
    }))
}
