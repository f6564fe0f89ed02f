//! Founding a vault: two records in one transaction.

use std::path::{Path, PathBuf};

use super::names::built_in_name;
use super::roster::given_name;
use super::{Surroundings, Vault};
use crate::audit::actor::Actor;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, VaultFacts};
use crate::audit::ledger::Ledger;
use crate::audit::row::{Reader, WrappedPart};
use crate::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use crate::crypto::kdf::{self, KdfParams};
use crate::crypto::random;
use crate::error::{BeginningRefused, Error, Invalid, NameRefused, Noun};
use crate::id::{CollectionId, Generation, PersonId, VaultId};
use crate::keys::{CollectionKey, PersonKeys, Pins};
use crate::person::{PersonFacts, Role, Standing, login_tag};
use crate::policy::Policy;
use crate::secret::SecretString;
use crate::store::act::{Act, DetailKey, Moment};
use crate::store::draft::{Draft, Signer};
use crate::store::rows::{AnyRow, CollectionRow, CredentialRow, GenerationRow, PersonRow, WrapRow};
use crate::store::{Store, StoreError};
use crate::text::Line;

/// What a vault is founded with.
pub struct Founding<'a> {
    /// The council's full name, as it stands on its papers.
    pub council: &'a str,
    /// The founder's name.
    pub name: &'a str,
    /// The founder's role.
    pub role: Role,
    /// The founder's passphrase.
    pub passphrase: &'a SecretString,
    /// The policy preset's name.
    pub preset: &'a str,
    /// What passphrases of this vault cost to try from now on.
    pub kdf: KdfParams,
}

/// Everything of the founding that is made before the first record.
struct Founder {
    vault: VaultId,
    person: PersonId,
    name: Line,
    role: Role,
    keys: PersonKeys,
}

impl Vault {
    /// Founds a vault at `path`. The file appears there whole or not at all.
    ///
    /// # Errors
    /// [`Error::Invalid`] and [`Error::Store`]; there is no file at `path` then, or still the one
    /// that was there. After [`StoreError::Uncertain`] the new vault may stand, whole.
    pub fn found(
        path: &Path,
        founding: &Founding<'_>,
        mut surroundings: Surroundings,
    ) -> Result<Self, Error> {
        if path.symlink_metadata().is_ok() {
            return Err(StoreError::Exists.into());
        }
        let draft_path = beside(path, "founding", &mut *surroundings.entropy)?;
        let made = make(&draft_path, founding, &mut surroundings)
            .and_then(|()| Ok(crate::store::publish(&draft_path, path)?));
        if let Err(error) = made {
            crate::store::discard(&draft_path);
            return Err(error);
        }
        let vault = Self::open(path, surroundings).map_err(|error| match error {
            Error::Store(_) => StoreError::Uncertain.into(),
            other => other,
        })?;
        vault.store.remember(&vault.ledger)?;
        Ok(vault)
    }
}

/// A name in the same folder that nobody else uses, for a file on its way to `path`.
fn beside(path: &Path, doing: &str, entropy: &mut dyn random::Entropy) -> Result<PathBuf, Error> {
    let unique = VaultId::from_bytes(random::array(entropy)?);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{doing}-{unique}"));
    Ok(path.with_file_name(name))
}

fn make(
    path: &Path,
    founding: &Founding<'_>,
    surroundings: &mut Surroundings,
) -> Result<(), Error> {
    let council = Line::parse(founding.council, Line::NAME)
        .map_err(|why| Invalid::Name(NameRefused::Line(Noun::Council, why)))?;
    let name = given_name(founding.name)?;
    let preset = Policy::preset(founding.preset).ok_or(BeginningRefused::Preset)?;
    let policy = Policy {
        kdf: founding.kdf,
        ..preset
    };
    let entropy = &mut *surroundings.entropy;
    let founder = Founder {
        vault: VaultId::from_bytes(random::array(entropy)?),
        person: PersonId::from_bytes(random::array(entropy)?),
        keys: PersonKeys::generate(entropy)?,
        name,
        role: founding.role,
    };
    let mut store = Store::create(path)?;
    let words = DetailKey::generate(&mut *surroundings.entropy)?;
    let mut act = store.begin(Ledger::default())?;
    let mut moment = Moment {
        now: surroundings.clock.now(),
        entropy: &mut *surroundings.entropy,
    };
    let signer = Signer {
        actor: Actor::Person(founder.person),
        role: Some(founder.role),
        key: Some(founder.keys.signing()),
    };
    let first = founder.first_record(&council, policy);
    act.record(first, &signer, &words, &mut moment)?;
    let second = founder.second_record(&act, founding, &mut moment)?;
    act.record(second, &signer, &words, &mut moment)?;
    act.commit(Some(founder.keys.signing()))?;
    Ok(())
}

impl Founder {
    /// Record 0: the vault and its founder. Its leaf hash is the vault's name for all time.
    fn first_record(&self, council: &Line, policy: Policy) -> Draft {
        let person = PersonFacts {
            person: self.person,
            role: self.role,
            standing: Standing::Active,
            recipient: self.keys.recipient(),
            verify_key: self.keys.verify_key(),
        };
        Draft::new(Event::VaultCreate)
            .fact(Fact::Vault(VaultFacts::new(self.vault, council)))
            .fact(Fact::Policy(policy))
            .fact(Fact::Person(person))
    }

    /// Record 1: the founder's rows and the built-in collections.
    fn second_record(
        &self,
        act: &Act<'_>,
        founding: &Founding<'_>,
        moment: &mut Moment<'_>,
    ) -> Result<Draft, Error> {
        let pins = Pins {
            vault: self.vault,
            genesis: act.ledger().genesis,
        };
        let credential = credential(
            self.person,
            &self.keys,
            &pins,
            founding.passphrase,
            founding.kdf,
            moment,
        )?;
        let mut draft = Draft::new(Event::PersonEnrol)
            .subject(self.person)
            .row(credential);
        let mut directory = None;
        for kind in [CollectionKind::Directory, CollectionKind::AccessLog] {
            let key = self.new_key(moment)?;
            let names = directory.get_or_insert_with(|| key.catalogue_key());
            let name = built_in_name(kind);
            let row = CollectionRow {
                collection: key.collection(),
                generation: names.generation(),
                name: names.seal_collection_name(key.collection(), name, moment.entropy)?,
            };
            draft = self.add_collection(draft, kind, &key)?.row(row);
        }
        let names = directory.ok_or(Error::Internal("a founding without a directory"))?;
        let name = names.seal_person_name(self.person, self.name.as_str(), moment.entropy)?;
        Ok(draft.row(PersonRow {
            person: self.person,
            login_tag: login_tag(self.vault, self.name.as_str()),
            generation: names.generation(),
            name,
        }))
    }

    fn new_key(&self, moment: &mut Moment<'_>) -> Result<CollectionKey, Error> {
        let id = CollectionId::from_bytes(random::array(moment.entropy)?);
        let first = Generation::new(1);
        let key = CollectionKey::generate(self.vault, id, first, moment.entropy)?;
        Ok(key)
    }

    fn add_collection(
        &self,
        draft: Draft,
        kind: CollectionKind,
        key: &CollectionKey,
    ) -> Result<Draft, Error> {
        let recipient = self.keys.recipient();
        let (facts, rows) = new_collection(kind, key, self.person, &recipient)?;
        Ok(facts.into_iter().fold(draft, Draft::fact).rows(rows))
    }
}

/// The facts and rows of a new collection whose one member manages it.
pub(super) fn new_collection(
    kind: CollectionKind,
    key: &CollectionKey,
    person: PersonId,
    recipient: &crate::crypto::recipient::Recipient,
) -> Result<([Fact; 3], [AnyRow; 2]), Error> {
    let (collection, generation) = (key.collection(), key.generation());
    let reader = Reader::Person(person);
    let facts = [
        Fact::Collection(CollectionFacts {
            collection,
            kind,
            in_scope: kind.in_envelope(),
        }),
        Fact::Generation(key.facts()),
        Fact::Membership(MembershipFacts {
            collection,
            person,
            permission: Some(Permission::Manage),
        }),
    ];
    let rows = [
        AnyRow::from(GenerationRow {
            collection,
            generation,
            predecessor: None,
            predecessor_catalogue: None,
        }),
        AnyRow::from(WrapRow {
            collection,
            generation,
            part: WrappedPart::Collection,
            reader,
            file: key.wrap(reader, recipient)?,
        }),
    ];
    Ok((facts, rows))
}

/// A person's keys, encrypted under what their passphrase yields.
pub(super) fn credential(
    person: PersonId,
    keys: &PersonKeys,
    pins: &Pins,
    passphrase: &SecretString,
    params: KdfParams,
    moment: &mut Moment<'_>,
) -> Result<CredentialRow, Error> {
    let salt = random::array(moment.entropy)?;
    let unlock = kdf::unlock_key(passphrase, &salt, params, pins.vault)?;
    Ok(CredentialRow {
        person,
        memory_kib: params.memory_kib().into(),
        passes: params.passes().into(),
        lanes: params.lanes().into(),
        salt,
        commitment: *unlock.commitment.expose(),
        identity: keys.seal(&unlock.key, person, pins, moment.entropy)?,
    })
}
