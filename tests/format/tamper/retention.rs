//! Records by which somebody with another program would erase words before their time, or have an
//! incident keep or drop them who may not.

use harness::{AUDITOR, CLERK, PROVIDER};
use vault_core::access::Denial;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::fact::{Fact, ForgetFacts, ForgottenFacts};
use vault_core::audit::flaw::{Flaw, Unentitled};
use vault_core::audit::record::Record;
use vault_core::id::RecordSeq;
use vault_core::incident::IncidentKind;
use vault_core::time::Timestamp;
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

fn forget(bench: &Bench, name: &str, ordinary: Day, long: Day) -> Record {
    Record {
        facts: vec![Fact::Forget(ForgetFacts { ordinary, long })],
        ..bench.record(name, Event::LogForget)
    }
}

#[test]
fn words_whose_time_is_over_may_be_asked_for_and_no_others() {
    let bench = Bench::get();
    let (ordinary, long) = limits(bench);
    let offer = |name, ordinary, long| bench.offer(&forget(bench, name, ordinary, long));
    assert_eq!(offer(CLERK, ordinary, long), Ok(()));
    assert_eq!(offer(CLERK, Day::FIRST, Day::FIRST), Ok(()));
    let early = denied(Denial::StillKept(ordinary));
    assert_eq!(offer(CLERK, later(ordinary), long), early);
    let early = denied(Denial::StillKept(long));
    assert_eq!(offer(CLERK, ordinary, later(long)), early);
    assert_eq!(offer(AUDITOR, ordinary, long), denied(Denial::Role));
    let about = Record {
        object: Some(ObjectRef::Record(RecordSeq::new(3))),
        ..forget(bench, CLERK, ordinary, long)
    };
    assert_eq!(bench.offer(&about), FORM);
    assert_eq!(bench.offer(&bench.record(CLERK, Event::LogForget)), FORM);
    let refused = Record {
        outcome: Outcome::Denied,
        ..forget(bench, CLERK, ordinary, long)
    };
    assert_eq!(bench.offer(&refused), FORM);
    let at_once = Record {
        facts: vec![Fact::Forgotten(forgotten(ordinary, long, 3))],
        ..bench.record(CLERK, Event::LogForget)
    };
    assert_eq!(bench.offer(&at_once), FORM, "nobody erases alone");
}

fn forgotten(ordinary: Day, long: Day, before: u64) -> ForgottenFacts {
    ForgottenFacts {
        ordinary,
        ordinary_before: RecordSeq::new(before),
        long,
        long_before: RecordSeq::new(before),
        records: 1,
    }
}

/// The log with a request by the clerk in it.
fn asked() -> (Bench, RecordSeq) {
    let bench = Bench::get();
    let (ordinary, long) = limits(bench);
    let request = forget(bench, CLERK, ordinary, long);
    (bench.after(&request), request.seq)
}

#[test]
fn words_are_erased_by_a_second_person_and_only_what_both_clocks_let_go() {
    let (bench, request) = asked();
    let (ordinary, long) = limits(&bench);
    let approve = |name: &str, facts: Vec<Fact>| Record {
        object: Some(ObjectRef::Record(request)),
        under: Some(request),
        facts,
        ..bench.record(name, Event::AccessApprove)
    };
    let confirmed = Fact::Confirmed(request);
    let with = |forgotten| vec![confirmed.clone(), Fact::Forgotten(forgotten)];
    let offer = |name, facts| bench.offer(&approve(name, facts));
    let right = forgotten(ordinary, long, request.get());
    assert_eq!(offer(PROVIDER, with(right)), Ok(()));
    let own = denied(Denial::OwnAct);
    assert_eq!(offer(CLERK, with(right)), own);
    assert_eq!(offer(AUDITOR, with(right)), denied(Denial::Role));
    assert_eq!(offer(PROVIDER, vec![confirmed.clone()]), FORM);
    let beyond = forgotten(ordinary, long, request.get() + 1);
    assert_eq!(offer(PROVIDER, with(beyond)), FORM);
    for (ordinary, long) in [
        (later(ordinary), long),
        (ordinary, later(long)),
        (long, long),
    ] {
        let other = forgotten(ordinary, long, 3);
        assert_eq!(offer(PROVIDER, with(other)), Err(Flaw::Contradiction));
    }
    // A clock that is behind lets less go than the request asks for, and so it has to be said.
    let month = 31 * 24 * 3600;
    let behind = |facts| {
        let approval = approve(PROVIDER, facts);
        let time = approval.time.since(Timestamp::EPOCH) - month;
        let time = Timestamp::EPOCH.plus(time);
        bench.offer(&Record { time, ..approval })
    };
    assert_eq!(behind(with(right)), Err(Flaw::Contradiction));
    let earlier = Day::of(Timestamp::EPOCH.plus(bench.ledger.last_time.unix() - month));
    let less = forgotten(
        earlier.months_before(24),
        earlier.months_before(72),
        request.get(),
    );
    assert_eq!(behind(with(less)), Ok(()));
    // Nothing else erases.
    let bare = Record {
        facts: vec![Fact::Forgotten(right)],
        ..bench.record(PROVIDER, Event::LogVerify)
    };
    assert_eq!(bench.offer(&bare), FORM);
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
