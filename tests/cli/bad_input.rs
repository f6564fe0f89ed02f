//! Input that nobody should type: refused with a status, a reason and a hint, or carried byte for
//! byte; never a panic, and never a raw control character on a terminal.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use harness::{CLERK, PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, has_tool, skip};
use crate::messages::Lapses;
use crate::ran::{Ran, fed};

/// What is wrong, the words between bars, and the status. `HUGE` is a very long word, `LONG` a
/// name longer than a file may have, and `DEEP` a path longer than one may be.
type Case = (&'static str, &'static [u8], i32);

const REFUSED: [Case; 36] = [
    ("command of an escape sequence", b"\x1b]0;owned\x07", 2),
    ("command not in UTF-8", b"\xff\xfe", 2),
    ("option of an escape sequence", b"list|--\x1b[2J", 2),
    ("option not in UTF-8", b"list|--\xff", 2),
    (
        "title not in UTF-8",
        b"add|\xff|--collection|Services|--kind|service|--generate|words:4",
        2,
    ),
    (
        "huge title",
        b"add|HUGE|--collection|Services|--kind|service|--generate|words:4",
        2,
    ),
    (
        "newline in a URL",
        b"add|New|--collection|Services|--kind|service|--generate|words:4|--url|http://a\nb",
        2,
    ),
    (
        "C1 control in a user name",
        b"add|New|--collection|Services|--kind|service|--generate|words:4|--username|a\xc2\x9b2J",
        2,
    ),
    (
        "huge collection",
        b"add|New|--collection|HUGE|--kind|service|--generate|words:4",
        6,
    ),
    (
        "huge kind",
        b"add|New|--collection|Services|--kind|HUGE|--generate|words:4",
        2,
    ),
    (
        "escape in a collection's name",
        b"collection|add|\x1b[31mred|--kind|service",
        2,
    ),
    (
        "huge name of a collection",
        b"collection|add|HUGE|--kind|service",
        2,
    ),
    (
        "person not in UTF-8",
        b"collection|grant|Services|\xff|--permission|read",
        2,
    ),
    (
        "person of control characters",
        b"collection|grant|Services|\x07\x1b|--permission|read",
        6,
    ),
    ("entry of an escape sequence", b"get|\x1b[2J|--reveal", 6),
    ("empty entry", b"get||--reveal", 6),
    ("huge entry", b"get|HUGE|--reveal", 6),
    (
        "field of an escape sequence",
        b"get|Website|--reveal|--field|\x1b[2J",
        6,
    ),
    ("empty field", b"get|Website|--reveal|--field|", 6),
    (
        "version 2^64",
        b"get|Website|--reveal|--version|18446744073709551616",
        2,
    ),
    (
        "version 2^64 - 1",
        b"get|Website|--reveal|--version|18446744073709551615",
        6,
    ),
    (
        "version 2^63",
        b"get|Website|--reveal|--version|9223372036854775808",
        6,
    ),
    ("version 0", b"get|Website|--reveal|--version|0", 6),
    ("version -1", b"get|Website|--reveal|--version|-1", 2),
    (
        "full-width version",
        b"get|Website|--reveal|--version|\xef\xbc\x91",
        2,
    ),
    ("huge reason", b"get|Website|--reveal|--reason|HUGE", 2),
    (
        "reason not in UTF-8",
        b"get|Website|--reveal|--reason|\xff",
        2,
    ),
    ("words 2^64", b"generate|words:18446744073709551616", 2),
    ("words -1", b"generate|words:-1", 2),
    ("a million characters", b"generate|chars:1000000", 2),
    ("approval 10^23", b"approve|r99999999999999999999999", 6),
    ("approval 2^64 - 1", b"approve|18446744073709551615", 6),
    (
        "256 councillors",
        b"envelope|rule|officer+councillors|--councillors|256|--holder|x",
        2,
    ),
    (
        "export of an escape sequence",
        b"import|\x1b[2J|--collection|Services",
        11,
    ),
    (
        "OUT of too long a name",
        b"person|add|New|--role|staff|--initial-passphrase-file|LONG",
        11,
    ),
    (
        "OUT of too long a path",
        b"person|add|New|--role|staff|--initial-passphrase-file|DEEP",
        11,
    ),
];

fn words(words: &[u8]) -> impl Iterator<Item = OsString> {
    words.split(|byte| *byte == b'|').map(|word| {
        OsString::from_vec(match word {
            b"HUGE" => b"x".repeat(100_000),
            b"LONG" => b"x".repeat(300),
            b"DEEP" => b"a/".repeat(3000),
            _ => word.to_vec(),
        })
    })
}

/// Runs the words for the provider.
fn run(desk: &Desk, given: &[u8]) -> Ran {
    let who = desk.words_of(PROVIDER, &[]);
    let mut command = desk.command(&[]);
    command.args(words(given)).args(who);
    fed(command, b"")
}

#[test]
fn whatever_words_are_typed_the_answer_is_a_status_a_reason_and_a_hint() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    for (what, given, status) in REFUSED {
        lapses.look(what, &run(&desk, given), status);
    }
    let [long, deep] = ["x".repeat(300), "a/".repeat(3000)];
    for vault in [long.as_str(), &deep, "\u{1b}[2J", "no\u{202e}where"] {
        lapses.look(vault, &desk.by(PROVIDER, &["list", "--vault", vault]), 11);
    }
    let get = ["get", "Website", "--reveal"];
    let shown = desk.by(PROVIDER, &get).done();
    assert_eq!(shown.stdout, WEBSITE_PASSWORD.as_bytes());
    desk.run(&["log", "verify"]).done();
}

#[test]
fn whatever_a_passphrase_file_holds_nobody_unlocks_who_should_not() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let right = std::fs::read(desk.passphrase(PROVIDER)).expect("a passphrase");
    let with = |more: &[u8]| [&right[..], more].concat();
    let cases = [
        ("NUL after it", with(b"\0"), 5),
        ("blank after it", with(b" "), 5),
        ("blank before it", [&b" "[..], &right].concat(), 5),
        (
            "two byte order marks",
            [&b"\xef\xbb\xbf\xef\xbb\xbf"[..], &right].concat(),
            5,
        ),
        ("not UTF-8", with(b"\xff"), 2),
        ("huge", b"x".repeat(1_000_000), 2),
        ("nothing", Vec::new(), 2),
        (
            "UTF-16",
            right.iter().flat_map(|byte| [*byte, 0]).collect(),
            5,
        ),
    ];
    for (what, bytes, status) in cases {
        let desk = Desk::at_work();
        let file = desk.file("pass/odd", &bytes);
        let who = ["--as", PROVIDER, "--passphrase-file", &file, "--no-input"];
        lapses.look(what, &desk.run(&[&["list"][..], &who].concat()), status);
    }
    for number in ["-1", "99", "4294967295", "4294967296"] {
        let who = ["--as", PROVIDER, "--passphrase-fd", number, "--no-input"];
        let ran = desk.run(&[&["list"][..], &who].concat());
        let status = if ["-1", "4294967296"].contains(&number) {
            2
        } else {
            11
        };
        lapses.look(number, &ran, status);
    }
}

fn add(desk: &Desk, title: &str, value: &[u8]) -> Ran {
    let words = [
        "add",
        title,
        "--collection",
        "Services",
        "--kind",
        "service",
    ];
    desk.by_with(
        PROVIDER,
        &[&words[..], &["--password-stdin"]].concat(),
        value,
    )
}

#[test]
fn a_value_of_any_bytes_comes_back_byte_for_byte() {
    let desk = Desk::at_work();
    let all: Vec<u8> = (0..=255).collect();
    let values: [(&str, &[u8]); 4] = [
        ("Every byte", &all),
        ("Line breaks", b"\r\n\n a \r\n\r\n"),
        ("One NUL", b"\0"),
        ("Escapes", b"\x1b]52;c;cm0=\x07\xc2\x9b2J\xe2\x80\xae"),
    ];
    for (title, value) in values {
        add(&desk, title, value).done();
        let shown = desk.by(PROVIDER, &["get", title, "--reveal"]).done();
        // One final line break is the terminal's and not the value's.
        let kept = value.strip_suffix(b"\r\n").unwrap_or(value);
        assert_eq!(shown.stdout, kept, "{title}");
    }
    on_a_terminal(&desk, "Escapes");
}

/// Shows the entry on a terminal, where nothing in it may act.
fn on_a_terminal(desk: &Desk, title: &str) {
    if !has_tool("script") {
        skip(1, "value on a terminal: there is no script");
        return;
    }
    let file = desk.passphrase(PROVIDER);
    let coffer = crate::desk::COFFER;
    let command = format!(
        "'{coffer}' get '{title}' --reveal --no-input --as '{PROVIDER}' --passphrase-file '{file}'"
    );
    let ran = fed(
        desk.by_tool("script", &["-qefc", &command, "/dev/null"]),
        b"",
    )
    .done();
    let shown = String::from_utf8(ran.stdout).expect("a terminal is shown UTF-8");
    let raw = |c: char| (c.is_control() && !"\r\n".contains(c)) || c == '\u{202e}';
    assert!(!shown.contains(raw), "{shown:?}");
    assert!(shown.contains("52;c;cm0="), "{shown:?}");
}

#[test]
fn names_that_look_alike_are_never_taken_for_each_other() {
    let mut lapses = Lapses::default();
    let desk = Desk::at_work();
    let cyrillic_title = "W\u{435}bsite";
    let titles = [cyrillic_title, "\u{ff37}ebsite", "Websit\u{e9}", "Web-site"];
    for title in titles {
        add(&desk, title, title.as_bytes()).done();
    }
    for title in titles {
        let shown = desk.by(PROVIDER, &["get", title, "--reveal"]).done();
        assert_eq!(shown.stdout, title.as_bytes());
    }
    // Composed or not, in capitals or not, with more blanks or not: one name.
    let same = desk
        .by(PROVIDER, &["get", "  WEBSITE\u{301} ", "--reveal"])
        .done();
    assert_eq!(same.stdout, "Websit\u{e9}".as_bytes());
    let shown = desk.by(PROVIDER, &["get", "Website", "--reveal"]).done();
    assert_eq!(shown.stdout, WEBSITE_PASSWORD.as_bytes());
    let file = desk.passphrase(PROVIDER);
    for (what, name) in [
        ("Cyrillic", "P\u{430}t Provider"),
        ("full-width", "\u{ff30}at Provider"),
        ("zero width", "Pat\u{200b} Provider"),
        ("blanks left out", "PatProvider"),
    ] {
        let who = ["--as", name, "--passphrase-file", &file, "--no-input"];
        lapses.look(what, &desk.run(&[&["list"][..], &who].concat()), 5);
    }
    let out = desk.out("out.txt");
    let invite = ["person", "add", "  clem\u{2003}CLERK ", "--role", "clerk"];
    let words = [&invite[..], &["--initial-passphrase-file", &out]].concat();
    lapses.look("the same clerk", &desk.by(PROVIDER, &words), 2);
    let ran = add(&desk, "website", b"another");
    lapses.look("a title that is in use", &ran, 2);
    desk.store("website", "Services", b"another");
    let ran = desk.by(PROVIDER, &["get", "WEBSITE", "--reveal"]);
    assert_eq!(ran.stderr.matches(" in Services").count(), 2, "{ran:?}");
    lapses.look("two of one title", &ran, 2);
}

/// An export whose texts would act on a terminal or break a line.
const EXPORT: &str = "url,username,password,totp,extra,name,grouping,fav\n\
    https://example.org/\u{1b}[2J,a\u{9b}31mb,\u{1b}c,,\"line one\nline \u{7}two\",\u{1b}]0;owned\u{7},,0\n\
    https://example.org,=1+1,plain,,,\u{202e}drawkcab,,0\n\
    https://example.org,clerk,plain,,,HUGE,,0\n";

#[test]
fn what_an_export_brings_in_never_acts_on_a_terminal() {
    let desk = Desk::at_work();
    let export = EXPORT.replace("HUGE", &"x".repeat(1_000_000));
    let file = desk.file("out/export.csv", export.as_bytes());
    let into = ["--collection", "Services"];
    let import = |more: &[&str]| desk.by(PROVIDER, &[&["import", &file][..], &into, more].concat());
    let mut said = vec![import(&[]), import(&["--json"]), import(&["--apply"])];
    for words in [
        &["list"][..],
        &["list", "--plain"],
        &["list", "--json"],
        &["requests"],
    ] {
        said.push(desk.by(PROVIDER, words).done());
    }
    said.push(desk.by(CLERK, &["log", "show"]).done());
    for ran in said {
        assert!(matches!(ran.status, Some(0 | 2 | 13)), "{:?}", ran.status);
        let stdout = String::from_utf8(ran.stdout).expect("UTF-8");
        let raw = |c: char| (c.is_control() && !"\n\t".contains(c)) || c == '\u{202e}';
        for said in [&stdout, &ran.stderr] {
            let at = said.find(raw);
            assert_eq!(
                at,
                None,
                "{:?}",
                at.map(|at| said.get(at.saturating_sub(20)..))
            );
        }
    }
    desk.run(&["log", "verify"]).done();
}
