//! `log show`: the records that somebody asks for, and no line that says nothing.

use harness::{AUDITOR, CLERK, PROVIDER};
use serde_json::Value;

use crate::desk::Desk;

fn shown(desk: &Desk, options: &[&str]) -> Vec<Value> {
    let words = [&["log", "show", "--json"], options].concat();
    desk.by(AUDITOR, &words).done().json_lines()
}

#[test]
fn the_log_is_shown_by_person_entry_event_day_and_number() {
    let desk = Desk::at_work();
    desk.by(CLERK, &["get", "Mail tenant", "--reveal"]).done();
    let all = shown(&desk, &[]);
    let fits = |name: &str, value: &str| {
        let fits = all.iter().filter(|line| line[name] == value);
        fits.count()
    };
    let count = |options: &[&str]| shown(&desk, options).len();
    assert_eq!(
        count(&["--event", "secret.create"]),
        fits("event", "secret.create")
    );
    assert_eq!(count(&["--event", "secret"]), 3);
    assert_eq!(count(&["--entry", "mail TENANT"]), 2);
    let reveals = shown(&desk, &["--person", CLERK, "--event", "secret.reveal"]);
    assert_eq!(reveals.len(), 1);
    assert_eq!(reveals[0]["entry"], "Mail tenant");
    let last = shown(&desk, &["--last", "2", "--event", "secret"]);
    assert_eq!(last.len(), 2);
    assert_eq!(last[1], reveals[0]);
    assert_eq!(count(&["--to", "2001-01-01"]), 0);
    assert!(count(&["--from", "2001-01-01"]) > all.len());
    let words = ["log", "show", "--event", "secret.shown"];
    desk.by(AUDITOR, &words).refused(2);
    desk.by(AUDITOR, &["log", "show", "--from", "soon"])
        .refused(2);
}

#[test]
fn unlocks_are_left_out_for_people_and_said_to_be() {
    let desk = Desk::at_work();
    let ran = desk.by(AUDITOR, &["log", "show"]).done();
    let table = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(!table.contains("unlock"), "{table}");
    assert!(
        ran.stderr
            .contains("unlocks are left out; --event vault.unlock shows them")
    );
    let asked = desk
        .by(PROVIDER, &["log", "show", "--event", "vault.unlock"])
        .done();
    assert!(String::from_utf8_lossy(&asked.stdout).contains("unlock"));
}
