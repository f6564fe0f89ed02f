//! An opening that was made on a copy, brought in by whoever finds the journal.

use std::fs;

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use rusqlite::Connection;

use crate::desk::{Desk, records, text};
use crate::ran::fed;

#[test]
fn an_opening_on_a_copy_is_brought_in_with_its_duties() {
    let desk = Desk::opened_elsewhere();
    let journal = desk.out("journal.jsonl");
    let envelope = || desk.run(&["envelope", "status", "--json"]).done().json();
    assert_eq!(envelope()["state"], "sealed");
    let merged = desk.by(CHAIR, &["log", "merge", &journal, "--json"]).done();
    let (record, json) = (merged.record(), merged.json());
    for (what, count) in [
        ("lines", 6),
        ("sheets", 2),
        ("revealed", 1),
        ("lines_before", 0),
    ] {
        assert_eq!(json[what], count, "{what}: {json}");
    }
    assert_eq!(json["torn"], false);
    assert!(
        merged.stderr.contains("stands on the copy alone"),
        "{merged:?}"
    );
    assert_eq!(envelope()["state"], "opened");
    let status = desk.run(&["status", "--json"]).ends(13).json();
    let duties = status["duties"].as_array().expect("duties");
    let due = |what: &str| duties.iter().filter(|duty| duty["duty"] == what).count();
    for (what, count) in [
        ("rotate-revealed", 1),
        ("replace-sheet", 2),
        ("seal-again", 1),
        ("tell-members", 1),
        ("minute", 1),
        ("classify", 1),
        ("incident", 1),
    ] {
        assert_eq!(due(what), count, "{what}: {status}");
    }
    desk.run(&["log", "verify", "--state"]).done();
    let log = desk.log();
    assert_eq!(records(&log, "log.fork", "ok").len(), 1);
    assert_eq!(records(&log, "log.merge", "ok").len(), 1);
    // Whoever runs it again, in a script perhaps, is told so, and nothing is added.
    let again = desk.by(CLERK, &["log", "merge", &journal]).done();
    assert!(
        again.stderr.contains(&format!("by record {record}")),
        "{again:?}"
    );
    let shown = desk.by(AUDITOR, &["log", "show"]).done();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("bring in opening"), "{shown}");
}

#[test]
fn the_folder_of_the_copy_brings_in_who_opened_and_why_and_a_second_time_nothing() {
    let desk = Desk::opened_elsewhere();
    let stick = desk.path("out/stick");
    fs::create_dir(&stick).expect("a folder");
    for (from, to) in [
        ("copy.vault", "coffer.vault"),
        ("journal.jsonl", "opening-1.jsonl"),
    ] {
        fs::copy(desk.path("out").join(from), stick.join(to)).expect("a file");
    }
    let stick = text(&stick);
    let merged = desk.by(CLERK, &["log", "merge", &stick, "--json"]).done();
    let json = merged.json();
    assert_eq!((&json["opened"], &json["revealed"]), (&1.into(), &1.into()));
    assert!(merged.stderr.contains("came along"), "{merged:?}");
    let log = desk.log();
    let merge = records(&log, "log.merge", "ok");
    let asked = &merge[0]["brought"][0];
    assert_eq!(asked["opener"], CHAIR, "{asked}");
    assert!(asked["reason"].as_str().is_some_and(|why| !why.is_empty()));
    assert_eq!(asked["step"], "requested");
    let shown = desk.by(AUDITOR, &["report", "envelopes"]).done();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains(CHAIR), "{shown}");
    let again = desk.by(CLERK, &["log", "merge", &stick]).done();
    assert!(
        again.stderr.contains("nothing more to bring in"),
        "{again:?}"
    );
    let none = desk.by(CLERK, &["log", "merge", &text(&desk.path("pass"))]);
    none.refused(2);
}

#[test]
fn it_is_brought_in_where_this_machine_saw_the_copy_and_nothing_is_missing_then() {
    let desk = Desk::with_envelope();
    let [copy, journal] = ["copy.vault", "journal.jsonl"].map(|name| desk.out(name));
    fs::copy(desk.vault(), &copy).expect("a copy");
    let more = [
        "--reveal",
        "Website",
        "--journal",
        &journal,
        "--vault",
        &copy,
    ];
    let words = desk.opening(&more);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words).done();
    // The copy was the last that this machine saw of the vault.
    desk.by(PROVIDER, &["list"]).refused(9);
    let merged = desk.by(CLERK, &["log", "merge", &journal]).done();
    assert!(merged.stderr.contains("warning: "), "{merged:?}");
    desk.by(PROVIDER, &["list"]).done();
    desk.run(&["log", "verify", "--state"]).done();
    desk.run(&["status"]).ends(13);
}

#[test]
fn a_file_that_is_no_journal_of_this_vault_is_refused_in_plain_words() {
    let desk = Desk::opened_elsewhere();
    let journal = fs::read_to_string(desk.path("out/journal.jsonl")).expect("a journal");
    let lines: Vec<&str> = journal.lines().collect();
    let merge = |name: &str, content: &str| {
        let file = desk.file(name, content.as_bytes());
        desk.by(CLERK, &["log", "merge", &file])
    };
    let acts = || {
        let file = Connection::open(desk.vault()).expect("SQLite opens it");
        let sql = "SELECT line FROM record WHERE line NOT LIKE '%\"vault.unlock\"%'";
        let mut lines = file.prepare(sql).expect(sql);
        let lines = lines.query_map([], |row| row.get(0)).expect(sql);
        lines.collect::<Result<Vec<Vec<u8>>, _>>().expect(sql)
    };
    let before = acts();
    for (name, content, status, said) in [
        ("empty", String::new(), 2, "nor the journal of an opening"),
        (
            "words",
            "dear clerk\n".to_owned(),
            2,
            "nor the journal of an opening",
        ),
        ("gap", [lines[0], lines[2], ""].join("\n"), 9, "line 2"),
        (
            "later",
            [lines[1], lines[2], ""].join("\n"),
            9,
            "records that this file lacks",
        ),
        (
            "changed",
            journal.replacen("envelope.sheet", "envelope.sheat", 1),
            9,
            "line 2",
        ),
        (
            "other",
            journal.replace("SAFE-0001", "CL-0001"),
            9,
            "line 3",
        ),
    ] {
        let refused = merge(name, &content).refused(status);
        assert!(refused.stderr.contains(said), "{name}: {refused:?}");
        assert!(refused.stderr.contains("hint: "), "{name}: {refused:?}");
        assert!(acts() == before, "{name}");
    }
    desk.by(CLERK, &["log", "merge", "missing.jsonl"])
        .refused(11);
    desk.by(AUDITOR, &["log", "merge", &desk.out("journal.jsonl")])
        .refused(7);
    // A power cut left a part of the last line.
    let torn = merge("torn", &journal[..journal.len() - 9]).done();
    assert!(torn.stderr.contains("breaks off"), "{torn:?}");
    let rest = merge("whole", &journal).done();
    assert!(rest.stderr.contains("first 5 lines"), "{rest:?}");
}

#[test]
fn an_opening_of_this_very_file_is_not_brought_in() {
    let desk = Desk::with_envelope();
    let journal = desk.out("journal.jsonl");
    let words = desk.opening(&["--list", "--journal", &journal]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    fed(desk.command(&words), b"").done();
    let refused = desk.by(CLERK, &["log", "merge", &journal]).refused(2);
    assert!(refused.stderr.contains("this very file"), "{refused:?}");
    assert!(text(&desk.vault()).ends_with("coffer.vault"));
}
