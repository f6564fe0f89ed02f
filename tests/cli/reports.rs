//! Reports as the auditor, the council and one person are given them: in four forms, without a
//! character that acts, and on record before anything is shown.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER};
use proptest::prelude::*;
use serde_json::Value;
use vault_cli::output::{csv, escape, html};

use crate::desk::{Desk, records, text};
use crate::export::{HOSTILE, eventful};

/// The reports, and the tables that each has.
const REPORTS: [(&str, &[&str]); 5] = [
    (
        "accesses",
        &[
            "reasons",
            "people",
            "collections_used",
            "events",
            "sheets",
            "seals",
            "openings",
            "leavers",
            "exceptions",
            "accesses",
        ],
    ),
    ("custody", &["collections", "members", "entries", "sheets"]),
    ("envelopes", &["sheets", "seals", "openings", "drills"]),
    ("incidents", &["incidents"]),
    (
        "person",
        &["person", "memberships", "sheets", "did", "concerning"],
    ),
];

/// What every report tells of itself.
const ABOUT: [&str; 14] = [
    "schema",
    "origin",
    "council_name",
    "records",
    "population",
    "checkpoint",
    "anchor",
    "made",
    "by",
    "words",
    "year",
    "from",
    "until",
    "about",
];

/// The words of a report's command.
fn words<'w>(report: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    let name: &[&str] = if report == "person" { &[CLERK] } else { &[] };
    [&["report", report], name, more].concat()
}

fn json(desk: &Desk, report: &str) -> Value {
    desk.by(AUDITOR, &words(report, &["--json"])).done().json()
}

#[test]
fn each_report_has_the_schema_that_scripts_rely_on() {
    let desk = eventful();
    for (report, tables) in REPORTS {
        let said = json(&desk, report);
        assert_eq!(said["schema"], format!("coffer.report.{report}/1"));
        let members = said.as_object().expect("an object").keys();
        let members: BTreeSet<&str> = members.map(String::as_str).collect();
        let expected = ABOUT.iter().chain(tables).copied().collect();
        assert_eq!(members, expected, "{report}");
        for table in tables {
            assert!(said[*table].is_array(), "{report}: {table}");
        }
        let records = said["records"].as_u64().expect("a count");
        let head = said["checkpoint"].as_str().expect("a head");
        assert_eq!(head.lines().nth(1), Some(records.to_string().as_str()));
    }
}

#[test]
fn a_report_is_on_record_before_it_is_given_and_shows_what_happened() {
    let desk = eventful();
    let said = json(&desk, "accesses");
    let head = desk.run(&["log", "checkpoint", "--json"]).done().json();
    assert_eq!(
        head["note"], said["checkpoint"],
        "the head that it names stands"
    );
    let last = said["records"].as_u64().expect("a count") - 1;
    let log = desk.log();
    let read = log.iter().find(|line| line["seq"] == last);
    assert_eq!(read.expect("the last one")["event"], "log.read");
    let rows = |table: &str| said[table].as_array().expect("rows").clone();
    let refused = rows("accesses")
        .into_iter()
        .find(|row| row["outcome"] == "denied");
    let refused = refused.expect("the refusal");
    assert_eq!(
        (&refused["who"], &refused["what"]),
        (&CLERK.into(), &"Website".into())
    );
    assert_eq!(refused["reason"], "@SUM(1,2)");
    assert!(
        refused["noted"]
            .as_array()
            .is_some_and(|noted| noted.contains(&"refused".into()))
    );
    let opened = rows("accesses")
        .into_iter()
        .find(|row| row["who"] == "opened envelope 1");
    let opened = opened.expect("what was shown from the envelope");
    assert_eq!(
        opened["approved_by"],
        serde_json::json!(["CH-0001", "SAFE-0001"])
    );
}

#[test]
fn the_year_is_counted_and_the_registers_are_kept() {
    let desk = eventful();
    let said = json(&desk, "accesses");
    let rows = |table: &str| said[table].as_array().expect("rows").clone();
    let reasons = rows("reasons");
    let reason = |name: &str| reasons.iter().find(|row| row["exception"] == name);
    for (name, at_least) in [
        ("opening", 4),
        ("refused", 1),
        ("failed", 1),
        ("access-given", 1),
    ] {
        let row = reason(name).unwrap_or_else(|| panic!("{name}: {reasons:?}"));
        let records = row["records"].as_array().expect("numbers").len() as u64;
        assert!(records >= at_least && row["count"] == records, "{row}");
    }
    let opening = &rows("openings")[0];
    assert_eq!(
        (&opening["who"], &opening["entries_shown"]),
        (&CHAIR.into(), &1.into())
    );
    assert_eq!(rows("sheets").len(), 3);
    assert_eq!(rows("seals")[0]["confirmed_by"]["by"], CLERK);
}

#[test]
fn who_holds_what_and_what_is_open_is_told() {
    let desk = eventful();
    let custody = json(&desk, "custody");
    let entry = custody["entries"].as_array().expect("rows");
    let website = entry
        .iter()
        .find(|row| row["title"] == "Website")
        .expect("it is kept");
    assert_eq!(website["due"], serde_json::json!(["opened"]));
    assert_eq!(website["by"]["by"], PROVIDER);
    let incidents = json(&desk, "incidents");
    let states: Vec<&Value> = incidents["incidents"]
        .as_array()
        .expect("rows")
        .iter()
        .collect();
    assert!(
        states.len() >= 2 && states[0]["state"] == "open",
        "{states:?}"
    );
}

#[test]
fn a_financial_year_holds_its_own_records_and_an_impossible_one_is_refused() {
    let desk = eventful();
    let of = |year: &str| {
        let ran = desk.by(AUDITOR, &["report", "accesses", "--year", year, "--json"]);
        ran.done().json()
    };
    let past = of("2001");
    assert_eq!(
        (&past["year"], &past["from"]),
        (&"2001/02".into(), &"2001-03-31T23:00:00Z".into())
    );
    for (_, tables) in &REPORTS[..1] {
        for table in tables
            .iter()
            .filter(|table| !["sheets", "seals"].contains(table))
        {
            assert_eq!(past[*table], serde_json::json!([]), "{table}");
        }
    }
    assert_eq!(
        past["sheets"].as_array().map(Vec::len),
        Some(3),
        "what is in force"
    );
    for year in ["1960", "9999", "-5", "20266", "this"] {
        desk.by(AUDITOR, &["report", "accesses", "--year", year])
            .refused(2);
    }
}

/// A table of cells in quotes, as RFC 4180 has it.
fn parsed(file: &str) -> Vec<Vec<String>> {
    file.split_terminator("\r\n").map(cells).collect()
}

/// The cells of a row.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut rest) = (Vec::new(), row);
    loop {
        let mut cell = String::new();
        rest = rest.strip_prefix('"').expect("a cell in quotes");
        loop {
            let (text, after) = rest.split_once('"').expect("the end of a cell");
            cell.push_str(text);
            // A quote ends a cell only where it is not doubled.
            let Some(more) = after.strip_prefix('"') else {
                rest = after;
                break;
            };
            cell.push('"');
            rest = more;
        }
        cells.push(cell);
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.is_empty() => return cells,
            None => panic!("after a cell: {rest:?}"),
        }
    }
}

#[test]
fn a_table_for_spreadsheets_has_both_times_and_no_formula() {
    let desk = eventful();
    let file = |report: &str, more: &[&str]| {
        let ran = desk
            .by(AUDITOR, &words(report, &[&["--csv"], more].concat()))
            .done();
        String::from_utf8(ran.stdout).expect("UTF-8")
    };
    let accesses = file("accesses", &[]);
    let rest = accesses.strip_prefix('\u{feff}').expect("the mark");
    let rows = parsed(rest);
    assert_eq!(
        rows[0][..3],
        ["Record", "When (UTC)", "When (Europe/London)"]
    );
    assert!(rows.iter().all(|row| row.len() == rows[0].len()) && rows.len() > 2);
    assert!(
        rows.iter().flatten().any(|cell| cell == "'@SUM(1,2)"),
        "{rows:?}"
    );
    let entries = file("custody", &[]);
    assert!(entries.contains("\"'=1+1<script>"), "{entries}");
    for (report, tables) in REPORTS {
        for table in tables {
            let file = file(report, &["--table", table]);
            let rows = parsed(file.trim_start_matches('\u{feff}'));
            let formula = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!rows.iter().flatten().any(formula), "{report} {table}");
            // A time for people in a cell is one that no spreadsheet reckons with.
            let for_people = |cell: &String| cell.ends_with(" GMT") || cell.ends_with(" BST");
            assert!(!rows.iter().flatten().any(for_people), "{report} {table}");
            assert!(!file.contains(|c| escape::acts(c) && !"\u{feff}\r\n".contains(c)));
        }
    }
    let ran = desk.by(
        AUDITOR,
        &["report", "custody", "--csv", "--table", "leavers"],
    );
    assert!(
        ran.refused(2).stderr.contains("entries"),
        "the hint names the tables"
    );
    desk.by(AUDITOR, &["report", "custody", "--table", "entries"])
        .refused(2);
}

#[test]
fn a_page_has_no_script_no_character_that_acts_and_the_command_for_an_outsider() {
    let desk = eventful();
    for (report, _) in REPORTS {
        let page = desk.by(AUDITOR, &words(report, &["--html"])).done().stdout;
        let page = String::from_utf8(page).expect("UTF-8");
        let lower = page.to_lowercase();
        for acts in [
            "<script",
            "javascript:",
            " onerror=",
            " onload=",
            "<iframe",
            "<img",
            "http:",
            "https:",
        ] {
            assert!(!lower.contains(acts), "{report}: {acts}");
        }
        assert!(page.contains("default-src 'none'") && page.ends_with("</html>\n"));
        assert!(!page.contains(|c| escape::acts(c) && c != '\n'), "{report}");
        let command = page
            .split("<pre>")
            .find(|part| part.starts_with("coffer log verify"));
        let command = command.and_then(|part| part.split("</pre>").next());
        let command = command.unwrap_or_else(|| panic!("no command: {page}"));
        let outsider: Vec<&str> = command.split_whitespace().skip(1).collect();
        let vault = text(&desk.vault());
        let outsider: Vec<&str> = outsider
            .into_iter()
            .map(|word| if word == "coffer.vault" { &vault } else { word })
            .collect();
        desk.run(&outsider).done();
    }
    let page = desk
        .by(AUDITOR, &["report", "custody", "--html"])
        .done()
        .stdout;
    assert!(
        String::from_utf8_lossy(&page).contains("=1+1&lt;script&gt;"),
        "{HOSTILE}"
    );
}

#[test]
fn files_are_private_and_new_and_several_forms_are_one_reading() {
    let desk = Desk::at_work();
    let before = records(&desk.log(), "log.read", "ok").len();
    let (page, table) = (desk.out("year.html"), desk.out("year.csv"));
    let words = [
        "report", "accesses", "--html", &page, "--csv", &table, "--json",
    ];
    let said = desk.by(AUDITOR, &words).done();
    assert_eq!(said.json()["schema"], "coffer.report.accesses/1");
    for file in [&page, &table] {
        let mode = fs::metadata(file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(said.stderr.contains(file.as_str()), "{said:?}");
    }
    let whole = fs::read_to_string(&page).expect("a page");
    assert!(whole.starts_with("<!DOCTYPE html>") && whole.ends_with("</html>\n"));
    desk.by(AUDITOR, &words).refused(2);
    assert_eq!(fs::read_to_string(&page).expect("a page"), whole);
    let reads = records(&desk.log(), "log.read", "ok").len();
    assert_eq!(reads, before + 2, "the report, and the log that counts it");
    for twice in [
        &["--html", "--csv"][..],
        &["--html", "--json"],
        &["--csv", "--json"],
    ] {
        let words = [&["report", "custody"], twice].concat();
        desk.by(AUDITOR, &words).refused(2);
    }
    let unknown = [
        "report",
        "person",
        "Nobody Known",
        "--html",
        &desk.out("n.html"),
    ];
    desk.by(AUDITOR, &unknown).refused(6);
    assert!(!desk.path("out/n.html").exists());
}

#[test]
fn a_report_on_one_person_names_nobody_else() {
    let desk = eventful();
    let get = ["get", "Mail tenant", "--reveal", "--reason", "as Pat asked"];
    desk.by(CLERK, &get).done();
    for form in ["--json", "--html", "--csv"] {
        let ran = desk.by(AUDITOR, &words("person", &[form])).done();
        let said = String::from_utf8(ran.stdout).expect("UTF-8");
        for told in [PROVIDER, CHAIR, AUDITOR, "Website", "as Pat asked"] {
            assert!(!said.contains(told), "{form} tells {told}");
        }
        assert!(
            said.contains("Mail tenant") && said.contains("@SUM(1,2)"),
            "{form}"
        );
    }
    let said = json(&desk, "person");
    assert_eq!(said["person"][0]["who"], CLERK);
    let held = said["memberships"].as_array().expect("rows");
    let held = held
        .iter()
        .find(|row| row["collection"] == "Administration");
    let held = held.expect("what the clerk may read");
    assert_eq!(
        (&held["permission"], &held["by"]["by"]),
        (&"read".into(), &"another person".into())
    );
    assert!(
        said["concerning"]
            .as_array()
            .is_some_and(|rows| !rows.is_empty())
    );
}

#[test]
fn whoever_may_not_read_the_words_is_told_ids_and_no_reasons() {
    let desk = eventful();
    let enrolled = desk.enrol(COUNCILLOR, "councillor").to_string();
    desk.by(CLERK, &["approve", &enrolled]).done();
    let ran = desk
        .by(COUNCILLOR, &["report", "accesses", "--json"])
        .done();
    let said = String::from_utf8(ran.stdout.clone()).expect("UTF-8");
    for told in [
        PROVIDER, CLERK, CHAIR, COUNCILLOR, "Website", "Services", "@SUM",
    ] {
        assert!(!said.contains(told), "{told}");
    }
    assert_eq!(ran.json()["words"], false);
    assert!(
        ran.json()["accesses"]
            .as_array()
            .is_some_and(|rows| rows.len() >= 2)
    );
    let custody = desk
        .by(COUNCILLOR, &["report", "custody", "--json"])
        .done()
        .json();
    let entries = custody["entries"].as_array().expect("rows");
    let id = |row: &Value| row["title"].as_str().is_some_and(|title| title.len() == 32);
    assert!(entries.len() >= 3 && entries.iter().all(id), "{entries:?}");
}

/// Text that somebody might store to trouble a spreadsheet, a browser or a terminal.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("="),
        Just("+"),
        Just("-"),
        Just("@"),
        Just("\t"),
        Just("\r"),
        Just("\n"),
        Just("\""),
        Just("'"),
        Just(","),
        Just(";"),
        Just("<script>"),
        Just("</td>"),
        Just("&"),
        Just("<!--"),
        Just("\u{1b}[2J"),
        Just("\u{202e}"),
        Just("\u{2067}"),
        Just("\u{200b}"),
        Just("\u{feff}"),
        Just("\u{2028}"),
        Just("\u{9b}"),
        Just("\0"),
        Just("=cmd|' /C calc'!A0"),
        Just("＝"),
        Just(" "),
        Just("\u{a0}"),
        Just("a"),
        Just("é"),
        Just("עברית"),
    ];
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_stored_text_is_a_formula_a_row_or_a_cell_of_its_own(
        stored in proptest::collection::vec(hostile(), 1..6),
    ) {
        let row = csv::row(stored.iter().map(String::as_str));
        let text = row.strip_suffix("\r\n").expect("the end of a row");
        prop_assert!(!text.contains(escape::acts));
        let found = cells(text);
        prop_assert_eq!(found.len(), stored.len());
        for cell in found {
            let first = cell.trim_start().chars().next();
            let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
            prop_assert!(!formula, "{:?}", cell);
        }
    }

    #[test]
    fn no_stored_text_is_markup_or_acts_on_a_page(stored in hostile()) {
        let shown = html::text(&stored);
        prop_assert!(!shown.contains(['<', '>', '"', '\'']));
        prop_assert!(!shown.contains(escape::acts));
        let back = shown.replace("&lt;", "").replace("&gt;", "").replace("&quot;", "");
        let back = back.replace("&#39;", "").replace("&amp;", "");
        prop_assert!(!back.contains('&'));
    }
}
