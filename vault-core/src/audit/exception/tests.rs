//! One record after another, as a council's year brings them, and what a reviewer is shown of it.

use std::collections::BTreeMap;

use super::*;
use crate::audit::example;
use crate::audit::fact::RollbackFacts;
use crate::audit::ledger::{Collection, Entry, NO_LEAF, Unconfirmed};
use crate::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use crate::crypto::digest::Digest;
use crate::emergency::follow_up::OpenerFacts;
use crate::emergency::inspection::Found;
use crate::entry::EntryState;
use crate::id::{Epoch, Serial, Version};
use crate::incident::{Incident, IncidentKind};
use crate::person::{Role, Standing};

mod over_time;

const PROVIDER: PersonId = PersonId::from_bytes([1; 16]);
const CLERK: PersonId = PersonId::from_bytes([2; 16]);
const SERVICES: CollectionId = CollectionId::from_bytes([4; 16]);
/// Noon on a Monday, in winter.
const NOON: &str = "2026-11-23T12:00:00Z";
const DAY: i64 = 24 * 3600;

const fn entry(number: u8) -> EntryId {
    EntryId::from_bytes([number; 16])
}

fn noon() -> Timestamp {
    NOON.parse().expect("a time")
}

/// A log with two people, nine entries in one collection, and its exceptions so far.
struct Log {
    ledger: Ledger,
    exceptions: Exceptions,
}

impl Log {
    fn new() -> Self {
        let facts = CollectionFacts {
            collection: SERVICES,
            kind: CollectionKind::Service,
            in_scope: true,
        };
        let collection = Collection {
            facts,
            generations: BTreeMap::new(),
            members: BTreeMap::from([(PROVIDER, Permission::Manage)]),
            left: None,
            reader_left: None,
        };
        let known = Entry {
            collection: SERVICES,
            latest: Version::new(1),
            changed: RecordSeq::new(3),
            pending: None,
            suspected: None,
            state: EntryState::InUse,
            retired: false,
        };
        let ledger = Ledger {
            size: 10,
            last_time: noon(),
            people: BTreeMap::from([
                example::person(PROVIDER, Role::ItProvider, Standing::Active),
                example::person(CLERK, Role::Clerk, Standing::Active),
            ]),
            collections: BTreeMap::from([(SERVICES, collection)]),
            entries: (1..10).map(|number| (entry(number), known)).collect(),
            ..Ledger::default()
        };
        let mut log = Self {
            ledger,
            exceptions: Exceptions::default(),
        };
        // Whoever made an entry has had it: nothing below is anybody's first access but where the
        // test is about that.
        for number in 1..10 {
            let mut made = record(PROVIDER, Event::SecretCreate);
            made.object = Some(ObjectRef::Entry(entry(number)));
            log.take(made);
        }
        log
    }

    /// Takes a record at the end of the log.
    fn take(&mut self, mut record: Record) -> Vec<Exception> {
        record.seq = self.ledger.next();
        let found = self.exceptions.take(&record, &self.ledger);
        self.ledger.size += 1;
        self.ledger.last_time = record.time;
        found
    }

    fn entry(&mut self, number: u8, change: impl FnOnce(&mut Entry)) {
        let mut known = self.ledger.entries.get(&entry(number)).expect("an entry");
        change(&mut known);
        self.ledger.entries.insert(entry(number), known);
    }
}

fn record(by: PersonId, event: Event) -> Record {
    let mut record = example::record(by, event);
    record.time = noon();
    record
}

fn reveal(by: PersonId, number: u8) -> Record {
    let mut record = record(by, Event::SecretReveal);
    record.object = Some(ObjectRef::Entry(entry(number)));
    record.version = Some(Version::new(1));
    record
}

fn membership(person: PersonId, permission: Option<Permission>) -> Record {
    let mut record = record(PROVIDER, Event::CollectionChange);
    record.object = Some(ObjectRef::Collection(SERVICES));
    record.subject = Some(person);
    record.facts = vec![Fact::Membership(MembershipFacts {
        collection: SERVICES,
        person,
        permission,
    })];
    record
}

fn failed_unlock(of: Option<PersonId>) -> Record {
    let mut record = record(CLERK, Event::VaultUnlock);
    record.actor = Actor::Nobody;
    record.outcome = Outcome::Failed;
    record.subject = of;
    record
}

fn at(mut record: Record, seconds: i64) -> Record {
    record.time = noon().plus(seconds);
    record
}

fn with_word(mut record: Record, word: &str) -> Record {
    record.details.insert(word.to_owned(), NO_LEAF);
    record
}

#[test]
fn what_somebody_does_every_day_is_no_exception() {
    let mut log = Log::new();
    assert_eq!(log.take(record(CLERK, Event::VaultUnlock)), []);
    assert_eq!(log.take(reveal(PROVIDER, 1)), []);
    assert_eq!(log.take(record(CLERK, Event::VaultBackup)), []);
    let night = noon().plus(12 * 3600);
    let mut backup = record(CLERK, Event::VaultBackup);
    backup.time = night;
    assert_eq!(log.take(backup), []);
    assert!(log.exceptions.left(night, &log.ledger).is_empty());
}

#[test]
fn a_refusal_a_failure_an_opening_an_incident_and_a_rollback_are_each_told() {
    let mut log = Log::new();
    let mut refused = reveal(CLERK, 1);
    refused.outcome = Outcome::Denied;
    assert_eq!(log.take(refused), [Exception::Refused]);
    let mut failed = record(CLERK, Event::LogExport);
    failed.outcome = Outcome::Failed;
    assert_eq!(log.take(failed), [Exception::Failed]);
    let mut opened = reveal(CLERK, 1);
    opened.actor = Actor::Escrow(Epoch::new(1));
    assert_eq!(log.take(opened), [Exception::Opening]);
    let raised = with_word(record(CLERK, Event::IncidentRaise), "reason");
    assert_eq!(log.take(raised), [Exception::Incident]);
    for event in [Event::VaultRestore, Event::LogFork] {
        assert_eq!(log.take(record(CLERK, event)), [Exception::Rollback]);
    }
    let both = [Exception::Opening, Exception::Rollback];
    assert_eq!(log.take(record(CLERK, Event::LogMerge)), both);
}

#[test]
fn what_is_done_to_look_after_a_sheet_is_told_only_where_its_seal_was_broken() {
    let mut log = Log::new();
    let look = |found: Option<Found>| {
        let mut look = record(CLERK, Event::EnvelopeCheck);
        look.facts = found.map(Fact::Look).into_iter().collect();
        look
    };
    let mut proved = look(None);
    proved.actor = Actor::Sheet(Serial::new("CH", 1));
    assert_eq!(log.take(proved), []);
    assert_eq!(log.take(look(Some(Found::Intact))), []);
    let broken = [Exception::Incident];
    assert_eq!(log.take(look(Some(Found::Broken))), broken);
    let mut drill = record(CLERK, Event::EnvelopeDrill);
    drill.outcome = Outcome::Failed;
    assert_eq!(log.take(drill), [Exception::Failed]);
}

#[test]
fn a_reason_that_the_policy_wants_and_each_witness_are_missed() {
    let mut log = Log::new();
    let mut asked = record(CLERK, Event::EnvelopeOpen);
    asked.actor = Actor::Nobody;
    asked.step = Some(Step::Requested);
    let both = [
        Exception::Opening,
        Exception::NoReason,
        Exception::FewWitnesses,
    ];
    assert_eq!(log.take(asked.clone()), both);
    let watched_by = |witnesses: u64| {
        let mut said = with_word(with_word(asked.clone(), "reason"), "witnesses");
        let tag = Digest::of(&[b"chris chair"]);
        said.facts = vec![Fact::Opener(OpenerFacts {
            tag,
            person: None,
            witnesses,
        })];
        said
    };
    let few = [Exception::Opening, Exception::FewWitnesses];
    assert_eq!(log.take(watched_by(1)), few);
    assert_eq!(log.take(watched_by(2)), [Exception::Opening]);
    let silent = record(CLERK, Event::IncidentDecide);
    assert_eq!(log.take(silent), [Exception::Incident, Exception::NoReason]);
}

#[test]
fn what_nobody_confirmed_is_told_when_a_password_is_shown_or_the_envelope_opened() {
    let mut log = Log::new();
    let waiting = Unconfirmed::Enrolment {
        person: PROVIDER,
        inviter: None,
    };
    log.ledger.unconfirmed.insert(RecordSeq::new(4), waiting);
    assert_eq!(log.take(reveal(PROVIDER, 1)), [Exception::NotConfirmed]);
    log.ledger.unconfirmed.clear();
    assert_eq!(log.take(reveal(PROVIDER, 1)), []);
    let mut released = record(CLERK, Event::EnvelopeOpen);
    released.step = Some(Step::Released);
    released.object = Some(ObjectRef::Epoch(Epoch::new(1)));
    assert_eq!(log.take(released.clone()), [Exception::Opening]);
    let waiting = Unconfirmed::Seal {
        epoch: Epoch::new(1),
        sealer: PROVIDER,
    };
    log.ledger.unconfirmed.insert(RecordSeq::new(5), waiting);
    assert_eq!(
        log.take(released),
        [Exception::Opening, Exception::NotConfirmed]
    );
}

#[test]
fn whoever_judges_what_concerns_themselves_is_told() {
    let mut log = Log::new();
    let number = RecordSeq::new(6);
    let incident = Incident {
        kind: IncidentKind::RefusedAccess,
        person: Some(CLERK),
        object: None,
        began: noon(),
        latest: noon(),
        records: vec![number],
        decided: None,
        closed: None,
        held: None,
    };
    log.ledger.incidents.insert(number, incident);
    let close = |by| {
        let mut close = record(by, Event::IncidentClose);
        close.under = Some(number);
        close
    };
    let services = log.ledger.collections.get_mut(&SERVICES).expect("it");
    services.members.insert(CLERK, Permission::Manage);
    let own = [Exception::Incident, Exception::OwnApproval];
    assert_eq!(log.take(close(CLERK)), own);
    assert_eq!(log.take(close(PROVIDER)), [Exception::Incident]);
    let lost = RollbackFacts {
        size: 99,
        last: Digest::of(&[b"lost"]),
    };
    let waiting = Unconfirmed::Rollback { lost, by: CLERK };
    log.ledger.unconfirmed.insert(RecordSeq::new(7), waiting);
    let mut tried = record(CLERK, Event::AccessApprove);
    tried.under = Some(RecordSeq::new(7));
    tried.outcome = Outcome::Denied;
    assert_eq!(
        log.take(tried),
        [Exception::Refused, Exception::OwnApproval]
    );
    let accept = || record(CLERK, Event::LogAcceptRollback);
    assert_eq!(log.take(accept()), [Exception::Rollback]);
    log.ledger.people.remove(&PROVIDER);
    let alone = [Exception::Rollback, Exception::OwnApproval];
    assert_eq!(log.take(accept()), alone);
}

#[test]
fn what_is_shown_or_given_at_night_or_on_a_sunday_is_out_of_hours() {
    let mut log = Log::new();
    for (hours, is) in [
        (7, false),
        (8, true),
        (18, true),
        (19, false),
        (6 * 24, true),
    ] {
        let found = log.take(at(reveal(PROVIDER, 1), hours * 3600));
        assert_eq!(found.contains(&Exception::OutOfHours), is, "{hours}");
    }
    let mut log = Log::new();
    let night = at(membership(CLERK, Some(Permission::Read)), 9 * 3600);
    let given = [Exception::OutOfHours, Exception::AccessGiven];
    assert_eq!(log.take(night), given);
    let read = at(record(CLERK, Event::LogRead), 9 * 3600);
    assert_eq!(log.take(read), []);
}

#[test]
fn the_fifth_entry_within_ten_minutes_is_many_and_the_same_one_again_is_not() {
    let mut log = Log::new();
    let many = |log: &mut Log, number, seconds| {
        let found = log.take(at(reveal(PROVIDER, number), seconds));
        found.contains(&Exception::ManyAtOnce)
    };
    for (seconds, number) in [(0, 1), (10, 1), (20, 2), (30, 2), (40, 3), (50, 4)] {
        assert!(!many(&mut log, number, seconds), "{seconds}");
    }
    // Ten minutes after the first two, which count no more.
    assert!(!many(&mut log, 5, 631));
    assert!(!many(&mut log, 6, 632));
    assert!(many(&mut log, 7, 633));
    assert!(many(&mut log, 7, 634));
    assert!(!many(&mut log, 8, 2000));
    // A clock that is set back makes nothing of it undone.
    for (seconds, number) in [(2001, 1), (2002, 2), (2003, 3)] {
        assert!(!many(&mut log, number, seconds));
    }
    assert!(many(&mut log, 4, -5000));
}

#[test]
fn new_passwords_that_are_put_on_their_sites_are_not_many() {
    let mut log = Log::new();
    for number in 1..10 {
        log.entry(number, |known| {
            known.pending = Some((Version::new(2), RecordSeq::new(9)));
        });
        let mut pending = reveal(PROVIDER, number);
        pending.version = Some(Version::new(2));
        assert_eq!(log.take(pending), []);
    }
}

#[test]
fn a_first_access_is_told_once_and_not_of_what_somebody_made() {
    let mut log = Log::new();
    assert_eq!(log.take(reveal(PROVIDER, 1)), []);
    assert_eq!(log.take(reveal(CLERK, 1)), [Exception::FirstAccess]);
    assert_eq!(log.take(reveal(CLERK, 1)), []);
    assert_eq!(log.take(reveal(CLERK, 2)), [Exception::FirstAccess]);
    let rotate = |number: u8, step: Step| {
        let mut rotate = reveal(CLERK, number);
        rotate.event = Event::SecretRotate;
        rotate.step = Some(step);
        rotate
    };
    log.take(rotate(3, Step::Pending));
    log.take(rotate(3, Step::Confirmed));
    assert_eq!(log.take(reveal(CLERK, 3)), []);
    // What was only proposed hides no look at the password in use.
    log.take(rotate(4, Step::Pending));
    log.take(rotate(4, Step::Aborted));
    assert_eq!(log.take(reveal(CLERK, 4)), [Exception::FirstAccess]);
}

#[test]
fn whoever_tries_again_after_their_access_ended_is_told() {
    let mut log = Log::new();
    let refused = || {
        let mut refused = reveal(CLERK, 1);
        refused.outcome = Outcome::Denied;
        refused
    };
    assert_eq!(log.take(refused()), [Exception::Refused]);
    let given = log.take(membership(CLERK, Some(Permission::Read)));
    assert_eq!(given, [Exception::AccessGiven]);
    // They may read, and tried something else.
    let permit = |log: &mut Log, permission: Option<Permission>| {
        let services = log.ledger.collections.get_mut(&SERVICES);
        let members = &mut services.expect("it is there").members;
        match permission {
            Some(permission) => members.insert(CLERK, permission),
            None => members.remove(&CLERK),
        }
    };
    permit(&mut log, Some(Permission::Read));
    assert_eq!(log.take(refused()), [Exception::Refused]);
    assert_eq!(log.take(membership(CLERK, None)), []);
    permit(&mut log, None);
    let mut of_collection = membership(PROVIDER, None);
    of_collection.actor = Actor::Person(CLERK);
    of_collection.outcome = Outcome::Denied;
    of_collection.facts.clear();
    let again = [Exception::Refused, Exception::AfterAccessEnded];
    assert_eq!(log.take(refused()), again);
    assert_eq!(log.take(of_collection), again);
    permit(&mut log, Some(Permission::Catalogue));
    assert_eq!(log.take(refused()), again);
    assert_eq!(log.take(failed_unlock(Some(CLERK))), [Exception::Failed]);
    for standing in [Standing::Suspended, Standing::Left] {
        let clerk = log.ledger.people.get_mut(&CLERK).expect("the clerk");
        clerk.facts.standing = standing;
        let found = log.take(at(failed_unlock(Some(CLERK)), DAY));
        assert_eq!(found, [Exception::AfterAccessEnded, Exception::Failed]);
        let found = log.take(at(record(CLERK, Event::LogRead), DAY));
        assert_eq!(found, [Exception::AfterAccessEnded]);
    }
}

#[test]
fn changed_rules_are_told() {
    let mut log = Log::new();
    let changed = || record(PROVIDER, Event::PolicyChange);
    assert_eq!(log.take(changed()), [Exception::RulesChanged]);
    let mut refused = changed();
    refused.outcome = Outcome::Denied;
    assert_eq!(log.take(refused), [Exception::Refused]);
}

#[test]
fn five_failed_unlocks_within_ten_minutes_or_in_a_row_are_many_whoever_was_tried() {
    let mut log = Log::new();
    let tried = [None, Some(CLERK), Some(PROVIDER), None];
    for (seconds, of) in (0..).zip(tried) {
        let found = log.take(at(failed_unlock(of), seconds));
        assert_eq!(found, [Exception::Failed]);
    }
    let many = [Exception::ManyFailures, Exception::Failed];
    assert_eq!(log.take(at(failed_unlock(None), 500)), many);
    assert_eq!(log.take(at(failed_unlock(None), 2000)), [Exception::Failed]);
    // Slowly, one a day, but all of one person and with no success between.
    let clerk = log.ledger.people.get_mut(&CLERK).expect("the clerk");
    clerk.failures = log.ledger.policy.failed_unlocks - 1;
    assert_eq!(log.take(at(failed_unlock(Some(CLERK)), 9 * DAY)), many);
}

#[test]
fn each_exception_has_a_name_of_its_own_and_stands_in_its_place() {
    let names: BTreeSet<&str> = Exception::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), Exception::ALL.len());
    assert!(Exception::ALL.is_sorted());
}
