use vault_core::id::{EntryId, PersonId};
use vault_core::person::Role;

use super::*;

fn run(witnesses: &str, titles: &[&str]) -> RunAccount {
    let shown = titles.iter().zip(1..).map(|(title, number)| Shown {
        entry: EntryId::from_bytes([number; 16]),
        title: Some((*title).to_owned()),
    });
    RunAccount {
        records: (RecordSeq::new(31), RecordSeq::new(38)),
        elsewhere: false,
        asked: "2026-11-21T22:00:00Z".parse().expect("a time"),
        released: Some("2026-11-21T22:05:00Z".parse().expect("a time")),
        opener: Some("Chris Chair".to_owned()),
        tag: None,
        reason: Some("The website is down".to_owned()),
        witnesses: Some(witnesses.to_owned()),
        sheets: vec![Serial::new("CH", 1), Serial::new("SAFE", 1)],
        shown: shown.collect(),
        made: Vec::new(),
    }
}

fn text(runs: Vec<RunAccount>) -> String {
    let account = Account {
        opening: RecordSeq::new(31),
        runs,
        class: None,
    };
    Notice {
        council: "Example Parish Council".to_owned(),
        account: &account,
        anchor: Some("38-ABCD".to_owned()),
    }
    .text()
}

#[test]
fn notice_and_minute_both_say_who_why_when_with_whom_and_what_was_shown() {
    let text = text(vec![run("Wim; Wren", &["Website"])]);
    let (notice, minute) = text
        .split_once("MINUTE FOR THE NEXT MEETING")
        .expect("both");
    for part in [notice, minute] {
        for said in [
            "Chris Chair",
            "The website is down",
            "21 November 2026, 22:05 GMT",
            "Wim, Wren",
            "CH-0001, SAFE-0001",
            "Website",
            "records 31 to 38",
        ] {
            assert!(part.contains(said), "{said} in {part}");
        }
    }
    assert!(minute.contains("Its head is now 38-ABCD."));
    assert!(text.ends_with(".\n"));
}

#[test]
fn nothing_shown_and_nobody_present_are_said_and_so_is_a_login_that_was_made() {
    let made = Made {
        person: PersonId::from_bytes([1; 16]),
        name: Some("Nora Newcomer".to_owned()),
        role: Role::ItProvider,
    };
    let taken_over = RunAccount {
        made: vec![made],
        ..run("", &[])
    };
    let text = text(vec![taken_over]);
    assert!(text.contains("Witnesses: nobody was named"));
    assert!(text.contains("Passwords shown: none"));
    assert!(text.contains("What follows: Fresh sheets will be made"));
    assert_eq!(text.matches("Nora Newcomer, IT provider").count(), 2);
}

/// A member of staff, say, who sees neither the log's words nor the collection.
#[test]
fn a_note_counts_what_its_reader_may_not_see_and_says_whose_sheets_were_used() {
    let hidden = Shown {
        entry: EntryId::from_bytes([9; 16]),
        title: None,
    };
    let mut run = run("", &["Website"]);
    run.shown.push(hidden);
    run.opener = None;
    let account = Account {
        opening: RecordSeq::new(31),
        runs: vec![run],
        class: Some(Use::Drill),
    };
    let note = in_a_note(&account);
    for said in [
        "on 21 November 2026, 22:05 GMT by whoever had the sheets CH-0001, SAFE-0001",
        "shown: Website, one password that you may not see",
        "it was said to be a drill",
    ] {
        assert!(note.contains(said), "{said} in {note}");
    }
}

#[test]
fn every_run_of_an_opening_is_told_with_those_that_came_to_nothing() {
    let tried = RunAccount {
        records: (RecordSeq::new(40), RecordSeq::new(41)),
        released: None,
        opener: Some("Ned Nobody".to_owned()),
        ..run("", &[])
    };
    let later = RunAccount {
        records: (RecordSeq::new(45), RecordSeq::new(50)),
        released: Some("2026-11-23T09:00:00Z".parse().expect("a time")),
        opener: Some("Clem Clerk".to_owned()),
        ..run("Wim", &["Mail tenant"])
    };
    let text = text(vec![run("", &["Website"]), tried, later]);
    let (notice, minute) = text
        .split_once("MINUTE FOR THE NEXT MEETING")
        .expect("both");
    assert!(notice.contains("It was opened 2 times, the last time on 23 November 2026"));
    for part in [notice, minute] {
        for said in [
            "Chris Chair",
            "Ned Nobody",
            "not opened",
            "Clem Clerk",
            "Website",
            "Mail tenant",
            "records 31 to 38",
            "records 40 to 41",
            "records 45 to 50",
        ] {
            assert!(part.contains(said), "{said} in {part}");
        }
    }
    assert!(minute.contains("who is not Chris Chair or Clem Clerk,"));
}
