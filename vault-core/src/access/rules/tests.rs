mod footing;

use std::collections::BTreeMap;

use super::*;
use crate::audit::actor::ObjectRef;
use crate::audit::example::person;
use crate::audit::holdings::{Entries, Entry};
use crate::audit::ledger::{Collection, Person};
use crate::collection::CollectionFacts;
use crate::crypto::shamir::Identifier;
use crate::emergency::SheetFacts;
use crate::emergency::follow_up::{FollowUp, OpenerFacts};
use crate::emergency::register::Sheet;
use crate::entry::EntryState;
use crate::id::{Epoch, Version};
use crate::time::Timestamp;

const FOUNDER: PersonId = PersonId::from_bytes([1; 16]);
const ASKER: PersonId = PersonId::from_bytes([2; 16]);
const THIRD: PersonId = PersonId::from_bytes([3; 16]);
const LOG: CollectionId = CollectionId::from_bytes([6; 16]);
const SERVICES: CollectionId = CollectionId::from_bytes([4; 16]);
const ENTRY: EntryId = EntryId::from_bytes([5; 16]);
const OPEN: RecordSeq = RecordSeq::new(10);
const DECIDED: RecordSeq = RecordSeq::new(11);
const CLOSED: RecordSeq = RecordSeq::new(12);
const OPENING: RecordSeq = RecordSeq::new(13);

const STANDINGS: [Standing; 4] = [
    Standing::Invited,
    Standing::Active,
    Standing::Suspended,
    Standing::Left,
];

const HELD: [Option<Permission>; 5] = [
    None,
    Some(Permission::Catalogue),
    Some(Permission::Approve),
    Some(Permission::Read),
    Some(Permission::Manage),
];

fn incident(person: PersonId, kind: IncidentKind) -> Incident {
    Incident {
        kind,
        person: Some(person),
        object: None,
        began: Timestamp::EPOCH,
        latest: Timestamp::EPOCH,
        records: vec![OPEN],
        decided: None,
        closed: None,
        held: None,
    }
}

/// A collection with these members.
fn collection(
    collection: CollectionId,
    kind: CollectionKind,
    members: BTreeMap<PersonId, Permission>,
) -> (CollectionId, Collection) {
    let facts = CollectionFacts {
        collection,
        kind,
        in_scope: true,
    };
    let made = Collection {
        facts,
        generations: BTreeMap::new(),
        members,
        left: None,
        reader_left: None,
    };
    (collection, made)
}

/// A founder who manages a collection with an entry, and somebody who asks. Incidents concern the
/// third person, who is nobody's second.
fn council(
    kind: CollectionKind,
    role: Role,
    standing: Standing,
    held: Option<Permission>,
) -> Ledger {
    let mut members = BTreeMap::from([(FOUNDER, Permission::Manage)]);
    members.extend(held.map(|held| (ASKER, held)));
    let founder = BTreeMap::from([(FOUNDER, Permission::Manage)]);
    let entry = Entry {
        collection: SERVICES,
        latest: Version::new(1),
        changed: RecordSeq::new(5),
        pending: None,
        suspected: None,
        state: EntryState::InUse,
        retired: false,
    };
    let open = incident(THIRD, IncidentKind::RefusedAccess);
    let decided = Incident {
        decided: Some(OPEN),
        ..open.clone()
    };
    let closed = Incident {
        closed: Some(OPEN),
        ..decided.clone()
    };
    let opening = Incident {
        object: Some(ObjectRef::Epoch(Epoch::new(1))),
        ..incident(THIRD, IncidentKind::Opening)
    };
    Ledger {
        people: BTreeMap::from([
            person(FOUNDER, Role::ItProvider, Standing::Active),
            person(ASKER, role, standing),
            person(THIRD, Role::Staff, Standing::Active),
        ]),
        collections: BTreeMap::from([
            collection(SERVICES, kind, members),
            collection(LOG, CollectionKind::AccessLog, founder),
        ]),
        entries: Entries::from_iter([(ENTRY, entry)]),
        incidents: BTreeMap::from([
            (OPEN, open),
            (DECIDED, decided),
            (CLOSED, closed),
            (OPENING, opening),
        ]),
        ..Ledger::default()
    }
}

/// The same council, where the asker reads the access log: a footing that nobody's leaving takes.
fn on_footing(role: Role) -> Ledger {
    let mut ledger = council(CollectionKind::Service, role, Standing::Active, None);
    let log = ledger.collections.get_mut(&LOG).expect("the access log");
    log.members.insert(ASKER, Permission::Read);
    ledger
}

fn asked(by: PersonId, act: Act, ledger: &Ledger) -> Verdict {
    let decision = decide(&Request::person(by, act), ledger);
    decision.into_result().map(|permit| permit.permission())
}

fn end(person: PersonId) -> Act {
    Act::Grant {
        collection: SERVICES,
        person,
        permission: None,
    }
}

/// What an active person is answered, written down once more from the design.
fn expected(act: &Act, role: Role, held: Option<Permission>) -> Verdict {
    let needs = |wanted, enough: &[Permission], rests_on| match held {
        Some(held) if enough.contains(&held) => Ok(rests_on),
        _ => Err(Denial::Permission { held, wanted }),
    };
    let judges = !matches!(role, Role::Staff | Role::Auditor);
    let manage = Permission::Manage;
    match act {
        Act::Rotate(_) | Act::Retire(_) | Act::Grant { .. } => {
            needs(manage, &[manage], Some(manage))
        }
        Act::RaiseIncident(Some(_)) => {
            let any = [
                Permission::Catalogue,
                Permission::Approve,
                Permission::Read,
                manage,
            ];
            needs(Permission::Catalogue, &any, None)
        }
        Act::DecideIncident(CLOSED | OPENING) | Act::CloseIncident(CLOSED | OPENING) => {
            Err(Denial::NotWaiting)
        }
        Act::DecideIncident(_) | Act::CloseIncident(_) if !judges => Err(Denial::Role),
        Act::CloseIncident(OPEN) => Err(Denial::Undecided),
        Act::DecideIncident(_) | Act::CloseIncident(_) if held.is_none() => Err(Denial::NoFooting),
        _ => Ok(None),
    }
}

#[test]
fn each_role_standing_and_permission_gets_the_answer_of_the_design() {
    let acts = [
        Act::Rotate(ENTRY),
        Act::Retire(ENTRY),
        end(FOUNDER),
        Act::RaiseIncident(Some(ENTRY)),
        Act::RaiseIncident(None),
        Act::DecideIncident(OPEN),
        Act::DecideIncident(DECIDED),
        Act::DecideIncident(CLOSED),
        Act::DecideIncident(OPENING),
        Act::CloseIncident(OPEN),
        Act::CloseIncident(DECIDED),
        Act::CloseIncident(CLOSED),
        Act::CloseIncident(OPENING),
    ];
    let mut permitted = 0;
    for role in Role::ALL {
        for standing in STANDINGS {
            for held in HELD {
                let ledger = council(CollectionKind::Service, role, standing, held);
                for act in &acts {
                    let wanted = match standing {
                        Standing::Active => expected(act, role, held),
                        other => Err(Denial::Standing(other)),
                    };
                    permitted += usize::from(wanted.is_ok());
                    let verdict = asked(ASKER, act.clone(), &ledger);
                    assert_eq!(verdict, wanted, "{act:?} {role} {standing:?} {held:?}");
                }
            }
        }
    }
    // Six roles: three acts with one permission, one with four, one with five; four roles decide
    // two incidents and close one, whatever they hold, as long as they hold something.
    assert_eq!(permitted, 6 * (3 + 4 + 5) + 4 * 4 * 3);
}

#[test]
fn a_collection_keeps_a_manager_who_is_active() {
    let manage = Some(Permission::Manage);
    for standing in STANDINGS {
        let ledger = council(CollectionKind::Admin, Role::Clerk, standing, manage);
        let answer = asked(FOUNDER, end(FOUNDER), &ledger);
        if standing == Standing::Active {
            assert_eq!(answer, Ok(manage));
        } else {
            assert_eq!(answer, Err(Denial::LastManager), "{standing:?}");
        }
    }
    let ledger = council(CollectionKind::Admin, Role::Clerk, Standing::Active, None);
    for lower in [Permission::Catalogue, Permission::Read] {
        let act = Act::Grant {
            collection: SERVICES,
            person: FOUNDER,
            permission: Some(lower),
        };
        assert_eq!(asked(FOUNDER, act, &ledger), Err(Denial::LastManager));
    }
}

#[test]
fn nobody_ends_a_membership_of_the_directory_or_of_a_personal_collection() {
    for (kind, denial) in [
        (CollectionKind::Directory, Denial::Directory),
        (CollectionKind::Personal, Denial::Personal),
    ] {
        let held = Some(Permission::Read);
        let ledger = council(kind, Role::Clerk, Standing::Active, held);
        assert_eq!(asked(FOUNDER, end(ASKER), &ledger), Err(denial));
    }
}

#[test]
fn whom_an_incident_concerns_decides_it_only_where_nobody_else_could() {
    let held = Some(Permission::Read);
    let mut ledger = council(CollectionKind::Service, Role::Clerk, Standing::Active, held);
    let log = ledger.collections.get_mut(&LOG).expect("the log");
    log.members.insert(ASKER, Permission::Read);
    let theirs = incident(ASKER, IncidentKind::Compromise);
    ledger.incidents.insert(OPEN, theirs);
    let decide_it = || Act::DecideIncident(OPEN);
    assert_eq!(asked(ASKER, decide_it(), &ledger), Err(Denial::OwnAct));
    assert_eq!(asked(FOUNDER, decide_it(), &ledger), Ok(None));
    // With the founder gone, or not counting, the clerk is all there is.
    for change in [
        |founder: &mut Person| founder.facts.standing = Standing::Left,
        |founder: &mut Person| founder.counts = false,
    ] {
        let mut ledger = ledger.clone();
        change(ledger.people.get_mut(&FOUNDER).expect("the founder"));
        assert_eq!(asked(ASKER, decide_it(), &ledger), Ok(None));
    }
}

#[test]
fn whoever_does_not_count_yet_decides_and_closes_no_incident() {
    let held = Some(Permission::Read);
    let mut ledger = council(CollectionKind::Service, Role::Chair, Standing::Active, held);
    ledger.people.get_mut(&ASKER).expect("the asker").counts = false;
    for act in [Act::DecideIncident(OPEN), Act::CloseIncident(DECIDED)] {
        assert_eq!(asked(ASKER, act, &ledger), Err(Denial::DoesNotCount));
    }
    assert_eq!(asked(ASKER, Act::RaiseIncident(None), &ledger), Ok(None));
}

/// What follows from an opening in which these people's sheets were used.
fn opened_with(keepers: &[PersonId]) -> FollowUp {
    FollowUp {
        keepers: keepers.iter().copied().collect(),
        ..FollowUp::default()
    }
}

#[test]
fn whose_sheet_was_used_says_what_the_opening_was_only_where_nobody_else_could() {
    let mut ledger = on_footing(Role::Clerk);
    let tag = Digest::of(&[b"somebody"]);
    let classify = || Act::Classify {
        opening: OPENING,
        tag,
    };
    let follow = |ledger: &mut Ledger, follow_up| {
        ledger.envelope.follow_ups = BTreeMap::from([(OPENING, follow_up)]);
    };
    follow(&mut ledger, opened_with(&[ASKER]));
    assert_eq!(asked(ASKER, classify(), &ledger), Err(Denial::TookPart));
    assert_eq!(asked(FOUNDER, classify(), &ledger), Ok(None));
    // Both had a part in it, or the other is gone: somebody has to say it.
    follow(&mut ledger, opened_with(&[ASKER, FOUNDER]));
    assert_eq!(asked(ASKER, classify(), &ledger), Ok(None));
    follow(&mut ledger, opened_with(&[ASKER]));
    let mut alone = ledger.clone();
    let founder = alone.people.get_mut(&FOUNDER).expect("the founder");
    founder.facts.standing = Standing::Left;
    assert_eq!(asked(ASKER, classify(), &alone), Ok(None));
    // The opener never does, by their person or by the tag of the name that they gave.
    let opener = OpenerFacts {
        tag,
        person: None,
        witnesses: 0,
    };
    let mut by_tag = opened_with(&[]);
    by_tag.take_part(Some(&opener), std::iter::empty());
    follow(&mut ledger, by_tag);
    assert_eq!(asked(ASKER, classify(), &ledger), Err(Denial::OwnAct));
    let mut by_person = opened_with(&[]);
    let opener = OpenerFacts {
        tag: Digest::of(&[b"another"]),
        person: Some(ASKER),
        ..opener
    };
    by_person.take_part(Some(&opener), std::iter::empty());
    follow(&mut ledger, by_person);
    assert_eq!(asked(ASKER, classify(), &ledger), Err(Denial::OwnAct));
}

#[test]
fn a_sheet_is_voided_by_who_keeps_it_and_by_who_makes_sheets() {
    let serial = Serial::new("CO", 1);
    let lost = || Act::ReportLost(serial.clone());
    for (role, holder, answer) in [
        (Role::Councillor, Holder::Person(ASKER), Ok(None)),
        (Role::Councillor, Holder::Person(THIRD), Err(Denial::Role)),
        (
            Role::Auditor,
            Holder::Place("Safe".to_owned()),
            Err(Denial::Role),
        ),
        (Role::Chair, Holder::Person(THIRD), Ok(None)),
    ] {
        let mut ledger = on_footing(role);
        let keys = ledger.person(ASKER).expect("the asker").facts.clone();
        let facts = SheetFacts {
            serial: serial.clone(),
            holder,
            recipient: keys.recipient,
            verify_key: keys.verify_key,
            identifier: Identifier::masked(1),
            read_back: true,
        };
        let sheet = Sheet::issued(facts, FOUNDER, OPEN, Timestamp::EPOCH);
        ledger.envelope.sheets.insert(serial.clone(), sheet);
        assert_eq!(asked(ASKER, lost(), &ledger), answer, "{role}");
    }
    assert_eq!(
        asked(ASKER, lost(), &on_footing(Role::Clerk)),
        Err(Denial::Unknown)
    );
}

#[test]
fn what_is_not_there_is_refused_and_an_opening_does_none_of_it() {
    let ledger = council(CollectionKind::Service, Role::Clerk, Standing::Active, None);
    let none = RecordSeq::new(99);
    let unknown = EntryId::from_bytes([9; 16]);
    for act in [Act::Retire(unknown), Act::RaiseIncident(Some(unknown))] {
        assert_eq!(asked(FOUNDER, act, &ledger), Err(Denial::Unknown));
    }
    for act in [Act::DecideIncident(none), Act::CloseIncident(none)] {
        assert_eq!(asked(FOUNDER, act, &ledger), Err(Denial::NotWaiting));
    }
    let session = SessionId::from_bytes([7; 16]);
    let mut ledger = ledger;
    let run = ledger.envelope.runs.entry(session).or_default();
    run.released = Some(Epoch::new(1));
    for act in [
        Act::Retire(ENTRY),
        end(ASKER),
        Act::RaiseIncident(None),
        Act::DecideIncident(OPEN),
        Act::CloseIncident(DECIDED),
    ] {
        let by = Requester::Opening(session);
        let answer = decide(&Request { by, act }, &ledger).into_result();
        assert_eq!(answer.err(), Some(Denial::NotReleased));
    }
}
