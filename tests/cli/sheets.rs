//! Rules, sheets and words that cannot be taken, and what is said then.

use std::fs;

use harness::{CHAIR, CLERK, PROVIDER};

use crate::desk::{Desk, SAFE};
use crate::messages::Lapses;

#[test]
fn bad_input_about_the_envelope() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let rule = |rule: &'static str, holders: &[&'static str]| {
        let words = [&["envelope", "rule", rule, "--holder"], holders].concat();
        desk.by(PROVIDER, &words)
    };
    lapses.look("unknown rule", &rule("any-three", &[CHAIR, CLERK]), 2);
    lapses.look("rule with too few", &rule("any-two", &[CHAIR]), 2);
    lapses.look("chair without the chair", &rule("chair", &[CLERK]), 2);
    lapses.look(
        "provider and a safe",
        &rule("any-two", &[PROVIDER, SAFE]),
        2,
    );
    lapses.look("unknown holder", &rule("any-two", &[CHAIR, "Nobody"]), 6);
    lapses.look("holder twice", &rule("any-two", &[CHAIR, CHAIR]), 2);
    let sheet = desk.out("sheet.txt");
    let make = ["envelope", "sheet", CHAIR, "--text", &sheet];
    lapses.look("sheet without a rule", &desk.by(PROVIDER, &make), 2);
    lapses.look(
        "seal without a rule",
        &desk.by(PROVIDER, &["envelope", "seal"]),
        2,
    );
    let desk = Desk::with_sheets();
    let out = desk.out("chair.txt");
    let make = ["envelope", "sheet", CHAIR, "--text", &out];
    lapses.look("sheet over a file", &desk.by(PROVIDER, &make), 2);
    let out = desk.out("nobody.txt");
    let make = ["envelope", "sheet", "Nobody", "--text", &out];
    lapses.look("sheet for nobody", &desk.by(PROVIDER, &make), 6);
    assert!(fs::metadata(out).is_err(), "a refused sheet left a file");
}

/// A sheet's file with its `place`-th word changed.
fn mistyped(desk: &Desk, place: usize) -> String {
    let sheet = fs::read_to_string(desk.out("safe.txt")).expect("a sheet");
    let words = sheet.lines().find_map(|line| line.strip_prefix("words: "));
    let mut words: Vec<&str> = words.expect("words").split(' ').collect();
    let other = if words[place - 1] == "academic" {
        "acid"
    } else {
        "academic"
    };
    words[place - 1] = other;
    desk.file(
        "out/mistyped.txt",
        format!("words: {}\n", words.join(" ")).as_bytes(),
    )
}

#[test]
fn bad_sheets() {
    let mut lapses = Lapses::default();
    let desk = Desk::with_envelope();
    let [chair, safe] = ["chair.txt", "safe.txt"].map(|name| desk.out(name));
    let open = |sheets: &[&str], more: &[&str]| {
        let terms = [
            "--opener",
            CHAIR,
            "--reason",
            "the website is down",
            "--list",
        ];
        let sheets = sheets.iter().flat_map(|sheet| ["--sheet-file", sheet]);
        let words: Vec<&str> = ["envelope", "open", "--no-input"]
            .into_iter()
            .chain(sheets)
            .collect();
        desk.run(&[&words[..], &terms, more].concat())
    };
    let ran = open(&[&chair, &mistyped(&desk, 7)], &["--yes"]);
    assert!(ran.stderr.contains("word 7 "), "{ran:?}");
    lapses.look("mistyped word", &ran, 5);
    let prose = desk.file("out/prose.txt", b"words: Dear councillors\n");
    lapses.look("prose", &open(&[&chair, &prose], &["--yes"]), 5);
    let empty = desk.file("out/empty.txt", b"");
    let ran = open(&[&chair, &empty], &["--yes"]);
    assert!(matches!(ran.status, Some(2 | 5)), "{ran:?}");
    let none = desk.out("none.txt");
    lapses.look("no such sheet", &open(&[&chair, &none], &["--yes"]), 11);
    lapses.look("the same twice", &open(&[&chair, &chair], &["--yes"]), 5);
    lapses.look("one alone", &open(&[&chair], &["--yes"]), 8);
    lapses.look("without --yes", &open(&[&chair, &safe], &[]), 2);
    let who = [
        "envelope",
        "open",
        "--no-input",
        "--yes",
        "--sheet-file",
        &chair,
        &safe,
    ];
    lapses.look(
        "no opener",
        &desk.run(&[&who[..], &["--reason", "why"]].concat()),
        2,
    );
    lapses.look(
        "no reason",
        &desk.run(&[&who[..], &["--opener", CHAIR]].concat()),
        2,
    );
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["state"], "sealed");
    desk.run(&["log", "verify"]).done();
}
