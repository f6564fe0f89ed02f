//! What comes with time: what should have followed and did not, and clocks that go back.

use super::*;
use crate::audit::fact::ForgetFacts;
use crate::time::day::Day;

#[test]
fn a_due_password_that_is_shown_after_a_week_or_still_due_then_is_told() {
    let mut log = Log::new();
    let mut raised = with_word(record(CLERK, Event::IncidentRaise), "reason");
    raised.object = Some(ObjectRef::Entry(entry(1)));
    let cause = log.ledger.next();
    log.take(raised);
    log.entry(1, |known| known.suspected = Some(cause));
    let week = GRACE_DAYS * DAY;
    assert_eq!(log.take(at(reveal(PROVIDER, 1), week)), []);
    let late = log.take(at(reveal(PROVIDER, 1), week + 1));
    assert_eq!(late, [Exception::NotChanged]);
    assert_eq!(log.take(at(reveal(PROVIDER, 2), week + 1)), []);
    let left = |log: &Log, after: i64| log.exceptions.left(noon().plus(after), &log.ledger);
    assert!(left(&log, week).is_empty());
    let told = BTreeSet::from([(cause, Exception::NotChanged)]);
    assert_eq!(left(&log, week + 1), told);
    // The new value is shown to be put on the site, which is how it is changed.
    log.entry(1, |known| {
        known.latest = Version::new(2);
        known.pending = Some((Version::new(2), cause.next()));
    });
    let mut pending = at(reveal(PROVIDER, 1), week + 2);
    pending.version = Some(Version::new(2));
    assert_eq!(log.take(pending), []);
    log.entry(1, |known| {
        known.pending = None;
        known.changed = cause.next();
    });
    assert_eq!(log.take(at(reveal(PROVIDER, 1), week + 3)), []);
    assert!(left(&log, week + 3).is_empty());
}

#[test]
fn what_a_leaver_could_read_is_told_until_it_is_changed() {
    let mut log = Log::new();
    log.take(membership(CLERK, Some(Permission::Read)));
    let cause = log.ledger.next();
    log.take(membership(CLERK, None));
    let services = log.ledger.collections.get_mut(&SERVICES);
    services.expect("it is there").reader_left = Some(cause);
    let week = GRACE_DAYS * DAY;
    let left = log.exceptions.left(noon().plus(week + 1), &log.ledger);
    let told = BTreeSet::from([(cause, Exception::NotChanged)]);
    assert_eq!(left, told, "once, however many entries there are");
    for number in 1..10 {
        log.entry(number, |known| known.retired = true);
    }
    let left = log.exceptions.left(noon().plus(week + 1), &log.ledger);
    assert!(left.is_empty());
}

#[test]
fn a_clock_that_went_back_by_more_than_a_minute_is_told() {
    let mut log = Log::new();
    log.take(record(CLERK, Event::VaultUnlock));
    assert_eq!(log.take(at(record(CLERK, Event::LogRead), -60)), []);
    log.take(record(CLERK, Event::VaultUnlock));
    let back = log.take(at(record(CLERK, Event::LogRead), -61));
    assert_eq!(back, [Exception::ClockBack]);
    let forward = log.take(at(record(CLERK, Event::LogRead), 9999));
    assert_eq!(forward, []);
}

#[test]
fn a_clock_that_is_set_back_by_small_steps_is_told_once() {
    let mut log = Log::new();
    log.take(record(CLERK, Event::VaultUnlock));
    let steps = (1..10).map(|step| log.take(at(record(CLERK, Event::LogRead), -50 * step)));
    let told: Vec<Vec<Exception>> = steps.collect();
    assert_eq!(told[0], []);
    assert_eq!(told[1], [Exception::ClockBack]);
    assert!(told[2..].iter().all(Vec::is_empty), "{told:?}");
    let caught_up = log.take(record(CLERK, Event::LogRead));
    assert_eq!(caught_up, []);
    let again = log.take(at(record(CLERK, Event::LogRead), -61));
    assert_eq!(again, [Exception::ClockBack]);
}

#[test]
fn whoever_is_ahead_is_told_and_not_who_follows_by_a_right_clock() {
    let mut log = Log::new();
    log.take(record(CLERK, Event::VaultUnlock));
    let ahead = log.ledger.next();
    log.take(at(reveal(PROVIDER, 1), 3000 * DAY));
    assert_eq!(log.take(at(record(CLERK, Event::LogRead), DAY)), []);
    let left = log.exceptions.left(noon().plus(4000 * DAY), &log.ledger);
    assert_eq!(left, BTreeSet::from([(ahead, Exception::ClockAhead)]));
}

#[test]
fn what_is_dated_after_the_moment_of_the_report_is_told() {
    let mut log = Log::new();
    let ahead = log.ledger.next();
    log.take(at(reveal(PROVIDER, 1), 3000 * DAY));
    let left = |after: i64| log.exceptions.left(noon().plus(after), &log.ledger);
    assert_eq!(left(DAY), BTreeSet::from([(ahead, Exception::ClockAhead)]));
    assert!(left(3000 * DAY).is_empty());
}

#[test]
fn whoever_sets_a_clock_back_is_late_all_the_same() {
    let mut log = Log::new();
    let mut raised = with_word(record(CLERK, Event::IncidentRaise), "reason");
    raised.object = Some(ObjectRef::Entry(entry(1)));
    let cause = log.ledger.next();
    log.take(raised);
    log.entry(1, |known| known.suspected = Some(cause));
    let late = GRACE_DAYS * DAY + 1;
    log.take(at(record(CLERK, Event::LogRead), late));
    log.take(at(record(PROVIDER, Event::LogRead), late));
    let found = log.take(at(reveal(PROVIDER, 1), DAY));
    assert_eq!(found, [Exception::NotChanged, Exception::ClockBack]);
}

#[test]
fn what_nobody_confirmed_within_a_week_is_told() {
    let mut log = Log::new();
    let waits = log.ledger.next();
    log.take(record(CLERK, Event::LogForget));
    let asked = ForgetFacts {
        ordinary: Day::FIRST,
        long: Day::FIRST,
    };
    let waiting = Unconfirmed::Forgetting {
        by: CLERK,
        at: noon(),
        asked,
    };
    log.ledger.unconfirmed.insert(waits, waiting);
    let left = |log: &Log, after: i64| log.exceptions.left(noon().plus(after), &log.ledger);
    let week = GRACE_DAYS * DAY;
    assert!(left(&log, week).is_empty());
    let told = BTreeSet::from([(waits, Exception::NotConfirmed)]);
    assert_eq!(left(&log, week + 1), told);
    log.ledger.unconfirmed.clear();
    assert!(left(&log, week + 1).is_empty());
}
