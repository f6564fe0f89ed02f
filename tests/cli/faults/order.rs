//! In which order a command records and speaks, by the calls that it makes.

use std::fs;

use super::acts::{ACTS, Act};
use super::points::{trace_of, traced};
use crate::desk::{count, has_tool, skip};

/// Calls that write, and those by which a transaction of a DELETE journal ends.
const CALLS: &str = "trace=write,writev,unlink,unlinkat,fsync,fdatasync,openat";

const JOURNAL: &str = "coffer.vault-journal\"";

/// What a run had done when it first spoke.
#[derive(Debug, Default, PartialEq, Eq)]
struct Silence {
    begun: usize,
    committed: usize,
    /// Whether the folder was flushed after the last journal went: the commit is then durable.
    flushed: bool,
}

/// Reads a trace up to the first byte on standard output; nothing where there is none.
fn silence(trace: &str) -> Option<Silence> {
    let mut silence = Silence::default();
    for line in trace.lines() {
        let said = line
            .split_once(' ')
            .map_or(line, |(_, said)| said.trim_start());
        let journal = said.contains(JOURNAL) && !said.contains("ENOENT");
        if said.starts_with("write(1,") || said.starts_with("writev(1,") {
            return Some(silence);
        } else if said.starts_with("openat(") && journal && said.contains("O_CREAT") {
            silence.begun += 1;
        } else if said.starts_with("unlink") && journal {
            silence.committed += 1;
            silence.flushed = false;
        } else if said.starts_with("fsync(") || said.starts_with("fdatasync(") {
            silence.flushed = true;
        }
    }
    None
}

/// Clause 4.1.5, in its order: the record first, then the word.
#[test]
fn not_a_byte_is_said_before_the_record_is_durable() {
    if !has_tool("strace") {
        skip(
            ACTS.len(),
            "commands whose order is watched: strace is not there",
        );
        return;
    }
    let (mut spoke, mut silent) = (0, 0);
    let founding = |act: &&Act| act.words.starts_with("init|");
    for act in ACTS.iter().filter(|act| !founding(act)) {
        let desk = (act.stage)();
        let ran = traced(&desk, act, &["-f", "-e", CALLS]);
        assert_eq!(ran.status, Some(act.ends), "{}: {ran:?}", act.words);
        let trace = fs::read_to_string(trace_of(&desk)).unwrap_or_default();
        if trace.is_empty() {
            skip(
                1,
                "command whose order is watched: it may not be traced here",
            );
            return;
        }
        let Some(silence) = silence(&trace) else {
            assert!(ran.stdout.is_empty(), "{}: not traced", act.words);
            silent += 1;
            continue;
        };
        let recorded = silence.begun > 0 && silence.begun == silence.committed && silence.flushed;
        assert!(recorded, "{}: {silence:?}", act.words);
        spoke += 1;
    }
    count(&format!(
        "{spoke} commands recorded before they spoke, {silent} said nothing"
    ));
    assert!(spoke > 25, "{spoke} commands spoke");
}

#[test]
fn a_word_before_the_commit_would_be_seen() {
    let begun = "1 openat(AT_FDCWD, \"/d/coffer.vault-journal\", O_RDWR|O_CREAT) = 5\n";
    let gone = "1 unlink(\"/d/coffer.vault-journal\") = 0\n";
    let (flushed, word) = ("1 fsync(6) = 0\n", "1 write(1, \"a secret\", 8) = 8\n");
    let read = |calls: &[&str]| silence(&calls.concat()).expect("a word");
    let sound = Silence {
        begun: 1,
        committed: 1,
        flushed: true,
    };
    assert_eq!(read(&[begun, flushed, gone, flushed, word]), sound);
    assert_ne!(read(&[begun, word, gone, flushed]), sound);
    assert_ne!(read(&[begun, flushed, word, gone, flushed]), sound);
    assert_ne!(read(&[begun, flushed, gone, word, flushed]), sound);
    assert_ne!(read(&[word]), sound);
    assert_eq!(silence(begun), None);
}
