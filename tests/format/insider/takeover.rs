//! Somebody with enough sheets and a program of their own: what they may record when they take over,
//! and what is refused whoever records it.

use harness::{CLERK, Council, PROVIDER};
use vault_core::access::Denial;
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::Unentitled;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::row::{Reader, RowKey, WrappedPart};
use vault_core::audit::unconfirmed::Unconfirmed;
use vault_core::collection::{CollectionKind, MembershipFacts, Permission};
use vault_core::crypto::digest::Digest;
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::shamir::{self, Share};
use vault_core::emergency::follow_up::OpenerFacts;
use vault_core::encoding::{KeyName, Object, Part, Place};
use vault_core::error::Flaw;
use vault_core::id::{CollectionId, Epoch, Generation, PersonId, RecordSeq, Serial, VaultId};
use vault_core::keys::{EscrowKeys, PersonKeys};
use vault_core::person::{PersonFacts, Role, Standing};
use vault_core::secret::SecretString;
use vault_core::store::act::{DetailKey, Moment};
use vault_core::store::draft::{Draft, Signer};
use vault_core::store::rows::{AnyRow, CredentialRow, PersonRow, ShareRow, WrapRow};
use vault_core::store::{Store, StoreError};
use vault_core::time::Clock;

use super::{FORM, flaw, verifies};

const FIRST: Epoch = Epoch::new(1);

/// The holder of the first two sheets, in a run of their own.
struct Raider<'c> {
    council: &'c Council,
    store: Store,
    ledger: Ledger,
    words: DetailKey,
    sheets: Vec<(Serial, EscrowKeys)>,
    escrow: EscrowKeys,
    first: RecordSeq,
}

/// Who signs.
#[derive(Clone, Copy)]
enum By {
    Nobody,
    Sheet(usize),
    Escrow,
}

impl<'c> Raider<'c> {
    /// Asks for an opening and shows both sheets.
    fn asking(council: &'c Council, words: &[SecretString]) -> Self {
        let store = Store::open(&council.path()).expect("the file");
        let mut ledger = Ledger::default();
        store.catch_up(&mut ledger).expect("the log");
        let vault = ledger.vault.as_ref().expect("a vault").vault;
        let sheets: Vec<(Serial, EscrowKeys)> = words[..2]
            .iter()
            .map(|words| sheet(words, vault, &ledger))
            .collect();
        let earlier = ledger.envelope.opening.as_ref().map(|o| o.record);
        let mut raider = Self {
            council,
            escrow: escrow(&sheets, vault, &store, &ledger),
            first: earlier.unwrap_or(ledger.next()),
            store,
            ledger,
            words: DetailKey::generate(&mut OsEntropy).expect("a key"),
            sheets,
        };
        let tag = Digest::of(&[b"somebody"]);
        let request = Draft::new(Event::EnvelopeOpen).step(Step::Requested);
        let request = match earlier {
            Some(earlier) => request.under(earlier),
            None => request,
        };
        raider.record(
            request.fact(Fact::Opener(OpenerFacts {
                tag,
                person: None,
                witnesses: 0,
            })),
            By::Nobody,
        );
        for at in 0..2 {
            let serial = raider.sheets[at].0.clone();
            let accept = Draft::new(Event::EnvelopeSheet).under(raider.first);
            raider.record(accept.object(ObjectRef::Sheet(serial)), By::Sheet(at));
        }
        raider
    }

    /// The same, with the epoch released.
    fn released(council: &'c Council, words: &[SecretString]) -> Self {
        let mut raider = Self::asking(council, words);
        raider.record(raider.step(Step::Released), By::Sheet(1));
        raider
    }

    fn step(&self, step: Step) -> Draft {
        Draft::new(Event::EnvelopeOpen)
            .step(step)
            .under(self.first)
            .object(ObjectRef::Epoch(FIRST))
    }

    /// Records it; it must be allowed.
    fn record(&mut self, draft: Draft, by: By) {
        let recorded = self.append(draft, by, true);
        recorded.expect("it may follow");
    }

    /// What the log has against it; nothing is changed.
    fn offer(&mut self, draft: Draft) -> Option<Flaw> {
        let offered = self.append(draft, By::Escrow, false);
        assert!(offered.is_ok() || flaw(&offered).is_some(), "{offered:?}");
        flaw(&offered)
    }

    /// What the log says after it; nothing is changed.
    fn after(&mut self, draft: Draft) -> Ledger {
        let signer = Signer {
            actor: Actor::Escrow(FIRST),
            role: None,
            key: Some(&self.escrow.signing),
        };
        let mut moment = Moment {
            now: self.council.clock.now(),
            entropy: &mut OsEntropy,
        };
        let mut act = self.store.begin(self.ledger.clone()).expect("an act");
        let recorded = act.record(draft, &signer, &self.words, &mut moment);
        recorded.expect("it may follow");
        act.ledger().clone()
    }

    fn append(&mut self, draft: Draft, by: By, keep: bool) -> Result<(), StoreError> {
        let signer = match by {
            By::Nobody => Signer::NOBODY,
            By::Sheet(at) => {
                let (serial, keys) = &self.sheets[at];
                let actor = Actor::Sheet(serial.clone());
                let key = Some(&keys.signing);
                Signer {
                    actor,
                    role: None,
                    key,
                }
            }
            By::Escrow => Signer {
                actor: Actor::Escrow(FIRST),
                role: None,
                key: Some(&self.escrow.signing),
            },
        };
        let mut moment = Moment {
            now: self.council.clock.now(),
            entropy: &mut OsEntropy,
        };
        let mut act = self.store.begin(self.ledger.clone())?;
        act.record(draft, &signer, &self.words, &mut moment)?;
        if keep {
            self.ledger = act.commit(signer.key)?;
        }
        Ok(())
    }

    fn built_in(&self, kind: CollectionKind) -> CollectionId {
        self.ledger
            .built_in(kind)
            .expect("a collection of the kind")
    }
}

/// The keys of a sheet.
fn sheet(words: &SecretString, vault: VaultId, ledger: &Ledger) -> (Serial, EscrowKeys) {
    let key = shamir::key_of_words(words).expect("a sheet");
    let keys = EscrowKeys::of_sheet(&key, vault);
    let mut known = ledger.envelope.sheets.values();
    let known = known.find(|sheet| sheet.facts.verify_key == keys.signing.verify_key());
    (
        known.expect("a sheet of the vault").facts.serial.clone(),
        keys,
    )
}

/// The escrow keys, put together without asking anybody.
fn escrow(
    sheets: &[(Serial, EscrowKeys)],
    vault: VaultId,
    store: &Store,
    ledger: &Ledger,
) -> EscrowKeys {
    let seal = ledger.envelope.seals.get(&FIRST).expect("a seal");
    let shares = (0..).zip(seal.facts.scheme.shares());
    let shares = shares.filter_map(|(number, (_, serials))| {
        let (_, keys) = sheets.iter().find(|(serial, _)| serials.contains(serial))?;
        let row: Option<ShareRow> = store
            .row(&RowKey::Share(FIRST, number), ledger)
            .expect("a row");
        let place = Place {
            vault,
            object: Object::Share(FIRST),
            version: number,
            part: Part::Share,
            key: KeyName::sole(*vault.as_bytes()),
        };
        let words = keys.identity.unwrap(&place, &row.expect("a share").file);
        let words = SecretString::from_utf8(&words.expect("its words")).expect("text");
        Some(Share::from_words(&words).expect("a share"))
    });
    let shares: Vec<Share> = shares.collect();
    let empty = SecretString::new(String::new());
    let secret = shamir::combine(&shares, &empty).expect("the secret");
    EscrowKeys::of_epoch(&secret, vault, FIRST)
}

/// A takeover, of which a test changes one thing.
struct Takeover {
    person: PersonFacts,
    memberships: Vec<MembershipFacts>,
    wraps: Vec<(CollectionId, Generation, Reader)>,
    under: RecordSeq,
    epoch: Epoch,
    subject: PersonId,
    with_credential: bool,
}

impl Takeover {
    /// As this program makes it.
    fn honest(raider: &Raider<'_>) -> Self {
        let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
        let id = PersonId::from_bytes([77; 16]);
        let collections = raider.ledger.collections.values();
        let in_scope: Vec<CollectionId> = collections
            .filter(|c| c.facts.in_scope)
            .map(|c| c.facts.collection)
            .collect();
        let mut takeover = Self {
            person: PersonFacts {
                person: id,
                role: Role::ItProvider,
                standing: Standing::Active,
                recipient: keys.recipient(),
                verify_key: keys.verify_key(),
            },
            memberships: Vec::new(),
            wraps: Vec::new(),
            under: raider.first,
            epoch: FIRST,
            subject: id,
            with_credential: true,
        };
        for collection in in_scope {
            takeover.give(collection);
        }
        takeover
    }

    fn give(&mut self, collection: CollectionId) {
        let person = self.person.person;
        self.memberships.push(MembershipFacts {
            collection,
            person,
            permission: Some(Permission::Manage),
        });
        let first = Generation::new(1);
        self.wraps.push((collection, first, Reader::Person(person)));
    }

    /// Its record. What stands in the rows only their readers could tell.
    fn draft(self) -> Draft {
        let (person, under) = (self.person.person, self.under);
        let name = PersonRow {
            person,
            login_tag: Digest::of(&[b"a newcomer"]),
            generation: Generation::new(1),
            name: vec![1; 64],
        };
        let credential = CredentialRow {
            person,
            memory_kib: 65_536,
            passes: 3,
            lanes: 1,
            salt: [1; 16],
            commitment: [1; 32],
            identity: vec![1; 64],
        };
        let wrap = |(collection, generation, reader)| {
            AnyRow::from(WrapRow {
                collection,
                generation,
                part: WrappedPart::Collection,
                reader,
                file: vec![1; 64],
            })
        };
        let draft = Draft::new(Event::EnvelopeTakeover)
            .under(under)
            .object(ObjectRef::Epoch(self.epoch))
            .subject(self.subject)
            .fact(Fact::Person(self.person))
            .row(name)
            .rows(self.wraps.into_iter().map(wrap));
        let memberships = self.memberships.into_iter().map(Fact::Membership);
        let draft = memberships.fold(draft, Draft::fact);
        if self.with_credential {
            draft.row(credential)
        } else {
            draft
        }
    }
}

/// A council whose clerk has a collection of their own.
fn stage() -> (Council, Vec<SecretString>) {
    let (council, sheets) = Council::with_envelope();
    council.unlocked(CLERK, |session| {
        session.make_collection("Clem's own", CollectionKind::Personal)
    });
    (council, sheets)
}

const fn denied(denial: Denial) -> Flaw {
    Flaw::Unentitled(Unentitled::Denied(denial))
}

/// A change to a takeover.
type Change = fn(&mut Takeover, &Raider<'_>);

#[test]
fn a_takeover_in_which_one_thing_is_otherwise_is_a_bad_record() {
    let (council, sheets) = stage();
    let mut raider = Raider::released(&council, &sheets);
    let honest = Takeover::honest(&raider).draft();
    assert_eq!(raider.offer(honest), None, "as this program makes it");
    let cases: [(&str, Change); 15] = [
        ("a person who is known", |t, raider| {
            t.person.person = *raider.ledger.people.keys().next().expect("somebody");
            t.subject = t.person.person;
        }),
        ("a person who is merely invited", |t, _| {
            t.person.standing = Standing::Invited;
        }),
        ("a key that somebody signed with", |t, raider| {
            t.person.verify_key = *raider.ledger.used_keys.iter().next().expect("a key");
        }),
        ("a recipient of somebody's", |t, raider| {
            let mut people = raider.ledger.people.values();
            t.person.recipient = people.next().expect("somebody").facts.recipient.clone();
        }),
        ("another subject", |t, _| {
            t.subject = PersonId::from_bytes([78; 16]);
        }),
        ("another epoch", |t, _| t.epoch = Epoch::new(2)),
        ("another opening", |t, _| t.under = RecordSeq::new(0)),
        ("somebody's personal collection", |t, raider| {
            t.give(raider.built_in(CollectionKind::Personal));
        }),
        ("a collection that is not there", |t, _| {
            t.give(CollectionId::from_bytes([9; 16]));
        }),
        ("the same collection twice", |t, _| {
            t.memberships.push(t.memberships[0].clone());
        }),
        ("less than to manage", |t, _| {
            t.memberships[0].permission = Some(Permission::Read);
        }),
        ("somebody else's membership", |t, _| {
            t.memberships[0].person = PersonId::from_bytes([78; 16]);
        }),
        ("no directory", |t, raider| {
            let directory = raider.built_in(CollectionKind::Directory);
            t.memberships.retain(|m| m.collection != directory);
            t.wraps.retain(|(collection, ..)| *collection != directory);
        }),
        ("no key to a collection", |t, _| t.wraps.truncate(1)),
        ("no credential", |t, _| t.with_credential = false),
    ];
    for (what, change) in cases {
        let mut takeover = Takeover::honest(&raider);
        change(&mut takeover, &raider);
        assert_eq!(raider.offer(takeover.draft()), FORM, "{what}");
    }
}

#[test]
fn a_takeover_with_a_row_too_many_is_a_bad_record() {
    let (council, sheets) = stage();
    let mut raider = Raider::released(&council, &sheets);
    let services = raider.built_in(CollectionKind::Service);
    let (first, second) = (Generation::new(1), Generation::new(2));
    let own = Reader::Person(PersonId::from_bytes([77; 16]));
    let other = Reader::Person(PersonId::from_bytes([78; 16]));
    for (what, generation, reader) in [
        ("a generation that is not there", second, own),
        ("a key for somebody else", first, other),
        ("a key for the opened epoch", first, Reader::Escrow(FIRST)),
    ] {
        let mut takeover = Takeover::honest(&raider);
        takeover.wraps.push((services, generation, reader));
        assert_eq!(raider.offer(takeover.draft()), FORM, "{what}");
    }
}

#[test]
fn only_a_provider_or_a_clerk_takes_over() {
    let (council, sheets) = stage();
    let mut raider = Raider::released(&council, &sheets);
    for role in Role::ALL {
        let mut takeover = Takeover::honest(&raider);
        takeover.person.role = role;
        let expected = match role {
            Role::ItProvider | Role::Clerk => None,
            _ => Some(denied(Denial::TheirRole)),
        };
        assert_eq!(raider.offer(takeover.draft()), expected, "{role}");
    }
}

#[test]
fn nobody_takes_over_before_the_release_or_after_the_end() {
    let (council, sheets) = stage();
    let mut raider = Raider::asking(&council, &sheets);
    let early = Takeover::honest(&raider).draft();
    assert_eq!(raider.offer(early), FORM, "nothing was given yet");
    raider.record(raider.step(Step::Released), By::Sheet(1));
    raider.record(raider.step(Step::Closed), By::Escrow);
    let late = Takeover::honest(&raider).draft();
    assert_eq!(raider.offer(late), Some(denied(Denial::NotReleased)));
    verifies(&council);
}

/// A member may have given a collection a new key since the opening: what the envelope was not
/// given, it cannot give.
#[test]
fn a_takeover_gives_the_key_that_the_envelope_had_and_no_later_one() {
    let (council, sheets) = stage();
    super::opened(&council, &sheets, &[]);
    council.unlocked(PROVIDER, |session| session.entries());
    let mut raider = Raider::released(&council, &sheets);
    let services = raider.built_in(CollectionKind::Service);
    let collection = raider.ledger.collection(services).expect("a collection");
    let (newest, _) = collection.newest().expect("a generation");
    assert_eq!(newest.generation, Generation::new(2));
    let mut later = Takeover::honest(&raider);
    for (_, generation, _) in &mut later.wraps {
        *generation = Generation::new(2);
    }
    assert_eq!(raider.offer(later.draft()), FORM);
    let honest = Takeover::honest(&raider).draft();
    raider.record(honest, By::Escrow);
    verifies(&council);
}

#[test]
fn a_sheet_that_is_reported_lost_before_the_release_releases_nothing() {
    let (council, sheets) = stage();
    let mut raider = Raider::asking(&council, &sheets);
    let lost = raider.sheets[0].0.clone();
    council.unlocked(CLERK, |session| session.report_lost(lost.as_str(), None));
    for signer in 0..2 {
        let released = raider.append(raider.step(Step::Released), By::Sheet(signer), false);
        assert_eq!(flaw(&released), Some(Flaw::Contradiction), "{signer}");
    }
    verifies(&council);
}

#[test]
fn whoever_takes_over_counts_at_once_where_nobody_else_does_and_waits_where_somebody_does() {
    let (council, sheets) = stage();
    for (standing, counts) in [(Standing::Active, false), (Standing::Left, true)] {
        let mut raider = Raider::released(&council, &sheets);
        for person in raider.ledger.people.values_mut() {
            person.facts.standing = standing;
        }
        let honest = Takeover::honest(&raider);
        let id = honest.person.person;
        let after = raider.after(honest.draft());
        assert_eq!(after.person(id).expect("a person").counts, counts);
        let waits = |waiting: &Unconfirmed| waiting.admits() == Some(id);
        assert_eq!(after.unconfirmed.values().any(waits), !counts);
    }
    verifies(&council);
}
