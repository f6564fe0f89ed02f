//! Lost sheets, and what is said to be done after an opening.

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER};
use serde_json::Value;

use crate::desk::{Desk, SAFE, records};
use crate::messages::Lapses;
use crate::ran::Ran;

fn open(desk: &Desk) -> Ran {
    let words = desk.opening(&["--list"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words)
}

/// The envelope's state, and the names of everything that is to be done.
fn status(desk: &Desk) -> (Value, Vec<String>) {
    let status = desk.run(&["status", "--json"]).json();
    let duties = status["duties"].as_array().expect("duties").iter();
    let names = duties.filter_map(|duty| duty["duty"].as_str().map(str::to_owned));
    (status["envelope"]["state"].clone(), names.collect())
}

#[test]
fn a_lost_sheet_opens_nothing_at_once_and_is_a_duty_until_it_is_replaced_and_sealed() {
    let desk = Desk::with_envelope();
    let lost = ["envelope", "lost", "ch-0001", "--reason", "left on a train"];
    desk.by(CHAIR, &lost).done();
    let ran = open(&desk).refused(5);
    assert!(
        ran.stderr.contains("CH-0001 was reported lost on "),
        "{ran:?}"
    );
    let owed = |names: &[&str]| {
        (
            Value::from("sealed"),
            names.iter().map(ToString::to_string).collect(),
        )
    };
    let (state, duties) = status(&desk);
    assert_eq!(state, "sealed");
    assert_eq!(duties[..2], ["replace-sheet", "seal-again"], "{duties:?}");
    desk.run(&["status"]).ends(13);
    let ran = desk.by(PROVIDER, &["envelope", "seal"]).ends(13);
    assert!(ran.stderr.contains("in place of CH-0001"), "{ran:?}");
    let out = desk.out("chair-2.txt");
    desk.by(PROVIDER, &["envelope", "sheet", CHAIR, "--text", &out])
        .done();
    assert_eq!(status(&desk).1[..1], ["seal-again"]);
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    let seal = sealed.record().to_string();
    desk.by(CLERK, &["approve", &seal]).done();
    // The lost sheet was tried: that is looked into like any other incident.
    assert_eq!(status(&desk), owed(&["incident"]));
    let log = desk.log();
    assert_eq!(records(&log, "envelope.revoke", "ok").len(), 1);
    assert_eq!(records(&log, "envelope.sheet", "denied").len(), 1);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_sheet_that_was_lost_before_it_was_sealed_is_named_by_the_seal() {
    let desk = Desk::with_sheets();
    desk.by(PROVIDER, &["envelope", "lost", "SAFE-0001"]).done();
    let ran = desk.by(PROVIDER, &["envelope", "seal"]).ends(13);
    assert!(ran.stderr.contains("in place of SAFE-0001"), "{ran:?}");
    let out = desk.out("safe-2.txt");
    desk.by(PROVIDER, &["envelope", "sheet", SAFE, "--text", &out])
        .done();
    desk.by(PROVIDER, &["envelope", "seal"]).done();
}

#[test]
fn what_cannot_be_lost_is_refused() {
    let mut lapses = Lapses::default();
    let desk = Desk::with_envelope();
    let lost = |who: &str, serial: &str| desk.by(who, &["envelope", "lost", serial]);
    for unknown in ["CH-0009", "XX-0001", "the chair's", ""] {
        lapses.look("unknown sheet", &lost(CHAIR, unknown), 6);
    }
    lost(CHAIR, "CH-0001").done();
    lapses.look("lost before", &lost(CHAIR, "CH-0001"), 2);
    lapses.look("lost before, to an auditor", &lost(AUDITOR, "CH-0001"), 2);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn anybody_with_a_login_reports_a_sheet_missing_and_an_officer_voids_it() {
    let desk = Desk::with_envelope();
    let lost = ["envelope", "lost", "ch-0001", "--reason", "not in the safe"];
    let ran = desk.by(AUDITOR, &lost).done();
    for said in [
        "as incident ",
        "it still opens until",
        "coffer envelope lost CH-0001",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    // Nobody's sheet is void by that, and it is looked into.
    let standing = || {
        let status = desk.run(&["envelope", "status", "--json"]).json();
        (
            status["holders"][0]["standing"].clone(),
            status["holders"][0]["sealed"].clone(),
        )
    };
    assert_eq!(standing(), ("sealed".into(), true.into()));
    assert!(status(&desk).1.contains(&"incident".to_owned()));
    let log = desk.log();
    let raised = records(&log, "incident.raise", "ok");
    assert_eq!(
        raised[0]["reason"],
        "sheet CH-0001 is missing: not in the safe"
    );
    assert!(records(&log, "envelope.revoke", "denied").is_empty());
    desk.by(CLERK, &lost).done();
    assert_eq!(standing(), ("lost".into(), false.into()));
    let shown = desk.run(&["envelope", "status"]);
    let shown = String::from_utf8(shown.stdout).expect("a text");
    assert!(
        shown.contains("sheet CH-0001, reported lost or destroyed"),
        "{shown}"
    );
    assert!(shown.contains("sheet CL-0001, sealed."), "{shown}");
    desk.run(&["log", "verify"]).done();
}

#[test]
fn what_follows_an_opening_is_said_once_and_its_use_by_somebody_else_than_the_opener() {
    let mut lapses = Lapses::default();
    let desk = Desk::with_envelope();
    let classify = ["envelope", "classify", "drill"];
    for words in [
        &["envelope", "done", "notice"],
        &["envelope", "done", "minute"],
        &classify,
    ] {
        let ran = desk.by(CLERK, &words[..]);
        lapses.look("nothing was opened", &ran, 6);
    }
    open(&desk).done();
    lapses.look(
        "by the auditor",
        &desk.by(AUDITOR, &["envelope", "done", "minute"]),
        7,
    );
    desk.by(CHAIR, &["envelope", "done", "notice"]).done();
    let report = desk.by(AUDITOR, &["report", "envelopes", "--json"]);
    let since = &report.done().json()["openings"][0]["followed_up"];
    assert_eq!(*since, serde_json::json!(["notice"]));
    lapses.look(
        "done before",
        &desk.by(CHAIR, &["envelope", "done", "notice"]),
        6,
    );
    lapses.look("by the opener", &desk.by(CHAIR, &classify), 7);
    desk.by(
        CLERK,
        &[&classify[..], &["--reason", "rehearsed in May"]].concat(),
    )
    .done();
    lapses.look(
        "classified before",
        &desk.by(CLERK, &["envelope", "classify", "misuse"]),
        6,
    );
    let (state, duties) = status(&desk);
    assert_eq!(state, "opened");
    assert!(duties.contains(&"minute".to_owned()), "{duties:?}");
    desk.by(CLERK, &["envelope", "done", "minute"]).done();
    let (_, duties) = status(&desk);
    for done in ["tell-members", "minute", "classify"] {
        assert!(!duties.contains(&done.to_owned()), "{done} in {duties:?}");
    }
    let log = desk.log();
    let class = records(&log, "envelope.classify", "ok");
    assert_eq!(class.len(), 1);
    assert_eq!(class[0]["reason"], "rehearsed in May");
    assert_eq!(records(&log, "envelope.classify", "denied").len(), 1);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn each_opening_is_followed_up_by_itself_oldest_first() {
    let desk = Desk::with_envelope();
    desk.enrol(COUNCILLOR, "councillor");
    open(&desk).done();
    let out = ["chair-2.txt", "safe-2.txt"].map(|name| desk.out(name));
    for (holder, out) in [CHAIR, SAFE].into_iter().zip(&out) {
        desk.by(PROVIDER, &["envelope", "sheet", holder, "--text", out])
            .done();
    }
    desk.by(PROVIDER, &["envelope", "seal"]).done();
    let open_again = ["envelope", "open", "--no-input", "--yes", "--list"];
    let sheets = ["--sheet-file", &out[0], "--sheet-file", &out[1]];
    let terms = ["--opener", CLERK, "--reason", "again"];
    desk.run(&[&open_again[..], &sheets, &terms].concat())
        .done();
    let count = |name: &str| {
        let (_, duties) = status(&desk);
        duties.iter().filter(|duty| *duty == name).count()
    };
    assert_eq!(count("minute"), 2);
    let first = desk
        .by(CHAIR, &["envelope", "done", "minute", "--json"])
        .done()
        .json();
    let second = desk
        .by(CHAIR, &["envelope", "done", "minute", "--json"])
        .done()
        .json();
    let id = |done: &Value| done["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    assert!(id(&first) < id(&second), "{first} {second}");
    assert_eq!(count("minute"), 0);
    // The chair opened the first, the clerk the second.
    desk.by(CHAIR, &["envelope", "classify", "emergency"])
        .refused(7);
    desk.by(CLERK, &["envelope", "classify", "emergency"])
        .done();
    desk.by(CLERK, &["envelope", "classify", "misuse"])
        .refused(7);
    // And the chair's sheet was used in it too.
    desk.by(CHAIR, &["envelope", "classify", "misuse"])
        .refused(7);
    desk.by(PROVIDER, &["envelope", "classify", "misuse"])
        .done();
    desk.run(&["log", "verify"]).done();
}

/// Opens with the sheets of the chair and the safe under another name than the chair's.
fn open_as(desk: &Desk, opener: &str) -> Ran {
    let mut opening = desk.opening(&["--reveal", "Website", "--json"]);
    let at = opening.iter().position(|word| word == "--opener");
    opener.clone_into(&mut opening[at.expect("somebody opens") + 1]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    desk.run(&opening).done()
}

#[test]
fn whoevers_sheet_was_used_does_not_say_what_the_opening_was_whatever_name_was_typed() {
    let desk = Desk::with_envelope();
    open_as(&desk, "Nobody Known");
    let classify = ["envelope", "classify", "drill"];
    let ran = desk.by(CHAIR, &classify).refused(7);
    assert!(
        ran.stderr.contains("your sheet was used in that opening"),
        "{ran:?}"
    );
    let report = desk.by(AUDITOR, &["report", "accesses", "--json"]);
    let exceptions = report.done().json()["exceptions"].clone();
    let mut rows = exceptions.as_array().expect("rows").iter();
    let classified = rows.find(|row| row["event"] == "envelope.classify");
    let noted = &classified.expect("it is noted")["noted"];
    let expected = serde_json::json!(["opening", "refused", "own-approval"]);
    assert_eq!(*noted, expected);
    desk.by(CLERK, &classify).done();
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_slip_in_the_openers_name_does_not_let_the_opener_say_what_the_opening_was() {
    let desk = Desk::with_envelope();
    open_as(&desk, "Clme Clerk");
    let classify = ["envelope", "classify", "drill"];
    let ran = desk.by(CLERK, &classify).refused(7);
    assert!(ran.stderr.contains("a name that is like yours"), "{ran:?}");
    desk.by(PROVIDER, &classify).done();
    desk.run(&["log", "verify"]).done();
}

#[test]
fn the_opener_is_no_witness_nobody_is_one_twice_and_too_few_stand_in_the_report() {
    let desk = Desk::with_envelope();
    let mut opening = desk.opening(&["--list"]);
    opening.retain(|word| word != "--json");
    let at = opening.iter().position(|word| word == "--witness");
    if let Some(at) = at {
        opening.drain(at..at + 2);
    }
    let more = [
        "--witness",
        "CHRIS  chair",
        "--witness",
        "Wim",
        "--witness",
        "wim ",
    ];
    opening.extend(more.map(str::to_owned));
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    let ran = desk.run(&opening).done();
    for said in [
        "CHRIS  chair opens, or was named before",
        "wim  opens, or was named before",
        "1 of 2 witnesses were named",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    let log = desk.log();
    let asked = records(&log, "envelope.open", "ok");
    assert_eq!(asked[0]["witnesses"], "Wim");
    let report = desk.by(AUDITOR, &["report", "accesses", "--json"]);
    let exceptions = report.done().json()["exceptions"].to_string();
    assert!(exceptions.contains("few-witnesses"), "{exceptions}");
    desk.run(&["log", "verify"]).done();
}
