//! What `status` says is to be done: in the order of doing, by whom it says, with commands that work
//! as they are printed.

use std::collections::BTreeMap;

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER};
use serde_json::Value;

use crate::desk::{COFFER, Desk, records};
use crate::ran::Ran;

fn open(desk: &Desk, more: &[&str]) -> Ran {
    let words = desk.opening(more);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words)
}

fn duties(desk: &Desk) -> Vec<Value> {
    let status = desk.run(&["status", "--json"]).json();
    status["duties"].as_array().expect("duties").clone()
}

fn names(duties: &[Value]) -> Vec<&str> {
    let names = duties.iter().filter_map(|duty| duty["duty"].as_str());
    names.collect()
}

/// Stores a password that somebody handed over.
fn store_first(desk: &Desk, title: &str) {
    let words = [
        "add",
        title,
        "--collection",
        "Services",
        "--kind",
        "service",
    ];
    let more = ["--state", "initial", "--password-stdin"];
    let words = [&words[..], &more].concat();
    desk.by_with(PROVIDER, &words, b"handed-over-1").done();
}

/// Pastes a printed command into a shell, as somebody.
fn paste(desk: &Desk, command: &str, person: &str, file: &str) -> Ran {
    let script = format!(
        "coffer() {{ '{COFFER}' \"$@\"; }}; {command} --no-input --as {person} --passphrase-file '{file}'"
    );
    let output = desk.by_tool("sh", &["-c", &script]).output();
    output.expect("a shell").into()
}

/// Who has which id.
fn people(desk: &Desk) -> BTreeMap<String, String> {
    let people = desk
        .by(PROVIDER, &["person", "list", "--json"])
        .done()
        .json();
    let people = people["people"].as_array().expect("people").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    people
        .map(|person| (text(&person["id"]), text(&person["name"])))
        .collect()
}

#[cfg(unix)]
#[test]
fn every_command_that_status_prints_works_as_printed_and_in_the_end_nothing_is_left() {
    let desk = Desk::with_envelope();
    desk.enrol(COUNCILLOR, "councillor");
    store_first(&desk, "Router, upstairs");
    desk.by(CLERK, &["get", "Website", "--reveal"]).refused(7);
    // A new password waits from before the opening, which may have seen its key.
    desk.by(PROVIDER, &["rotate", "Website", "--generate", "words:5"])
        .done();
    open(&desk, &["--reveal", "Website", "--reveal", "Mail tenant"]).done();
    let people = people(&desk);
    let mut rounds = 0;
    loop {
        let duties = duties(&desk);
        if duties.is_empty() {
            break;
        }
        rounds += 1;
        assert!(rounds <= 3, "{duties:#?}");
        for duty in duties {
            let person = duty["by"][0]["person"].as_str();
            let person = person.unwrap_or_else(|| panic!("nobody can do {duty}"));
            let file = desk.passphrase(&people[person]);
            let commands = duty["commands"].as_array().expect("commands");
            assert!(!commands.is_empty(), "{duty}");
            for command in commands {
                let command = command.as_str().expect("a command");
                let ran = paste(&desk, command, person, &file);
                assert_eq!(ran.status, Some(0), "{command}: {ran:?}");
            }
        }
    }
    desk.run(&["status"]).done();
    desk.run(&["log", "verify"]).done();
}

#[test]
fn duties_stand_in_the_order_of_doing_with_who_can_do_each() {
    let desk = Desk::with_envelope();
    store_first(&desk, "Router");
    open(&desk, &["--reveal", "Website"]).done();
    let duties = duties(&desk);
    let mut order = names(&duties);
    order.dedup();
    let expected = [
        "new-generation",
        "rotate-revealed",
        "change-password",
        "replace-sheet",
        "seal-again",
        "tell-members",
        "minute",
        "classify",
    ];
    assert_eq!(order, expected);
    let roles = |name: &str| -> Vec<&str> {
        let duty = duties.iter().find(|duty| duty["duty"] == name);
        let by = duty.expect("the duty")["by"].as_array().expect("people");
        by.iter().filter_map(|by| by["role"].as_str()).collect()
    };
    assert_eq!(roles("rotate-revealed"), ["it-provider"]);
    // The chair opened, by the name that was typed.
    assert!(!roles("classify").contains(&"chair"));
    assert!(roles("classify").contains(&"clerk"));
    assert!(!roles("seal-again").contains(&"auditor"));
    // The chair's sheet is best made by the chair.
    assert_eq!(roles("replace-sheet")[0], "chair");
    let locked = desk.run(&["status"]).ends(13);
    let locked = String::from_utf8(locked.stdout).expect("text");
    assert!(
        !locked.contains("Website") && !locked.contains(CHAIR),
        "{locked}"
    );
    let named = desk.by(CLERK, &["status", "--names"]).ends(13);
    let named = String::from_utf8(named.stdout).expect("text");
    assert!(named.contains(&format!("by {PROVIDER}")), "{named}");
    let sheet = format!("coffer envelope sheet \"{CHAIR}\" --pdf CH-0002.pdf");
    assert!(named.contains(&sheet), "{named}");
    let named = desk.by(PROVIDER, &["status", "--names"]).ends(13);
    let named = String::from_utf8(named.stdout).expect("text");
    assert!(
        named.contains("coffer rotate \"Website\" --generate words:5"),
        "{named}"
    );
}

#[test]
fn whoever_types_what_status_proposes_and_may_not_do_it_is_refused_and_no_incident() {
    let desk = Desk::with_envelope();
    open(&desk, &["--reveal", "Website"]).done();
    let duties = duties(&desk);
    let rotate = duties.iter().find(|duty| duty["duty"] == "rotate-revealed");
    let entry = rotate.expect("the duty")["entry"].as_str().expect("an id");
    let ran = desk.by(CLERK, &["rotate", entry, "--generate", "words:5"]);
    let ran = ran.refused(7);
    assert!(!ran.stderr.contains("incident"), "{ran:?}");
    assert_eq!(records(&desk.log(), "secret.rotate", "denied").len(), 1);
    let incidents = || {
        let status = desk.run(&["status", "--json"]).json();
        let duties = status["duties"].as_array().expect("duties").clone();
        names(&duties)
            .iter()
            .filter(|name| **name == "incident")
            .count()
    };
    assert_eq!(incidents(), 0);
    // What nobody proposed is one, and so is a try to see it.
    desk.by(CHAIR, &["rotate", "Mail tenant", "--confirm"])
        .refused(7);
    assert_eq!(incidents(), 1);
    desk.by(CLERK, &["get", entry, "--reveal"]).refused(7);
    assert_eq!(incidents(), 2);
}

#[test]
fn passwords_that_are_due_show_without_unlocking_until_they_are_changed() {
    let desk = Desk::at_work();
    desk.run(&["status"]).done();
    store_first(&desk, "Router");
    let status = desk.run(&["status", "--json"]).ends(13).json();
    assert_eq!(status["due"], 1);
    assert_eq!(status["duties"][0]["duty"], "change-password");
    assert_eq!(status["duties"][0]["why"], serde_json::json!(["initial"]));
    let ran = desk.run(&["status"]).ends(13);
    let text = String::from_utf8(ran.stdout).expect("text");
    assert!(
        text.contains("Passwords: one is due to be changed."),
        "{text}"
    );
    desk.by(PROVIDER, &["rotate", "Router", "--generate", "words:5"])
        .done();
    desk.by(PROVIDER, &["rotate", "Router", "--confirm"]).done();
    desk.run(&["status"]).done();
    desk.run(&["log", "verify"]).done();
}

/// Who prints somebody else's sheet can seal with it, and keep it.
#[test]
fn a_holder_who_confirms_a_seal_is_told_that_somebody_else_printed_their_sheet() {
    let desk = Desk::with_envelope();
    let out = desk.out("clerk-2.txt");
    desk.by(PROVIDER, &["envelope", "sheet", CLERK, "--text", &out])
        .done();
    let own = desk.out("chair-2.txt");
    desk.by(CHAIR, &["envelope", "sheet", CHAIR, "--text", &own])
        .done();
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    let seal = sealed.record();
    let requests = desk.by(CLERK, &["requests", "--json"]).done().json();
    let sheets = &requests["requests"][0]["sheets"];
    assert_eq!(sheets.as_array().map(Vec::len), Some(1), "{requests}");
    assert_eq!(sheets[0]["serial"], "CL-0002");
    assert_eq!(sheets[0]["replaces"], "CL-0001");
    assert_eq!(sheets[0]["printed_by"], PROVIDER);
    assert_eq!(sheets[0]["read_back"], false);
    let said = "counts on CL-0002 in place of your CL-0001, printed by Pat Provider on ";
    let ran = desk.by(CLERK, &["requests"]).done();
    assert!(ran.stderr.contains(said), "{ran:?}");
    let ran = desk.by(CHAIR, &["requests"]).done();
    assert!(ran.stderr.contains("does Clem Clerk hold it?"), "{ran:?}");
    let ran = desk.by(CLERK, &["approve", &seal.to_string()]).done();
    assert!(ran.stderr.contains(said), "{ran:?}");
    assert!(ran.stderr.contains("do you hold it?"), "{ran:?}");
    let status = desk.run(&["envelope", "status"]);
    let text = String::from_utf8(status.stdout).expect("text");
    let of = |serial: &str| {
        text.lines()
            .find(|line| line.contains(serial))
            .map(str::to_owned)
    };
    let (clerk, chair) = (of("CL-0002"), of("CH-0002"));
    assert!(
        clerk.is_some_and(|line| line.contains("not printed by its holder")),
        "{text}"
    );
    assert!(
        chair.is_some_and(|line| !line.contains("not printed by its holder")),
        "{text}"
    );
    desk.by(AUDITOR, &["requests"]).done();
}
