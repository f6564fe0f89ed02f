//! Which words may be missing, by docs/format.md, section 9.

use std::collections::BTreeSet;

use harness::{AUDITOR, CLERK, Council, PROVIDER};
use serde_json::Value;
use vault_core::time::Clock;
use vault_core::time::day::Day;
use vault_core::vault::reveal::Wanted;

use super::access_log::{AccessLog, string};
use super::vault_file::{VaultFile, blob, number};
use super::{hex, read};

/// Whether words are kept long: those about envelopes, openings, people who leave and incidents, and
/// whatever was refused or failed.
fn is_long(record: &Value) -> bool {
    let event = string(&record["event"]);
    let actor = string(&record["actor"]);
    let others = [
        "person.suspend",
        "person.remove",
        "log.accept_rollback",
        "log.fork",
        "log.merge",
    ];
    record["outcome"] != "ok"
        || event.starts_with("envelope.")
        || event.starts_with("incident.")
        || others.contains(&event)
        || actor.starts_with("sheet:")
        || actor.starts_with("escrow:")
}

/// The first record whose words are missing though nobody says that they were erased; and how many
/// are missing.
fn unaccounted(file: &VaultFile, log: &AccessLog) -> (Option<usize>, u64) {
    let there: BTreeSet<u64> = file
        .rows("detail")
        .iter()
        .map(|row| number(&row[0]))
        .collect();
    let keys: BTreeSet<String> = file
        .rows("detail_key")
        .iter()
        .map(|row| hex(blob(&row[0])))
        .collect();
    let erased: Vec<&Value> = log
        .records
        .iter()
        .filter(|record| record["event"] == "access.approve" && record["outcome"] == "ok")
        .map(|record| &record["facts"][1]["forgotten"])
        .filter(|forgotten| !forgotten.is_null())
        .collect();
    let (mut missing, mut first) = (0, None);
    let mut emptied: BTreeSet<String> = BTreeSet::new();
    for (seq, record) in log.records.iter().enumerate() {
        let session = string(&record["session"]).to_owned();
        if record["sealed"].is_null() {
            continue;
        }
        if there.contains(&(seq as u64)) {
            let lost = !keys.contains(&session);
            first = first.or(lost.then_some(seq));
            continue;
        }
        missing += 1;
        emptied.insert(session);
        let before = if is_long(record) {
            "long_before"
        } else {
            "ordinary_before"
        };
        let covers = |fact: &&&Value| Some(seq as u64) < fact[before].as_u64();
        if !erased.iter().any(|fact| covers(&fact)) {
            first = first.or(Some(seq));
        }
    }
    let told: u64 = erased
        .iter()
        .filter_map(|fact| fact["records"].as_u64())
        .sum();
    if missing > told {
        first = first.or(Some(log.records.len()));
    }
    (first, missing)
}

#[test]
fn missing_words_are_accounted_for_by_the_log_alone() {
    let council = Council::at_work();
    let reason = |why| {
        council.unlocked(PROVIDER, |s| {
            s.reveal("Website", "password", Wanted::Current, Some(why))
        });
    };
    reason("an old one");
    let denied = council.try_as(AUDITOR, |s| {
        s.reveal("Website", "password", Wanted::Current, None)
    });
    assert!(denied.is_err());
    council.clock.advance(1000 * 24 * 3600);
    reason("a new one");
    let (file, log) = read(&council);
    assert_eq!(unaccounted(&file, &log), (None, 0));
    let before = Day::of(council.clock.now()).months_before(24);
    let asked = council.unlocked(CLERK, |s| s.ask_to_forget(before, None));
    let (file, log) = read(&council);
    assert_eq!(
        unaccounted(&file, &log),
        (None, 0),
        "nobody has approved it"
    );
    let request = asked.record.expect("something to erase");
    council.unlocked(PROVIDER, |s| s.approve(request));
    let forgotten = asked;
    let (file, log) = read(&council);
    assert!(forgotten.records > 10);
    assert_eq!(unaccounted(&file, &log), (None, forgotten.records));
    // One more, of either kind.
    let connection = rusqlite::Connection::open(council.path()).expect("the file");
    let left: Vec<u64> = file
        .rows("detail")
        .iter()
        .map(|row| number(&row[0]))
        .collect();
    for seq in left {
        let sql = format!("CREATE TEMP TABLE kept AS SELECT * FROM detail WHERE seq = {seq};");
        connection.execute_batch(&sql).expect("a copy");
        let sql = format!("DELETE FROM detail WHERE seq = {seq}");
        connection.execute_batch(&sql).expect("a loss");
        let lacking = VaultFile::open(&council.path());
        assert!(unaccounted(&lacking, &log).0.is_some(), "{seq}");
        let back = "INSERT INTO detail SELECT * FROM kept; DROP TABLE kept;";
        connection.execute_batch(back).expect("as it was");
    }
}
