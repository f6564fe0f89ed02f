//! Taking the vault over, as the contract has it.

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};

use crate::desk::{Desk, SAFE, records};
use crate::messages::Lapses;
use crate::ran::Ran;

const NEWCOMER: &str = "Nora Newcomer";

/// A takeover with the sheets of chair and safe, `more` after the rest.
fn take_over(desk: &Desk, name: &str, role: &str, more: &[&str]) -> Ran {
    let [chair, safe] = ["chair.txt", "safe.txt"].map(|name| desk.out(name));
    let passphrase = desk.passphrase(name);
    let sheets = ["--sheet-file", &chair, "--sheet-file", &safe];
    let who = ["--opener", CHAIR, "--witness", AUDITOR, "--person", name];
    let file = ["--role", role, "--new-passphrase-file", &passphrase];
    let why = ["--reason", "provider and clerk are gone", "--no-input"];
    let begin = ["envelope", "takeover"];
    desk.run(&[&begin[..], &sheets, &who, &file, &why, more].concat())
}

fn state(desk: &Desk) -> String {
    let status = desk.run(&["envelope", "status", "--json"]).json();
    status["state"].as_str().expect("a state").to_owned()
}

#[test]
fn the_chair_makes_a_provider_who_looks_after_everything_until_it_is_sealed_again() {
    let desk = Desk::with_envelope();
    let taken = take_over(&desk, NEWCOMER, "it-provider", &["--yes", "--json"]).done();
    let record = taken.record();
    // Whoever is gone can still log in, and that is said by name.
    for login in [
        "Pat Provider (IT provider)",
        "Clem Clerk (clerk)",
        "go on working.",
    ] {
        assert!(taken.stderr.contains(login), "{login}: {taken:?}");
    }
    assert_eq!(state(&desk), "opened");
    let listed = desk.by(NEWCOMER, &["list", "--json"]).done().json();
    assert_eq!(listed["entries"].as_array().expect("entries").len(), 2);
    let rotate = ["rotate", "Website", "--generate", "words:5"];
    desk.by(NEWCOMER, &rotate).done();
    desk.by(NEWCOMER, &["rotate", "Website", "--confirm"])
        .done();
    for (holder, name) in [(CHAIR, "chair-2.txt"), (SAFE, "safe-2.txt")] {
        let out = desk.out(name);
        let sheet = ["envelope", "sheet", holder, "--text", &out];
        desk.by(NEWCOMER, &sheet).done();
    }
    let sealed = desk.by(NEWCOMER, &["envelope", "seal", "--json"]).done();
    let seal = sealed.record().to_string();
    desk.by(NEWCOMER, &["approve", &seal]).refused(7);
    let early = desk.by(NEWCOMER, &["envelope", "done", "notice"]);
    early.refused(7);
    for waiting in [record.to_string(), seal] {
        desk.by(CHAIR, &["approve", &waiting]).done();
    }
    assert_eq!(state(&desk), "sealed");
    for words in [
        &["envelope", "done", "notice"][..],
        &["envelope", "done", "minute"],
        &["envelope", "classify", "emergency"],
    ] {
        desk.by(NEWCOMER, words).done();
    }
    desk.run(&["status"]).done();
    desk.run(&["log", "verify"]).done();
    let log = desk.log();
    let takeover = records(&log, "envelope.takeover", "ok");
    assert_eq!(takeover[0]["seq"], record);
    assert_eq!(takeover[0]["subject"], NEWCOMER);
    assert_eq!(takeover[0]["actor"], "opened envelope 1");
}

#[test]
fn a_takeover_that_cannot_be_is_refused_before_anything_is_opened() {
    let mut lapses = Lapses::default();
    let desk = Desk::with_envelope();
    let sealed = desk.vault();
    let before = std::fs::read(&sealed).expect("the file");
    let refused = [
        ("without --yes", NEWCOMER, "clerk", &[][..]),
        ("a councillor", NEWCOMER, "councillor", &["--yes"]),
        ("the chair", NEWCOMER, "chair", &["--yes"]),
        ("a name that is taken", PROVIDER, "clerk", &["--yes"]),
        ("in other letters", "clem CLERK", "clerk", &["--yes"]),
        ("a blank name", " ", "clerk", &["--yes"]),
    ];
    for (what, name, role, more) in refused {
        lapses.look(what, &take_over(&desk, name, role, more), 2);
    }
    let weak = desk.file("weak.txt", b"password\n");
    let words = ["envelope", "takeover", "--no-input", "--yes"];
    let who = ["--person", NEWCOMER, "--role", "clerk", "--opener", CHAIR];
    let file = ["--new-passphrase-file", &weak, "--reason", "why"];
    let chair = desk.out("chair.txt");
    let sheet = ["--sheet-file", &chair];
    let ran = desk.run(&[&words[..], &who, &file, &sheet].concat());
    lapses.look("a weak passphrase", &ran, 2);
    assert_eq!(std::fs::read(&sealed).expect("the file"), before);
    // Too few sheets are on record, and open nothing.
    let strong = desk.passphrase(NEWCOMER);
    let file = ["--new-passphrase-file", &strong, "--reason", "why"];
    let ran = desk.run(&[&words[..], &who, &file, &sheet].concat());
    lapses.look("one sheet of two", &ran, 8);
    assert_eq!(state(&desk), "sealed");
    let unsealed = Desk::with_sheets();
    let ran = take_over(&unsealed, NEWCOMER, "clerk", &["--yes"]);
    lapses.look("never sealed", &ran, 6);
    desk.run(&["log", "verify"]).done();
    let people = desk.by(CLERK, &["person", "list", "--json"]).done().json();
    assert!(!people.to_string().contains(NEWCOMER));
}
