//! One signed record of a member with few rights, and the vault is of use to everybody still.

use harness::{AUDITOR, CLERK, Council, PROVIDER};
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::{EntryFacts, Fact};
use vault_core::audit::row::{Reader, WrappedPart};
use vault_core::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use vault_core::crypto::digest::Digest;
use vault_core::crypto::random::OsEntropy;
use vault_core::entry::EntryState;
use vault_core::id::{CollectionId, EntryId, Generation, PersonId, Version};
use vault_core::keys::{CollectionKey, PersonKeys};
use vault_core::person::{PersonFacts, Role, Standing};
use vault_core::store::draft::Draft;
use vault_core::store::rows::{
    AnyRow, CollectionRow, EntryRow, GenerationRow, NewVersion, WrapRow,
};

use super::{FORM, Insider, broken, flaw, opened, unharmed, verifies};

/// The lowest of ids, which stands first in every list.
const FIRST: CollectionId = CollectionId::from_bytes([0; 16]);

/// The making of a personal collection of theirs, without a row, and its key.
fn personal(me: &Insider<'_>) -> (Draft, CollectionKey) {
    let key = CollectionKey::generate(me.vault(), FIRST, Generation::new(1), &mut OsEntropy);
    let key = key.expect("a key");
    let make = Draft::new(Event::CollectionCreate)
        .object(ObjectRef::Collection(FIRST))
        .fact(Fact::Collection(CollectionFacts {
            collection: FIRST,
            kind: CollectionKind::Personal,
            in_scope: false,
        }))
        .fact(Fact::Generation(key.facts()))
        .fact(Fact::Membership(MembershipFacts {
            collection: FIRST,
            person: me.person,
            permission: Some(Permission::Manage),
        }));
    (make, key)
}

const fn generation_row(collection: CollectionId, generation: Generation) -> GenerationRow {
    GenerationRow {
        collection,
        generation,
        predecessor: None,
        predecessor_catalogue: None,
    }
}

#[test]
fn nothing_is_broken_before() {
    assert_eq!(broken(&Council::at_work()), Vec::<String>::new());
}

#[test]
fn an_auditor_cannot_break_the_vault_with_a_personal_collection_without_a_readable_name() {
    let council = Council::at_work();
    let me = Insider::of(&council, AUDITOR);
    let mine = Reader::Person(me.person);
    let (make, key) = personal(&me);
    let make = make
        .row(CollectionRow {
            collection: FIRST,
            generation: Generation::new(1),
            name: vec![9; 60],
        })
        .row(generation_row(FIRST, Generation::new(1)))
        .row(WrapRow {
            collection: FIRST,
            generation: Generation::new(1),
            part: WrappedPart::Collection,
            reader: mine,
            file: key.wrap(mine, &me.keys.recipient()).expect("a wrap"),
        });
    me.record(vec![make]).expect("nobody else can read a name");
    unharmed(&council);
}

#[test]
fn a_record_says_every_row_that_it_must_write() {
    let council = Council::at_work();
    let me = Insider::of(&council, AUDITOR);
    let (make, _) = personal(&me);
    assert_eq!(flaw(&me.record(vec![make])), FORM);
    unharmed(&council);
}

#[test]
fn a_clerk_cannot_break_the_log_with_a_person_without_a_row() {
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
        }));
    assert_eq!(flaw(&me.record(vec![add])), FORM);
    unharmed(&council);
}

#[test]
fn a_catalogue_that_nobody_can_open_hides_no_other_title() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let (entry, first) = (EntryId::from_bytes([3; 16]), Version::new(1));
    let collection = me.built_in(CollectionKind::Service);
    let add = Draft::new(Event::SecretCreate)
        .object(ObjectRef::Entry(entry))
        .version(first)
        .permission(Some(Permission::Manage))
        .fact(Fact::Entry(EntryFacts {
            entry,
            collection,
            state: EntryState::InUse,
        }))
        .row(EntryRow {
            entry,
            collection,
            title_tag: Digest::from_bytes([1; 32]),
            generation: Generation::new(1),
            revision: 1,
            current: first,
            pending: None,
            catalogue: vec![5; 80],
        })
        .row(NewVersion {
            entry,
            version: first,
            generation: Generation::new(1),
            catalogue: vec![1; 80],
            data_key: vec![1; 80],
            secrets: vec![1; 80],
        });
    me.record(vec![add]).expect("nobody has read it yet");
    assert_eq!(opened(&council, &sheets, &["Website"]), 3);
    unharmed(&council);
}

/// A second generation of the directory's key, which an opening made due, by an auditor who leaves
/// it to nobody but themselves to say whom it is wrapped to.
fn renewal(me: &Insider<'_>, wraps: impl IntoIterator<Item = AnyRow>) -> Draft {
    let directory = me.built_in(CollectionKind::Directory);
    let second = Generation::new(2);
    let key = CollectionKey::generate(me.vault(), directory, second, &mut OsEntropy);
    Draft::new(Event::CollectionChange)
        .object(ObjectRef::Collection(directory))
        .permission(Some(Permission::Read))
        .fact(Fact::Generation(key.expect("a key").facts()))
        .row(generation_row(directory, second))
        .rows(wraps)
}

#[test]
fn after_an_opening_an_auditor_cannot_take_the_directory_from_everybody() {
    let (council, sheets) = Council::with_envelope();
    opened(&council, &sheets, &[]);
    let me = Insider::of(&council, AUDITOR);
    let renewal = renewal(&me, []);
    assert_eq!(flaw(&me.record(vec![renewal])), FORM);
    unharmed(&council);
    assert_eq!(opened(&council, &sheets, &["Website"]), 2);
}

#[test]
fn after_an_opening_wraps_that_do_not_open_take_the_directory_from_nobody() {
    let (council, sheets) = Council::with_envelope();
    opened(&council, &sheets, &[]);
    let me = Insider::of(&council, AUDITOR);
    let directory = me.built_in(CollectionKind::Directory);
    let wrap = |person: &PersonId| {
        AnyRow::from(WrapRow {
            collection: directory,
            generation: Generation::new(2),
            part: WrappedPart::Collection,
            reader: Reader::Person(*person),
            file: vec![3; 90],
        })
    };
    let wraps: Vec<AnyRow> = me.ledger.people.keys().map(wrap).collect();
    let renewal = renewal(&me, wraps);
    me.record(vec![renewal])
        .expect("nobody has opened them yet");
    unharmed(&council);
    assert_eq!(opened(&council, &sheets, &["Website"]), 2);
    verifies(&council);
}
