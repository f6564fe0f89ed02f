//! Looking after the envelope from the command line.

use std::fs;

use harness::{AUDITOR, CHAIR, CLERK, WEBSITE_PASSWORD};

use crate::desk::{Desk, records};

fn duties(desk: &Desk) -> Vec<String> {
    let status = desk.run(&["envelope", "status", "--json"]).json();
    let duties = status["duties"].as_array().expect("duties");
    duties
        .iter()
        .map(|duty| duty["duty"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn a_drill_says_how_many_keys_open_shows_no_password_and_what_is_to_be_replaced() {
    let desk = Desk::with_envelope();
    let [clerk, safe] = ["clerk.txt", "safe.txt"].map(|name| desk.out(name));
    let words = [
        "envelope",
        "drill",
        "--sheet-file",
        &clerk,
        "--sheet-file",
        &safe,
    ];
    let ran = desk.by(CLERK, &words).done();
    assert!(ran.stdout.is_empty(), "{ran:?}");
    for part in [
        "the drill succeeded: envelope 1 opens, and so does each of the 4 keys",
        "to do: make a fresh sheet in place of CL-0001",
        "to do: make a fresh sheet in place of SAFE-0001",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
    assert!(!ran.stderr.contains(WEBSITE_PASSWORD));
    assert_eq!(records(&desk.log(), "envelope.drill", "ok").len(), 1);
    let report = desk.by(AUDITOR, &["report", "envelopes", "--json"]);
    let drill = &report.done().json()["drills"][0];
    assert_eq!(
        (&drill["outcome"], &drill["keys"], &drill["epoch"]),
        (&"ok".into(), &4.into(), &1.into())
    );
    assert_eq!(drill["by"]["by"], CLERK);
    desk.run(&["log", "verify"]).done();
    // In an emergency on the same day they still open it.
    let opening = desk.opening(&["--reveal", "Website", "--json"]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    let opened = desk.run(&opening).done().json();
    assert_eq!(
        opened["revealed"][0]["fields"]["password"],
        WEBSITE_PASSWORD
    );
}

#[test]
fn each_sheet_that_is_no_use_in_a_drill_is_told_why_before_anything_is_recorded() {
    let desk = Desk::with_envelope();
    let clerk = desk.out("clerk.txt");
    let one = ["envelope", "drill", "--sheet-file", &clerk];
    desk.by(CLERK, &one).refused(8);
    let text = fs::read_to_string(&clerk).expect("a sheet");
    let line = text.lines().find(|line| line.starts_with("words:"));
    let mut words: Vec<&str> = line.expect("the words").split(' ').collect();
    words.swap(3, 9);
    let garbled = desk.file("out/garbled.txt", words.join(" ").as_bytes());
    let check = ["envelope", "check", "--sheet-file", &garbled];
    desk.by(CLERK, &check).refused(5);
    desk.by(AUDITOR, &["envelope", "check", "--sheet-file", &clerk])
        .refused(7);
    assert!(records(&desk.log(), "envelope.check", "ok").is_empty());
    assert_eq!(duties(&desk), [""; 0]);
}

#[test]
fn what_was_seen_of_a_sheet_stands_in_the_log_with_its_bag() {
    let desk = Desk::with_envelope();
    let look = ["envelope", "look", "ch-0001", "bagged", "--bag", "B-1042"];
    let done = desk.by(
        CHAIR,
        &[&look[..], &["--witness", CLERK, "--json"]].concat(),
    );
    assert_eq!(done.done().json()["id"], "CH-0001");
    let log = desk.log();
    let seen = records(&log, "envelope.check", "ok");
    assert_eq!(seen[0]["bag"], "B-1042");
    assert_eq!(seen[0]["witnesses"], CLERK);
    desk.by(CHAIR, &["envelope", "look", "CH-0009", "intact"])
        .refused(6);
    let broken = desk.by(CLERK, &["envelope", "look", "CH-0001", "broken"]);
    let broken = broken.done();
    assert!(
        broken.stderr.contains("opens nothing in this file"),
        "{broken:?}"
    );
    assert_eq!(duties(&desk), ["replace-sheet", "seal-again"]);
    let incidents = desk
        .by(AUDITOR, &["incident", "list", "--json"])
        .done()
        .json();
    assert_eq!(incidents["incidents"][0]["kind"], "broken-seal");
}

#[test]
fn the_register_of_envelopes_tells_where_each_sheet_stands_and_of_every_opening() {
    let desk = Desk::with_envelope();
    let report = |desk: &Desk| {
        let ran = desk.by(AUDITOR, &["report", "envelopes", "--json"]);
        ran.done().json()
    };
    let standings = |report: &serde_json::Value| -> Vec<String> {
        let sheets = report["sheets"].as_array().expect("sheets");
        let told = |sheet: &serde_json::Value| {
            let word = |name: &str| sheet[name].as_str().expect("a word").to_owned();
            format!("{} {}", word("serial"), word("state"))
        };
        sheets.iter().map(told).collect()
    };
    let sealed = report(&desk);
    assert_eq!(sealed["schema"], "coffer.report.envelopes/1");
    let expected = ["CH-0001 sealed", "CL-0001 sealed", "SAFE-0001 sealed"];
    assert_eq!(standings(&sealed), expected);
    assert_eq!(sealed["openings"], serde_json::json!([]));
    let look = ["envelope", "look", "CL-0001", "bagged", "--bag", "B-1042"];
    desk.by(CLERK, &look).done();
    let opening = desk.opening(&["--list"]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    desk.run(&opening).done();
    let opened = report(&desk);
    let expected = ["CH-0001 used", "CL-0001 sealed", "SAFE-0001 used"];
    assert_eq!(standings(&opened), expected);
    assert_eq!(opened["sheets"][1]["bag"], "B-1042");
    assert_eq!(opened["sheets"][1]["found"], "bagged");
    assert_eq!(opened["openings"][0]["who"], CHAIR);
    assert_eq!(opened["openings"][0]["words"]["witnesses"], CLERK);
    assert!(opened["openings"][0]["opened"].is_string());
    // Who may not read the log's words sees numbers and standings, and what was read is on record.
    let read = records(&desk.log(), "log.read", "ok").len();
    assert!(read >= 3, "{read}");
    let text = desk.by(AUDITOR, &["report", "envelopes"]).done();
    let shown = String::from_utf8(text.stdout).expect("a text");
    assert!(
        ["B-1042", "Clem Clerk", "Envelope: drills: none"]
            .iter()
            .all(|told| shown.contains(told)),
        "{shown}"
    );
}
