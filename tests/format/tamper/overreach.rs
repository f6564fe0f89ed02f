//! Members who stretch what they are entitled to: records of the right kind, about the right
//! object, that establish or write more than such a record does.

use harness::{AUDITOR, CLERK, PROVIDER};
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::Flaw;
use vault_core::audit::record::{Record, RowDigest};
use vault_core::audit::replay::Scrutiny;
use vault_core::audit::row::{Reader, RowKey, WrappedPart};
use vault_core::audit::unrecorded::UnrecordedFacts;
use vault_core::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::shamir::Identifier;
use vault_core::emergency::follow_up::OpenerFacts;
use vault_core::emergency::inspection::{DrillFacts, Found};
use vault_core::emergency::scheme::Group;
use vault_core::emergency::{Scheme, SealFacts, SheetFacts};
use vault_core::id::{CollectionId, Epoch, Generation, PersonId, Serial, Version};
use vault_core::keys::{CollectionKey, EscrowKeys, PersonKeys};
use vault_core::person::{PersonFacts, Role, Standing};
use vault_core::secret::SecretBytes;

use super::forged::{Bench, SOME, refused};

/// Digests for rows that a genuine record of the kind would write.
pub(super) fn written(rows: impl IntoIterator<Item = RowKey>) -> Vec<RowDigest> {
    let digest = |row| RowDigest(row, Some(SOME));
    rows.into_iter().map(digest).collect()
}

fn invitation(bench: &Bench, by: &str) -> (PersonId, Record) {
    let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
    let person = PersonId::from_bytes([4; 16]);
    let mut record = bench.record(by, Event::PersonAdd);
    record.subject = Some(person);
    record.object = Some(ObjectRef::Person(person));
    record.facts = vec![
        Fact::Person(PersonFacts {
            person,
            role: Role::Staff,
            standing: Standing::Invited,
            recipient: keys.recipient(),
            verify_key: keys.verify_key(),
        }),
        reads(bench, CollectionKind::Directory, person),
    ];
    record.rows = written([RowKey::Person(person), RowKey::Credential(person)]);
    (person, record)
}

/// A membership with `read`.
fn reads(bench: &Bench, kind: CollectionKind, person: PersonId) -> Fact {
    Fact::Membership(MembershipFacts {
        collection: bench.collection(kind),
        person,
        permission: Some(Permission::Read),
    })
}

#[test]
fn an_invitation_takes_neither_the_directory_nor_the_access_log_from_whom_it_is_due() {
    let bench = Bench::get();
    let (person, plain) = invitation(bench, CLERK);
    let mut nameless = plain.clone();
    nameless.facts.truncate(1);
    assert!(refused(bench.offer(&nameless)), "no directory");
    for role in Role::ALL {
        let mut record = plain.clone();
        if let Fact::Person(facts) = &mut record.facts[0] {
            facts.role = role;
        }
        assert_eq!(bench.offer(&record).is_ok(), !role.reads_log(), "{role}");
        record
            .facts
            .push(reads(bench, CollectionKind::AccessLog, person));
        assert_eq!(bench.offer(&record).is_ok(), role.reads_log(), "{role}");
    }
}

/// Readers' unlocks wrap keys to whoever the log calls a member.
#[test]
fn an_invitation_gives_no_membership_beyond_the_directory_and_the_access_log() {
    let bench = Bench::get();
    let (person, plain) = invitation(bench, CLERK);
    assert_eq!(bench.offer(&plain), Ok(()));
    for (kind, permission) in [
        (CollectionKind::Service, Permission::Read),
        (CollectionKind::Service, Permission::Manage),
        (CollectionKind::Admin, Permission::Catalogue),
        (CollectionKind::Directory, Permission::Manage),
        (CollectionKind::AccessLog, Permission::Read),
        (CollectionKind::AccessLog, Permission::Manage),
    ] {
        let mut record = plain.clone();
        record.facts.push(Fact::Membership(MembershipFacts {
            collection: bench.collection(kind),
            person,
            permission: Some(permission),
        }));
        assert!(refused(bench.offer(&record)), "{kind} {permission}");
    }
}

fn new_collection(bench: &Bench, by: &str, kind: CollectionKind) -> Record {
    let vault = bench.ledger.vault.as_ref().expect("a vault").vault;
    // An id below all others: it would be found first.
    let collection = CollectionId::from_bytes([0; 16]);
    let key = CollectionKey::generate(vault, collection, Generation::new(1), &mut OsEntropy);
    let mut record = bench.record(by, Event::CollectionCreate);
    record.object = Some(ObjectRef::Collection(collection));
    record.facts = vec![
        Fact::Collection(CollectionFacts {
            collection,
            kind,
            in_scope: kind.in_envelope(),
        }),
        Fact::Generation(key.expect("a key").facts()),
        Fact::Membership(MembershipFacts {
            collection,
            person: bench.member(by).id,
            permission: Some(Permission::Manage),
        }),
    ];
    let (first, maker) = (Generation::new(1), Reader::Person(bench.member(by).id));
    record.rows = written([
        RowKey::Collection(collection),
        RowKey::Generation(collection, first),
        RowKey::Wrap(collection, first, WrappedPart::Collection, maker),
    ]);
    record
}

#[test]
fn nobody_makes_a_second_access_log_or_directory() {
    let bench = Bench::get();
    let service = new_collection(bench, CLERK, CollectionKind::Service);
    assert_eq!(bench.offer(&service), Ok(()));
    for kind in [CollectionKind::AccessLog, CollectionKind::Directory] {
        let record = new_collection(bench, CLERK, kind);
        assert!(refused(bench.offer(&record)), "{kind}");
    }
}

#[test]
fn nobody_makes_a_collection_beyond_the_envelope_or_puts_a_personal_one_into_it() {
    let bench = Bench::get();
    for kind in [
        CollectionKind::Service,
        CollectionKind::Admin,
        CollectionKind::Personal,
    ] {
        let mut record = new_collection(bench, PROVIDER, kind);
        if let Fact::Collection(facts) = &mut record.facts[0] {
            facts.in_scope = !facts.in_scope;
        }
        assert!(refused(bench.offer(&record)), "{kind}");
    }
}

#[test]
fn the_first_member_of_a_collection_is_whoever_makes_it() {
    let bench = Bench::get();
    let mut record = new_collection(bench, PROVIDER, CollectionKind::Service);
    if let Fact::Membership(facts) = &mut record.facts[2] {
        facts.person = bench.member(AUDITOR).id;
    }
    assert!(refused(bench.offer(&record)));
}

#[test]
fn a_reader_writes_no_row_of_a_collection_but_wraps_that_somebody_lacks() {
    let bench = Bench::get();
    let admin = bench.collection(CollectionKind::Admin);
    let newest = bench.ledger.collections[&admin]
        .newest()
        .expect("a key")
        .0
        .generation;
    let wrap = |reader| RowKey::Wrap(admin, newest, WrappedPart::Collection, reader);
    for row in [
        RowKey::Collection(admin),
        RowKey::Generation(admin, newest),
        wrap(Reader::Person(bench.member(PROVIDER).id)),
        wrap(Reader::Person(bench.member(AUDITOR).id)),
        wrap(Reader::Escrow(Epoch::new(2))),
        wrap(Reader::Escrow(Epoch::new(1))),
    ] {
        let mut record = bench.record(CLERK, Event::CollectionChange);
        record.object = Some(ObjectRef::Collection(admin));
        record.rows = vec![RowDigest(row, Some(SOME))];
        assert!(refused(bench.offer(&record)), "{row}");
        record.rows = vec![RowDigest(row, None)];
        assert!(refused(bench.offer(&record)), "{row} deleted");
    }
}

#[test]
fn a_sealed_epochs_shares_and_wraps_are_written_by_no_later_seal() {
    let bench = Bench::get();
    let epoch = bench.ledger.envelope.newest().expect("a seal").facts.epoch;
    let service = bench.collection(CollectionKind::Service);
    let generation = Generation::new(1);
    for row in [
        RowKey::Share(epoch, 0),
        RowKey::Wrap(
            service,
            generation,
            WrappedPart::Collection,
            Reader::Escrow(epoch),
        ),
    ] {
        let mut record = bench.record(CLERK, Event::EnvelopeSeal);
        record.object = Some(ObjectRef::Epoch(epoch));
        record.rows = vec![RowDigest(row, Some(SOME))];
        assert!(refused(bench.offer(&record)), "{row}");
    }
}

/// The seal of an epoch whose secret the sealer chose.
fn seal(bench: &Bench, epoch: Epoch, scheme: Scheme) -> (EscrowKeys, Record) {
    let vault = bench.ledger.vault.as_ref().expect("a vault").vault;
    let keys = EscrowKeys::of_epoch(&SecretBytes::copy_from(&[6; 16]), vault, epoch);
    let newest = bench.ledger.envelope.newest().expect("a seal");
    let mut record = bench.record(PROVIDER, Event::EnvelopeSeal);
    record.object = Some(ObjectRef::Epoch(epoch));
    let places = (0..).zip(scheme.shares()).map(|(place, _)| place);
    record.rows = written(places.map(|place| RowKey::Share(epoch, place)));
    record.facts = vec![Fact::Seal(SealFacts {
        epoch,
        scheme,
        recipient: keys.identity.recipient(),
        verify_key: keys.signing.verify_key(),
        ..newest.facts.clone()
    })];
    (keys, record)
}

#[test]
fn a_seal_whose_scheme_is_not_what_the_rule_makes_of_the_sheets_is_a_bad_record() {
    let bench = Bench::get();
    let newest = bench.ledger.envelope.newest().expect("a seal");
    let (epoch, scheme) = (newest.facts.epoch.next(), newest.facts.scheme.clone());
    let serials: Vec<_> = scheme.serials().into_iter().collect();
    assert_eq!(bench.offer(&seal(bench, epoch, scheme).1), Ok(()));
    let any_one = Scheme {
        threshold: 1,
        groups: vec![Group::single(serials)],
    };
    assert!(bench.offer(&seal(bench, epoch, any_one).1).is_err());
}

#[test]
fn an_envelopes_key_is_entitled_to_nothing_outside_an_opening_of_its_own_epoch() {
    let bench = Bench::get();
    let newest = bench.ledger.envelope.newest().expect("a seal");
    let (epoch, scheme) = (newest.facts.epoch.next(), newest.facts.scheme.clone());
    let (keys, sealed) = seal(bench, epoch, scheme);
    let mut ledger = bench.ledger.clone();
    let line = sealed.to_line(&ledger.origin, Some(bench.member(PROVIDER).keys.signing()));
    ledger.read(&line, Scrutiny::Full).expect("a seal");
    // A run of the epoch before, released and not closed.
    let session = *ledger.envelope.runs.keys().next().expect("a run");
    let run = ledger.envelope.runs.get_mut(&session).expect("a run");
    run.closed = false;
    assert_ne!(run.released, Some(epoch));
    for (event, step) in [
        (Event::SecretReveal, None),
        (Event::EnvelopeOpen, Some(Step::Listed)),
        (Event::EnvelopeOpen, Some(Step::Closed)),
    ] {
        let mut record = bench.record(PROVIDER, event);
        record.seq = ledger.next();
        record.prev = ledger.last;
        record.actor = Actor::Escrow(epoch);
        record.role = None;
        record.session = session;
        record.step = step;
        record.object = Some(match event {
            Event::SecretReveal => ObjectRef::Entry(bench.entry(CollectionKind::Service)),
            _ => ObjectRef::Epoch(epoch),
        });
        let line = record.to_line(&ledger.origin, Some(&keys.signing));
        let read = ledger.clone().read(&line, Scrutiny::Full);
        assert!(refused(read.map(|_| ()).map_err(|bad| bad.flaw)), "{event}");
    }
}

#[test]
fn a_rotation_without_a_step_or_over_an_older_version_is_a_bad_record() {
    let bench = Bench::get();
    let entry = bench.entry(CollectionKind::Service);
    let latest = bench.latest(entry);
    let mut record = bench.record(PROVIDER, Event::SecretRotate);
    record.object = Some(ObjectRef::Entry(entry));
    record.version = Some(latest);
    record.rows = vec![RowDigest(RowKey::Entry(entry), Some(SOME))];
    assert!(bench.offer(&record).is_err(), "no step");
    record.step = Some(Step::Pending);
    record.version = Some(latest.next());
    record.permission = Some(Permission::Manage);
    let proposed = RowKey::Version(entry, latest.next());
    record.rows = written([RowKey::Entry(entry), proposed]);
    assert_eq!(bench.offer(&record), Ok(()));
    let older = RowKey::Version(entry, Version::new(1));
    record.rows.push(RowDigest(older, Some(SOME)));
    assert!(bench.offer(&record).is_err(), "an older version");
}

#[test]
fn an_entry_is_never_said_to_be_deleted() {
    let bench = Bench::get();
    let entry = bench.entry(CollectionKind::Service);
    let mut record = bench.record(PROVIDER, Event::SecretRotate);
    record.object = Some(ObjectRef::Entry(entry));
    record.step = Some(Step::Pending);
    record.version = Some(bench.latest(entry).next());
    record.rows = vec![RowDigest(RowKey::Entry(entry), None)];
    assert!(bench.offer(&record).is_err());
}

#[test]
fn a_record_that_claims_a_role_or_permission_that_its_actor_has_not_is_a_bad_record() {
    let bench = Bench::get();
    let mut record = bench.record(CLERK, Event::SecretReveal);
    record.object = Some(ObjectRef::Entry(bench.entry(CollectionKind::Admin)));
    record.permission = Some(Permission::Read);
    assert_eq!(bench.offer(&record), Ok(()));
    for role in [Some(Role::Chair), None] {
        let forged = Record {
            role,
            ..record.clone()
        };
        assert!(bench.offer(&forged).is_err(), "{role:?}");
    }
    record.permission = Some(Permission::Manage);
    assert!(bench.offer(&record).is_err(), "manage");
}

/// Nobody signs such a record, and none of these may wait for a signature: the next act of
/// anybody would be refused.
#[test]
fn nobody_makes_records_but_those_of_a_loose_tail() {
    let bench = Bench::get();
    for event in Event::ALL {
        for outcome in [Outcome::Ok, Outcome::Denied, Outcome::Failed] {
            let mut record = bench.record(PROVIDER, *event);
            record.actor = Actor::Nobody;
            record.role = None;
            record.outcome = outcome;
            let offered = bench.offer_signed(&record, None);
            // The steps of an opening rest on its request, which stands alone.
            let unlock = *event == Event::VaultUnlock && outcome != Outcome::Ok;
            assert_eq!(offered.is_ok(), unlock, "{event} {outcome}");
            record.step = Some(Step::Requested);
            record.facts = vec![Fact::Opener(OpenerFacts {
                tag: SOME,
                person: None,
                witnesses: 0,
            })];
            let requested = bench.offer_signed(&record, None);
            let request = (*event, outcome) == (Event::EnvelopeOpen, Outcome::Ok);
            assert_eq!(requested.is_ok(), request, "{event} {outcome}");
        }
    }
}

/// How many tries left no record is said where it is asked for, and never to be none.
#[test]
fn tries_without_a_record_are_counted_by_unlocks_alone() {
    let bench = Bench::get();
    let counted = |cut_off, paused| vec![Fact::Unrecorded(UnrecordedFacts { cut_off, paused })];
    for event in Event::ALL {
        let mut record = bench.record(PROVIDER, *event);
        record.facts = counted(1, 2);
        let taken = bench.offer(&record).is_ok();
        assert_eq!(taken, *event == Event::VaultUnlock, "{event}");
        record.facts = counted(0, 0);
        assert!(refused(bench.offer(&record)), "{event}");
        record.actor = Actor::Nobody;
        record.role = None;
        record.outcome = Outcome::Failed;
        assert!(bench.offer_signed(&record, None).is_err(), "{event}");
        record.facts = counted(u32::MAX, u32::MAX);
        let taken = bench.offer_signed(&record, None).is_ok();
        assert_eq!(taken, *event == Event::VaultUnlock, "{event}");
    }
}

/// A drill that nobody held would keep an envelope from being looked after.
#[test]
fn a_drill_or_a_proof_without_the_sheets_own_signatures_is_a_bad_record() {
    let bench = Bench::get();
    let seal = bench.ledger.envelope.newest().expect("a seal");
    let epoch = seal.facts.epoch;
    let serial = seal.facts.scheme.serials().pop_first().expect("a sheet");
    let mut look = bench.record(CLERK, Event::EnvelopeCheck);
    look.object = Some(ObjectRef::Sheet(serial));
    look.facts = vec![Fact::Look(Found::Intact)];
    assert_eq!(bench.offer(&look), Ok(()));
    look.facts = vec![Fact::Look(Found::Proved)];
    assert!(refused(bench.offer(&look)), "nothing proved itself");
    look.facts = Vec::new();
    assert!(bench.offer(&look).is_err(), "a person is no sheet");
    let mut drill = bench.record(CLERK, Event::EnvelopeDrill);
    drill.object = Some(ObjectRef::Epoch(epoch));
    let keys = bench.ledger.keys_given(epoch).count() as u64;
    for keys in [keys, keys + 1, 0] {
        drill.facts = vec![Fact::Drill(DrillFacts { epoch, keys })];
        assert!(refused(bench.offer(&drill)), "{keys}");
    }
}

/// A sheet that the provider issues to the holder of another, with its own keys and this beginning.
fn issue(bench: &Bench, identifier: Identifier) -> Record {
    let sheets = bench.ledger.envelope.sheets.values();
    let holder = sheets.map(|sheet| sheet.facts.holder.clone()).next();
    let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
    let serial = Serial::new("CH", 4711);
    let mut record = bench.record(PROVIDER, Event::EnvelopeIssue);
    record.object = Some(ObjectRef::Sheet(serial.clone()));
    record.facts = vec![Fact::Sheet(SheetFacts {
        serial,
        holder: holder.expect("a sheet"),
        recipient: keys.recipient(),
        verify_key: keys.verify_key(),
        identifier,
        read_back: false,
    })];
    record
}

#[test]
fn a_sheet_that_begins_like_another_or_like_none_is_a_bad_record() {
    let bench = Bench::get();
    let sheets = bench.ledger.envelope.sheets.values();
    let taken: Vec<Identifier> = sheets.map(|sheet| sheet.facts.identifier).collect();
    let free = (0..=u16::MAX)
        .map(Identifier::masked)
        .find(|one| !taken.contains(one));
    let free = issue(bench, free.expect("one of 32,768"));
    assert_eq!(bench.offer(&free), Ok(()));
    assert!(refused(bench.offer(&issue(bench, taken[0]))));
    let key = Some(bench.member(PROVIDER).keys.signing());
    let line = String::from_utf8(free.to_line(&bench.ledger.origin, key)).expect("JSON");
    let (before, after) = line.split_once("\"identifier\":").expect("the member");
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    let beyond = format!("{before}\"identifier\":32768{after}");
    let read = bench.ledger.clone().read(beyond.as_bytes(), Scrutiny::Full);
    assert_eq!(
        read.map(drop).map_err(|bad| bad.flaw),
        Err(Flaw::NotARecord)
    );
}
