//! Who may change what others rely on, and from whom nobody takes the access log alone.

use super::*;
use crate::crypto::random::OsEntropy;
use crate::crypto::shamir::Identifier;
use crate::emergency::SheetFacts;
use crate::emergency::register::Sheet;
use crate::keys::PersonKeys;

#[test]
fn from_whoever_reviews_the_access_log_one_person_alone_does_not_take_it() {
    let end = |person| Act::Grant {
        collection: LOG,
        person,
        permission: None,
    };
    let withdraw = |person| {
        Act::Withdraw(WithdrawalFacts {
            collection: LOG,
            person,
        })
    };
    for role in Role::ALL {
        let mut ledger = council(CollectionKind::Service, role, Standing::Active, None);
        let log = ledger.collections.get_mut(&LOG).expect("the log");
        log.members.insert(ASKER, Permission::Manage);
        let manage = Ok(Some(Permission::Manage));
        let (alone, asks) = if role.reads_log() {
            (Err(Denial::TakesTwo), manage)
        } else {
            (manage, Err(Denial::Unknown))
        };
        assert_eq!(asked(FOUNDER, end(ASKER), &ledger), alone, "{role}");
        assert_eq!(asked(FOUNDER, withdraw(ASKER), &ledger), asks, "{role}");
        // Their own they may give up, and a lesser permission takes no reading from anybody.
        assert_eq!(asked(ASKER, end(ASKER), &ledger), manage, "{role}");
        let lower = Act::Grant {
            collection: LOG,
            person: ASKER,
            permission: Some(Permission::Read),
        };
        assert_eq!(asked(FOUNDER, lower, &ledger), manage, "{role}");
        if !role.reads_log() {
            continue;
        }
        // A second person agrees, who did not ask for it, and while somebody else manages the log.
        let waiting = Unconfirmed::Membership {
            whose: WithdrawalFacts {
                collection: LOG,
                person: ASKER,
            },
            by: FOUNDER,
        };
        ledger.unconfirmed.insert(OPEN, waiting);
        let second = PersonId::from_bytes([8; 16]);
        let (id, known) = person(second, Role::Councillor, Standing::Active);
        ledger.people.insert(id, known);
        let services = ledger.collections.get_mut(&SERVICES).expect("it");
        services.members.insert(second, Permission::Read);
        assert_eq!(
            asked(FOUNDER, Act::Approve(OPEN), &ledger),
            Err(Denial::OwnAct)
        );
        assert_eq!(asked(second, Act::Approve(OPEN), &ledger), Ok(None));
        let log = ledger.collections.get_mut(&LOG).expect("the log");
        log.members.remove(&FOUNDER);
        let answer = asked(second, Act::Approve(OPEN), &ledger);
        assert_eq!(answer, Err(Denial::LastManager));
    }
}

/// What others rely on, and what is harmless: everything that takes no membership of its own.
fn acts() -> (Vec<Act>, Vec<Act>) {
    let serial = Serial::new("CH", 1);
    let day = Day::of(Timestamp::EPOCH);
    let relied_on = vec![
        Act::Invite(Role::Councillor),
        Act::MakeCollection(CollectionKind::Service),
        Act::ChooseRule,
        Act::NameWitness,
        Act::IssueSheet(Holder::Person(ASKER)),
        Act::Seal,
        Act::ReportLost(serial.clone()),
        Act::LookAt {
            sheet: serial,
            proved_in: None,
        },
        Act::Approve(SEAL),
        Act::DecideIncident(OPEN),
        Act::CloseIncident(DECIDED),
        Act::HoldIncident(OPEN),
        Act::VerifyLog,
        Act::CopyVault,
        Act::AcceptRollback,
        Act::Forget {
            ordinary: day,
            long: day,
            today: day,
        },
        Act::MergeOpening,
        Act::Anchor,
    ];
    let harmless = vec![
        Act::Unlock,
        Act::ReadLog,
        Act::ExportLog,
        Act::RaiseIncident(None),
        Act::MakeCollection(CollectionKind::Personal),
    ];
    (relied_on, harmless)
}

/// The record of a seal that waits, and a sheet.
const SEAL: RecordSeq = RecordSeq::new(14);

fn with_seal(mut ledger: Ledger) -> Ledger {
    let keys = PersonKeys::generate(&mut OsEntropy);
    let keys = keys.expect("keys");
    let serial = Serial::new("CH", 1);
    let facts = SheetFacts {
        serial: serial.clone(),
        holder: Holder::Person(FOUNDER),
        recipient: keys.recipient(),
        verify_key: keys.verify_key(),
        identifier: Identifier::masked(7),
        read_back: false,
    };
    let sheet = Sheet::issued(facts, FOUNDER, OPEN, Timestamp::EPOCH);
    ledger.envelope.sheets.insert(serial, sheet);
    let waiting = Unconfirmed::Seal {
        epoch: Epoch::new(1),
        sealer: FOUNDER,
    };
    ledger.unconfirmed.insert(SEAL, waiting);
    ledger
}

#[test]
fn nobody_without_a_footing_changes_what_others_rely_on() {
    let (relied_on, harmless) = acts();
    let standing = Standing::Active;
    let plain = council(CollectionKind::Service, Role::Clerk, standing, None);
    let plain = with_seal(plain);
    let member = |kind, held: &[(PersonId, Permission)]| {
        let mut ledger = plain.clone();
        let id = CollectionId::from_bytes([7; 16]);
        let members = held.iter().copied().collect();
        ledger.collections.extend([collection(id, kind, members)]);
        ledger
    };
    let (manage, read) = (Permission::Manage, Permission::Read);
    let own = [(ASKER, manage)];
    let given = [(ASKER, read), (FOUNDER, manage)];
    let with_third = [(ASKER, manage), (THIRD, manage)];
    let mut straw = member(CollectionKind::Service, &with_third);
    straw.people.get_mut(&THIRD).expect("them").counts = false;
    let footless = [
        plain.clone(),
        member(CollectionKind::Directory, &given),
        member(CollectionKind::Personal, &own),
        // Nobody could remove them from what they made themselves, nor a straw whom they invited.
        member(CollectionKind::Service, &own),
        straw,
    ];
    for ledger in &footless {
        for act in &relied_on {
            let answer = asked(ASKER, act.clone(), ledger);
            assert_eq!(answer, Err(Denial::NoFooting), "{act:?}");
        }
        for act in &harmless {
            assert_eq!(asked(ASKER, act.clone(), ledger), Ok(None), "{act:?}");
        }
        assert!(ledger.seconds().all(|second| second != ASKER));
    }
    for ledger in [
        member(CollectionKind::Service, &given),
        member(CollectionKind::AccessLog, &own),
        member(CollectionKind::Social, &with_third),
    ] {
        for act in relied_on.iter().chain(&harmless) {
            assert_eq!(asked(ASKER, act.clone(), &ledger), Ok(None), "{act:?}");
        }
    }
    let mut ended = member(CollectionKind::Personal, &own);
    ended.people.get_mut(&ASKER).expect("them").ended = Some(OPEN);
    for act in relied_on.iter().chain(&harmless) {
        let answer = asked(ASKER, act.clone(), &ended);
        assert_eq!(answer, Err(Denial::Ended), "{act:?}");
    }
}
