//! The emergency envelope's part of the contract.

use std::fs;

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER, WEBSITE_PASSWORD};
use serde_json::Value;

use crate::desk::{Desk, MAIL_PASSWORD, SAFE, records};
use crate::ran::Ran;

fn open(desk: &Desk, more: &[&str]) -> Ran {
    let words = desk.opening(more);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words)
}

fn envelope(desk: &Desk) -> Value {
    let ran = desk.run(&["envelope", "status", "--json"]);
    assert!(matches!(ran.status, Some(0 | 13)), "{ran:?}");
    ran.json()
}

/// A sheet that another council's vault made, whose chair was merely invited.
pub(crate) fn another_councils_sheet(out: &str) {
    let desk = Desk::found();
    let first = desk.out("first.txt");
    let invite = ["person", "add", CHAIR, "--role", "chair"];
    let file = ["--initial-passphrase-file", &first];
    desk.by(PROVIDER, &[&invite[..], &file].concat()).done();
    let rule = ["envelope", "rule", "chair", "--holder", CHAIR];
    desk.by(PROVIDER, &rule).done();
    let sheet = ["envelope", "sheet", CHAIR, "--text", out];
    desk.by(PROVIDER, &sheet).done();
}

#[test]
fn status_of_the_envelope_has_its_schema_and_needs_nobody() {
    let desk = Desk::with_envelope();
    let status = envelope(&desk);
    assert_eq!(status["schema"], "coffer.envelope/1");
    assert_eq!(status["state"], "sealed");
    assert_eq!(status["rule"], "any-two");
    assert_eq!(status["epoch"], 1);
    assert_eq!(status["holders"].as_array().expect("holders").len(), 3);
    assert_eq!(status["covered"], status["coverable"]);
    assert_eq!(status["duties"].as_array().expect("duties").len(), 0);
    let told = status.to_string();
    for name in [PROVIDER, CLERK, CHAIR, AUDITOR, "Website"] {
        assert!(!told.contains(name), "{name} in {told}");
    }
    assert_eq!(envelope(&Desk::founded())["state"], "unsealed");
}

#[test]
fn a_sheet_has_one_line_of_twenty_words_and_is_its_owners_alone() {
    let desk = Desk::with_sheets();
    for name in ["chair.txt", "clerk.txt", "safe.txt"] {
        let sheet = fs::read_to_string(desk.out(name)).expect("a sheet");
        let lines = sheet
            .lines()
            .filter_map(|line| line.strip_prefix("words: "));
        let words: Vec<usize> = lines.map(|line| line.split(' ').count()).collect();
        assert_eq!(words, [20], "{name}");
    }
    let inside = crate::desk::text(&desk.path("vault/sheet.txt"));
    let sheet = ["envelope", "sheet", SAFE, "--text", &inside];
    desk.by(PROVIDER, &sheet).refused(2);
}

#[test]
fn an_opening_lists_reveals_and_leaves_duties() {
    let desk = Desk::with_envelope();
    let ran = open(&desk, &["--list", "--reveal", "website", "--json"]).done();
    let opening = ran.json();
    assert_eq!(opening["schema"], "coffer.opening/1");
    let titles: Vec<_> = opening["titles"]
        .as_array()
        .expect("titles")
        .iter()
        .collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    let revealed = &opening["revealed"][0];
    assert_eq!(revealed["title"], "Website");
    assert_eq!(revealed["fields"]["password"], WEBSITE_PASSWORD);
    assert_eq!(revealed["fields"]["username"], "council-admin");
    let status = envelope(&desk);
    assert_eq!(status["state"], "opened");
    assert!(!status["duties"].as_array().expect("duties").is_empty());
    desk.run(&["status"]).ends(13);
    let log = desk.log();
    assert_eq!(records(&log, "secret.reveal", "ok").len(), 1);
    assert_eq!(records(&log, "envelope.sheet", "ok").len(), 2);
    let open = records(&log, "envelope.open", "ok");
    let steps: Vec<_> = open.iter().map(|line| &line["step"]).collect();
    assert_eq!(steps, ["requested", "released", "listed", "closed"]);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn the_journal_stands_beside_the_vault_and_holds_no_value() {
    let desk = Desk::with_envelope();
    open(&desk, &["--reveal", "Website"]).done();
    let mut journals = 0;
    for entry in fs::read_dir(desk.path("vault")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if name.starts_with("opening-") {
            let ending = path.extension();
            journals += usize::from(ending.is_some_and(|ending| ending == "jsonl"));
            let journal = fs::read_to_string(&path).expect("a journal");
            assert!(!journal.contains(WEBSITE_PASSWORD));
        }
    }
    assert_eq!(journals, 1);
}

#[test]
fn a_second_run_continues_the_opening() {
    let desk = Desk::with_envelope();
    open(&desk, &["--list"]).done();
    open(&desk, &["--reveal", "Mail tenant"]).done();
    open(&desk, &["--reveal", "No such entry"]).ends(6);
    assert_eq!(envelope(&desk)["state"], "opened");
    assert_eq!(envelope(&desk)["epoch"], 1);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn what_does_not_open_has_its_own_status_and_releases_nothing() {
    let desk = Desk::with_envelope();
    let [chair, clerk] = ["chair.txt", "clerk.txt"].map(|name| desk.out(name));
    let terms = [
        "--opener",
        CHAIR,
        "--reason",
        "the website is down",
        "--no-input",
    ];
    let try_with = |sheets: &[&str], more: &[&str]| {
        desk.run(&[&["envelope", "open", "--list"], sheets, &terms, more].concat())
    };
    let one = ["--sheet-file", &chair];
    let twice = [&one[..], &one].concat();
    let two = ["--sheet-file", &chair, "--sheet-file", &clerk];
    try_with(&two, &[]).refused(2);
    try_with(&one, &["--yes"]).refused(8);
    try_with(&twice, &["--yes"]).refused(5);
    let foreign = desk.out("foreign.txt");
    another_councils_sheet(&foreign);
    let other = [&one[..], &["--sheet-file", &foreign]].concat();
    try_with(&other, &["--yes"]).refused(5);
    assert_eq!(envelope(&desk)["state"], "sealed");
    let unsealed = Desk::with_sheets();
    open(&unsealed, &["--list"]).refused(6);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn sealing_again_takes_fresh_sheets_and_confirmed_passwords() {
    let desk = Desk::with_envelope();
    open(&desk, &["--reveal", "Website"]).done();
    desk.by(PROVIDER, &["envelope", "seal"]).ends(13);
    for (holder, name) in [(CHAIR, "chair-2.txt"), (SAFE, "safe-2.txt")] {
        let out = desk.out(name);
        desk.by(PROVIDER, &["envelope", "sheet", holder, "--text", &out])
            .done();
    }
    desk.by(PROVIDER, &["envelope", "seal"]).ends(13);
    assert_eq!(envelope(&desk)["state"], "opened");
    desk.by(PROVIDER, &["rotate", "Website", "--generate", "words:5"])
        .done();
    desk.by(PROVIDER, &["rotate", "Website", "--confirm"])
        .done();
    let requests = desk.by(CLERK, &["requests", "--json"]).done().json();
    for request in requests["requests"].as_array().expect("requests") {
        let id = request["id"].as_str().expect("an id");
        desk.by(CLERK, &["approve", id]).done();
    }
    desk.by(PROVIDER, &["list"]).done();
    assert_eq!(envelope(&desk)["state"], "sealed", "{}", envelope(&desk));
    assert_eq!(envelope(&desk)["epoch"], 2);
    // What does not block stays listed: members told, a minute made, the use classified.
    let left = desk.run(&["status", "--json"]).ends(13).json();
    let duties = left["duties"].as_array().expect("duties").iter();
    let duties: Vec<&str> = duties.filter_map(|duty| duty["duty"].as_str()).collect();
    assert_eq!(duties, ["tell-members", "minute", "classify"]);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn an_opening_goes_on_after_a_member_unlocked_in_between() {
    let desk = Desk::with_envelope();
    open(&desk, &["--reveal", "Website"]).done();
    desk.by(CLERK, &["list"]).done();
    desk.by(PROVIDER, &["rotate", "Website", "--generate", "words:5"])
        .done();
    desk.by(PROVIDER, &["rotate", "Website", "--confirm"])
        .done();
    let again = open(&desk, &["--list", "--reveal", "Mail tenant", "--json"]).done();
    let revealed = &again.json()["revealed"][0];
    assert_eq!(revealed["fields"]["password"], MAIL_PASSWORD);
    desk.run(&["log", "verify"]).done();
}

/// What the clerk pastes into an e-mail, and what anybody makes again from the log a month later.
#[test]
fn notice_and_minute_are_kept_beside_the_journal_and_made_again_from_the_log() {
    let desk = Desk::with_envelope();
    let journal = desk.out("journal.jsonl");
    open(&desk, &["--reveal", "Website", "--journal", &journal]).done();
    let kept = desk.path("out/journal.notice.txt");
    let first = fs::read_to_string(&kept).expect("a notice");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&kept).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // A second run with the same journal's name would not write over it.
    let other = desk.out("journal-2.jsonl");
    let ran = open(&desk, &["--reveal", "Mail tenant", "--journal", &other]).done();
    assert!(ran.stderr.contains("journal-2.notice.txt"), "{ran:?}");
    let second = fs::read_to_string(desk.path("out/journal-2.notice.txt")).expect("a notice");
    assert!(
        first.contains("Website") && !first.contains("Mail tenant"),
        "{first}"
    );
    for said in ["Website", "Mail tenant", "It was opened 2 times"] {
        assert!(second.contains(said), "{said} in {second}");
    }
    let again = desk.out("again.txt");
    let ran = desk
        .by(CLERK, &["envelope", "notice", "--out", &again])
        .done();
    assert!(ran.stdout.is_empty(), "{ran:?}");
    let again = fs::read_to_string(&again).expect("a notice");
    // The head has grown since.
    let text = |text: &str| text.split("Its head").next().map(str::to_owned);
    assert_eq!(text(&again), text(&second));
    let json = desk
        .by(AUDITOR, &["envelope", "notice", "--json"])
        .done()
        .json();
    assert_eq!(json["schema"], "coffer.notice/1");
    assert_eq!(json["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["runs"][0]["shown"], serde_json::json!(["Website"]));
    desk.enrol("Stan Staff", "staff");
    desk.by("Stan Staff", &["envelope", "notice"]).refused(7);
    let never = Desk::at_work();
    never.by(CLERK, &["envelope", "notice"]).refused(6);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_script_has_the_notice_and_the_minute_in_a_file_of_its_own() {
    let desk = Desk::with_envelope();
    let notice = desk.out("notice.txt");
    open(&desk, &["--reveal", "Website", "--notice", &notice]).done();
    let text = fs::read_to_string(&notice).expect("a notice");
    for said in [
        "NOTICE TO ALL MEMBERS",
        "MINUTE",
        "CH-0001",
        "Passwords shown: Website",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains(WEBSITE_PASSWORD));
    // A name that cannot be had is found before anything is opened.
    open(&desk, &["--list", "--notice", &notice]).refused(2);
    assert_eq!(records(&desk.log(), "envelope.open", "ok").len(), 3);
}
