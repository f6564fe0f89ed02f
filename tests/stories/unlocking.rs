//! Every try to unlock is counted, whatever came of it, and no more may be made at once than may
//! still fail.

use harness::{AUDITOR, CLERK, COUNCILLOR, Council, PROVIDER, TestClock, passphrase_of};
use vault_core::audit::actor::Actor;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::ledger::Ledger;
use vault_core::audit::news::News;
use vault_core::audit::unrecorded::UnrecordedFacts;
use vault_core::crypto::random::OsEntropy;
use vault_core::error::{BeginningRefused, Error, Invalid, Noun};
use vault_core::id::{PersonId, RecordSeq, Version};
use vault_core::incident::IncidentKind;
use vault_core::person::{Role, Standing, login_tag};
use vault_core::secret::SecretString;
use vault_core::store::Store;
use vault_core::store::attempts::Attempt;
use vault_core::time::Clock;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{State, verify};
use vault_core::vault::{Surroundings, Vault};

/// How the records of unlocks ended, and of whom each tells.
fn unlocks(council: &Council) -> Vec<(Outcome, Option<PersonId>, UnrecordedFacts)> {
    let store = Store::open(&council.path()).expect("the file");
    let mut ledger = Ledger::default();
    let mut found = Vec::new();
    store
        .lines(0, |line| {
            let record = ledger.read(line, vault_core::audit::replay::Scrutiny::Full)?;
            if record.event == Event::VaultUnlock {
                let whom = match record.actor {
                    Actor::Person(person) => Some(person),
                    _ => record.subject,
                };
                found.push((record.outcome, whom, record.unrecorded()));
            }
            Ok::<_, vault_core::error::StoreError>(())
        })
        .expect("the log");
    found
}

fn wrong() -> SecretString {
    SecretString::new("not the passphrase".to_owned())
}

/// The id of a person, as their login tag finds it.
fn id_of(council: &Council, name: &str) -> PersonId {
    let store = Store::open(&council.path()).expect("the file");
    let mut ledger = Ledger::default();
    store.catch_up(&mut ledger).expect("the log");
    let vault = ledger.vault.as_ref().expect("a vault").vault;
    let row = store.person_by_login(&login_tag(vault, name), &ledger);
    row.expect("a row").expect("a person").person
}

#[test]
fn a_right_passphrase_is_on_record_whatever_comes_after_it() {
    let council = Council::at_work();
    let before = unlocks(&council).len();
    let taken = council.folder().join("taken");
    std::fs::write(&taken, b"a file that stands there").expect("a file");
    let refused = council.try_as(CLERK, |session| session.show("nosuch").map(drop));
    assert!(matches!(refused, Err(Error::NotFound(Noun::Entry))));
    let refused = council.try_as(CLERK, |session| {
        session.approve(RecordSeq::new(9999)).map(drop)
    });
    assert!(refused.is_err());
    let refused = council.try_as(PROVIDER, |session| session.backup(&taken).map(drop));
    assert!(matches!(
        refused,
        Err(Error::NotCopied { record: None, .. })
    ));
    let refused = council.try_as(PROVIDER, |session| {
        let field = session.reveal("Website", "nosuch", Wanted::Current, None);
        assert!(matches!(field, Err(Error::NotFound(Noun::Field))));
        session
            .reveal("Website", "password", Wanted::At(Version::new(99)), None)
            .map(drop)
    });
    assert!(matches!(refused, Err(Error::NotFound(Noun::Version))));
    // Nothing is asked at all.
    council.unlocked(AUDITOR, |_| Ok(()));
    let mut vault = council.open().expect("the vault opens");
    let enrolled = vault.enrol(CLERK, &passphrase_of(CLERK), &wrong());
    assert!(matches!(
        enrolled,
        Err(Error::Invalid(Invalid::Beginning(
            BeginningRefused::AlreadyEnrolled
        )))
    ));
    drop(vault);
    let made = unlocks(&council).split_off(before);
    let whom = [CLERK, CLERK, PROVIDER, PROVIDER, AUDITOR, CLERK];
    let expected = whom.map(|name| {
        let none = UnrecordedFacts::default();
        (Outcome::Ok, Some(id_of(&council, name)), none)
    });
    assert_eq!(made, expected);
    verify(&council.path(), State::Checked).expect("a sound vault");
}

#[test]
fn whoever_may_not_unlock_yet_is_on_record_with_the_right_passphrase() {
    let council = Council::at_work();
    let initial = council.invite(COUNCILLOR, Role::Councillor);
    let mut vault = council.open().expect("the vault opens");
    let refused = vault.unlock(COUNCILLOR, &initial).map(drop);
    assert!(matches!(refused, Err(Error::Standing(Standing::Invited))));
    drop(vault);
    let last = unlocks(&council).pop().expect("a record");
    assert_eq!(
        (last.0, last.1),
        (Outcome::Denied, Some(id_of(&council, COUNCILLOR)))
    );
    verify(&council.path(), State::Checked).expect("a sound vault");
}

#[test]
fn many_tries_at_once_are_no_way_around_the_pause_and_those_during_it_are_counted() {
    const AT_ONCE: u32 = 9;
    let council = Council::at_work();
    let before = unlocks(&council).len();
    let path = council.path();
    let try_once = || {
        let clock = TestClock::default();
        clock.advance(3600);
        let surroundings = Surroundings {
            clock: Box::new(clock),
            entropy: Box::new(OsEntropy),
            host: "another-host".to_owned(),
            state: None,
        };
        let mut vault = Vault::open(&path, surroundings).expect("the vault opens");
        match vault.unlock(CLERK, &wrong()).map(drop) {
            Err(Error::WrongPassphrase { recorded: true }) => false,
            Err(Error::Paused { .. }) => true,
            other => panic!("{other:?}"),
        }
    };
    let paused = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(try_once)).collect();
        let paused = tries.into_iter().map(|it| it.join().expect("no panic"));
        u32::try_from(paused.filter(|paused| *paused).count()).expect("few")
    });
    assert_eq!(paused, AT_ONCE - 5);
    assert_eq!(unlocks(&council).len(), before + 5);
    council.clock.advance(901);
    let mut vault = council.open().expect("the vault opens");
    let incidents = &vault.ledger().incidents;
    assert!(
        incidents
            .values()
            .any(|it| it.kind == IncidentKind::FailedUnlocks)
    );
    let session = vault
        .unlock(CLERK, &passphrase_of(CLERK))
        .expect("the pause is over");
    let said = session.news().into_iter().find_map(|news| match news {
        News::FailedUnlocks {
            count, unrecorded, ..
        } => Some((count, unrecorded.paused)),
        _ => None,
    });
    assert_eq!(said, Some((5, paused)));
    drop(vault);
    let last = unlocks(&council).pop().expect("a record");
    assert_eq!(last.2, UnrecordedFacts { cut_off: 0, paused });
    verify(&council.path(), State::Checked).expect("a sound vault");
}

#[test]
fn a_try_that_was_cut_off_is_said_by_the_next_record_and_told_to_the_person() {
    let council = Council::at_work();
    let clerk = id_of(&council, CLERK);
    let mut store = Store::open(&council.path()).expect("the file");
    let mut ledger = Ledger::default();
    store.catch_up(&mut ledger).expect("the log");
    let now = || council.clock.now();
    for number in 0..4 {
        let attempt = Attempt {
            person: Some(clerk),
            id: [number; 16],
        };
        store
            .begin_attempt(&mut ledger, attempt, &now)
            .expect("a row");
    }
    drop(store);
    council.clock.advance(31);
    let mut vault = council.open().expect("the vault opens");
    let refused = vault.unlock(CLERK, &wrong()).map(drop);
    assert!(matches!(
        refused,
        Err(Error::WrongPassphrase { recorded: true })
    ));
    let session = vault.unlock(CLERK, &passphrase_of(CLERK)).expect("theirs");
    let cut_off = session.news().into_iter().find_map(|news| match news {
        News::FailedUnlocks {
            count, unrecorded, ..
        } => Some((count, unrecorded.cut_off)),
        _ => None,
    });
    assert_eq!(cut_off, Some((1, 4)));
    drop(vault);
    let counted = unlocks(&council);
    let counted: Vec<_> = counted.into_iter().rev().take(2).map(|it| it.2).collect();
    let said = UnrecordedFacts {
        cut_off: 4,
        paused: 0,
    };
    assert_eq!(counted, [UnrecordedFacts::default(), said]);
    verify(&council.path(), State::Checked).expect("a sound vault");
}
