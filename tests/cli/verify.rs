//! `coffer log verify`, as an auditor, a clerk with the minutes and a nightly script use it.

use harness::{AUDITOR, CLERK, PROVIDER};
use serde_json::Value;

use crate::desk::{Desk, records, text};
use crate::ran::Ran;

const VERIFY: [&str; 2] = ["log", "verify"];

impl Desk {
    fn verify(&self, more: &[&str]) -> Ran {
        self.run(&[&VERIFY[..], more].concat())
    }

    /// What stands in the minutes now: the anchor, and a file with the text.
    fn minutes(&self, name: &str) -> (String, String) {
        let words = ["log", "checkpoint", "--minutes"];
        let json = self.run(&[&words[..], &["--json"]].concat()).done().json();
        let anchor = json["anchor"].as_str().expect("an anchor").to_owned();
        let text = self.run(&words).done().stdout;
        (anchor, self.file(name, &text))
    }

    fn get(&self) {
        self.by(PROVIDER, &["get", "Website", "--reveal"]).done();
    }

    /// Another machine, which has seen nothing.
    fn forgetful(&self) {
        std::fs::remove_dir_all(self.path("state")).expect("a memory");
    }

    fn file_now(&self) -> Vec<u8> {
        std::fs::read(self.vault()).expect("the vault")
    }
}

#[test]
fn the_log_of_the_minutes_is_recognised_however_much_was_recorded_since() {
    let desk = Desk::at_work();
    let (first, minutes) = desk.minutes("march.txt");
    desk.get();
    let (second, _) = desk.minutes("june.txt");
    desk.get();
    let typed = second.to_lowercase().replace('-', " ");
    for more in [
        &["--anchor", &first][..],
        &["--anchor", &first, "--anchor", &typed],
        &["--quick", "--anchor", &second],
        &["--pins", &minutes],
        &["--pins", &minutes, "--anchor", &first, "--state"],
    ] {
        let before = desk.file_now();
        let said = desk.verify(more).done();
        let told = String::from_utf8(said.stdout).expect("text");
        assert!(told.contains("It is the log that was "), "{told}");
        assert!(!said.stderr.contains("older copy"), "{}", said.stderr);
        let json = desk.verify(&[more, &["--json"]].concat()).done().json();
        assert_eq!(json["ok"], true);
        let found = json["anchors"].as_array().into_iter().flatten();
        let mut found = found.chain(json["pins"].as_array().into_iter().flatten());
        assert!(found.all(|it| it["found"] == "same"), "{json}");
        assert!(desk.file_now() == before, "it appends nothing");
    }
}

#[test]
fn another_log_than_the_one_of_the_minutes_is_told_in_words_that_a_clerk_understands() {
    let desk = Desk::at_work();
    let other = Desk::found();
    let (anchor, minutes) = other.minutes("other.txt");
    let minutes = desk.file("other.txt", &std::fs::read(minutes).expect("the text"));
    for quick in [&[][..], &["--quick"]] {
        let ran = desk
            .verify(&[&["--anchor", &anchor], quick].concat())
            .ends(9);
        let said = "the log is not the one that was written into the minutes when it had";
        assert!(ran.stderr.contains(said), "{ran:?}");
        assert!(ran.stderr.contains("hint: compare the anchor"), "{ran:?}");
    }
    let ran = desk.verify(&["--pins", &minutes]).ends(9);
    assert!(
        ran.stderr.contains("this is not the log that was pinned"),
        "{ran:?}"
    );
    let json = desk.verify(&["--pins", &minutes, "--anchor", &anchor, "--json"]);
    let json = json.ends(9).json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["anchors"][0]["found"], "other-records");
    assert_eq!(json["pins"][0]["found"], "other-log");
}

#[test]
fn an_older_copy_is_told_by_the_minutes_on_a_machine_that_has_seen_nothing() {
    let desk = Desk::at_work();
    let old = desk.file_now();
    let (_, kept) = desk.minutes("old.txt");
    desk.get();
    let (anchor, minutes) = desk.minutes("new.txt");
    std::fs::write(desk.vault(), old).expect("the vault");
    desk.forgetful();
    for more in [["--anchor", &anchor], ["--pins", &minutes]] {
        let ran = desk.verify(&more).ends(9);
        assert!(ran.stderr.contains("records are missing"), "{ran:?}");
        assert!(ran.stderr.contains("older copy"), "{ran:?}");
    }
    desk.verify(&["--pins", &kept]).done();
}

#[test]
fn pins_with_other_keys_are_not_this_logs() {
    let desk = Desk::at_work();
    let (_, minutes) = desk.minutes("minutes.txt");
    let text = std::fs::read_to_string(&minutes).expect("the text");
    let keys = text.lines().find_map(|line| line.strip_prefix("Keys: "));
    let keys = keys.expect("the digest of the keys");
    let forged = desk.file("forged.txt", text.replace(keys, &"0".repeat(64)).as_bytes());
    let ran = desk.verify(&["--pins", &forged]).ends(9);
    assert!(
        ran.stderr.contains("does not have the people and keys"),
        "{ran:?}"
    );
}

#[test]
fn a_slip_of_the_pen_is_a_question_to_whoever_typed_and_accuses_nobody() {
    let desk = Desk::at_work();
    let (anchor, _) = desk.minutes("minutes.txt");
    let last = anchor.chars().last().expect("letters");
    let slip = anchor[..anchor.len() - 1].to_owned() + if last == 'A' { "B" } else { "A" };
    let nothing = desk.file("nothing.txt", b"The clerk reported that all was well.");
    for (more, said) in [
        (
            ["--anchor", &slip],
            "the anchor is mistyped, so nothing was checked",
        ),
        (
            ["--anchor", "1204-ABCD"],
            "that is no anchor, so nothing was checked",
        ),
        (["--pins", &nothing], "no pins stand in "),
    ] {
        let ran = desk.verify(&more).refused(2);
        assert!(ran.stderr.contains(said), "{ran:?}");
        assert!(ran.stderr.contains("hint: "), "{ran:?}");
        let worst = ["changed", "removed", "evidence"];
        assert!(
            !worst.iter().any(|word| ran.stderr.contains(word)),
            "{ran:?}"
        );
    }
    let missing = desk.path("absent.txt");
    desk.verify(&["--pins", &text(&missing)]).refused(11);
    for more in [
        &["--quick", "--pins", &nothing][..],
        &["--since-last", "--quick"],
        &["--since-last", "--state"],
        &["--since-last", "--anchor", &anchor],
        &["--since-last", "--pins", &nothing],
    ] {
        desk.verify(more).refused(2);
    }
}

#[test]
fn a_nightly_check_reads_what_is_new_and_finds_what_is_wrong_with_it() {
    let desk = Desk::at_work();
    let first = desk.verify(&["--since-last"]).done();
    let said = "remembers no check of the whole log, so all of it was checked";
    assert!(first.stderr.contains(said), "{first:?}");
    desk.get();
    let json = desk.verify(&["--since-last", "--json"]).done().json();
    let (since, records) = (&json["since"], &json["records"]);
    assert_eq!(
        records.as_u64(),
        since.as_u64().map(|since| since + 2),
        "{json}"
    );
    let nothing = desk.verify(&["--since-last"]).done();
    let told = String::from_utf8(nothing.stdout).expect("text");
    assert!(told.contains("of which 0 are new"), "{told}");
    desk.get();
    let file = rusqlite::Connection::open(desk.vault()).expect("the vault");
    let last = "(SELECT max(seq) FROM detail)";
    let sql = format!("DELETE FROM detail WHERE seq = {last}");
    file.execute_batch(&sql).expect("a statement");
    drop(file);
    let ran = desk.verify(&["--since-last"]).refused(9);
    assert!(
        ran.stderr
            .contains("the access log does not verify: record "),
        "{ran:?}"
    );
    let json = desk.verify(&["--since-last", "--json"]).ends(9).json();
    assert_eq!(
        json["record"].as_u64(),
        records.as_u64().map(|last| last + 1)
    );
}

#[test]
fn whoever_checked_the_log_has_that_put_on_record_and_nobody_else_is_asked() {
    let desk = Desk::at_work();
    let count = |log: &[Value]| records(log, "log.verify", "ok").len();
    desk.verify(&[]).done();
    assert_eq!(count(&desk.log()), 0);
    let json = desk
        .by(AUDITOR, &["log", "verify", "--record", "--json"])
        .done()
        .json();
    let quick = ["log", "verify", "--quick", "--record"];
    let quick = desk.by(CLERK, &quick).done();
    assert!(
        quick.stderr.contains("that you checked it is on record"),
        "{quick:?}"
    );
    let log = desk.log();
    assert_eq!(count(&log), 2);
    let first = records(&log, "log.verify", "ok")[0];
    assert_eq!(first["seq"], json["record"]);
    assert_eq!(first["actor"], AUDITOR);
    // Nobody is asked for a passphrase where the log is bad, or is not the one of the minutes.
    let (anchor, _) = Desk::found().minutes("other.txt");
    let before = desk.file_now();
    desk.verify(&["--record", "--no-input", "--anchor", &anchor])
        .ends(9);
    desk.verify(&["--record", "--no-input", "--as", AUDITOR])
        .refused(4);
    assert!(desk.file_now() == before);
}
