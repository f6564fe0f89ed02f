//! The rules of access, each in one place. Pure: no clock, no keys, no store.

use super::decision::{Decision, Denial, Permit};
use super::request::{Act, Request, Requester};
use crate::audit::ledger::Ledger;
use crate::collection::{CollectionKind, Permission};
use crate::id::{CollectionId, EntryId, PersonId, RecordSeq, SessionId};
use crate::person::role::Power;
use crate::person::{Role, Standing};

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
    let power = |power: Power| {
        if facts.role.has(power) {
            Ok(None)
        } else {
            Err(Denial::Role)
        }
    };
    match act {
        Act::Unlock | Act::ReadLog | Act::MakeCollection(CollectionKind::Personal) => Ok(None),
        Act::Invite(_) => {
            power(Power::Invite)?;
            counts(person, ledger)
        }
        Act::MakeCollection(_) => power(Power::MakeCollection),
        Act::Grant {
            collection,
            person: to,
            permission,
        } => grant(person, *collection, *to, *permission, ledger),
        Act::Wrap(collection) => holds(person, *collection, Permission::Read, ledger),
        Act::Renew(collection) => renew(person, *collection, ledger),
        Act::Add(collection) => holds(person, *collection, Permission::Manage, ledger),
        Act::Import(collection) => {
            power(Power::Import)?;
            holds(person, *collection, Permission::Manage, ledger)
        }
        Act::Reveal(entry) => holds_entry(person, *entry, Permission::Read, ledger),
        Act::Rotate(entry) => holds_entry(person, *entry, Permission::Manage, ledger),
        Act::ChooseRule | Act::Seal => power(Power::Seal),
        Act::IssueSheet(_) => power(Power::IssueSheet),
        Act::Approve(record) => approve(person, facts.role, *record, ledger),
        Act::ListOpened | Act::CloseOpening => Err(Denial::NotReleased),
    }
}

fn by_opening(session: SessionId, act: &Act, ledger: &Ledger) -> Verdict {
    let run = ledger.envelope.runs.get(&session);
    let released = run.is_some_and(|run| run.released.is_some() && !run.closed);
    if !released {
        return Err(Denial::NotReleased);
    }
    match act {
        Act::ListOpened | Act::CloseOpening => Ok(None),
        Act::Reveal(entry) => {
            let collection = ledger.collection_of(*entry).ok_or(Denial::Unknown)?;
            let collection = ledger.collection(collection).ok_or(Denial::Unknown)?;
            if collection.facts.in_scope {
                Ok(None)
            } else {
                Err(Denial::NotReleased)
            }
        }
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
    if kind == CollectionKind::Personal {
        return Err(Denial::Personal);
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
    holds(person, collection, Permission::Manage, ledger)
}

/// A reader may renew what an opening made due; without such a cause it takes `manage`.
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
    counts(person, ledger)
}

/// Whoever does not count neither confirms nor invites: an invitation by a straw would make its
/// own inviter the second person who confirms it.
fn counts(person: PersonId, ledger: &Ledger) -> Verdict {
    if ledger.person(person).is_some_and(|person| person.counts) {
        Ok(None)
    } else {
        Err(Denial::DoesNotCount)
    }
}
