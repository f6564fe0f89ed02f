//! Records by which somebody with another program would erase words before their time, or have an
//! incident keep or drop them who may not.

use harness::{AUDITOR, CLERK};
use vault_core::access::Denial;
use vault_core::audit::entitlement::Unentitled;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::fact::Fact;
use vault_core::audit::record::{ObjectRef, Record};
use vault_core::audit::replay::Flaw;
use vault_core::audit::retention::ForgottenFacts;
use vault_core::id::RecordSeq;
use vault_core::incident::IncidentKind;
use vault_core::time::day::Day;

use super::forged::Bench;

const FORM: Result<(), Flaw> = Err(Flaw::Unentitled(Unentitled::Form));

fn denied(denial: Denial) -> Result<(), Flaw> {
    Err(Flaw::Unentitled(Unentitled::Denied(denial)))
}

/// The days before which words of either class may go, by the time of the bench.
fn limits(bench: &Bench) -> (Day, Day) {
    let today = Day::of(bench.ledger.last_time);
    (today.months_before(24), today.months_before(72))
}

fn later(day: Day) -> Day {
    Day::of(day.begins().plus(24 * 3600))
}

fn forget(bench: &Bench, name: &str, ordinary: Day, long: Day, records: u64) -> Record {
    let facts = ForgottenFacts {
        ordinary,
        long,
        records,
    };
    Record {
        facts: vec![Fact::Forgotten(facts)],
        ..bench.record(name, Event::LogForget)
    }
}

#[test]
fn words_whose_time_is_over_may_go_and_no_others() {
    let bench = Bench::get();
    let (ordinary, long) = limits(bench);
    let offer =
        |name, ordinary, long, records| bench.offer(&forget(bench, name, ordinary, long, records));
    assert_eq!(offer(CLERK, ordinary, long, 1), Ok(()));
    assert_eq!(offer(CLERK, Day::FIRST, Day::FIRST, 1), Ok(()));
    let early = denied(Denial::StillKept(ordinary));
    assert_eq!(offer(CLERK, later(ordinary), long, 1), early);
    let early = denied(Denial::StillKept(long));
    assert_eq!(offer(CLERK, ordinary, later(long), 1), early);
    assert_eq!(offer(AUDITOR, ordinary, long, 1), denied(Denial::Role));
    assert_eq!(offer(CLERK, ordinary, long, 0), FORM);
    let about = Record {
        object: Some(ObjectRef::Record(RecordSeq::new(3))),
        ..forget(bench, CLERK, ordinary, long, 1)
    };
    assert_eq!(bench.offer(&about), FORM);
    assert_eq!(bench.offer(&bench.record(CLERK, Event::LogForget)), FORM);
    let refused = Record {
        outcome: Outcome::Denied,
        ..forget(bench, CLERK, ordinary, long, 1)
    };
    assert_eq!(bench.offer(&refused), FORM);
}

#[test]
fn a_hold_is_put_on_an_incident_by_somebody_who_looks_into_it_and_once() {
    let bench = Bench::get();
    let mut incidents = bench.ledger.incidents.iter();
    let about_others = incidents.find(|(_, it)| it.kind == IncidentKind::Opening);
    let number = *about_others.expect("an opening").0;
    let hold = |name: &str, number: RecordSeq, fact| Record {
        object: Some(ObjectRef::Record(number)),
        under: Some(number),
        facts: vec![fact],
        ..bench.record(name, Event::IncidentDecide)
    };
    let offer = |name, number, fact| bench.offer(&hold(name, number, fact));
    assert_eq!(offer(CLERK, number, Fact::Hold(true)), Ok(()));
    let off = offer(CLERK, number, Fact::Hold(false));
    assert_eq!(off, Err(Flaw::Contradiction));
    let role = denied(Denial::Role);
    assert_eq!(offer(AUDITOR, number, Fact::Hold(true)), role);
    let unknown = RecordSeq::new(1);
    let nothing = denied(Denial::NotWaiting);
    assert_eq!(offer(CLERK, unknown, Fact::Hold(true)), nothing);
    assert_eq!(offer(CLERK, number, Fact::Confirmed(number)), FORM);
}
