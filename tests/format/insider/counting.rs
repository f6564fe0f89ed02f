//! Who counts as a second person, names that were given twice, and a clock that was wrong.

use harness::{CLERK, Council, PROVIDER, entry, passphrase_of};
use vault_core::access::decision::Denial;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::Unentitled;
use vault_core::audit::row::{Reader, RowKey, WrappedPart};
use vault_core::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use vault_core::crypto::kdf::SALT;
use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::follow_up::{Done, Use, UseFacts};
use vault_core::error::{Error, Flaw, Noun};
use vault_core::id::{CollectionId, Generation, PersonId};
use vault_core::keys::{CollectionKey, PersonKeys};
use vault_core::person::{PersonFacts, Role, Standing, login_tag};
use vault_core::secret::SecretString;
use vault_core::store::draft::Draft;
use vault_core::store::rows::{CollectionRow, CredentialRow, GenerationRow, PersonRow, WrapRow};
use vault_core::vault::takeover::Successor;

use super::{Insider, asked, flaw, unharmed, verifies};

/// Forty years, in seconds.
const FORTY_YEARS: i64 = 40 * 365 * 86_400;

#[test]
fn one_person_cannot_make_a_second_person_who_counts_by_way_of_a_straw_who_does_not() {
    let council = Council::at_work();
    // Whoever invites somebody knows their initial passphrase, and so can enrol them too.
    council.enrol("Sam Straw", Role::ItProvider);
    let invited = council.try_as("Sam Straw", |s| {
        let initial = s.initial_passphrase()?;
        s.invite("Sandy Straw", Role::Councillor, &initial)
    });
    assert!(matches!(
        invited.map(|_| ()),
        Err(Error::Denied {
            denial: Denial::DoesNotCount,
            ..
        })
    ));
    let people = council.unlocked(PROVIDER, |s| s.people());
    assert!(people.iter().all(|person| person.name != "Sandy Straw"));
    verifies(&council);
}

#[test]
fn a_clock_that_was_wrong_once_locks_nobody_out() {
    let council = Council::at_work();
    let wrong = SecretString::new("wrong".to_owned());
    council.clock.advance(FORTY_YEARS);
    for _ in 0..5 {
        let mut vault = council.open().expect("the vault opens");
        assert!(vault.unlock(CLERK, &wrong).is_err());
    }
    assert!(matches!(
        council.try_as(CLERK, |_| Ok(())),
        Err(Error::Paused { .. })
    ));
    council.clock.advance(86_400 - FORTY_YEARS);
    assert!(matches!(council.try_as(CLERK, |_| Ok(())), Ok(())));
}

/// A collection that the provider's program makes under the name of another, with the lowest of
/// ids and the clerk as a member.
fn namesake(me: &Insider<'_>, name: &str) -> Vec<Draft> {
    let (id, first) = (CollectionId::from_bytes([0; 16]), Generation::new(1));
    let (clerk, mine) = (me.somebody(Role::Clerk), Reader::Person(me.person));
    let mut entropy = OsEntropy;
    let key = CollectionKey::generate(me.vault(), id, first, &mut entropy).expect("a key");
    let names = directory(me).catalogue_key();
    let membership = |person| {
        Fact::Membership(MembershipFacts {
            collection: id,
            person,
            permission: Some(Permission::Manage),
        })
    };
    let sealed = names.seal_collection_name(id, name, &mut entropy);
    let make = Draft::new(Event::CollectionCreate)
        .object(ObjectRef::Collection(id))
        .row(CollectionRow {
            collection: id,
            generation: names.generation(),
            name: sealed.expect("a name"),
        })
        .row(GenerationRow {
            collection: id,
            generation: first,
            predecessor: None,
            predecessor_catalogue: None,
        })
        .row(WrapRow {
            collection: id,
            generation: first,
            part: WrappedPart::Collection,
            reader: mine,
            file: key.wrap(mine, &me.keys.recipient()).expect("a wrap"),
        })
        .fact(Fact::Collection(CollectionFacts {
            collection: id,
            kind: CollectionKind::Service,
            in_scope: true,
        }))
        .fact(Fact::Generation(key.facts()))
        .fact(membership(me.person));
    let grant = Draft::new(Event::CollectionChange)
        .object(ObjectRef::Collection(id))
        .subject(clerk)
        .permission(Some(Permission::Manage))
        .fact(membership(clerk));
    vec![make, grant]
}

/// The key of the directory, as everybody has it.
fn directory(me: &Insider<'_>) -> CollectionKey {
    let directory = me.ledger.collection(me.built_in(CollectionKind::Directory));
    let (facts, _) = directory.and_then(|d| d.newest()).expect("a generation");
    let mine = Reader::Person(me.person);
    let row = RowKey::Wrap(
        facts.collection,
        facts.generation,
        WrappedPart::Collection,
        mine,
    );
    let wrap: Option<WrapRow> = me.store.row(&row, &me.ledger).expect("a row");
    let file = wrap.expect("a wrap").file;
    CollectionKey::unwrap(me.vault(), facts, mine, me.keys.identity(), &file).expect("the key")
}

#[test]
fn two_collections_of_one_name_are_told_apart_before_a_secret_is_put_into_either() {
    let council = Council::at_work();
    council.unlocked(CLERK, |s| {
        s.make_collection("Personnel", CollectionKind::Service)
    });
    let me = Insider::of(&council, PROVIDER);
    let drafts = namesake(&me, "Personnel");
    me.record(drafts).expect("nobody else can read the name");
    // Whoever unlocks next wraps the key to the clerk.
    council.unlocked(PROVIDER, |s| s.entries());
    verifies(&council);
    let added = council.try_as(CLERK, |s| {
        s.add("Personnel", &entry("Payroll", "payroll-secret"))
    });
    let Err(Error::Ambiguous(Noun::Collection, candidates)) = added else {
        panic!("it went into one of the two");
    };
    assert_eq!(candidates.len(), 2);
    let real = candidates.iter().find(|c| !c.id.ends_with("0000"));
    let real = real.expect("the clerk's own").id.clone();
    council.unlocked(CLERK, |s| s.add(&real, &entry("Payroll", "payroll-secret")));
    let seen = council.unlocked(PROVIDER, |s| s.entries());
    assert!(seen.iter().all(|seen| seen.catalogue.title != "Payroll"));
}

#[test]
fn an_invitation_under_somebodys_name_does_not_lock_them_out() {
    let council = Council::at_work();
    let me = Insider::of(&council, CLERK);
    let person = PersonId::from_bytes([7; 16]);
    let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
    let add = Draft::new(Event::PersonAdd)
        .subject(person)
        .object(ObjectRef::Person(person))
        .fact(Fact::Person(PersonFacts {
            person,
            role: Role::Staff,
            standing: Standing::Invited,
            recipient: keys.recipient(),
            verify_key: keys.verify_key(),
        }))
        .fact(Fact::Membership(MembershipFacts {
            collection: me.built_in(CollectionKind::Directory),
            person,
            permission: Some(Permission::Read),
        }))
        .row(PersonRow {
            person,
            login_tag: login_tag(me.vault(), PROVIDER),
            generation: Generation::new(1),
            name: vec![1; 60],
        })
        .row(CredentialRow {
            person,
            memory_kib: 65536,
            passes: 3,
            lanes: 4,
            salt: [1; SALT],
            commitment: [1; 32],
            identity: vec![1; 80],
        });
    me.record(vec![add]).expect("a login tag says nothing");
    unharmed(&council);
}

/// Their keys are their own, and so is their program; what they say counts for nothing all the same.
#[test]
fn whoever_was_made_by_a_takeover_confirms_nothing_with_a_program_of_their_own_either() {
    let (council, sheets) = Council::with_envelope();
    let successor = Successor {
        name: "Fay Fake",
        role: Role::ItProvider,
        passphrase: &passphrase_of("Fay Fake"),
    };
    let mut vault = council.open().expect("the vault opens");
    let opening = asked(&mut vault, &sheets).release().expect("an opening");
    let (first, taken) = (opening.opening(), opening.take_over(&successor));
    let taken = taken.expect("a takeover").record;
    drop(vault);
    let mut me = Insider::of(&council, "Fay Fake");
    let seal = me.ledger.envelope.newest().expect("a seal").record;
    let about = |event, record| {
        Draft::new(event)
            .object(ObjectRef::Record(record))
            .under(record)
    };
    let tag = login_tag(me.vault(), "Fay Fake");
    let class = Use::Emergency;
    for (fact, event, record) in [
        (Fact::Confirmed(seal), Event::AccessApprove, seal),
        (Fact::Done(Done::Notice), Event::EnvelopeClose, first),
        (Fact::Done(Done::Minute), Event::EnvelopeClose, first),
        (
            Fact::Use(UseFacts { class, tag }),
            Event::EnvelopeClassify,
            first,
        ),
    ] {
        let offered = me.offer(about(event, record).fact(fact));
        let denied = Unentitled::Denied(Denial::DoesNotCount);
        assert_eq!(flaw(&offered), Some(Flaw::Unentitled(denied)), "{event}");
    }
    let own = about(Event::AccessApprove, taken).fact(Fact::Confirmed(taken));
    let denied = Unentitled::Denied(Denial::OwnAct);
    assert_eq!(flaw(&me.offer(own)), Some(Flaw::Unentitled(denied)));
    verifies(&council);
}
