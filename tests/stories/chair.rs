//! "A copy in a sealed envelope, only to be accessed in an emergency" (clause 4.1.2).

use harness::{CHAIR, Council, PROVIDER, TestJournal, WEBSITE_PASSWORD};
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::fact::Fact;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{EnvelopeRefused, Error, Invalid, SheetRefused};
use vault_core::secret::SecretString;
use vault_core::vault::issue::ReadBack;
use vault_core::vault::log::LogLine;
use vault_core::vault::opening::Requested;
use vault_core::vault::typing::{Seeming, specimen};
use vault_core::vault::verify::{Depth, verify};

#[test]
fn the_chair_opens_the_envelope_with_two_sheets_and_everything_is_on_record() {
    let (council, sheets) = Council::with_envelope();
    let journal = TestJournal::default();
    let mut vault = council.open().expect("the vault opens");
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(journal.clone()))
        .expect("a request");
    requested.accept(&sheets[0]).expect("the chair's sheet");
    assert!(!requested.is_met());
    requested.accept(&sheets[2]).expect("the safe's sheet");
    let mut opening = requested.release().expect("the rule is met");
    let titles: Vec<_> = opening
        .list()
        .expect("the titles")
        .into_iter()
        .map(|title| title.title)
        .collect();
    assert_eq!(titles, ["Mail tenant", "Website"]);
    let website = opening.reveal("website").expect("the website");
    assert_eq!(website.fields[0].1.expose(), WEBSITE_PASSWORD.as_bytes());
    opening.close().expect("the end");
    let status = vault.status().expect("the status");
    assert_eq!(status.envelope.state, EnvelopeState::Opened);
    let revealed = |duty: &Duty| matches!(duty, Duty::RotateRevealed { .. });
    assert_eq!(status.duties.iter().filter(|d| revealed(d)).count(), 1);
    assert_eq!(journal.lines().len(), 7);
    let lines = council.read_log();
    let told: Vec<_> = lines
        .iter()
        .filter(|line| line.record.event.name() == "secret.reveal")
        .map(|line| (line.actor.clone(), line.object.clone()))
        .collect();
    let expected = (Some("opened envelope 1".into()), Some("Website".into()));
    assert_eq!(told, [expected]);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn one_sheet_alone_opens_nothing_and_the_same_sheet_twice_is_named() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    let serial = requested.accept(&sheets[1]).expect("the clerk's sheet");
    let again = requested.accept(&sheets[1]);
    let expected = SheetRefused::Repeated(serial);
    assert!(matches!(again, Err(Error::Sheet(refused)) if refused == expected));
    assert!(matches!(requested.release(), Err(Error::RuleNotMet)));
    let status = vault.status().expect("the status");
    assert_eq!(status.envelope.state, EnvelopeState::Sealed);
}

/// Its records of sheets that were made, or given up.
fn issues(council: &Council, outcome: Outcome) -> Vec<LogLine> {
    let log = council.read_log();
    let issued = |line: &LogLine| line.record.event == Event::EnvelopeIssue;
    let lines = log.into_iter().filter(issued);
    lines
        .filter(|line| line.record.outcome == outcome)
        .collect()
}

#[test]
fn a_sheet_that_could_not_be_written_down_does_not_stand() {
    let (council, _) = Council::with_envelope();
    let before = issues(&council, Outcome::Ok).len();
    let draft = council.unlocked(PROVIDER, |session| session.draft_sheet(CHAIR));
    assert_eq!(draft.serial.as_str(), "CH-0002");
    assert_eq!(issues(&council, Outcome::Ok).len(), before);
    let written = council.unlocked(PROVIDER, |session| session.issue_sheet(CHAIR));
    assert_eq!(written.serial, draft.serial, "its number was not used up");
    let overtaken = council.try_as(PROVIDER, |session| {
        session.record_sheet(draft, ReadBack::Done)
    });
    let expected = Invalid::Envelope(EnvelopeRefused::SheetOvertaken);
    assert!(matches!(overtaken, Err(Error::Invalid(why)) if why == expected));
}

#[test]
fn the_record_of_a_sheet_says_whether_its_words_were_read_back() {
    let (council, _) = Council::with_envelope();
    for (read_back, expected) in [(ReadBack::Done, true), (ReadBack::Skipped, false)] {
        let issued = council.unlocked(PROVIDER, |session| {
            let draft = session.draft_sheet(CHAIR)?;
            session.record_sheet(draft, read_back)
        });
        let lines = issues(&council, Outcome::Ok);
        let line = lines.iter().find(|line| line.record.seq == issued.record);
        let said = line.and_then(|line| match line.record.facts.first() {
            Some(Fact::Sheet(facts)) => Some(facts.read_back),
            _ => None,
        });
        assert_eq!(said, Some(expected));
    }
    council.unlocked(PROVIDER, |session| {
        let draft = session.draft_sheet(CHAIR)?;
        session.reject_sheet(draft)
    });
    assert_eq!(issues(&council, Outcome::Failed).len(), 1);
    let next = council.unlocked(PROVIDER, |session| session.draft_sheet(CHAIR));
    assert_eq!(next.serial.as_str(), "CH-0004");
}

#[test]
fn the_specimen_is_refused_as_what_it_is_and_leaves_no_record() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let journal = TestJournal::default();
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(journal.clone()))
        .expect("a request");
    let recorded = journal.lines().len();
    let refused = requested.accept(&specimen());
    assert!(matches!(refused, Err(Error::Sheet(SheetRefused::Specimen))));
    assert_eq!(journal.lines().len(), recorded);
    requested.accept(&sheets[0]).expect("the chair's sheet");
}

#[test]
fn two_words_tell_which_sheet_it_is_and_what_is_lacking_is_named() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let records = vault.ledger().size;
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    let two = |sheet: &SecretString| {
        let words: Vec<&str> = sheet.expose().split(' ').take(2).collect();
        SecretString::new(words.join(" "))
    };
    let seems = |requested: &Requested<'_>, sheet: &SecretString| match requested.seems(&two(sheet))
    {
        Seeming::Useful(known) => known.serial.to_string(),
        other => format!("{other:?}"),
    };
    for (sheet, serial) in sheets.iter().zip(["CH-0001", "CL-0001", "SAFE-0001"]) {
        assert_eq!(seems(&requested, sheet), serial);
    }
    let nobodys = SecretString::new("academic academic".to_owned());
    assert_eq!(requested.seems(&nobodys), Seeming::Unknown);
    assert_eq!(
        requested.seems(&SecretString::new("academic".to_owned())),
        Seeming::Unknown
    );
    assert_eq!(
        (
            requested.lacking().sheets,
            requested.lacking().helpful.len()
        ),
        (2, 3)
    );
    let clerk = requested.accept(&sheets[1]).expect("the clerk's sheet");
    let useless = Seeming::Useless(SheetRefused::Repeated(clerk));
    assert_eq!(requested.seems(&two(&sheets[1])), useless);
    let lacking = requested.lacking();
    let helpful: Vec<_> = lacking
        .helpful
        .iter()
        .map(|sheet| sheet.serial.as_str())
        .collect();
    assert_eq!((lacking.sheets, helpful), (1, vec!["CH-0001", "SAFE-0001"]));
    // A guess at a sheet leaves no record: the request and one accepted sheet are all.
    drop(requested);
    assert_eq!(vault.ledger().size, records + 2);
}
