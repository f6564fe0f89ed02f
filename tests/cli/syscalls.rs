//! `kill -9` at every call of one command that writes, syncs, cuts or removes.

use std::fs;

use harness::{PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, count, fed, has_tool, skip, text};

/// The calls by which a transaction becomes durable, and an answer arrives.
const CALLS: [&str; 6] = [
    "pwrite64",
    "fdatasync",
    "fsync",
    "unlink",
    "ftruncate",
    "write",
];

/// At most so many points; more of them are taken evenly.
const POINTS: usize = 60;

const NEW: &str = "GreenLanternHill-9";

/// Runs `rotate` under `strace`, with `injected` between its options.
fn rotate(desk: &Desk, trace: &str, injected: &[&str]) -> crate::desk::Ran {
    let words = desk.words_of(
        PROVIDER,
        &["rotate", "Website", "--password-stdin", "--json"],
    );
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let trace = format!("trace={trace}");
    let log = text(&desk.path("tmp/trace"));
    let options = ["-f", "-qq", "-o", &log, "-e", &trace];
    fed(
        desk.through("strace", &[&options[..], injected].concat(), &words),
        NEW.as_bytes(),
    )
}

/// How often each call is made by a run that nobody disturbs.
fn points() -> Option<Vec<(&'static str, usize)>> {
    let desk = Desk::at_work();
    if rotate(&desk, &CALLS.join(","), &[]).status != Some(0) {
        return None;
    }
    let trace = fs::read_to_string(desk.path("tmp/trace")).expect("the trace");
    let mut points = Vec::new();
    for call in CALLS {
        let made = trace.matches(&format!(" {call}(")).count();
        points.extend((1..=made).map(|nth| (call, nth)));
    }
    let step = points.len().div_ceil(POINTS).max(1);
    Some(points.into_iter().step_by(step).collect())
}

/// Kills `rotate` at the call, and demands that the vault stands before or after it.
fn survives(call: &str, nth: usize) -> bool {
    let desk = Desk::at_work();
    let inject = format!("inject={call}:signal=KILL:when={nth}");
    let ran = rotate(&desk, call, &["-e", &inject]);
    let place = format!("{call} number {nth}");
    desk.run(&["log", "verify"]).done();
    let get = |more: &[&str]| desk.by(PROVIDER, &[&["get", "Website", "--reveal"], more].concat());
    let pending = get(&["--pending"]);
    let after = pending.status == Some(0);
    if after {
        assert_eq!(pending.stdout, NEW.as_bytes(), "{place}");
    } else {
        pending.refused(6);
        assert!(ran.stdout.is_empty(), "{place}: acknowledged and lost");
        assert_eq!(
            get(&[]).done().stdout,
            WEBSITE_PASSWORD.as_bytes(),
            "{place}"
        );
    }
    assert!(!desk.path("vault/coffer.vault-journal").exists(), "{place}");
    ran.status.is_none()
}

#[test]
fn a_rotation_killed_at_any_call_that_writes_is_done_or_not() {
    let points = if has_tool("strace") { points() } else { None };
    let Some(points) = points else {
        skip(
            POINTS,
            "points of a rotation: strace is not there, or may not trace",
        );
        return;
    };
    assert!(points.len() > 10, "{points:?}");
    let mut hit = 0;
    for (call, nth) in &points {
        hit += usize::from(survives(call, *nth));
    }
    count(&format!(
        "{hit} of {} points of a rotation were hit",
        points.len()
    ));
    assert!(hit * 10 >= points.len() * 9, "{hit} of {}", points.len());
}
