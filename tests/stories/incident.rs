//! "Any suspected compromise reported and the password changed immediately" (clause 4.1.4).

use harness::{AUDITOR, CLERK, Council, PROVIDER};
use vault_core::access::Denial;
use vault_core::entry::EntryState;
use vault_core::error::{Error, Invalid, ReasonRefused};
use vault_core::id::RecordSeq;
use vault_core::incident::IncidentKind;
use vault_core::secret::SecretBytes;
use vault_core::vault::incidents::About;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

fn duties(council: &Council) -> Vec<&'static str> {
    let duties = council.open().expect("the vault opens").ledger().duties();
    duties.iter().map(|duty| duty.name()).collect()
}

fn raised(council: &Council) -> RecordSeq {
    council.unlocked(CLERK, |session| {
        let why = Some("it was read out on the telephone");
        session.raise_incident(About::Entry("Mail tenant"), why)
    })
}

#[test]
fn what_somebody_may_know_is_suspected_until_changed_and_open_until_closed() {
    let council = Council::at_work();
    let number = raised(&council);
    assert!(duties(&council).contains(&"incident"));
    let entry = || council.unlocked(PROVIDER, |session| session.show("Mail tenant"));
    assert_eq!(entry().state, EntryState::SuspectedCompromised);
    council.unlocked(PROVIDER, |session| {
        let new = SecretBytes::copy_from(b"known-to-nobody");
        session.propose("Mail tenant", new, None)?;
        session.confirm("Mail tenant", None)
    });
    assert_eq!(entry().state, EntryState::InUse);
    assert!(
        duties(&council).contains(&"incident"),
        "changed, and not yet looked into"
    );
    council.unlocked(PROVIDER, |session| {
        session.decide_incident(number, Some("the password was changed"))?;
        session.close_incident(number, None)
    });
    assert!(!duties(&council).contains(&"incident"));
    let told = council.unlocked(AUDITOR, |session| session.incident(number));
    assert_eq!(told.incident.kind, IncidentKind::Compromise);
    assert_eq!(told.person.as_deref(), Some(CLERK));
    assert_eq!(told.about.as_deref(), Some("Mail tenant"));
    assert_eq!(told.decision.as_deref(), Some("the password was changed"));
    assert_eq!(told.closed.map(|done| done.by).as_deref(), Some(PROVIDER));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn whoever_raised_it_does_not_say_what_it_was_and_nobody_closes_it_undecided() {
    let council = Council::at_work();
    let number = raised(&council);
    let denied = |by: &str, close: bool| {
        let answer = council.try_as(by, |session| {
            if close {
                session.close_incident(number, None)
            } else {
                session.decide_incident(number, Some("nothing"))
            }
        });
        match answer {
            Err(Error::Denied { denial, .. }) => denial,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(denied(CLERK, false), Denial::OwnAct);
    assert_eq!(denied(PROVIDER, true), Denial::Undecided);
    assert_eq!(denied(AUDITOR, false), Denial::Role);
    let silent = council.try_as(PROVIDER, |session| session.decide_incident(number, None));
    assert!(matches!(
        silent,
        Err(Error::Invalid(Invalid::Reason(ReasonRefused::Missing)))
    ));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn refusals_of_one_person_are_one_incident_until_it_is_closed_and_then_another() {
    let council = Council::at_work();
    let refused = || {
        let answer = council.try_as(CLERK, |session| {
            session.reveal("Website", "password", Wanted::Current, None)
        });
        match answer {
            Err(Error::Denied { incident, .. }) => incident.expect("an incident"),
            _ => panic!("it is the provider's"),
        }
    };
    let first = refused();
    assert_eq!(refused(), first);
    council.unlocked(PROVIDER, |session| {
        session.decide_incident(first, Some("a slip"))?;
        session.close_incident(first, None)
    });
    let second = refused();
    assert_ne!(second, first);
    let told = council.unlocked(AUDITOR, |session| session.incidents());
    let counts: Vec<_> = told
        .iter()
        .map(|it| (it.number, it.incident.count()))
        .collect();
    assert_eq!(counts, [(first, 2), (second, 1)]);
}

#[test]
fn reading_what_was_said_of_incidents_is_on_record_like_reading_the_log() {
    let council = Council::at_work();
    raised(&council);
    council.unlocked(AUDITOR, |session| session.incidents());
    let lines = council.read_log();
    let reads = lines
        .iter()
        .filter(|line| line.record.event.name() == "log.read");
    assert_eq!(reads.count(), 2);
}
