//! What is an exception by itself, or by what the log said just before it.

use super::super::actor::{Actor, ObjectRef};
use super::super::dated::person_of;
use super::super::event::{Event, Outcome, Step};
use super::super::fact::Fact;
use super::super::ledger::{Ledger, Unconfirmed};
use super::super::record::Record;
use super::Exception;
use crate::audit::details::Word;
use crate::collection::WithdrawalFacts;
use crate::emergency::Holder;
use crate::emergency::inspection::Found;
use crate::id::{PersonId, RecordSeq, Serial};
use crate::person::Standing;
use crate::policy::Policy;

/// What the record alone tells.
pub(super) fn stated(record: &Record, policy: &Policy) -> impl Iterator<Item = Exception> + use<> {
    let ok = record.outcome == Outcome::Ok;
    let lacks = |word: Word| ok && !record.details.contains_key(word.name());
    let wants_reason = policy.wants_reason(record.event, record.step);
    let found = [
        (record.outcome == Outcome::Denied, Exception::Refused),
        (record.outcome == Outcome::Failed, Exception::Failed),
        (is_of_opening(record), Exception::Opening),
        (is_of_incident(record), Exception::Incident),
        (is_rollback(record), Exception::Rollback),
        (is_erasure(record), Exception::Erasure),
        (gives_access(record), Exception::AccessGiven),
        (
            ok && record.event == Event::PolicyChange,
            Exception::RulesChanged,
        ),
        (wants_reason && lacks(Word::Reason), Exception::NoReason),
        (lacks_witnesses(record, policy), Exception::FewWitnesses),
    ];
    found.into_iter().filter(|(is, _)| *is).map(|(_, it)| it)
}

/// What it tells to whoever knows what the log said before it.
pub(super) fn judged(record: &Record, before: &Ledger) -> impl Iterator<Item = Exception> + use<> {
    let found = [
        (takes_log(record, before), Exception::LogTaken),
        (is_own(record, before), Exception::OwnApproval),
        (lacks_confirmation(record, before), Exception::NotConfirmed),
        (
            is_by_somebody_gone(record, before),
            Exception::AfterAccessEnded,
        ),
    ];
    found.into_iter().filter(|(is, _)| *is).map(|(_, it)| it)
}

/// Whether an opening was asked for with fewer witnesses than the council's rules ask for, its opener
/// not counted.
fn lacks_witnesses(record: &Record, policy: &Policy) -> bool {
    let named = record.facts.iter().find_map(|fact| match fact {
        Fact::Opener(facts) => Some(facts.witnesses),
        _ => None,
    });
    let requested = record.event == Event::EnvelopeOpen && record.step == Some(Step::Requested);
    requested && named.unwrap_or_default() < u64::from(policy.witnesses)
}

/// A check or a drill is signed by a sheet or rehearses an opening, and is none.
const fn is_of_opening(record: &Record) -> bool {
    if matches!(record.event, Event::EnvelopeCheck | Event::EnvelopeDrill) {
        return false;
    }
    let event = matches!(
        record.event,
        Event::EnvelopeOpen
            | Event::EnvelopeSheet
            | Event::EnvelopeTakeover
            | Event::EnvelopeClose
            | Event::EnvelopeClassify
            | Event::LogMerge
    );
    event || matches!(record.actor, Actor::Sheet(_) | Actor::Escrow(_))
}

/// That a seal was found broken is an incident too.
fn is_of_incident(record: &Record) -> bool {
    let broken = record.facts == [Fact::Look(Found::Broken)];
    broken
        || matches!(
            record.event,
            Event::IncidentRaise | Event::IncidentDecide | Event::IncidentClose
        )
}

const fn is_rollback(record: &Record) -> bool {
    matches!(
        record.event,
        Event::VaultRestore | Event::LogAcceptRollback | Event::LogMerge | Event::LogFork
    )
}

/// Somebody was given access by hand, and not by being invited or by making the collection.
fn gives_access(record: &Record) -> bool {
    let gives = |fact: &Fact| matches!(fact, Fact::Membership(facts) if facts.permission.is_some());
    record.event == Event::CollectionChange && record.facts.iter().any(gives)
}

/// Words are erased with a second person's approval, which says so too.
fn is_erasure(record: &Record) -> bool {
    let erased = |fact: &Fact| matches!(fact, Fact::Forgotten(_));
    record.outcome == Outcome::Ok
        && (record.event == Event::LogForget || record.facts.iter().any(erased))
}

/// Somebody who reviews the access log is to read it no more, or a second person has confirmed it.
fn takes_log(record: &Record, before: &Ledger) -> bool {
    record.facts.iter().any(|fact| match fact {
        Fact::Withdrawal(_) => true,
        Fact::Membership(end) if end.permission.is_none() => before.is_reviewers(WithdrawalFacts {
            collection: end.collection,
            person: end.person,
        }),
        _ => false,
    })
}

/// Whether somebody judged what concerned themselves. The rules allow it only where nobody else
/// could; what they refused was tried.
fn is_own(record: &Record, before: &Ledger) -> bool {
    let Some(person) = person_of(record) else {
        return false;
    };
    let under = || record.under;
    match record.event {
        Event::IncidentDecide | Event::IncidentClose => {
            let incident = under().and_then(|number| before.incidents.get(&number));
            incident.is_some_and(|incident| incident.person == Some(person))
        }
        Event::AccessApprove => {
            let waiting = under().and_then(|record| before.unconfirmed.get(&record));
            waiting
                .is_some_and(|waiting| waiting.concerns(person) || made_by(person, waiting, before))
        }
        Event::EnvelopeClassify => used_sheet(person, under(), before),
        Event::LogAcceptRollback => {
            record.outcome == Outcome::Ok && !before.has_second_beside(person)
        }
        _ => false,
    }
}

/// Whether somebody with whose sheet a login was made says that it was right.
fn made_by(person: PersonId, waiting: &Unconfirmed, before: &Ledger) -> bool {
    matches!(waiting, Unconfirmed::Takeover { opening, .. }
        if used_sheet(person, Some(*opening), before))
}

/// Whether a sheet of theirs was used in an opening: whatever name its opener typed.
fn used_sheet(person: PersonId, opening: Option<RecordSeq>, before: &Ledger) -> bool {
    let holder = Holder::Person(person);
    let theirs = |serial: &Serial| {
        let sheet = before.envelope.sheets.get(serial);
        sheet.is_some_and(|sheet| sheet.facts.holder == holder)
    };
    let mut runs = before.envelope.runs.values();
    runs.any(|run| Some(run.opening) == opening && run.sheets.iter().any(theirs))
}

/// Whether a password was shown to somebody whose enrolment, or an envelope was opened whose seal
/// nobody had confirmed.
fn lacks_confirmation(record: &Record, before: &Ledger) -> bool {
    if record.outcome != Outcome::Ok {
        return false;
    }
    match (record.event, &record.actor, &record.object) {
        (Event::SecretReveal, Actor::Person(shown), _) => {
            let mut waiting = before.unconfirmed.values().filter_map(Unconfirmed::admits);
            waiting.any(|person| person == *shown)
        }
        (Event::EnvelopeOpen, _, Some(ObjectRef::Epoch(epoch))) => {
            record.step == Some(Step::Released) && !before.is_confirmed(*epoch)
        }
        _ => false,
    }
}

/// Whether somebody who was suspended, has left or has no membership left acted, or tried to unlock.
fn is_by_somebody_gone(record: &Record, before: &Ledger) -> bool {
    let tried = record
        .subject
        .filter(|_| record.event == Event::VaultUnlock);
    let who = person_of(record).or(tried).and_then(|id| before.person(id));
    who.is_some_and(|who| {
        let gone = matches!(who.facts.standing, Standing::Suspended | Standing::Left);
        gone || who.ended.is_some()
    })
}
