//! "All access to administrative or shared credentials logged and auditable" (clause 4.1.5).

use std::collections::BTreeMap;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, entry};
use vault_core::audit::exception::Exception;
use vault_core::collection::Permission;
use vault_core::error::Error;
use vault_core::report::Report;
use vault_core::report::table::{Cell, Column, TableId, Term};
use vault_core::report::year::FinancialYear;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::time::Clock;
use vault_core::vault::extract::Extract;
use vault_core::vault::reports::About;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

#[test]
fn who_revealed_what_and_why_is_read_and_verified() {
    let council = Council::at_work();
    council.unlocked(PROVIDER, |session| {
        let reason = Some("moving the site to another host");
        session.reveal("Website", "password", Wanted::Current, reason)
    });
    let lines = council.read_log();
    let line = lines
        .iter()
        .find(|line| line.record.event.name() == "secret.reveal")
        .expect("it is on record");
    assert_eq!(line.actor.as_deref(), Some(PROVIDER));
    assert_eq!(line.object.as_deref(), Some("Website"));
    assert_eq!(line.words["reason"], "moving the site to another host");
    assert_eq!(line.words["field"], "password");
    assert_eq!(
        lines.last().map(|l| l.record.event.name()),
        Some("log.read")
    );
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.records, lines.len() as u64);
    assert_eq!(report.unsigned_tail, 0);
}

#[test]
fn a_failed_unlock_waits_for_the_next_signature_and_is_then_covered_by_it() {
    let council = Council::at_work();
    let wrong = harness::passphrase_of("somebody else");
    let mut vault = council.open().expect("the vault opens");
    let refused = vault.unlock(CLERK, &wrong).map(|_| ());
    assert!(matches!(refused, Err(Error::WrongPassphrase { .. })));
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.unsigned_tail, 1);
    council.unlocked(CLERK, |session| session.entries());
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.unsigned_tail, 0);
}

#[test]
fn what_a_member_may_not_see_is_not_in_their_list() {
    let council = Council::at_work();
    let entries = council.unlocked(CLERK, |session| session.entries());
    let titles: Vec<_> = entries.iter().map(|e| e.catalogue.title.as_str()).collect();
    assert_eq!(titles, ["Mail tenant"]);
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The rows of a table, each as its columns.
fn rows(report: &Report, id: TableId) -> Vec<BTreeMap<Column, Cell>> {
    let table = report.tables.iter().find(|table| table.id == id);
    let table = table.expect("the report has it");
    let row = |row: &Vec<Cell>| {
        let cells = table.columns.iter().copied().zip(row.iter().cloned());
        cells.collect()
    };
    table.rows.iter().map(row).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// The exceptions of each reason, as numbers of records.
fn reasons(report: &Report) -> BTreeMap<Exception, u64> {
    let rows = rows(report, TableId::Reasons);
    let pair = |row: BTreeMap<Column, Cell>| match (&row[&Column::Reason], &row[&Column::Count]) {
        (Cell::Term(Term::Exception(reason)), Cell::Number(count)) => (*reason, *count),
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(pair).collect()
}

/// A year in which somebody looked at night, somebody left, the envelope was opened, and one
/// password was not changed. It begins at noon on a Sunday in November.
fn a_years_council() -> Council {
    let (council, sheets) = Council::with_envelope();
    // Monday, one in the afternoon.
    council.clock.advance(DAY);
    council.unlocked(PROVIDER, |session| {
        for number in 1..=5 {
            let title = format!("Site {number}");
            session.add("Administration", &entry(&title, "PlumOrchardGate-2"))?;
        }
        Ok(())
    });
    // At night, one after another.
    council.clock.advance(12 * HOUR);
    council.unlocked(CLERK, |session| {
        for number in 1..=5 {
            let title = format!("Site {number}");
            session.reveal(&title, "password", Wanted::Current, None)?;
        }
        Ok(())
    });
    council.clock.advance(12 * HOUR);
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", CLERK, Permission::Read)?;
        session.revoke("Administration", CLERK)
    });
    let refused = council.try_as(CLERK, |session| {
        session.reveal("Site 1", "password", Wanted::Current, None)
    });
    assert!(matches!(refused.map(drop), Err(Error::Denied { .. })));
    council.clock.advance(DAY);
    council.unlocked(PROVIDER, |session| {
        session.propose("Site 1", SecretBytes::copy_from(b"FreshSecret-99"), None)?;
        session.confirm("Site 1", None)
    });
    open(&council, &sheets);
    council.clock.advance(30 * DAY);
    council
}

/// The chair opens the envelope with two sheets and looks at one entry.
fn open(council: &Council, sheets: &[SecretString]) {
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let mut asked = vault
        .request_opening(&Council::terms(), journal)
        .expect("it is asked for");
    for sheet in [&sheets[0], &sheets[2]] {
        asked.accept(sheet).expect("a good sheet");
    }
    let mut opening = asked.release().expect("the rule is met");
    opening.reveal("Website").expect("it is in scope");
    opening.close().expect("an end");
}

#[test]
fn the_auditor_reviews_the_year_and_finds_what_needs_a_look() {
    let council = a_years_council();
    let report = council.unlocked(AUDITOR, |session| session.report(About::Accesses(None)));
    assert_eq!(report.year.expect("a year").to_string(), "2026/27");
    let reasons = reasons(&report);
    for (reason, at_least) in [
        (Exception::Refused, 1),
        (Exception::AfterAccessEnded, 1),
        (Exception::ManyAtOnce, 1),
        (Exception::OutOfHours, 5),
        (Exception::FirstAccess, 5),
        (Exception::AccessGiven, 1),
        (Exception::Opening, 6),
        (Exception::FewWitnesses, 1),
        // The leaver's password that was not changed, and that which the opening showed.
        (Exception::NotChanged, 2),
    ] {
        let count = reasons.get(&reason).copied().unwrap_or_default();
        assert!(count >= at_least, "{}: {reasons:?}", reason.name());
    }
    for none in [
        Exception::NoReason,
        Exception::ClockBack,
        Exception::OwnApproval,
    ] {
        assert!(!reasons.contains_key(&none), "{}", none.name());
    }
    let leavers = rows(&report, TableId::Leavers);
    let [left] = &leavers[..] else {
        panic!("{leavers:?}")
    };
    assert_eq!(left[&Column::Who], text(CLERK));
    assert_eq!(left[&Column::Collection], text("Administration"));
    let counts = [&left[&Column::Due], &left[&Column::Changed]];
    assert_eq!(counts, [&Cell::Number(6), &Cell::Number(1)]);
    let still = ["Mail tenant", "Site 2", "Site 3", "Site 4", "Site 5"].map(str::to_owned);
    assert_eq!(left[&Column::StillDue], Cell::Texts(still.to_vec()));
    let openings = rows(&report, TableId::Openings);
    assert_eq!(openings.len(), 1);
    assert_eq!(openings[0][&Column::Who], text(CHAIR));
    assert_eq!(openings[0][&Column::EntriesShown], Cell::Number(1));
    let used = rows(&report, TableId::Sheets);
    let used = used
        .iter()
        .filter(|row| row[&Column::Used] != Cell::Times(Vec::new()));
    assert_eq!(used.count(), 2);
}

#[test]
fn what_a_leaver_left_to_be_changed_stands_in_later_years_until_it_is() {
    let council = a_years_council();
    council.clock.advance(365 * DAY);
    let leavers = |first: i16| {
        let year = FinancialYear::beginning(first);
        let report = council.unlocked(AUDITOR, |session| session.report(About::Accesses(year)));
        rows(&report, TableId::Leavers)
    };
    let [left] = &leavers(2027)[..] else {
        panic!("one of the year before")
    };
    assert_eq!(left[&Column::Who], text(CLERK));
    assert!(leavers(2025).is_empty());
    council.unlocked(PROVIDER, |session| {
        for title in ["Mail tenant", "Site 2", "Site 3", "Site 4", "Site 5"] {
            session.propose(title, SecretBytes::copy_from(b"FreshSecret-98"), None)?;
            session.confirm(title, None)?;
        }
        Ok(())
    });
    assert!(leavers(2027).is_empty());
    assert_eq!(leavers(2026).len(), 1, "it stays in its own");
}

#[test]
fn each_access_stands_with_who_gave_the_right_to_it() {
    let council = a_years_council();
    let report = council.unlocked(AUDITOR, |session| session.report(About::Accesses(None)));
    let accesses = rows(&report, TableId::Accesses);
    let by_clerk = accesses
        .iter()
        .filter(|row| row[&Column::Who] == text(CLERK));
    let by_clerk: Vec<_> = by_clerk.collect();
    assert_eq!(by_clerk.len(), 6, "five shown, one refused");
    for row in &by_clerk[..5] {
        let given = matches!(&row[&Column::ApprovedBy], Cell::By(by, _) if by == PROVIDER);
        assert!(given, "{row:?}");
    }
    assert_eq!(by_clerk[5][&Column::ApprovedBy], Cell::Nothing);
    let by_paper = accesses
        .iter()
        .find(|row| row[&Column::Who] == text("opened envelope 1"));
    let sheets = ["CH-0001", "SAFE-0001"].map(str::to_owned).to_vec();
    let by_paper = by_paper.expect("what the opening showed");
    assert_eq!(by_paper[&Column::ApprovedBy], Cell::Texts(sheets));
}

#[test]
fn whose_access_is_asked_for_today_is_told_with_who_gave_it_and_what_is_due() {
    let council = a_years_council();
    let report = council.unlocked(AUDITOR, |session| session.report(About::Custody));
    let members = rows(&report, TableId::Members);
    let of = |who: &str| -> Vec<_> {
        let theirs = members.iter().filter(|row| row[&Column::Who] == text(who));
        theirs.map(|row| row[&Column::Collection].clone()).collect()
    };
    assert_eq!(of(CLERK), [text("Services")]);
    assert_eq!(of(PROVIDER), [text("Administration"), text("Services")]);
    let entries = rows(&report, TableId::Entries);
    let due = |title: &str| {
        let found = entries
            .iter()
            .find(|row| row[&Column::Title] == text(title));
        found.expect("it is kept")[&Column::Due].clone()
    };
    assert_eq!(due("Site 1"), Cell::Terms(Vec::new()));
    assert_eq!(due("Site 2"), Cell::Terms(vec![Term::Due("leaver")]));
    assert_eq!(due("Website"), Cell::Terms(vec![Term::Due("opened")]));
}

#[test]
fn a_computer_whose_clock_is_wrong_takes_nothing_out_of_the_year_or_of_an_extract() {
    let council = Council::at_work();
    let day_before = council.clock.now().plus(-DAY);
    council.clock.advance(-20 * 365 * DAY);
    council.unlocked(PROVIDER, |session| {
        session.reveal("Website", "password", Wanted::Current, None)
    });
    council.clock.advance(20 * 365 * DAY);
    let year = FinancialYear::beginning(2026);
    let report = council.unlocked(AUDITOR, |session| session.report(About::Accesses(year)));
    let accesses = rows(&report, TableId::Accesses);
    let [access] = &accesses[..] else {
        panic!("{accesses:?}")
    };
    assert_eq!(access[&Column::Who], text(PROVIDER));
    assert!(reasons(&report).contains_key(&Exception::ClockBack));
    let asked = Extract {
        from: Some(day_before),
        entry: Some("Website"),
        ..Extract::default()
    };
    let (_, events) = council.unlocked(AUDITOR, |session| {
        session.extract_log("a folder", "since yesterday", &asked, |extract| {
            let mut events = Vec::new();
            extract.records(|record| {
                events.push(record.shown.record.event.name());
                Ok::<_, Error>(())
            })?;
            Ok::<_, Error>(events)
        })
    });
    assert!(events.contains(&"secret.reveal"), "{events:?}");
}
