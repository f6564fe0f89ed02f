//! Which members, facts and rows a record of each kind has. What does not belong to an event is
//! refused, so that nothing can be smuggled in with it, and nothing claimed that means nothing.

mod rows;

use std::collections::BTreeSet;

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::fact::{Fact, ForkFacts};
use super::ledger::{Entry, Ledger, Unconfirmed};
use super::record::Record;
use crate::collection::{CollectionFacts, CollectionKind, MembershipFacts, Permission};
use crate::emergency::SheetFacts;
use crate::id::{CollectionId, PersonId, RecordSeq, Version};
use crate::incident::IncidentKind;
use crate::person::{PersonFacts, Standing};

/// Whether `record` has the form of its event, after what `ledger` holds.
pub(super) fn fits(record: &Record, ledger: &Ledger) -> bool {
    let tells = matches!(
        (record.event, &record.facts[..]),
        (_, []) | (Event::VaultUnlock, [Fact::Unrecorded(_)])
    );
    let changes_nothing = tells && record.rows.is_empty() && counts_fit(record);
    let words = record.sealed.is_some() != record.details.is_empty();
    let key = record.detail_key.is_none() || record.sealed.is_some();
    let form = record.event.is_made() && members_fit(record, ledger) && words && key;
    if record.outcome == Outcome::Ok {
        form && facts_fit(record, ledger) && rows::fit(record, ledger)
    } else {
        form && changes_nothing && record.step.is_none()
    }
}

/// What says how many there were does not say none.
fn counts_fit(record: &Record) -> bool {
    let none = |fact: &Fact| matches!(fact, Fact::Unrecorded(tries) if tries.is_none());
    !record.facts.iter().any(none)
}

/// Steps, subjects, versions and references stand only where they mean something.
fn members_fit(record: &Record, ledger: &Ledger) -> bool {
    let step = match record.step {
        None => {
            let stepwise = matches!(
                record.event,
                Event::SecretRotate | Event::SecretArchive | Event::EnvelopeOpen
            );
            record.outcome != Outcome::Ok || !stepwise
        }
        Some(Step::Pending | Step::Confirmed | Step::Aborted) => {
            record.event == Event::SecretRotate
        }
        Some(Step::Retired | Step::Restored) => record.event == Event::SecretArchive,
        Some(_) => record.event == Event::EnvelopeOpen,
    };
    let subject = record.subject.is_none()
        || matches!(
            record.event,
            Event::VaultUnlock
                | Event::PersonAdd
                | Event::PersonEnrol
                | Event::PersonChangeCredential
                | Event::CollectionChange
                | Event::EnvelopeTakeover
        );
    let version = match (record.version, &record.object) {
        (None, _) => {
            let versioned = matches!(record.event, Event::SecretCreate | Event::SecretRotate);
            record.outcome != Outcome::Ok || !versioned
        }
        (Some(version), Some(ObjectRef::Entry(entry))) => match record.event {
            Event::SecretCreate => version == Version::new(1),
            Event::SecretRotate => true,
            Event::SecretReveal => {
                let latest = ledger.entries.get(entry).map(|entry| entry.latest);
                Some(version) <= latest && version.get() > 0
            }
            _ => false,
        },
        _ => false,
    };
    let permission = record.permission.is_none() || matches!(record.actor, Actor::Person(_));
    let sheet = match (&record.actor, record.event) {
        (Actor::Sheet(serial), Event::EnvelopeSheet | Event::EnvelopeCheck) => {
            record.object == Some(ObjectRef::Sheet(serial.clone()))
        }
        _ => true,
    };
    step && subject && version && permission && sheet && reference_fits(record, ledger)
}

/// A record of an opening rests on the opening's first record, an approval on what it approves.
fn reference_fits(record: &Record, ledger: &Ledger) -> bool {
    let register = &ledger.envelope;
    match (record.event, record.step) {
        (Event::AccessApprove, _) => record.under.is_some(),
        // A copy is read back by the session that made it.
        (Event::VaultBackup, _) if matches!(record.facts.first(), Some(Fact::Copied(_))) => {
            let begun = ledger.backups.begun(record.session);
            record.under.is_some() && record.under == begun.map(|begun| begun.record)
        }
        (
            Event::IncidentDecide
            | Event::IncidentClose
            | Event::EnvelopeClose
            | Event::EnvelopeClassify,
            _,
        ) => record.under.is_some() && record.object == record.under.map(ObjectRef::Record),
        (Event::EnvelopeOpen, Some(Step::Requested)) => {
            record.under == register.opening.as_ref().map(|opening| opening.record)
        }
        (Event::EnvelopeOpen | Event::EnvelopeSheet | Event::EnvelopeTakeover, _) => {
            let run = register.runs.get(&record.session);
            run.is_some_and(|run| record.under == Some(run.opening))
        }
        (Event::SecretReveal, _) if matches!(record.actor, Actor::Escrow(_)) => {
            let run = register.runs.get(&record.session);
            run.is_some_and(|run| record.under == Some(run.opening))
        }
        // The fork that it brings the lines of is the record before.
        (Event::LogMerge, _) if record.outcome == Outcome::Ok => {
            record.seq.get().checked_sub(1) == record.under.map(RecordSeq::get)
                && record.object == record.under.map(ObjectRef::Record)
        }
        _ => record.under.is_none(),
    }
}

/// Whether the record's facts are exactly those that such a record carries, about its own object.
fn facts_fit(record: &Record, ledger: &Ledger) -> bool {
    let object = &record.object;
    let about = |id: CollectionId| *object == Some(ObjectRef::Collection(id));
    match (record.event, &record.facts[..]) {
        (Event::VaultCreate, [Fact::Vault(vault), Fact::Policy(_), Fact::Person(founder)]) => {
            record.actor == Actor::Person(founder.person)
                && founder.standing == Standing::Active
                && vault.are_formed()
        }
        (Event::PersonEnrol, [Fact::Person(person)]) => enrolment_fits(record, person, ledger),
        (Event::PersonEnrol, facts) => record.seq.get() == 1 && founds_collections(facts, ledger),
        (Event::VaultUnlock, [Fact::Unrecorded(_)]) => counts_fit(record),
        (Event::PersonAdd, [Fact::Person(invited), memberships @ ..]) => {
            invitation_fits(record, invited, memberships, ledger)
        }
        (
            Event::CollectionCreate,
            [
                Fact::Collection(c),
                Fact::Generation(g),
                Fact::Membership(m),
            ],
        ) => {
            let same = g.collection == c.collection && m.collection == c.collection;
            about(c.collection) && same && creation_fits(record, c, m)
        }
        (Event::CollectionChange, facts) => change_fits(record, facts),
        (Event::SecretCreate, [Fact::Entry(e)]) => {
            *object == Some(ObjectRef::Entry(e.entry)) && Entry::can_begin(e.state)
        }
        (Event::PolicyChange, [Fact::Rule(rule)]) => {
            object.is_none() && ledger.check_rule(rule).is_ok()
        }
        (Event::AccessApprove, facts) => approval_fits(record, facts, ledger),
        (Event::IncidentRaise, [Fact::Incident(facts)]) => {
            let about_entry = matches!(object, Some(ObjectRef::Entry(_)));
            let compromise = facts.kind == IncidentKind::Compromise;
            facts.kind.is_raised() && about_entry == compromise && (about_entry || object.is_none())
        }
        (Event::VaultBackup, [Fact::Copy(kind)]) => object.is_none() && kind.is_recorded(),
        (Event::LogAcceptRollback | Event::VaultRestore, [Fact::Rollback(_)])
        | (Event::VaultBackup, [Fact::Copied(_)])
        | (Event::PolicyChange, [Fact::Witness(_)])
        | (Event::LogAnchor, [Fact::Cosignature(_)])
        | (Event::LogForget, [Fact::Forget(_)]) => object.is_none(),
        (Event::LogFork, [Fact::Fork(fork)]) => fork_fits(record, fork, ledger),
        (Event::LogMerge, [Fact::Merge(lines)]) => ledger.forked.is_some() && !lines.is_empty(),
        (Event::IncidentDecide, [Fact::Hold(_)]) => true,
        (Event::LogVerify, [Fact::Verified(facts)]) => {
            object.is_none() && facts.fit(record.seq.get())
        }
        _ => envelope_facts_fit(record, ledger),
    }
}

/// A collection gets readers or a key, or one membership changes or is to end.
fn change_fits(record: &Record, facts: &[Fact]) -> bool {
    let about = |id: CollectionId| record.object == Some(ObjectRef::Collection(id));
    let subject = |person: PersonId| record.subject == Some(person);
    match facts {
        [] => matches!(record.object, Some(ObjectRef::Collection(_))),
        [Fact::Membership(m)] => about(m.collection) && subject(m.person),
        [Fact::Withdrawal(whose)] => about(whose.collection) && subject(whose.person),
        [Fact::Generation(g)] => about(g.collection),
        _ => false,
    }
}

/// The same, for the records about the envelope, and for those that carry no facts.
fn envelope_facts_fit(record: &Record, ledger: &Ledger) -> bool {
    let object = &record.object;
    match (record.event, &record.facts[..]) {
        (Event::PersonChangeCredential, [Fact::Credential(_)]) => {
            *object == record.subject.map(ObjectRef::Person)
        }
        (Event::SecretArchive, []) => matches!(object, Some(ObjectRef::Entry(_))),
        (Event::EnvelopeIssue, [Fact::Sheet(sheet)]) => issue_fits(record, sheet, ledger),
        (Event::EnvelopeSeal, [Fact::Seal(s)]) => *object == Some(ObjectRef::Epoch(s.epoch)),
        (Event::EnvelopeTakeover, [Fact::Person(person), memberships @ ..]) => {
            takeover_fits(record, person, memberships, ledger)
        }
        (Event::EnvelopeOpen, [Fact::Opener(_)]) => record.step == Some(Step::Requested),
        (Event::EnvelopeOpen, []) => record.step != Some(Step::Requested),
        (Event::EnvelopeClose, [Fact::Done(_)]) | (Event::EnvelopeClassify, [Fact::Use(_)]) => true,
        (Event::EnvelopeCheck, []) => matches!(record.actor, Actor::Sheet(_)),
        (Event::EnvelopeCheck, [Fact::Look(_)]) => {
            matches!(record.actor, Actor::Person(_)) && matches!(object, Some(ObjectRef::Sheet(_)))
        }
        (Event::EnvelopeDrill, [Fact::Drill(drill)]) => {
            *object == Some(ObjectRef::Epoch(drill.epoch))
                && ledger.keys_given(drill.epoch).count() as u64 == drill.keys
                && ledger.envelope.newest().map(|seal| seal.facts.epoch) == Some(drill.epoch)
        }
        (Event::EnvelopeRevoke, []) => matches!(object, Some(ObjectRef::Sheet(_))),
        (event, facts) => facts.is_empty() && !establishes(event),
    }
}

/// Whether records of this kind always carry facts.
const fn establishes(event: Event) -> bool {
    matches!(
        event,
        Event::VaultCreate
            | Event::VaultBackup
            | Event::PersonAdd
            | Event::PersonEnrol
            | Event::PersonChangeCredential
            | Event::CollectionCreate
            | Event::SecretCreate
            | Event::PolicyChange
            | Event::EnvelopeIssue
            | Event::EnvelopeSeal
            | Event::AccessApprove
            | Event::EnvelopeTakeover
            | Event::EnvelopeClose
            | Event::EnvelopeClassify
            | Event::EnvelopeDrill
            | Event::IncidentRaise
            | Event::LogAcceptRollback
            | Event::LogFork
            | Event::LogMerge
            | Event::LogAnchor
            | Event::LogForget
            | Event::LogVerify
    )
}

/// With its confirmation a membership ends that was to end, and words are erased that were to be;
/// everything else stood before.
fn approval_fits(record: &Record, facts: &[Fact], ledger: &Ledger) -> bool {
    let [Fact::Confirmed(seq), effect @ ..] = facts else {
        return false;
    };
    let fits = match (ledger.unconfirmed.get(seq), effect) {
        (Some(Unconfirmed::Membership { whose, .. }), [Fact::Membership(end)]) => {
            *end == whose.end()
        }
        (Some(Unconfirmed::Forgetting { .. }), [Fact::Forgotten(facts)]) => {
            facts.ordinary_before.max(facts.long_before) <= *seq
        }
        (Some(Unconfirmed::Membership { .. } | Unconfirmed::Forgetting { .. }), _) => false,
        (_, effect) => effect.is_empty(),
    };
    record.under == Some(*seq) && fits
}

/// A fork is about the last record that both ways share.
fn fork_fits(record: &Record, fork: &ForkFacts, ledger: &Ledger) -> bool {
    let shared = ledger.shared_with(fork).and_then(|n| n.checked_sub(1));
    shared.is_some_and(|last| record.object == Some(ObjectRef::Record(RecordSeq::new(last))))
        && fork.to.size > fork.from.size
}

/// Whoever is invited reads the directory and, where their role reviews it, the access log: neither
/// more nor less.
fn invitation_fits(
    record: &Record,
    invited: &PersonFacts,
    memberships: &[Fact],
    ledger: &Ledger,
) -> bool {
    let given = memberships.iter().map(|fact| match fact {
        Fact::Membership(m)
            if m.person == invited.person && m.permission == Some(Permission::Read) =>
        {
            Some(m.collection)
        }
        _ => None,
    });
    let log = invited
        .role
        .reads_log()
        .then_some(CollectionKind::AccessLog);
    let kinds = std::iter::once(CollectionKind::Directory).chain(log);
    let from_the_beginning = kinds.map(|kind| ledger.built_in(kind));
    record.subject == Some(invited.person)
        && invited.standing == Standing::Invited
        && keys_are_new(invited, ledger)
        && given.eq(from_the_beginning)
}

/// Whoever takes over has new keys and manages what the envelope was given, the directory among
/// it.
fn takeover_fits(
    record: &Record,
    person: &PersonFacts,
    memberships: &[Fact],
    ledger: &Ledger,
) -> bool {
    let mut given = BTreeSet::new();
    let mut in_scope = |fact: &Fact| match fact {
        Fact::Membership(m) => {
            let collection = ledger.collection(m.collection);
            m.person == person.person
                && m.permission == Some(Permission::Manage)
                && collection.is_some_and(|c| c.facts.in_scope)
                && ledger.given_in(record.session, m.collection).is_some()
                && given.insert(m.collection)
        }
        _ => false,
    };
    let each = memberships.iter().all(&mut in_scope);
    let directory = ledger.built_in(CollectionKind::Directory);
    record.subject == Some(person.person)
        && matches!((&record.object, &record.actor),
            (Some(ObjectRef::Epoch(about)), Actor::Escrow(epoch)) if about == epoch)
        && person.standing == Standing::Active
        && ledger.person(person.person).is_none()
        && keys_are_new(person, ledger)
        && each
        && directory.is_some_and(|directory| given.contains(&directory))
}

/// A collection is made with one member, who made it and manages it.
fn creation_fits(record: &Record, made: &CollectionFacts, member: &MembershipFacts) -> bool {
    record.actor == Actor::Person(member.person)
        && member.permission == Some(Permission::Manage)
        && made.in_scope == made.kind.in_envelope()
        && !made.kind.is_built_in()
}

/// A sheet is a holder's under the rule, its words are nobody else's and begin otherwise.
fn issue_fits(record: &Record, sheet: &SheetFacts, ledger: &Ledger) -> bool {
    let register = &ledger.envelope;
    let rule = register.rule.as_ref();
    let mut others = register.sheets.values();
    record.object == Some(ObjectRef::Sheet(sheet.serial.clone()))
        && rule.is_some_and(|rule| rule.holders.contains(&sheet.holder))
        && others.all(|other| {
            other.facts.verify_key != sheet.verify_key
                && other.facts.recipient != sheet.recipient
                && other.facts.identifier != sheet.identifier
        })
}

/// An invited person keeps their role and takes up keys that nobody else has had.
fn enrolment_fits(record: &Record, person: &PersonFacts, ledger: &Ledger) -> bool {
    let Some(invited) = ledger.person(person.person) else {
        return false;
    };
    record.actor == Actor::Person(person.person)
        && record.subject == Some(person.person)
        && person.role == invited.facts.role
        && person.standing == Standing::Active
        && keys_are_new(person, ledger)
}

/// Nobody has had these keys, the keys of invitations among them.
fn keys_are_new(person: &PersonFacts, ledger: &Ledger) -> bool {
    let mut people = ledger.people.values();
    !ledger.used_keys.contains(&person.verify_key)
        && people.all(|other| other.facts.recipient != person.recipient)
}

/// The second record makes the built-in collections, each once, with the founder as their member.
fn founds_collections(facts: &[Fact], ledger: &Ledger) -> bool {
    let kinds = [CollectionKind::Directory, CollectionKind::AccessLog];
    let made = |(made, kind): (&[Fact], CollectionKind)| {
        matches!(made, [Fact::Collection(c), Fact::Generation(g), Fact::Membership(m)]
            if c.kind == kind && c.in_scope
                && g.collection == c.collection && m.collection == c.collection
                && m.permission == Some(Permission::Manage)
                && ledger.people.contains_key(&m.person))
    };
    facts.len() == 3 * kinds.len() && facts.chunks(3).zip(kinds).all(made)
}
