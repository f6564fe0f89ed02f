//! Ctrl-C, or the end of the session, while something is written out: nothing half-written stays.

use std::fs;

use harness::{AUDITOR, PROVIDER};

use crate::desk::{Desk, has_tool, records, skip, text};
use crate::ran::{Ran, fed};

/// What is written out into a folder.
const WRITTEN_OUT: [&[&str]; 2] = [&["log", "export"], &["log", "extract", "--person", AUDITOR]];

const SIGNALS: [&str; 4] = ["INT", "TERM", "HUP", "QUIT"];

/// Writes it out, and does `injected` to the program meanwhile; the folders that it made, in order.
fn written_out(desk: &Desk, words: &[&str], injected: &[&str]) -> (Ran, Vec<String>) {
    let (folder, trace) = (desk.out("log"), text(&desk.path("tmp/trace")));
    let words = desk.words_of(AUDITOR, &[words, &[&folder]].concat());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let options = ["-qq", "-o", &trace, "-e", "trace=mkdir"];
    let options = [&options[..], injected].concat();
    let ran = fed(desk.through("strace", &options, &words), b"");
    let log = fs::read_to_string(trace).unwrap_or_default();
    let folders = log.lines().filter(|line| line.contains("mkdir("));
    (ran, folders.map(str::to_owned).collect())
}

#[test]
fn what_is_broken_off_while_it_is_written_out_vanishes_and_is_on_record_as_failed() {
    for words in WRITTEN_OUT {
        let desk = Desk::at_work();
        let (_, folders) = written_out(&desk, words, &[]);
        if !has_tool("strace") || folders.is_empty() {
            skip(
                1,
                "signals while a folder is written: nothing can be traced here",
            );
            return;
        }
        let own = folders.iter().zip(1..);
        let own = own.filter(|(made, _)| made.contains("/out/log"));
        let own: Vec<usize> = own.map(|(_, nth)| nth).collect();
        assert!(own.len() > 1, "{folders:?}");
        for (nth, signal) in own.into_iter().zip(SIGNALS) {
            broken_off(words, nth, signal);
        }
    }
}

fn broken_off(words: &[&str], nth: usize, signal: &str) {
    let desk = Desk::at_work();
    let inject = format!("inject=mkdir:signal={signal}:when={nth}");
    let (ran, _) = written_out(&desk, words, &["-e", &inject]);
    let place = format!("{signal} at folder {nth} of {words:?}: {ran:?}");
    assert_eq!(ran.status, Some(3), "{place}");
    assert!(ran.stderr.contains("was broken off"), "{place}");
    assert!(!desk.path("out/log").exists(), "{place}");
    let log = desk.log();
    let both = ["ok", "failed"].map(|outcome| records(&log, "log.export", outcome).len());
    assert_eq!(both, [1, 1], "{place}");
}

/// A kit is taken back as long as there is no record of it, and done to its end from then on.
#[test]
fn a_kit_is_broken_off_before_its_record_and_whole_after_it() {
    if !has_tool("strace") {
        skip(1, "signals while a kit is made: strace is not there");
        return;
    }
    let kit = |desk: &Desk, trace: &str, injected: &[&str]| {
        let (folder, log) = (desk.out("kit"), text(&desk.path("tmp/trace")));
        let words = desk.words_of(PROVIDER, &["envelope", "kit", &folder]);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let trace = format!("trace={trace}");
        let options = ["-qq", "-o", &log, "-e", &trace];
        let options = [&options[..], injected].concat();
        let ran = fed(desk.through("strace", &options, &words), b"");
        (ran, fs::read_to_string(log).unwrap_or_default())
    };
    let nth = |log: &str, call: &str, place: &str| {
        let calls = log.lines().filter(|line| line.contains(call));
        calls
            .zip(1..)
            .find(|(line, _)| line.contains(place))
            .map(|it| it.1)
    };
    let (_, log) = kit(&Desk::at_work(), "mkdir,openat", &[]);
    let (Some(folder), Some(sums)) = (
        nth(&log, "mkdir(", "out/kit/"),
        nth(&log, "openat(", "SHA256SUMS"),
    ) else {
        skip(1, "signals while a kit is made: strace may not trace here");
        return;
    };
    for (call, nth, status) in [("mkdir", folder, 3), ("openat", sums, 0)] {
        let desk = Desk::at_work();
        let inject = format!("inject={call}:signal=INT:when={nth}");
        let (ran, _) = kit(&desk, call, &["-e", &inject]);
        assert_eq!(ran.status, Some(status), "{call}: {ran:?}");
        let made = records(&desk.log(), "vault.backup", "ok").len();
        let stands = desk.path("out/kit/SHA256SUMS").exists();
        // Begun, and read back.
        assert_eq!((made == 2, stands), (status == 0, status == 0), "{call}");
        assert_eq!(desk.path("out/kit").exists(), stands, "{call}: {ran:?}");
    }
}
