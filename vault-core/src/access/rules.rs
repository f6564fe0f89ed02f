//! The rules of access, each in one place. Pure: no clock, no keys, no store.

use super::decision::{Decision, Denial, Permit};
use super::request::{Act, Request, Requester};
use crate::audit::ledger::Ledger;
use crate::audit::retention::Class;
use crate::audit::unconfirmed::Unconfirmed;
use crate::collection::{CollectionKind, Permission, WithdrawalFacts};
use crate::crypto::digest::Digest;
use crate::emergency::Holder;
use crate::id::{CollectionId, EntryId, PersonId, RecordSeq, Serial, SessionId};
use crate::incident::{Incident, IncidentKind};
use crate::person::role::Power;
use crate::person::{PersonFacts, Role, Standing};
use crate::time::day::Day;

/// Decides a request by what the log says of people, memberships and openings.
pub fn decide(request: &Request, ledger: &Ledger) -> Decision {
    let verdict = match request.by {
        Requester::Person(person) => by_person(person, &request.act, ledger),
        Requester::Opening(session) => by_opening(session, &request.act, ledger),
    };
    match verdict {
        Ok(permission) => Decision::Permit(Permit::new(request.clone(), permission)),
        Err(denial) => Decision::Deny(denial),
    }
}

/// The permission that an act rests on, where it rests on a membership.
type Verdict = Result<Option<Permission>, Denial>;

fn by_person(person: PersonId, act: &Act, ledger: &Ledger) -> Verdict {
    let facts = ledger.person(person).ok_or(Denial::Unknown)?.facts.clone();
    if facts.standing != Standing::Active {
        return Err(Denial::Standing(facts.standing));
    }
    if ledger.has_ended(person) {
        return Err(Denial::Ended);
    }
    let permission = in_office(person, &facts, act, ledger)?;
    // That their own sheet is lost, its holder says whatever else they are.
    let own = matches!(act, Act::ReportLost(serial) if keeps(person, serial, ledger));
    if takes_footing(act) && !own && !ledger.has_footing(person) {
        return Err(Denial::NoFooting);
    }
    Ok(permission)
}

/// Whether others rely on what an act leaves behind. It is then not for somebody whom nobody could
/// remove, or whom nobody has let in yet. What rests on a membership is that membership's to allow.
const fn takes_footing(act: &Act) -> bool {
    match act {
        Act::Unlock
        | Act::ChangeCredential(_)
        | Act::ReadWords
        | Act::ReadLog
        | Act::ExportLog
        | Act::RaiseIncident(_)
        | Act::MakeCollection(CollectionKind::Personal)
        | Act::Grant { .. }
        | Act::Withdraw(_)
        | Act::Wrap(_)
        | Act::Renew(_)
        | Act::Add(_)
        | Act::Import(_)
        | Act::Reveal(_)
        | Act::Rotate(_)
        | Act::Retire(_)
        | Act::Restore(_)
        | Act::ListOpened
        | Act::CloseOpening
        | Act::TakeOver(_) => false,
        Act::Invite(_)
        | Act::MakeCollection(_)
        | Act::ChooseRule
        | Act::IssueSheet(_)
        | Act::Seal
        | Act::FollowUp(_)
        | Act::Classify { .. }
        | Act::ReportLost(_)
        | Act::LookAt { .. }
        | Act::Rehearse(_)
        | Act::Approve(_)
        | Act::DecideIncident(_)
        | Act::CloseIncident(_)
        | Act::HoldIncident(_)
        | Act::VerifyLog
        | Act::CopyVault
        | Act::AcceptRollback
        | Act::Forget { .. }
        | Act::MergeOpening
        | Act::NameWitness
        | Act::Anchor => true,
    }
}

/// What somebody active may do by their role, their memberships and what waits.
fn in_office(person: PersonId, facts: &PersonFacts, act: &Act, ledger: &Ledger) -> Verdict {
    let power = |power: Power| {
        if facts.role.has(power) {
            Ok(None)
        } else {
            Err(Denial::Role)
        }
    };
    match act {
        Act::Unlock
        | Act::ReadLog
        | Act::ExportLog
        | Act::VerifyLog
        | Act::Anchor
        | Act::CopyVault
        | Act::MakeCollection(CollectionKind::Personal) => Ok(None),
        Act::ReadWords => reads_words(person, ledger),
        Act::ChangeCredential(whose) => own(person, *whose),
        Act::Invite(_) => power(Power::Invite).and_then(|_| counts(person, ledger)),
        Act::MakeCollection(_) => power(Power::MakeCollection),
        Act::Grant {
            collection,
            person: to,
            permission,
        } => grant(person, *collection, *to, *permission, ledger),
        Act::Withdraw(whose) => withdraw(person, *whose, ledger),
        Act::Wrap(collection) => holds(person, *collection, Permission::Read, ledger),
        Act::Renew(collection) => renew(person, *collection, ledger),
        Act::Add(collection) => holds(person, *collection, Permission::Manage, ledger),
        Act::Import(collection) => power(Power::Import)
            .and_then(|_| holds(person, *collection, Permission::Manage, ledger)),
        Act::Reveal(entry) => holds_entry(person, *entry, Permission::Read, ledger),
        Act::Rotate(entry) | Act::Retire(entry) | Act::Restore(entry) => {
            holds_entry(person, *entry, Permission::Manage, ledger)
        }
        Act::ChooseRule | Act::NameWitness | Act::Seal => power(Power::Seal),
        // Whoever keeps a sheet could burn it as well; anybody else who misses one raises an incident.
        Act::ReportLost(serial) if keeps(person, serial, ledger) => is_kept(serial, ledger),
        Act::IssueSheet(_) | Act::ReportLost(_) | Act::LookAt { .. } | Act::Rehearse(_) => {
            power(Power::IssueSheet)?;
            about_sheets(act, ledger)
        }
        Act::Approve(record) => approve(person, facts.role, *record, ledger),
        Act::FollowUp(_) | Act::Classify { .. } => {
            power(Power::Approve)?;
            after_opening(person, act, ledger)
        }
        Act::RaiseIncident(_)
        | Act::DecideIncident(_)
        | Act::CloseIncident(_)
        | Act::HoldIncident(_) => about_incident(person, facts.role, act, ledger),
        Act::AcceptRollback | Act::MergeOpening | Act::Forget { .. } => {
            about_log(person, facts.role, act, ledger)
        }
        Act::ListOpened | Act::CloseOpening | Act::TakeOver(_) => Err(Denial::NotReleased),
    }
}

/// How somebody unlocks is changed by nobody else.
fn own(person: PersonId, whose: PersonId) -> Verdict {
    (person == whose).then_some(None).ok_or(Denial::NotTheirs)
}

/// What changes what the log is taken for is for somebody who counts.
fn about_log(person: PersonId, role: Role, act: &Act, ledger: &Ledger) -> Verdict {
    let (power, words) = match act {
        Act::Forget {
            ordinary,
            long,
            today,
        } => (Power::Seal, Some(([*ordinary, *long], *today))),
        _ => (Power::Approve, None),
    };
    if !role.has(power) {
        return Err(Denial::Role);
    }
    counts(person, ledger)?;
    let Some((before, today)) = words else {
        return Ok(None);
    };
    if !ledger.has_second_beside(person) {
        return Err(Denial::NoSecondPerson);
    }
    may_go(before, today, ledger)
}

/// Words may be erased when the council's rule lets them go, and not before.
fn may_go(before: [Day; 2], today: Day, ledger: &Ledger) -> Verdict {
    for (before, class) in before.into_iter().zip([Class::Ordinary, Class::Long]) {
        let limit = class.limit(&ledger.policy, today);
        if before > limit {
            return Err(Denial::StillKept(limit));
        }
    }
    Ok(None)
}

fn by_opening(session: SessionId, act: &Act, ledger: &Ledger) -> Verdict {
    let run = ledger.envelope.runs.get(&session);
    let released = run.is_some_and(|run| run.released.is_some() && !run.closed);
    if !released {
        return Err(Denial::NotReleased);
    }
    match act {
        Act::ListOpened | Act::CloseOpening | Act::TakeOver(Role::ItProvider | Role::Clerk) => {
            Ok(None)
        }
        Act::Reveal(entry) => {
            let collection = ledger.collection_of(*entry).ok_or(Denial::Unknown)?;
            let collection = ledger.collection(collection).ok_or(Denial::Unknown)?;
            if collection.facts.in_scope {
                Ok(None)
            } else {
                Err(Denial::NotReleased)
            }
        }
        Act::TakeOver(_) => Err(Denial::TheirRole),
        _ => Err(Denial::NotReleased),
    }
}

fn holds(
    person: PersonId,
    collection: CollectionId,
    wanted: Permission,
    ledger: &Ledger,
) -> Verdict {
    let collection = ledger.collection(collection).ok_or(Denial::Unknown)?;
    let held = collection.members.get(&person).copied();
    if held.is_some_and(|held| held.includes(wanted)) {
        Ok(Some(wanted))
    } else {
        Err(Denial::Permission { held, wanted })
    }
}

fn holds_entry(person: PersonId, entry: EntryId, wanted: Permission, ledger: &Ledger) -> Verdict {
    let collection = ledger.collection_of(entry).ok_or(Denial::Unknown)?;
    holds(person, collection, wanted, ledger)
}

fn grant(
    person: PersonId,
    collection: CollectionId,
    to: PersonId,
    permission: Option<Permission>,
    ledger: &Ledger,
) -> Verdict {
    let kind = ledger
        .collection(collection)
        .ok_or(Denial::Unknown)?
        .facts
        .kind;
    match kind {
        CollectionKind::Personal => return Err(Denial::Personal),
        CollectionKind::Directory => return Err(Denial::Directory),
        _ => {}
    }
    let receiver = &ledger.person(to).ok_or(Denial::Unknown)?.facts;
    let allowed = |permission| match kind {
        CollectionKind::AccessLog => matches!(permission, Permission::Read | Permission::Manage),
        _ => receiver.role.may_hold(permission),
    };
    if permission.is_some_and(|permission| !allowed(permission)) {
        return Err(Denial::TheirRole);
    }
    if permission.is_some() && receiver.standing != Standing::Active {
        return Err(Denial::Standing(receiver.standing));
    }
    let leave = holds(person, collection, Permission::Manage, ledger)?;
    let whose = WithdrawalFacts {
        collection,
        person: to,
    };
    if permission.is_none() && to != person && ledger.is_reviewers(whose) {
        return Err(Denial::TakesTwo);
    }
    if permission != Some(Permission::Manage) && is_last_manager(to, collection, ledger) {
        return Err(Denial::LastManager);
    }
    Ok(leave)
}

/// Whoever manages the access log asks that somebody who reviews it should read it no more.
fn withdraw(person: PersonId, whose: WithdrawalFacts, ledger: &Ledger) -> Verdict {
    let leave = holds(person, whose.collection, Permission::Manage, ledger)?;
    if whose.person == person || !ledger.is_reviewers(whose) {
        return Err(Denial::Unknown);
    }
    if is_last_manager(whose.person, whose.collection, ledger) {
        return Err(Denial::LastManager);
    }
    Ok(leave)
}

/// What whoever makes sheets may do with them.
fn about_sheets(act: &Act, ledger: &Ledger) -> Verdict {
    match act {
        Act::ReportLost(serial) => is_kept(serial, ledger),
        Act::LookAt { sheet, proved_in } => is_held(sheet, *proved_in, ledger),
        Act::Rehearse(run) => is_met(*run, ledger),
        _ => Ok(None),
    }
}

/// The words are a reader's of the access log.
fn reads_words(person: PersonId, ledger: &Ledger) -> Verdict {
    let log = ledger.built_in(CollectionKind::AccessLog);
    let log = log.ok_or(Denial::Unknown)?;
    holds(person, log, Permission::Read, ledger)
}

/// What is said of an opening afterwards.
fn after_opening(person: PersonId, act: &Act, ledger: &Ledger) -> Verdict {
    match act {
        Act::FollowUp(opening) => follows(person, *opening, ledger),
        Act::Classify { opening, tag } => classify(person, *opening, *tag, ledger),
        _ => Err(Denial::NotWaiting),
    }
}

/// Somebody who counts says what was done after an opening of which something is left to do.
fn follows(person: PersonId, opening: RecordSeq, ledger: &Ledger) -> Verdict {
    if ledger.envelope.follow_ups.contains_key(&opening) {
        counts(person, ledger)
    } else {
        Err(Denial::NotWaiting)
    }
}

/// Somebody who counts, other than the opener, says what an opening was. The opener is known by the
/// name that they typed, and who mistyped it by the sheets: whose sheet was used says nothing of the
/// opening while somebody could who had no part in it.
fn classify(person: PersonId, opening: RecordSeq, tag: Digest, ledger: &Ledger) -> Verdict {
    let follow_up = ledger.envelope.follow_ups.get(&opening);
    let follow_up = follow_up.filter(|f| f.class.is_none());
    let follow_up = follow_up.ok_or(Denial::NotWaiting)?;
    if follow_up.is_opener(person, &tag) {
        return Err(Denial::OwnAct);
    }
    counts(person, ledger)?;
    let had_no_part = |other: PersonId| other != person && !follow_up.took_part(other);
    if follow_up.took_part(person) && ledger.seconds().any(had_no_part) {
        return Err(Denial::TookPart);
    }
    Ok(None)
}

/// Whether the sheet is this person's.
fn keeps(person: PersonId, serial: &Serial, ledger: &Ledger) -> bool {
    let sheet = ledger.envelope.sheets.get(serial);
    sheet.is_some_and(|sheet| sheet.facts.holder == Holder::Person(person))
}

/// What was never issued cannot be lost, nor what is lost already.
fn is_kept(serial: &Serial, ledger: &Ledger) -> Verdict {
    match ledger.envelope.sheets.get(serial) {
        Some(sheet) if sheet.lost.is_none() => Ok(None),
        _ => Err(Denial::Unknown),
    }
}

/// What was never issued cannot be looked at; what is said to have proved itself must have.
fn is_held(serial: &Serial, proved_in: Option<SessionId>, ledger: &Ledger) -> Verdict {
    let register = &ledger.envelope;
    let proved = |run| register.proved_in(run).contains(serial);
    if register.sheets.contains_key(serial) && proved_in.is_none_or(proved) {
        Ok(None)
    } else {
        Err(Denial::Unknown)
    }
}

/// The sheets that proved themselves in a run open the newest epoch.
fn is_met(run: SessionId, ledger: &Ledger) -> Verdict {
    let register = &ledger.envelope;
    let proved = register.proved_in(run);
    let newest = register.newest();
    match newest {
        Some(seal) if seal.facts.scheme.is_met_by(&proved) => Ok(None),
        _ => Err(Denial::NotReleased),
    }
}

/// Whether nobody else who is active manages the collection that `person` manages.
fn is_last_manager(person: PersonId, collection: CollectionId, ledger: &Ledger) -> bool {
    let Some(collection) = ledger.collection(collection) else {
        return false;
    };
    let mut managers = ledger.managers(collection);
    managers.next() == Some(person) && managers.next().is_none()
}

/// A reader may renew what an opening or a leaver made due; without such a cause it takes `manage`.
fn renew(person: PersonId, collection: CollectionId, ledger: &Ledger) -> Verdict {
    let wanted = if ledger.owes_generation(collection) {
        Permission::Read
    } else {
        Permission::Manage
    };
    holds(person, collection, wanted, ledger)
}

/// A second person who counts confirms what somebody else did.
fn approve(person: PersonId, role: Role, record: RecordSeq, ledger: &Ledger) -> Verdict {
    let waiting = ledger.unconfirmed.get(&record).ok_or(Denial::NotWaiting)?;
    if !role.has(Power::Approve) {
        return Err(Denial::Role);
    }
    if waiting.concerns(person) {
        return Err(Denial::OwnAct);
    }
    match waiting {
        Unconfirmed::Membership { whose, .. }
            if is_last_manager(whose.person, whose.collection, ledger) =>
        {
            Err(Denial::LastManager)
        }
        _ => counts(person, ledger),
    }
}

/// Anybody raises an incident about what they know of; somebody who counts decides and closes it.
fn about_incident(person: PersonId, role: Role, act: &Act, ledger: &Ledger) -> Verdict {
    match act {
        Act::RaiseIncident(Some(entry)) => {
            holds_entry(person, *entry, Permission::Catalogue, ledger).map(|_| None)
        }
        Act::DecideIncident(number) => judge_incident(person, role, *number, ledger).map(|_| None),
        Act::CloseIncident(number) => close_incident(person, role, *number, ledger),
        Act::HoldIncident(number) => {
            let incident = ledger.incidents.get(number).ok_or(Denial::NotWaiting)?;
            look_into(person, role, incident, ledger).map(|()| None)
        }
        _ => Ok(None),
    }
}

/// Somebody who counts says what an incident was: whom it concerns only where nobody else could.
fn judge_incident(
    person: PersonId,
    role: Role,
    number: RecordSeq,
    ledger: &Ledger,
) -> Result<&Incident, Denial> {
    let incident = ledger.incidents.get(&number).ok_or(Denial::NotWaiting)?;
    // What an opening was is said by classifying it.
    if incident.closed.is_some() || incident.kind == IncidentKind::Opening {
        return Err(Denial::NotWaiting);
    }
    look_into(person, role, incident, ledger)?;
    Ok(incident)
}

/// Somebody who counts, and whom the incident concerns only where nobody else could.
fn look_into(
    person: PersonId,
    role: Role,
    incident: &Incident,
    ledger: &Ledger,
) -> Result<(), Denial> {
    if !role.has(Power::Approve) {
        return Err(Denial::Role);
    }
    counts(person, ledger)?;
    if incident.person == Some(person) && ledger.has_second_beside(person) {
        return Err(Denial::OwnAct);
    }
    Ok(())
}

/// What was not decided is not closed.
fn close_incident(person: PersonId, role: Role, number: RecordSeq, ledger: &Ledger) -> Verdict {
    match judge_incident(person, role, number, ledger)?.decided {
        Some(_) => Ok(None),
        None => Err(Denial::Undecided),
    }
}

/// Whoever does not count neither confirms, nor invites, nor says what became of an opening: an
/// invitation by a straw would make its own inviter the second person who confirms it.
fn counts(person: PersonId, ledger: &Ledger) -> Verdict {
    if ledger.does_count(person) {
        Ok(None)
    } else {
        Err(Denial::DoesNotCount)
    }
}

#[cfg(test)]
mod tests;
