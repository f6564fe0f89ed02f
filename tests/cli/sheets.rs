//! Rules, sheets and words that cannot be taken, and what is said then.

use std::fs;

use harness::{CHAIR, CLERK, PROVIDER};
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::shamir::{self, GroupScheme, IterationExponent, Quorum};
use vault_core::secret::{SecretBytes, SecretString};

use crate::desk::{Desk, SAFE};
use crate::emergency::another_councils_sheet;
use crate::messages::Lapses;
use crate::ran::Ran;

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

/// The words of the safe's sheet.
fn words(desk: &Desk) -> Vec<String> {
    let sheet = fs::read_to_string(desk.out("safe.txt")).expect("a sheet");
    let words = sheet.lines().find_map(|line| line.strip_prefix("words: "));
    let words = words.expect("words").split(' ');
    words.map(str::to_owned).collect()
}

/// The file of a sheet with these words.
fn sheet_of(desk: &Desk, words: &[String]) -> String {
    let line = format!("words: {}\n", words.join(" "));
    desk.file("out/mistyped.txt", line.as_bytes())
}

/// A sheet's file with another word of the list in each of these places.
fn mistyped(desk: &Desk, places: &[usize]) -> String {
    let mut words = words(desk);
    for place in places {
        let word = &mut words[place - 1];
        let other = ["academic", "acid"].into_iter().find(|other| other != word);
        other.expect("one of two").clone_into(word);
    }
    sheet_of(desk, &words)
}

/// An opening with these sheets, of which the last is the one to be refused.
fn open(desk: &Desk, sheets: &[&str]) -> Ran {
    let terms = ["--opener", CHAIR, "--reason", "the website is down"];
    let sheets = sheets.iter().flat_map(|sheet| ["--sheet-file", sheet]);
    let words: Vec<&str> = ["envelope", "open", "--no-input", "--yes", "--list"]
        .into_iter()
        .chain(sheets)
        .chain(terms)
        .collect();
    desk.run(&words)
}

/// The chair's sheet and the clerk's, which suffice, and one that is refused with these words: it
/// is named, and nothing is released.
#[track_caller]
fn refused(desk: &Desk, sheet: &str, said: &[&str]) {
    let before = desk.run(&["envelope", "status", "--json"]).json();
    let [chair, clerk] = ["chair.txt", "clerk.txt"].map(|name| desk.out(name));
    let first = if sheet == chair { &clerk } else { &chair };
    let ran = open(desk, &[first, sheet]).refused(5);
    for words in said {
        assert!(ran.stderr.contains(words), "{words}: {ran:?}");
    }
    if sheet != clerk && before["epoch"] == 1 {
        open(desk, &[&chair, &clerk, sheet]).refused(5);
    }
    let after = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(after["state"], before["state"], "something was released");
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_word_that_is_not_on_the_list_is_named_with_the_one_that_was_probably_meant() {
    let desk = Desk::with_envelope();
    let mut words = words(&desk);
    let meant = words[2].clone();
    words[2].replace_range(1..2, "q");
    let hint = format!("did you mean {meant}?");
    refused(
        &desk,
        &sheet_of(&desk, &words),
        &["word 3 ", "not on the list", &hint],
    );
}

#[test]
fn wrong_words_of_the_list_are_located_where_there_is_one_and_counted_where_there_are_more() {
    let desk = Desk::with_envelope();
    let one = mistyped(&desk, &[17]);
    refused(&desk, &one, &["word 17 of the sheet does not fit"]);
    let two = mistyped(&desk, &[4, 17]);
    refused(&desk, &two, &["two or more words of the sheet are wrong"]);
    let short = sheet_of(&desk, &words(&desk)[..19]);
    refused(&desk, &short, &["too few"]);
}

#[test]
fn a_share_that_is_no_sheet_and_another_councils_sheet_are_told_apart() {
    let desk = Desk::with_envelope();
    let share = desk.file("out/share.txt", a_share().as_bytes());
    refused(&desk, &share, &["not those of an emergency sheet"]);
    let foreign = desk.out("foreign.txt");
    another_councils_sheet(&foreign);
    refused(&desk, &foreign, &["does not belong to this vault"]);
}

/// The words of one share of two, as SLIP-0039 has them: well formed, and no sheet.
fn a_share() -> String {
    let quorum = Quorum::new(2, 2).expect("two of two");
    let scheme = GroupScheme::new(1, vec![quorum]).expect("one group");
    let secret = SecretBytes::copy_from(&[7; 16]);
    let empty = SecretString::new(String::new());
    let exponent = IterationExponent::ZERO;
    let shares = shamir::split(&secret, &scheme, &empty, exponent, &mut OsEntropy);
    shares.expect("a split")[0][0]
        .to_words()
        .expose()
        .to_owned()
}

#[test]
fn the_same_sheet_again_is_named() {
    let desk = Desk::with_envelope();
    let safe = desk.out("safe.txt");
    let ran = open(&desk, &[&safe, &safe]).refused(5);
    assert!(
        ran.stderr.contains("sheet SAFE-0001 was given before"),
        "{ran:?}"
    );
}

#[test]
fn a_sheet_that_was_never_sealed_and_one_that_was_retired_name_each_other() {
    let desk = Desk::with_envelope();
    let fresh = desk.out("safe-2.txt");
    let make = ["envelope", "sheet", SAFE, "--text", &fresh];
    desk.by(PROVIDER, &make).done();
    let never = ["sheet SAFE-0002 was made", "never sealed with it"];
    refused(&desk, &fresh, &never);
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    let seal = sealed.record().to_string();
    desk.by(CLERK, &["approve", &seal]).done();
    let retired = ["SAFE-0001 was retired on ", "use SAFE-0002"];
    refused(&desk, &desk.out("safe.txt"), &retired);
    open(&desk, &[&desk.out("chair.txt"), &fresh]).done();
}

#[test]
fn a_share_that_is_damaged_in_the_file_is_told_with_the_first_sheet_that_needs_it() {
    let desk = Desk::with_envelope();
    let db = rusqlite::Connection::open(desk.vault()).expect("the file");
    let changed = db.execute("UPDATE share SET file = zeroblob(200) WHERE place = 2", []);
    assert_eq!(changed, Ok(1));
    drop(db);
    let said = ["SAFE-0001 is right, but its share", "try a backup"];
    refused(&desk, &desk.out("safe.txt"), &said);
    let [chair, clerk] = ["chair.txt", "clerk.txt"].map(|name| desk.out(name));
    open(&desk, &[&chair, &clerk]).done();
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
    let one = mistyped(&desk, &[7]);
    lapses.look("mistyped word", &open(&[&chair, &one], &["--yes"]), 5);
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
