//! `incident`: raised, decided by somebody whom it does not concern, closed; and refusals with
//! their number.

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use serde_json::{Value, json};

use crate::desk::{Desk, records};
use crate::ran::Ran;

fn incident(desk: &Desk, by: &str, more: &[&str]) -> Ran {
    desk.by(by, &[&["incident"], more].concat())
}

fn shown(desk: &Desk, by: &str, number: &str) -> Value {
    let ran = incident(desk, by, &["show", number, "--json"]).done();
    let shown = ran.json();
    assert_eq!(shown["schema"], "coffer.incident/1");
    shown
}

/// The entry's state and why it is due, as the provider's list has it.
fn state(desk: &Desk, title: &str) -> (Value, Value) {
    let list = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let mut entries = list["entries"].as_array().expect("entries").iter();
    let found = entries.find(|entry| entry["title"] == title);
    let found = found.expect("it is listed");
    (found["state"].clone(), found["due"].clone())
}

#[test]
fn a_compromise_is_raised_decided_by_another_closed_and_the_password_due_until_changed() {
    let desk = Desk::at_work();
    let why = ["--reason", "the password went to a wrong address"];
    let raise = ["raise", "--entry", "Website", "--json"];
    let raised = incident(&desk, PROVIDER, &[&raise[..], &why].concat()).done();
    let number = raised.record().to_string();
    assert_eq!(raised.json()["id"], number);
    let suspected = json!("suspected-compromised");
    assert_eq!(
        state(&desk, "Website"),
        (suspected.clone(), json!([suspected]))
    );
    let status = desk.run(&["status"]).ends(13);
    let told = String::from_utf8(status.stdout).expect("a text");
    let hint = format!("coffer incident show {number}");
    assert!(told.contains(&hint), "{told}");

    let seen = shown(&desk, AUDITOR, &number);
    for (name, value) in [
        ("kind", json!("compromise")),
        ("state", json!("open")),
        ("person", json!(PROVIDER)),
        ("about", json!("Website")),
        ("reason", json!(why[1])),
        ("decided", json!(null)),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    let decide = ["decide", &number, "--reason", "changed at once"];
    incident(&desk, PROVIDER, &decide).refused(7);
    incident(&desk, AUDITOR, &decide).refused(7);
    incident(&desk, CLERK, &["close", &number]).refused(7);
    incident(&desk, CLERK, &["decide", &number]).refused(2);
    incident(&desk, CLERK, &decide).done();
    incident(&desk, CLERK, &["close", &number]).done();
    incident(&desk, CLERK, &["close", &number]).refused(2);
    let seen = shown(&desk, CHAIR, &number);
    assert_eq!(seen["state"], "closed");
    assert_eq!(seen["decision"], "changed at once");
    assert_eq!(seen["decided"]["by"], CLERK);
    desk.run(&["status"]).ends(13);

    assert_eq!(
        state(&desk, "Website").0,
        suspected,
        "closing changes no password"
    );
    let rotate = ["rotate", "Website", "--generate", "words:4"];
    desk.by(PROVIDER, &rotate).done();
    desk.by(PROVIDER, &["rotate", "Website", "--confirm"])
        .done();
    assert_eq!(state(&desk, "Website"), (json!("in-use"), json!([])));
    desk.run(&["status"]).done();
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_refusal_names_its_incident_and_the_same_persons_next_one_belongs_to_it() {
    let desk = Desk::at_work();
    let get = ["get", "Website", "--reveal"];
    let first = desk.by(CLERK, &get).refused(7);
    let log = desk.log();
    let number = records(&log, "secret.reveal", "denied")[0]["seq"].to_string();
    let said = format!("recorded as incident {number}");
    assert!(first.stderr.contains(&said), "{first:?}");
    let second = desk.by(CLERK, &["history", "Website"]).refused(7);
    assert!(second.stderr.contains(&said), "{second:?}");
    let other = desk.by(AUDITOR, &get).refused(7);
    assert!(!other.stderr.contains(&said), "{other:?}");
    let listed = incident(&desk, CHAIR, &["list", "--json"]).done().json();
    assert_eq!(listed["schema"], "coffer.incidents/1");
    let incidents = listed["incidents"].as_array().expect("incidents");
    assert_eq!(incidents.len(), 2);
    assert_eq!(incidents[0]["number"].to_string(), number);
    assert_eq!(incidents[0]["kind"], "refused-access");
    assert_eq!(incidents[0]["count"], 2);
    assert_eq!(
        [&incidents[0]["person"], &incidents[0]["about"]],
        [CLERK, "Website"]
    );
    // It concerns the clerk, and the provider may say what it was.
    let decide = ["decide", &number, "--reason", "a slip"];
    incident(&desk, CLERK, &decide).refused(7);
    incident(&desk, PROVIDER, &decide).done();
}

#[test]
fn whoever_reads_neither_log_nor_entry_is_told_no_title_and_no_reason() {
    let desk = Desk::at_work();
    desk.enrol("Una Usher", "staff");
    let raise = [
        "raise",
        "--entry",
        "Website",
        "--reason",
        "seen on a note",
        "--json",
    ];
    let number = incident(&desk, PROVIDER, &raise)
        .done()
        .record()
        .to_string();
    let seen = shown(&desk, "Una Usher", &number);
    assert_eq!(
        [&seen["person"], &seen["reason"]],
        [&json!(PROVIDER), &json!(null)]
    );
    assert_ne!(seen["about"], "Website");
    let raise = ["raise", "--entry", "Website", "--reason", "I heard of it"];
    incident(&desk, "Una Usher", &raise).refused(7);
}

#[test]
fn a_lost_device_and_anything_else_can_be_raised_by_anybody_with_a_reason() {
    let desk = Desk::at_work();
    let device = ["raise", "--device", "the clerk's old telephone", "--json"];
    incident(&desk, AUDITOR, &device).refused(2);
    let why = ["--reason", "left on a train"];
    let number = incident(&desk, AUDITOR, &[&device[..], &why].concat()).done();
    let seen = shown(&desk, CLERK, &number.record().to_string());
    assert_eq!(seen["kind"], "device");
    assert_eq!(seen["about"], "the clerk's old telephone");
    let other = ["raise", "--reason", "the meeting room was open", "--json"];
    let number = incident(&desk, AUDITOR, &other).done().record().to_string();
    assert_eq!(shown(&desk, CLERK, &number)["kind"], "other");
    let text = incident(&desk, CLERK, &["show", &number]).done();
    let text = String::from_utf8(text.stdout).expect("a text");
    assert!(text.contains("the meeting room was open"), "{text}");
    for more in [
        &["show", "9999"][..],
        &["close", "9999"],
        &["decide", "9999", "--reason", "x"],
    ] {
        incident(&desk, CLERK, more).refused(6);
    }
    incident(&desk, CLERK, &["show", "twelve"]).refused(2);
}

#[test]
fn an_opening_is_an_incident_that_is_closed_by_saying_what_it_was() {
    let desk = Desk::with_envelope();
    let words = desk.opening(&["--list"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words).done();
    let listed = incident(&desk, AUDITOR, &["list", "--json"]).done().json();
    let opening = &listed["incidents"][0];
    assert_eq!(opening["kind"], "opening");
    assert_eq!(
        opening["reason"],
        "the website is down and the provider away"
    );
    let number = opening["number"].to_string();
    let decide = ["decide", &number, "--reason", "it was right"];
    let refused = incident(&desk, CLERK, &decide).refused(2);
    assert!(refused.stderr.contains("classify"), "{refused:?}");
}
