//! What somebody signs who takes the access log from others, who has no membership left, or who
//! retires an entry.

use harness::{AUDITOR, CLERK, PROVIDER};
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::{Event, Outcome, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::record::Record;
use vault_core::audit::replay::Scrutiny;
use vault_core::audit::row::RowKey;
use vault_core::collection::{CollectionKind, Permission, WithdrawalFacts};

use super::forged::{Bench, refused};
use super::overreach::written;

/// Who reviews the log and who does not depends on no single person's program.
#[test]
fn nobody_alone_takes_the_access_log_from_somebody_who_reviews_it() {
    let bench = Bench::get();
    let log = bench.collection(CollectionKind::AccessLog);
    let auditor = bench.member(AUDITOR).id;
    let whose = WithdrawalFacts {
        collection: log,
        person: auditor,
    };
    let mut end = bench.record(PROVIDER, Event::CollectionChange);
    end.object = Some(ObjectRef::Collection(log));
    end.subject = Some(auditor);
    end.permission = Some(Permission::Manage);
    end.facts = vec![Fact::Membership(whose.end())];
    assert!(refused(bench.offer(&end)), "at once");
    let mut asks = end.clone();
    asks.facts = vec![Fact::Withdrawal(whose)];
    assert_eq!(bench.offer(&asks), Ok(()));
    let mut ledger = bench.ledger.clone();
    let key = Some(bench.member(PROVIDER).keys.signing());
    let line = asks.to_line(&ledger.origin, key);
    ledger.read(&line, Scrutiny::Full).expect("a request");
    // The confirmation says what it does, and does it for nobody else.
    let approval = |by: &str, facts: Vec<Fact>| {
        let mut record = bench.record(by, Event::AccessApprove);
        record.seq = ledger.next();
        record.prev = ledger.last;
        record.under = Some(asks.seq);
        record.object = Some(ObjectRef::Record(asks.seq));
        record.facts = facts;
        let line = record.to_line(&ledger.origin, Some(bench.member(by).keys.signing()));
        let mut ledger = ledger.clone();
        let read = ledger.read(&line, Scrutiny::Full).map(drop);
        (read.map_err(|bad| bad.flaw), ledger)
    };
    let confirmed = Fact::Confirmed(asks.seq);
    let ends = |whose: WithdrawalFacts| Fact::Membership(whose.end());
    let other = WithdrawalFacts {
        person: bench.member(CLERK).id,
        ..whose
    };
    assert!(refused(approval(CLERK, vec![confirmed.clone()]).0));
    assert!(refused(
        approval(CLERK, vec![confirmed.clone(), ends(other)]).0
    ));
    let complete = vec![confirmed, ends(whose)];
    assert!(refused(approval(PROVIDER, complete.clone()).0), "their own");
    let (read, after) = approval(CLERK, complete);
    assert_eq!(read, Ok(()));
    let members = &after.collection(log).expect("the log").members;
    assert!(!members.contains_key(&auditor));
    assert!(after.has_ended(auditor), "it was all they had");
}

#[test]
fn whose_every_membership_ended_records_nothing() {
    let bench = Bench::get();
    let auditor = bench.member(AUDITOR).id;
    let key = Some(bench.member(AUDITOR).keys.signing());
    let mut ledger = bench.ledger.clone();
    let read = |ledger: &Ledger, record: &Record| {
        let line = record.to_line(&ledger.origin, key);
        ledger.clone().read(&line, Scrutiny::Full).is_ok()
    };
    let unlock = bench.record(AUDITOR, Event::VaultUnlock);
    assert!(read(&ledger, &unlock), "while they are a member");
    ledger.people.get_mut(&auditor).expect("them").ended = Some(ledger.next());
    for event in Event::ALL {
        for outcome in [Outcome::Ok, Outcome::Denied, Outcome::Failed] {
            let mut record = bench.record(AUDITOR, *event);
            record.outcome = outcome;
            assert!(!read(&ledger, &record), "{event} {outcome}");
        }
    }
}

#[test]
fn retiring_and_using_again_take_turns_and_each_says_which_it_is() {
    let bench = Bench::get();
    let entry = bench.entry(CollectionKind::Service);
    let mut record = bench.record(PROVIDER, Event::SecretArchive);
    record.object = Some(ObjectRef::Entry(entry));
    record.permission = Some(Permission::Manage);
    record.rows = written([RowKey::Entry(entry)]);
    assert!(bench.offer(&record).is_err(), "no step");
    record.step = Some(Step::Restored);
    assert!(bench.offer(&record).is_err(), "it is in use");
    record.step = Some(Step::Confirmed);
    assert!(bench.offer(&record).is_err(), "another event's step");
    record.step = Some(Step::Retired);
    assert_eq!(bench.offer(&record), Ok(()));
    record.event = Event::SecretRotate;
    assert!(bench.offer(&record).is_err(), "no step of a rotation");
}
