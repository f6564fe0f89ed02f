//! An envelope that nobody looks after fails on the day: looks, checks and drills, and what follows
//! from each.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, WEBSITE_PASSWORD};
use vault_core::access::Denial;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::inspection::Found;
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{Error, SheetRefused};
use vault_core::id::Serial;
use vault_core::incident::IncidentKind;
use vault_core::secret::SecretString;
use vault_core::vault::drills::{DrillFailed, Drilled, Look};
use vault_core::vault::status::Status;
use vault_core::vault::verify::{Depth, verify};

const DAY: i64 = 24 * 60 * 60;

fn status(council: &Council) -> Status {
    let mut vault = council.open().expect("the vault opens");
    vault.status().expect("a status")
}

fn look(council: &Council, who: &str, serial: &str, found: Found) -> Result<(), Error> {
    council.try_as(who, |session| {
        session
            .look_at(&Look {
                serial,
                found,
                bag: Some("B-1042"),
                witnesses: &[],
                reason: None,
            })
            .map(drop)
    })
}

fn copies(sheets: &[&SecretString]) -> Vec<SecretString> {
    let copy = |words: &&SecretString| SecretString::new(words.expose().to_owned());
    sheets.iter().map(copy).collect()
}

fn drill(
    council: &Council,
    sheets: &[&SecretString],
) -> Result<Result<Drilled, DrillFailed>, Error> {
    let sheets = copies(sheets);
    council.try_as(CLERK, |session| session.drill(&sheets))
}

/// Fresh sheets for these holders, and a seal that the clerk confirms.
fn reseal(council: &Council, holders: &[&str]) {
    let sealed = council.unlocked(PROVIDER, |session| {
        for holder in holders {
            session.issue_sheet(holder)?;
        }
        session.seal()
    });
    council.unlocked(CLERK, |session| session.approve(sealed.record));
}

#[test]
fn a_drill_tries_every_key_and_leaves_fresh_sheets_to_be_made() {
    let (council, sheets) = Council::newly_with_envelope();
    let drilled = drill(&council, &[&sheets[0], &sheets[2]]).expect("a drill");
    let drilled = drilled.expect("every key opens");
    // The directory, the access log, and the two collections of the council.
    assert_eq!(drilled.keys, 4);
    let after = status(&council);
    assert_eq!(
        after.envelope.state,
        EnvelopeState::Sealed,
        "nothing was opened"
    );
    for serial in &drilled.typed {
        let replace = Duty::ReplaceSheet(serial.clone());
        assert!(after.duties.contains(&replace), "{serial}");
    }
    assert!(after.duties.contains(&Duty::SealAgain));
    let blocked = council.try_as(PROVIDER, |session| session.seal().map(drop));
    assert!(matches!(blocked, Err(Error::Blocked)));
    // Until then the sheets that were typed still open it: there is no gap.
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let mut requested = vault
        .request_opening(&Council::terms(), journal)
        .expect("a request");
    for sheet in [&sheets[0], &sheets[2]] {
        requested.accept(sheet).expect("a sheet");
    }
    assert!(requested.is_met());
    drop(requested);
    drop(vault);
    reseal(&council, &[CHAIR, "place:Safe"]);
    let left = status(&council).envelope.duties;
    assert!(left.iter().all(|duty| !duty.blocks_sealing()), "{left:?}");
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_drill_shows_nothing_and_too_few_sheets_are_no_drill() {
    let (council, sheets) = Council::newly_with_envelope();
    let few = drill(&council, &[&sheets[0]]);
    assert!(matches!(few, Err(Error::RuleNotMet)));
    let twice = drill(&council, &[&sheets[0], &sheets[0]]);
    assert!(matches!(
        twice,
        Err(Error::Sheet(SheetRefused::Repeated(_)))
    ));
    let by_auditor = council.try_as(AUDITOR, |session| {
        session.drill(&copies(&[&sheets[0], &sheets[1]])).map(drop)
    });
    assert!(matches!(
        by_auditor,
        Err(Error::Denied {
            denial: Denial::Role,
            ..
        })
    ));
    let log = council.read_log();
    let revealed = log
        .iter()
        .filter(|line| line.record.event.name() == "secret.reveal");
    assert_eq!(revealed.count(), 0);
    let bytes = council.file();
    let needle = WEBSITE_PASSWORD.as_bytes();
    assert!(!bytes.windows(needle.len()).any(|window| window == needle));
}

#[test]
fn one_sheet_proves_itself_by_its_own_signature_and_is_replaced() {
    let (council, sheets) = Council::newly_with_envelope();
    let (serial, record) = council.unlocked(CLERK, |session| session.check_sheet(&sheets[1]));
    let log = council.read_log();
    let proof = log
        .iter()
        .find(|line| line.record.event.name() == "envelope.check");
    let proof = &proof.expect("a record").record;
    assert_eq!(proof.actor.to_string(), format!("sheet:{serial}"));
    assert!(proof.seq < record, "the sheet signs before the person does");
    let duties = status(&council).duties;
    assert!(duties.contains(&Duty::ReplaceSheet(serial)));
    let foreign = SecretString::new(sheets[0].expose().replace(' ', "  "));
    council.unlocked(CLERK, |session| session.check_sheet(&foreign));
    reseal(&council, &[CHAIR, CLERK]);
    let retired = council.try_as(CLERK, |session| session.check_sheet(&sheets[1]).map(drop));
    assert!(matches!(
        retired,
        Err(Error::Sheet(SheetRefused::Retired { .. }))
    ));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_sheet_at_which_nobody_looked_for_ninety_days_is_a_duty() {
    let (council, _) = Council::newly_with_envelope();
    let overdue = |council: &Council| -> Vec<Serial> {
        let duties = status(council).duties;
        let overdue = duties.into_iter().filter_map(|duty| match duty {
            Duty::LookAt(serial) => Some(serial),
            _ => None,
        });
        overdue.collect()
    };
    council.clock.advance(89 * DAY);
    assert_eq!(overdue(&council), []);
    look(&council, CHAIR, "ch-0001", Found::Intact).expect("the chair looks");
    council.clock.advance(2 * DAY);
    let left = overdue(&council);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(!left.contains(&Serial::new("CH", 1)));
    look(&council, CLERK, "CL-0001", Found::Intact).expect("the clerk looks");
    look(&council, CLERK, "SAFE-0001", Found::Bagged).expect("the clerk looks");
    assert_eq!(overdue(&council), []);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_broken_seal_is_an_incident_and_the_sheet_opens_nothing_any_more() {
    let (council, sheets) = Council::newly_with_envelope();
    look(&council, CLERK, "SAFE-0001", Found::Broken).expect("the clerk looks");
    let refused = council.try_as(CLERK, |session| session.check_sheet(&sheets[2]).map(drop));
    assert!(matches!(
        refused,
        Err(Error::Sheet(SheetRefused::Lost { .. }))
    ));
    let incidents = council.unlocked(AUDITOR, |session| session.incidents());
    let kinds: Vec<IncidentKind> = incidents.iter().map(|it| it.incident.kind).collect();
    assert_eq!(kinds, [IncidentKind::BrokenSeal]);
    let duties = status(&council).duties;
    assert!(duties.contains(&Duty::ReplaceSheet(Serial::new("SAFE", 1))));
    assert!(
        look(&council, CLERK, "SAFE-0002", Found::Intact).is_err(),
        "there is none"
    );
    assert!(look(&council, AUDITOR, "CH-0001", Found::Intact).is_err());
    look(&council, CLERK, "SAFE-0001", Found::Destroyed).expect("what is lost may turn up");
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_holder_leaves_and_a_successor_is_sealed_in_without_touching_the_others_paper() {
    let (council, sheets) = Council::newly_with_envelope();
    council.enrol("Nora Newchair", vault_core::person::Role::Chair);
    look(&council, CLERK, "CH-0001", Found::Returned).expect("it came back");
    look(&council, CLERK, "CH-0001", Found::Destroyed).expect("unopened");
    let sealed = council.unlocked(PROVIDER, |session| {
        let holders = ["Nora Newchair", CLERK, "place:Safe"];
        session.choose_rule(vault_core::emergency::Rule::AnyTwo, &holders, None)?;
        session.issue_sheet("Nora Newchair")?;
        session.seal()
    });
    council.unlocked(CLERK, |session| session.approve(sealed.record));
    // The clerk's and the safe's old paper opens the new epoch.
    let drilled = drill(&council, &[&sheets[1], &sheets[2]]).expect("a drill");
    assert_eq!(drilled.expect("every key opens").epoch, sealed.epoch);
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let mut requested = vault
        .request_opening(&Council::terms(), journal)
        .expect("a request");
    let refused = requested.accept(&sheets[0]);
    assert!(matches!(
        refused,
        Err(Error::Sheet(SheetRefused::Lost { .. }))
    ));
}
