//! What is said to somebody who gives what cannot be taken: the right status, one error that says
//! what happened, one hint that says what to do, and nothing else.

use std::fs;

use harness::{CLERK, COUNCILLOR, PROVIDER};

use crate::desk::Desk;
use crate::ran::{Ran, fed};

/// A secret that stands in every bad input that can hold one.
const SECRET: &str = "canary-Lantern-77";

/// What was said wrongly, so that one run tells it all.
#[derive(Default)]
pub(crate) struct Lapses(Vec<String>);

impl Lapses {
    /// Looks at a refusal: its status, its form, and what it gives away.
    pub(crate) fn look(&mut self, what: &str, ran: &Ran, status: i32) {
        let mut lapse = |why: &str| self.0.push(format!("{what}: {why}: {ran:?}"));
        if ran.status != Some(status) {
            lapse(&format!("ends with {:?}, not {status}", ran.status));
        }
        if !ran.stdout.is_empty() {
            lapse("something on standard output");
        }
        if ran.stderr.contains(SECRET) {
            lapse("a secret in the message");
        }
        if ran.stderr.chars().any(|c| c.is_control() && c != '\n') || ran.stderr.len() > 1000 {
            lapse("control characters, or a very long message");
        }
        for prefix in ["error: ", "hint: "] {
            let mut lines = ran.stderr.lines();
            let said = lines.find_map(|line| line.strip_prefix(prefix));
            if said.is_none_or(|said| !well_said(said)) {
                lapse(&format!(
                    "no {prefix:?} in lower case and without a final full stop"
                ));
            }
        }
    }
}

impl Drop for Lapses {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let lapses = &self.0;
            assert!(
                lapses.is_empty(),
                "{} lapses\n{}",
                lapses.len(),
                lapses.join("\n")
            );
        }
    }
}

/// Whether a message begins in lower case, but for names, and has no final full stop.
fn well_said(said: &str) -> bool {
    let proper = ["COFFER_", "Bitwarden"];
    let named = proper.iter().any(|name| said.starts_with(name));
    (named || !said.starts_with(char::is_uppercase)) && !said.ends_with('.') && !said.is_empty()
}

/// What the provider should not have typed, its words between bars, and its status.
type Case = (&'static str, &'static str, i32);

const TITLES: [Case; 6] = [
    ("line break in a title", "one\ntwo", 2),
    ("escape in a title", "\u{1b}]52;c;x\u{7}", 2),
    ("bidi in a title", "bank\u{202e}txt", 2),
    ("zero width in a title", "ba\u{200b}nk", 2),
    ("empty title", "", 2),
    ("blank title", "   ", 2),
];

const NEW_ENTRIES: [Case; 10] = [
    ("no words", "--generate|words:0", 2),
    ("too many words", "--generate|words:99999999999999999999", 2),
    ("few characters", "--generate|chars:1", 2),
    ("unknown recipe", "--generate|canary-Lantern-77", 2),
    ("two values", "--generate|words:4|--password-stdin", 2),
    ("no value", "--url|https://example.org", 2),
    ("unknown state", "--generate|words:4|--state|retired", 2),
    (
        "missing seed",
        "--generate|words:4|--totp-file|out/none",
        11,
    ),
    (
        "bidi in a user name",
        "--generate|words:4|--username|a\u{202e}b",
        2,
    ),
    ("unknown kind", "--generate|words:4|--kind|bank", 2),
];

const OTHERS: [Case; 23] = [
    ("unknown entry", "get|Nowhere|--reveal", 6),
    ("unknown field", "get|Mail tenant|--reveal|--field|nope", 6),
    ("unknown version", "get|Mail tenant|--reveal|--version|9", 6),
    ("nothing pending", "get|Mail tenant|--reveal|--pending", 6),
    (
        "pending and version",
        "get|Mail tenant|--pending|--version|1",
        2,
    ),
    ("ambiguous title", "get|Website|--reveal", 2),
    ("no value shown", "get|Mail tenant", 2),
    (
        "unknown collection",
        "add|New|--collection|Nope|--kind|admin|--generate|words:4",
        6,
    ),
    (
        "coffer's own",
        "add|New|--collection|Access log|--kind|admin|--generate|words:4",
        2,
    ),
    (
        "confirm without proposal",
        "rotate|Mail tenant|--confirm",
        2,
    ),
    ("abort without proposal", "rotate|Mail tenant|--abort", 2),
    ("rotate without a value", "rotate|Mail tenant", 2),
    (
        "rotate and confirm",
        "rotate|Mail tenant|--confirm|--generate|words:4",
        2,
    ),
    (
        "collection taken",
        "collection|add|services|--kind|service",
        2,
    ),
    (
        "collection with a tab",
        "collection|add|a\tb|--kind|service",
        2,
    ),
    (
        "grant to nobody",
        "collection|grant|Services|Nobody|--permission|read",
        6,
    ),
    (
        "grant in nothing",
        "collection|grant|Nope|Clem Clerk|--permission|read",
        6,
    ),
    (
        "unknown permission",
        "collection|grant|Services|Clem Clerk|--permission|own",
        2,
    ),
    (
        "managing auditor",
        "collection|grant|Services|Alex Auditor|--permission|manage",
        2,
    ),
    ("unknown command", "lits", 2),
    ("unknown approval", "approve|r999", 6),
    ("approval of nonsense", "approve|yes", 6),
    (
        "missing export",
        "import|out/none|--collection|Services",
        11,
    ),
];

const ADD: &str = "add|New|--collection|Services|--kind|service";

#[test]
fn bad_input_about_entries_and_collections() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let again = [
        "--password-stdin",
        "--collection",
        "Administration",
        "--kind",
        "service",
        "--anyway",
    ];
    let words = [&["add", "website"], &again[..]].concat();
    desk.by_with(PROVIDER, &words, b"other").done();
    let mut look = |what: &str, words: &str, status| {
        let words: Vec<&str> = words.split('|').collect();
        lapses.look(what, &desk.by(PROVIDER, &words), status);
    };
    for (what, words, status) in OTHERS {
        look(what, words, status);
    }
    for (what, words, status) in NEW_ENTRIES {
        let add = ADD.replace(
            "|--kind|service",
            if words.contains("--kind") {
                ""
            } else {
                "|--kind|service"
            },
        );
        look(what, &format!("{add}|{words}"), status);
    }
    let huge = "x".repeat(100_000);
    for (what, title, status) in TITLES.into_iter().chain([("huge title", "HUGE", 2)]) {
        let title = title.replace("HUGE", &huge);
        let add = ADD.replace("New", &title);
        look(what, &format!("{add}|--generate|words:4"), status);
    }
    look(
        "huge user name",
        &format!("{ADD}|--generate|words:4|--username|{huge}"),
        2,
    );
    desk.run(&["log", "verify"]).done();
}

#[test]
fn bad_invitations() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let taken = desk.file("out/taken.txt", b"there");
    let [con, none] = ["con.txt", "none/con.txt"].map(|name| desk.out(name));
    let cases = [
        ("existing OUT", COUNCILLOR, "councillor", &taken, 2),
        ("OUT without a folder", COUNCILLOR, "councillor", &none, 11),
        ("name taken", "clem CLERK", "clerk", &con, 2),
        ("unknown role", COUNCILLOR, "mayor", &con, 2),
        ("control in a name", "Con\u{7}", "councillor", &con, 2),
        ("empty name", "", "councillor", &con, 2),
    ];
    for (what, name, role, out, status) in cases {
        let invite = ["person", "add", name, "--role", role];
        let words = [&invite[..], &["--initial-passphrase-file", out]].concat();
        lapses.look(what, &desk.by(PROVIDER, &words), status);
    }
    assert_eq!(fs::read(&taken).expect("there"), b"there");
    assert!(
        fs::metadata(&con).is_err(),
        "a refused invitation left a file"
    );
    desk.run(&["log", "verify"]).done();
}

#[test]
fn bad_passphrases() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let latin = desk.file("pass/latin", b"caf\xe9 au lait is not UTF-8\n");
    let empty = desk.file("pass/empty", b"\nsecond line\n");
    let wrong = desk.file("pass/wrong", SECRET.as_bytes());
    let known = desk.passphrase(PROVIDER);
    let cases = [
        ("wrong passphrase", PROVIDER, &wrong, 5),
        ("unknown person", "Nobody", &known, 5),
        ("empty passphrase", PROVIDER, &empty, 2),
        ("passphrase not in UTF-8", PROVIDER, &latin, 2),
        (
            "no such passphrase file",
            PROVIDER,
            &desk.out("nothing"),
            11,
        ),
        ("passphrase is a folder", PROVIDER, &desk.out(""), 11),
    ];
    for (what, name, file, status) in cases {
        let list = [
            "list",
            "--as",
            name,
            "--no-input",
            "--passphrase-file",
            file,
        ];
        lapses.look(what, &desk.run(&list), status);
    }
    lapses.look("nobody", &desk.run(&["list", "--no-input"]), 2);
    lapses.look(
        "no passphrase",
        &desk.run(&["list", "--no-input", "--as", CLERK]),
        4,
    );
    desk.run(&["log", "verify"]).done();
}

#[test]
fn bad_foundings() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let weak = desk.file("pass/weak", b"weak\n");
    let known = desk.passphrase(PROVIDER);
    let good = ["--new-passphrase-file", &known];
    let none = "vault/none/new.vault";
    let cases: [(&str, Vec<&str>, i32); 7] = [
        ("weak passphrase", vec!["--new-passphrase-file", &weak], 2),
        ("no new passphrase", vec![], 2),
        (
            "unknown policy",
            [&good[..], &["--policy", "lax"]].concat(),
            2,
        ),
        (
            "unknown preset",
            [&good[..], &["--preset", "lax"]].concat(),
            2,
        ),
        (
            "founder without a right",
            [&good[..], &["--role", "mayor"]].concat(),
            2,
        ),
        ("no folder", [&good[..], &["--vault", none]].concat(), 11),
        (
            "over a vault",
            [&good[..], &["--vault", "vault/coffer.vault"]].concat(),
            2,
        ),
    ];
    for (what, more, status) in cases {
        let init = [
            "init",
            "--council",
            "Example",
            "--person",
            PROVIDER,
            "--no-input",
        ];
        let mut command = desk.command(&[&init[..], &more].concat());
        command.env("COFFER_VAULT", "vault/new.vault");
        lapses.look(what, &fed(command, b""), status);
    }
    assert!(
        !desk.path("vault/new.vault").exists(),
        "a refused founding left a file"
    );
    desk.run(&["log", "verify"]).done();
}

#[test]
fn bad_values_on_standard_input() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let add = [
        "add",
        "New",
        "--collection",
        "Services",
        "--kind",
        "service",
    ];
    let words = [&add[..], &["--password-stdin"]].concat();
    let seed = desk.file("out/seed", format!("{SECRET} is no base32!").as_bytes());
    for (what, value) in [
        ("no value", &b""[..]),
        ("a line break", b"\n"),
        ("CRLF", b"\r\n"),
    ] {
        lapses.look(what, &desk.by_with(PROVIDER, &words, value), 2);
    }
    let huge = SECRET.repeat(70_000);
    lapses.look(
        "huge value",
        &desk.by_with(PROVIDER, &words, huge.as_bytes()),
        2,
    );
    let with_seed = [&words[..], &["--totp-file", &seed]].concat();
    lapses.look("bad seed", &desk.by_with(PROVIDER, &with_seed, b"value"), 2);
    let rotate = ["rotate", "Website", "--password-stdin"];
    lapses.look("empty rotation", &desk.by_with(PROVIDER, &rotate, b""), 2);
    desk.by_with(PROVIDER, &words, SECRET.as_bytes()).done();
    let why = format!("it is {SECRET} now");
    let get = ["get", "New", "--reveal", "--reason", &why];
    lapses.look("secret as reason", &desk.by(PROVIDER, &get), 2);
    lapses.look(
        "control in a reason",
        &desk.by(
            PROVIDER,
            &["get", "New", "--reveal", "--reason", "a\u{1b}b"],
        ),
        2,
    );
    let largest = vec![b'x'; 1024 * 1024];
    let words = ["rotate", "New", "--password-stdin"];
    desk.by_with(PROVIDER, &words, &largest).done();
    let shown = desk
        .by(PROVIDER, &["get", "New", "--reveal", "--pending"])
        .done();
    assert!(
        shown.stdout == largest,
        "{} bytes came back",
        shown.stdout.len()
    );
    desk.run(&["log", "verify"]).done();
}
