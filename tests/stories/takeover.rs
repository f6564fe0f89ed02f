//! "The clerk died and the council lost access to everything": whoever opens the envelope makes
//! somebody who looks after the vault.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, passphrase_of};
use vault_core::access::Denial;
use vault_core::emergency::Rule;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{BeginningRefused, Error, Invalid, NameRefused};
use vault_core::id::{Epoch, Generation};
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::Vault;
use vault_core::vault::incidents::About;
use vault_core::vault::opened::Opening;
use vault_core::vault::status::Status;
use vault_core::vault::takeover::{Successor, TakenOver};
use vault_core::vault::verify::{Depth, verify};

const NEWCOMER: &str = "Nora Newcomer";
const NEW_CLERK: &str = "Nell Newclerk";

fn status(council: &Council) -> Status {
    let mut vault = council.open().expect("the vault opens");
    vault.status().expect("a status")
}

/// The envelope, opened with the chair's sheet and the safe's.
fn opened<'v>(vault: &'v mut Vault, sheets: &[SecretString], journal: &TestJournal) -> Opening<'v> {
    let journal = Box::new(journal.clone());
    let mut requested = vault
        .request_opening(&Council::terms(), journal)
        .expect("a request");
    for sheet in [&sheets[0], &sheets[2]] {
        requested.accept(sheet).expect("a sheet");
    }
    requested.release().expect("the rule is met")
}

fn take_over(
    council: &Council,
    sheets: &[SecretString],
    name: &str,
    role: Role,
) -> Result<TakenOver, Error> {
    let mut vault = council.open().expect("the vault opens");
    let successor = Successor {
        name,
        role,
        passphrase: &passphrase_of(name),
    };
    opened(&mut vault, sheets, &TestJournal::default()).take_over(&successor)
}

/// Everything that waits and that `name` may confirm.
fn confirm_all(council: &Council, name: &str) {
    council.unlocked(name, |session| {
        for waiting in session.waiting()? {
            match session.approve(waiting.record) {
                Ok(_)
                | Err(Error::Denied {
                    denial: Denial::OwnAct,
                    ..
                }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    });
}

#[test]
fn the_chair_with_two_sheets_brings_in_a_provider_who_brings_in_a_clerk_and_seals_again() {
    let (council, sheets) = Council::with_envelope();
    let taken = take_over(&council, &sheets, NEWCOMER, Role::ItProvider).expect("a takeover");
    assert_eq!((taken.collections, taken.outdated), (2, 0));
    let people = council.unlocked(NEWCOMER, |session| session.people());
    let newcomer = people.iter().find(|person| person.name == NEWCOMER);
    assert!(newcomer.is_some_and(|person| !person.counts), "{people:?}");
    let titles: Vec<String> = council.unlocked(NEWCOMER, |session| {
        let entries = session.entries()?;
        Ok(entries.into_iter().map(|e| e.catalogue.title).collect())
    });
    assert_eq!(titles.len(), 2, "{titles:?}");

    council.unlocked(NEWCOMER, |session| {
        let new = SecretBytes::copy_from(b"after-the-takeover");
        session.propose("Website", new, None)?;
        session.confirm("Website", None)
    });
    // The provider confirms the newcomer, and the clerk and the newcomer what else waits.
    confirm_all(&council, PROVIDER);
    confirm_all(&council, CLERK);
    let initial = council.unlocked(NEWCOMER, |session| {
        let initial = session.initial_passphrase()?;
        session.invite(NEW_CLERK, Role::Clerk, &initial)?;
        Ok(initial)
    });
    let mut vault = council.open().expect("the vault opens");
    vault
        .enrol(NEW_CLERK, &initial, &passphrase_of(NEW_CLERK))
        .expect("an enrolment");
    confirm_all(&council, CHAIR);
    council.unlocked(NEWCOMER, |session| {
        let holders = [CHAIR, NEW_CLERK, "place:Safe"];
        session.choose_rule(Rule::AnyTwo, &holders, None)?;
        for holder in holders {
            session.issue_sheet(holder)?;
        }
        session.seal()
    });
    confirm_all(&council, NEW_CLERK);

    let now = status(&council);
    assert_eq!(now.envelope.state, EnvelopeState::Sealed);
    assert_eq!(now.envelope.covered, now.envelope.coverable);
    let left: Vec<&str> = now.duties.iter().map(Duty::name).collect();
    assert_eq!(left, ["tell-members", "minute", "classify"]);
    council.unlocked(NEWCOMER, |session| {
        session.follow_up(Done::Notice, None)?;
        session.follow_up(Done::Minute, None)?;
        session.classify(Use::Emergency, None)
    });
    assert_eq!(status(&council).duties, []);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_provider_who_forgot_the_passphrase_comes_back_under_another_name() {
    let (council, sheets) = Council::with_envelope();
    let taken = take_over(&council, &sheets, PROVIDER, Role::ItProvider);
    assert!(matches!(
        taken,
        Err(Error::Invalid(Invalid::Name(NameRefused::Taken(_))))
    ));
    // The opening has ended all the same, and is on record.
    assert_eq!(status(&council).envelope.state, EnvelopeState::Opened);
    let again = "Pat Provider, second login";
    take_over(&council, &sheets, again, Role::ItProvider).expect("a takeover");
    let titles = council.unlocked(again, |session| session.entries());
    assert_eq!(titles.len(), 2);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn whoever_takes_over_is_provider_or_clerk_and_nothing_is_opened_for_another() {
    let (council, _) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    for role in [Role::Chair, Role::Councillor, Role::Staff, Role::Auditor] {
        let refused = vault.check_successor(NEWCOMER, role);
        let why = matches!(
            refused,
            Err(Error::Invalid(Invalid::Beginning(
                BeginningRefused::SuccessorRole
            )))
        );
        assert!(why, "{role}");
    }
    let taken = vault.check_successor(CLERK, Role::Clerk);
    assert!(matches!(
        taken,
        Err(Error::Invalid(Invalid::Name(NameRefused::Taken(_))))
    ));
    assert!(vault.check_successor(NEWCOMER, Role::Clerk).is_ok());
}

#[test]
fn the_first_unlock_makes_the_new_keys_that_the_opening_made_due() {
    let (council, sheets) = Council::with_envelope();
    take_over(&council, &sheets, NEWCOMER, Role::Clerk).expect("a takeover");
    council.unlocked(NEWCOMER, |session| session.entries());
    let vault = council.open().expect("the vault opens");
    let ledger = vault.ledger();
    for collection in ledger.collections.values() {
        let (newest, _) = collection.newest().expect("a generation");
        assert_eq!(newest.generation, Generation::new(2));
        let opened = vault_core::audit::row::Reader::Escrow(Epoch::new(1));
        assert!(!ledger.is_wrapped_to(collection, opened));
    }
}

/// A member who unlocks after the opening makes new keys that the opened envelope was not given.
/// The takeover gives what the envelope had, and the member's next unlock the rest.
#[test]
fn a_takeover_after_a_member_renewed_some_keys_is_completed_by_their_next_unlock() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let opening = opened(&mut vault, &sheets, &TestJournal::default());
    opening.close().expect("the end");
    council.read_log();
    let taken = take_over(&council, &sheets, NEWCOMER, Role::ItProvider).expect("a takeover");
    assert_eq!((taken.collections, taken.outdated), (2, 2));
    let titles = council.unlocked(NEWCOMER, |session| session.entries());
    assert_eq!(titles.len(), 2);
    let early = council.try_as(NEWCOMER, |session| {
        let initial = session.initial_passphrase()?;
        session.invite(NEW_CLERK, Role::Clerk, &initial)
    });
    let denial = Denial::DoesNotCount;
    assert!(matches!(early, Err(Error::Denied { denial: why, .. }) if why == denial));
    // Whoever confirms the newcomer brings the key with the same unlock.
    council.unlocked(CLERK, |session| session.approve(taken.record));
    council.unlocked(NEWCOMER, |session| {
        let initial = session.initial_passphrase()?;
        session.invite(NEW_CLERK, Role::Clerk, &initial)
    });
    let names = council.unlocked(AUDITOR, |session| session.people());
    assert!(names.iter().any(|person| person.name == NEWCOMER));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn the_journal_holds_the_takeover_too() {
    let (council, sheets) = Council::with_envelope();
    let journal = TestJournal::default();
    let mut vault = council.open().expect("the vault opens");
    let successor = Successor {
        name: NEWCOMER,
        role: Role::Clerk,
        passphrase: &passphrase_of(NEWCOMER),
    };
    let taken = opened(&mut vault, &sheets, &journal).take_over(&successor);
    let record = taken.expect("a takeover").record;
    let lines = journal.lines();
    let line = &lines[lines.len() - 2];
    let said = format!("\"seq\":{record},");
    let text = String::from_utf8_lossy(line);
    assert!(
        text.contains(&said) && text.contains("envelope.takeover"),
        "{text}"
    );
}

/// The clerk's sheet and the safe's make "Fay Fake" an IT provider, who would say herself that it
/// was an emergency and that everybody was told.
#[test]
fn nobody_who_was_made_by_a_takeover_counts_before_somebody_older_has_approved() {
    let (council, sheets) = Council::with_envelope();
    let taken = take_over(&council, &sheets, NEWCOMER, Role::ItProvider).expect("a takeover");
    assert!(!taken.counts);
    let waits = Duty::Confirm(taken.record);
    assert!(status(&council).duties.contains(&waits));
    let mut vault = council.open().expect("the vault opens");
    let session = vault.unlock(NEWCOMER, &passphrase_of(NEWCOMER));
    let mut session = session.expect("an unlock");
    let incident = session.raise_incident(About::Other, Some("something went wrong"));
    let incident = incident.expect("anybody raises an incident");
    let seal = session.seal();
    assert!(matches!(seal, Err(Error::Blocked)), "sheets come first");
    let refused = [
        session.approve(taken.record).map(drop),
        session.follow_up(Done::Notice, None).map(drop),
        session.follow_up(Done::Minute, None).map(drop),
        session.classify(Use::Emergency, None).map(drop),
        session.decide_incident(incident, Some("nothing")).map(drop),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        let denial = match refused {
            Err(Error::Denied { denial, .. }) => denial,
            other => panic!("{at}: {other:?}"),
        };
        let expected = if at == 0 {
            Denial::OwnAct
        } else {
            Denial::DoesNotCount
        };
        assert_eq!(denial, expected, "{at}");
    }
    let initial = session.initial_passphrase().expect("words");
    let invited = session.invite(NEW_CLERK, Role::Clerk, &initial);
    assert!(matches!(
        invited.map(drop),
        Err(Error::Denied {
            denial: Denial::DoesNotCount,
            ..
        })
    ));
    drop(vault);
    council.unlocked(CLERK, |session| session.approve(taken.record));
    council.unlocked(NEWCOMER, |session| {
        session.follow_up(Done::Notice, None)?;
        session.follow_up(Done::Minute, None)?;
        session.classify(Use::Emergency, None)
    });
    verify(&council.path(), Depth::Full).expect("the log verifies");
}
