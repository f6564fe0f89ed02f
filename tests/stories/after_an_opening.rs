//! What follows an opening: "passwords changed afterwards" (model Financial Regulations).

use harness::{CHAIR, CLERK, Council, PROVIDER, TestJournal, entry};
use vault_core::audit::row::Reader;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{Error, SheetRefused};
use vault_core::id::{Epoch, RecordSeq};
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::status::Status;
use vault_core::vault::verify::{Depth, verify};

fn status(council: &Council) -> Status {
    let mut vault = council.open().expect("the vault opens");
    vault.status().expect("a status")
}

/// Opens the envelope with two sheets and reveals the website's password.
fn open(council: &Council, sheets: [&SecretString; 2]) -> Result<(), Error> {
    let mut vault = council.open()?;
    let journal = Box::new(TestJournal::default());
    let mut requested = vault.request_opening(&Council::terms(), journal)?;
    for sheet in sheets {
        requested.accept(sheet)?;
    }
    let mut opening = requested.release()?;
    opening.reveal("Website")?;
    opening.close()?;
    Ok(())
}

fn blocking(status: &Status) -> usize {
    let duties = status.duties.iter();
    duties.filter(|duty| duty.blocks_sealing()).count()
}

#[test]
fn the_envelope_stays_opened_until_rotated_reprinted_and_sealed_again() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    assert_eq!(status(&council).envelope.state, EnvelopeState::Opened);
    assert_eq!(blocking(&status(&council)), 4);

    let early = council.try_as(PROVIDER, |session| session.seal());
    assert!(matches!(early, Err(Error::Blocked)));

    let fresh = council.unlocked(PROVIDER, |session| {
        let issue = |holder: &&str| Ok(session.issue_sheet(holder)?.words);
        [CHAIR, "place:Safe"]
            .iter()
            .map(issue)
            .collect::<Result<Vec<_>, Error>>()
    });
    council.unlocked(PROVIDER, |session| session.seal());
    assert_eq!(status(&council).envelope.state, EnvelopeState::Opened);
    assert_eq!(blocking(&status(&council)), 1);

    council.unlocked(PROVIDER, |session| {
        let new = SecretBytes::copy_from(b"after-the-opening");
        session.propose("Website", new, None)?;
        session.confirm("Website", None)
    });
    let now = status(&council);
    assert_eq!(now.envelope.state, EnvelopeState::Sealed);
    assert_eq!(blocking(&now), 0);
    verify(&council.path(), Depth::Full).expect("the log verifies");

    // Nobody else's paper was touched; the old paper is dead.
    let council_and_old = open(&council, [&sheets[1], &sheets[0]]);
    assert!(matches!(
        council_and_old,
        Err(Error::Sheet(SheetRefused::Retired { .. }))
    ));
    open(&council, [&sheets[1], &fresh[0]]).expect("the clerk's old and the chair's new sheet");
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_seal_covers_what_the_sealer_holds_at_once_and_the_rest_once_it_is_confirmed() {
    let council = Council::at_work();
    council.unlocked(CLERK, |session| {
        session.make_collection(
            "Social media",
            vault_core::collection::CollectionKind::Social,
        )
    });
    council.unlocked(PROVIDER, |session| {
        use vault_core::emergency::Rule;
        session.choose_rule(Rule::AnyTwo, &[CHAIR, CLERK, "place:Safe"], None)?;
        for holder in [CHAIR, CLERK, "place:Safe"] {
            session.issue_sheet(holder)?;
        }
        session.seal()
    });
    let counts = |status: &Status| (status.envelope.covered, status.envelope.coverable);
    assert_eq!(counts(&status(&council)), (2, 3));
    // The clerk's unlock wraps nothing to a seal that nobody has confirmed.
    council.unlocked(CLERK, |session| session.entries());
    assert_eq!(counts(&status(&council)), (2, 3));
    let seal = status(&council)
        .duties
        .into_iter()
        .rev()
        .find_map(|duty| match duty {
            Duty::Confirm(record) => Some(record),
            _ => None,
        });
    let seal = seal.expect("the seal waits to be confirmed");
    council.unlocked(CLERK, |session| session.approve(seal));
    assert_eq!(counts(&status(&council)), (3, 3));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn what_an_opening_revealed_is_made_good_by_retiring_it_too() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    council.unlocked(PROVIDER, |session| {
        session.retire("Website", Some("another host"))?;
        session.issue_sheet(CHAIR)?;
        session.issue_sheet("place:Safe")?;
        session.seal()
    });
    let now = status(&council);
    assert_eq!(now.envelope.state, EnvelopeState::Sealed);
    assert_eq!(blocking(&now), 0);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_retired_entry_that_an_opening_reveals_is_not_owed_a_change_that_nobody_can_make() {
    let (council, sheets) = Council::with_envelope();
    council.unlocked(PROVIDER, |session| session.retire("Website", None));
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    let now = status(&council);
    assert_eq!(now.envelope.state, EnvelopeState::Opened);
    let rotate = |duty: &Duty| matches!(duty, Duty::RotateRevealed { .. });
    assert!(!now.duties.iter().any(rotate));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

/// What a rotation or a retirement after an opening makes of its duty.
fn owed(council: &Council) -> bool {
    let duties = status(council).duties;
    let revealed = |duty: &Duty| matches!(duty, Duty::RotateRevealed { .. });
    duties.iter().any(revealed)
}

fn password(value: &str) -> SecretBytes {
    SecretBytes::copy_from(value.as_bytes())
}

#[test]
fn only_a_confirmed_password_proposed_after_the_opening_makes_a_reveal_good() {
    let (council, sheets) = Council::with_envelope();
    council.unlocked(PROVIDER, |session| {
        session.propose("Website", password("before-the-opening"), None)
    });
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    assert!(owed(&council));
    // It was proposed before: whoever opened the envelope may have its key.
    council.unlocked(PROVIDER, |session| session.confirm("Website", None));
    assert!(owed(&council));
    council.unlocked(PROVIDER, |session| {
        session.propose("Website", password("aborted"), None)
    });
    assert!(owed(&council));
    council.unlocked(PROVIDER, |session| session.abort("Website", None));
    assert!(owed(&council));
    council.unlocked(PROVIDER, |session| {
        session.propose("Website", password("after-the-opening"), None)?;
        session.confirm("Website", None)
    });
    assert!(!owed(&council));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

/// The keys come first, so that what is written is written under them; and the envelope that was
/// opened is given none of them.
#[test]
fn the_first_unlock_after_an_opening_renews_every_key_in_scope_before_anything_else() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    let before = council.open().expect("the vault opens").ledger().size;
    council.unlocked(PROVIDER, |session| {
        session.add("Services", &entry("Domain", "fourth-secret"))
    });
    let vault = council.open().expect("the vault opens");
    let ledger = vault.ledger();
    let in_scope = ledger.collections.values().filter(|c| c.facts.in_scope);
    let first = RecordSeq::new(before + 1);
    let mut renewed: Vec<RecordSeq> = Vec::new();
    for collection in in_scope {
        let (_, record) = collection.newest().expect("a generation");
        renewed.push(record);
        assert!(!ledger.is_wrapped_to(collection, Reader::Escrow(Epoch::new(1))));
    }
    renewed.sort();
    // The unlock is on record before, the entry after.
    let expected = (first.get()..).map(RecordSeq::new).take(renewed.len());
    assert!(
        renewed.iter().copied().eq(expected),
        "{renewed:?} from {first}"
    );
    assert!(ledger.size > before + 1 + renewed.len() as u64);
    assert_eq!(renewed.len(), 4);
}

#[test]
fn a_seal_without_fresh_sheets_changes_nothing() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    let before = council.lines_but_of_unlocking();
    let early = council.try_as(PROVIDER, |session| session.seal());
    assert!(matches!(early, Err(Error::Blocked)));
    assert!(
        council.lines_but_of_unlocking() == before,
        "something was written"
    );
}

/// Whoever opens twice continues the same opening; what each run used and revealed adds up.
#[test]
fn a_second_run_adds_to_what_is_owed() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[0], &sheets[2]]).expect("an opening");
    let first = status(&council).duties;
    open(&council, [&sheets[1], &sheets[2]]).expect("the same opening");
    let second = status(&council).duties;
    let sheets = |duties: &[Duty]| {
        let sheets = duties.iter().filter(|d| matches!(d, Duty::ReplaceSheet(_)));
        sheets.count()
    };
    assert_eq!((sheets(&first), sheets(&second)), (2, 3));
    let follow_ups = |duties: &[Duty]| {
        let minutes = duties.iter().filter(|d| matches!(d, Duty::Minute(_)));
        minutes.count()
    };
    assert_eq!((follow_ups(&first), follow_ups(&second)), (1, 1));
}

/// The chair misses the sheet while whoever has it is already typing.
#[test]
fn a_sheet_that_is_reported_lost_while_it_is_being_used_opens_nothing() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let requested = vault.request_opening(&Council::terms(), journal);
    let mut requested = requested.expect("a request");
    let lost = requested.accept(&sheets[0]).expect("a sheet");
    requested.accept(&sheets[1]).expect("a sheet");
    assert!(requested.is_met());
    council.unlocked(PROVIDER, |session| session.report_lost(lost.as_str(), None));
    assert!(matches!(requested.release(), Err(Error::RuleNotMet)));
    assert_eq!(status(&council).envelope.state, EnvelopeState::Sealed);
    verify(&council.path(), Depth::Full).expect("a log that verifies");
}

/// The clerk says "a drill" while the chair is still looking.
#[test]
fn what_is_revealed_after_the_use_was_classified_has_to_be_classified_too() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let requested = vault.request_opening(&Council::terms(), journal);
    let mut requested = requested.expect("a request");
    for words in &sheets[..2] {
        requested.accept(words).expect("a sheet");
    }
    let mut opening = requested.release().expect("an opening");
    let follow_ups = || {
        let duties = status(&council).duties;
        let after = |duty: &Duty| {
            matches!(
                duty,
                Duty::TellMembers(_) | Duty::Minute(_) | Duty::Classify(_)
            )
        };
        duties.into_iter().filter(after).count()
    };
    // The sheets of chair and clerk were used.
    council.unlocked(PROVIDER, |session| {
        session.follow_up(Done::Notice, None)?;
        session.follow_up(Done::Minute, None)?;
        session.classify(Use::Drill, None)
    });
    assert_eq!(follow_ups(), 0);
    opening.reveal("Website").expect("a password");
    assert_eq!(follow_ups(), 3);
    opening.close().expect("an end");
    verify(&council.path(), Depth::Full).expect("a log that verifies");
}
