//! Members who end memberships, retire entries and look into incidents as is not theirs to do.

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use vault_core::access::Denial;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::entitlement;
use vault_core::audit::event::{Event, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::{Flaw, Unentitled};
use vault_core::audit::record::{Record, RowDigest};
use vault_core::audit::row::RowKey;
use vault_core::collection::{CollectionKind, MembershipFacts, Permission};
use vault_core::emergency::follow_up::{FollowUp, Use, UseFacts};
use vault_core::id::{CollectionId, EntryId, PersonId, RecordSeq, Version};
use vault_core::incident::{Incident, IncidentFacts, IncidentKind};
use vault_core::person::{Standing, login_tag};

use super::INVITED;
use super::forged::{Bench, SOME};

const FORM: Result<(), Flaw> = Err(Flaw::Unentitled(Unentitled::Form));

const fn denied(denial: Denial) -> Result<(), Flaw> {
    Err(Flaw::Unentitled(Unentitled::Denied(denial)))
}

const fn lacks(held: Option<Permission>, wanted: Permission) -> Result<(), Flaw> {
    denied(Denial::Permission { held, wanted })
}

/// A record by `by` that ends the membership of `whose`.
fn ending(bench: &Bench, by: &str, kind: CollectionKind, whose: &str) -> Record {
    let (collection, person) = (bench.collection(kind), bench.member(whose).id);
    let mut record = bench.record(by, Event::CollectionChange);
    record.object = Some(ObjectRef::Collection(collection));
    record.subject = Some(person);
    record.permission = Some(Permission::Manage);
    record.facts = vec![Fact::Membership(MembershipFacts {
        collection,
        person,
        permission: None,
    })];
    record
}

#[test]
fn a_membership_is_ended_by_nobody_but_who_manages_the_collection() {
    let bench = Bench::get();
    let (admin, manage) = (CollectionKind::Admin, Permission::Manage);
    let plain = ending(bench, PROVIDER, admin, CLERK);
    assert_eq!(bench.offer(&plain), Ok(()));
    let by_reader = ending(bench, CLERK, admin, CLERK);
    assert_eq!(
        bench.offer(&by_reader),
        lacks(Some(Permission::Read), manage)
    );
    let by_stranger = ending(bench, AUDITOR, admin, CLERK);
    assert_eq!(bench.offer(&by_stranger), lacks(None, manage));
    let by_invited = ending(bench, INVITED, admin, CLERK);
    assert_eq!(
        bench.offer(&by_invited),
        denied(Denial::Standing(Standing::Invited))
    );
    let last = ending(bench, PROVIDER, admin, PROVIDER);
    assert_eq!(bench.offer(&last), denied(Denial::LastManager));
    let directory = ending(bench, PROVIDER, CollectionKind::Directory, CLERK);
    assert_eq!(bench.offer(&directory), denied(Denial::Directory));
}

#[test]
fn the_end_of_a_membership_is_of_the_person_and_collection_that_it_names_and_writes_nothing() {
    let bench = Bench::get();
    let plain = ending(bench, PROVIDER, CollectionKind::Admin, CLERK);
    let mut others = plain.clone();
    others.subject = Some(bench.member(AUDITOR).id);
    assert_eq!(bench.offer(&others), FORM);
    let mut elsewhere = plain.clone();
    let services = bench.collection(CollectionKind::Service);
    elsewhere.object = Some(ObjectRef::Collection(services));
    assert_eq!(bench.offer(&elsewhere), FORM);
    let mut with_row = plain.clone();
    let row = RowKey::Collection(bench.collection(CollectionKind::Admin));
    with_row.rows = vec![RowDigest(row, Some(SOME))];
    assert_eq!(bench.offer(&with_row), FORM);
    let mut twice = plain;
    twice.facts.push(twice.facts[0].clone());
    assert_eq!(bench.offer(&twice), FORM);
}

/// The entry of the fixture that is retired, or one of a collection of this kind that is not.
fn entry_of(bench: &Bench, collection: Option<CollectionId>) -> EntryId {
    let mut entries = bench.ledger.entries.iter();
    let found = entries.find(|(_, known)| match collection {
        None => known.retired,
        Some(wanted) => known.collection == wanted && !known.retired,
    });
    found.expect("such an entry").0
}

fn retirement(bench: &Bench, by: &str, entry: EntryId) -> Record {
    let mut record = bench.record(by, Event::SecretArchive);
    record.object = Some(ObjectRef::Entry(entry));
    record.permission = Some(Permission::Manage);
    record.step = Some(Step::Retired);
    record.rows = vec![RowDigest(RowKey::Entry(entry), Some(SOME))];
    record
}

#[test]
fn an_entry_is_retired_once_and_by_who_manages_its_collection() {
    let bench = Bench::get();
    let entry = entry_of(bench, Some(bench.collection(CollectionKind::Admin)));
    let manage = Permission::Manage;
    assert_eq!(bench.offer(&retirement(bench, PROVIDER, entry)), Ok(()));
    let by_reader = retirement(bench, CLERK, entry);
    assert_eq!(
        bench.offer(&by_reader),
        lacks(Some(Permission::Read), manage)
    );
    let by_stranger = retirement(bench, AUDITOR, entry);
    assert_eq!(bench.offer(&by_stranger), lacks(None, manage));
    let again = retirement(bench, PROVIDER, entry_of(bench, None));
    assert_eq!(bench.offer(&again), Err(Flaw::Contradiction));
    let nothing = retirement(bench, PROVIDER, EntryId::from_bytes([7; 16]));
    assert_eq!(bench.offer(&nothing), denied(Denial::Unknown));
}

#[test]
fn retiring_an_entry_writes_its_row_and_no_version() {
    let bench = Bench::get();
    let entry = entry_of(bench, Some(bench.collection(CollectionKind::Admin)));
    let mut without = retirement(bench, PROVIDER, entry);
    without.rows.clear();
    assert_eq!(bench.offer(&without), FORM);
    let mut with_version = retirement(bench, PROVIDER, entry);
    let version = RowKey::Version(entry, Version::new(1));
    with_version.rows.push(RowDigest(version, Some(SOME)));
    assert_eq!(bench.offer(&with_version), FORM);
    let mut numbered = retirement(bench, PROVIDER, entry);
    numbered.version = Some(Version::new(1));
    assert_eq!(bench.offer(&numbered), FORM);
}

fn raising(bench: &Bench, by: &str, kind: IncidentKind, entry: Option<EntryId>) -> Record {
    let mut record = bench.record(by, Event::IncidentRaise);
    record.object = entry.map(ObjectRef::Entry);
    record.facts = vec![Fact::Incident(IncidentFacts { kind })];
    record
}

#[test]
fn anybody_raises_what_can_be_raised_and_only_about_what_they_see() {
    let bench = Bench::get();
    let entry = entry_of(bench, Some(bench.collection(CollectionKind::Admin)));
    let offer = |by, kind, entry| bench.offer(&raising(bench, by, kind, entry));
    assert_eq!(offer(AUDITOR, IncidentKind::Other, None), Ok(()));
    assert_eq!(offer(CLERK, IncidentKind::Compromise, Some(entry)), Ok(()));
    let unseen = offer(AUDITOR, IncidentKind::Compromise, Some(entry));
    assert_eq!(unseen, lacks(None, Permission::Catalogue));
    let invited = offer(INVITED, IncidentKind::Other, None);
    assert_eq!(invited, denied(Denial::Standing(Standing::Invited)));
    assert_eq!(offer(CLERK, IncidentKind::Compromise, None), FORM);
    assert_eq!(offer(CLERK, IncidentKind::Device, Some(entry)), FORM);
    for kind in [
        IncidentKind::RefusedAccess,
        IncidentKind::FailedUnlocks,
        IncidentKind::BadSheet,
        IncidentKind::Opening,
        IncidentKind::Rollback,
    ] {
        assert_eq!(offer(CLERK, kind, None), FORM, "{kind}");
    }
}

fn judging(bench: &Bench, by: &str, event: Event, number: RecordSeq) -> Record {
    let mut record = bench.record(by, event);
    record.object = Some(ObjectRef::Record(number));
    record.under = Some(number);
    record
}

fn incident(bench: &Bench, fits: impl Fn(&Incident) -> bool) -> RecordSeq {
    let mut incidents = bench.ledger.incidents.iter();
    let found = incidents.find(|(_, incident)| fits(incident));
    *found.expect("such an incident").0
}

#[test]
fn an_incident_is_decided_and_closed_in_turn_by_somebody_who_counts_and_whom_it_does_not_concern() {
    let bench = Bench::get();
    // The provider raised it, and nobody has looked into it.
    let lost = incident(bench, |incident| incident.kind == IncidentKind::Device);
    let (decide, close) = (Event::IncidentDecide, Event::IncidentClose);
    let offer = |by, event, number| bench.offer(&judging(bench, by, event, number));
    assert_eq!(offer(CLERK, decide, lost), Ok(()));
    assert_eq!(offer(CLERK, close, lost), denied(Denial::Undecided));
    let done = incident(bench, |incident| incident.closed.is_some());
    let opening = incident(bench, |incident| incident.kind == IncidentKind::Opening);
    for event in [decide, close] {
        assert_eq!(offer(PROVIDER, event, lost), denied(Denial::OwnAct));
        assert_eq!(offer(AUDITOR, event, lost), denied(Denial::Role));
        let standing = Denial::Standing(Standing::Invited);
        assert_eq!(offer(INVITED, event, lost), denied(standing));
        for number in [done, opening, RecordSeq::new(0), bench.ledger.next()] {
            let answer = offer(CLERK, event, number);
            assert_eq!(answer, denied(Denial::NotWaiting), "{event} {number}");
        }
    }
}

/// A record by `by` that says what the opening of the fixture was, under this name's tag.
fn classifying(bench: &Bench, by: &str, name: &str) -> Record {
    let mut openings = bench.ledger.envelope.follow_ups.iter();
    let opening = openings.find(|(_, left)| left.class.is_none());
    let mut record = judging(bench, by, Event::EnvelopeClassify, *opening.expect("one").0);
    let vault = bench.ledger.vault.as_ref().expect("a vault").vault;
    record.facts = vec![Fact::Use(UseFacts {
        class: Use::Drill,
        tag: login_tag(vault, name),
    })];
    record
}

#[test]
fn an_opening_is_classified_by_nobody_who_had_a_part_in_it() {
    let bench = Bench::get();
    let plain = classifying(bench, CLERK, CLERK);
    assert_eq!(bench.offer(&plain), Ok(()));
    let as_the_opener = classifying(bench, CLERK, CHAIR);
    assert_eq!(bench.offer(&as_the_opener), denied(Denial::OwnAct));
    let by_auditor = classifying(bench, AUDITOR, AUDITOR);
    assert_eq!(bench.offer(&by_auditor), denied(Denial::Role));
    // By whatever tag: as a person who opened, and as the keeper of a sheet that was used.
    let opening = plain.under.expect("an opening");
    let clerk = bench.member(CLERK).id;
    let changed = |change: fn(&mut FollowUp, PersonId)| {
        let mut ledger = bench.ledger.clone();
        let left = ledger.envelope.follow_ups.get_mut(&opening);
        change(left.expect("what is left of it"), clerk);
        entitlement::check(&plain, &ledger)
    };
    let refused = |denial| Err(Unentitled::Denied(denial));
    let opened = changed(|left, clerk| left.people.extend([clerk]));
    assert_eq!(opened, refused(Denial::OwnAct));
    let kept = changed(|left, clerk| left.keepers.extend([clerk]));
    assert_eq!(kept, refused(Denial::TookPart));
}

#[test]
fn a_sheet_is_voided_by_nobody_who_neither_keeps_nor_makes_sheets() {
    let bench = Bench::get();
    let lost = |by: &str| {
        let mut record = bench.record(by, Event::EnvelopeRevoke);
        let seal = bench.ledger.envelope.newest().expect("a seal");
        let serial = seal.facts.scheme.serials().pop_first();
        record.object = Some(ObjectRef::Sheet(serial.expect("a sheet")));
        bench.offer(&record)
    };
    assert_eq!(lost(AUDITOR), denied(Denial::Role));
    assert_eq!(lost(INVITED), denied(Denial::Standing(Standing::Invited)));
    assert_eq!(lost(CLERK), Ok(()));
}

#[test]
fn what_is_decided_or_closed_is_named_once_and_carries_nothing_else() {
    let bench = Bench::get();
    let lost = incident(bench, |incident| incident.kind == IncidentKind::Device);
    for event in [Event::IncidentDecide, Event::IncidentClose] {
        let plain = judging(bench, CLERK, event, lost);
        let mut unnamed = plain.clone();
        unnamed.under = None;
        assert_eq!(bench.offer(&unnamed), FORM);
        let mut two = plain.clone();
        two.object = Some(ObjectRef::Record(RecordSeq::new(0)));
        assert_eq!(bench.offer(&two), FORM);
        let mut with_fact = plain.clone();
        with_fact.facts = vec![Fact::Confirmed(lost)];
        assert_eq!(bench.offer(&with_fact), FORM);
        let mut with_row = plain;
        let row = RowKey::Person(bench.member(CLERK).id);
        with_row.rows = vec![RowDigest(row, Some(SOME))];
        assert_eq!(bench.offer(&with_row), FORM);
    }
}
