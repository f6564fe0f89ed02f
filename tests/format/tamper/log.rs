//! Records, their words and checkpoints: changed, dropped, swapped, repeated and spliced in.

use harness::AUDITOR;
use rusqlite::params;
use vault_core::audit::actor::Actor;
use vault_core::audit::flaw::{BadRecord, Flaw};
use vault_core::audit::ledger::Ledger;
use vault_core::audit::record::Record;
use vault_core::audit::replay::Scrutiny;
use vault_core::vault::verify::{Depth, verify};

use super::{Copy, bad_record, bad_seq, execute, int, ours, place, theirs};

/// Whether the record of a line was made by somebody who could not sign, so that only the record
/// after it tells that it was changed.
fn is_unsigned(line: &[u8]) -> bool {
    matches!(Record::from_line(line), Ok((record, _)) if record.actor == Actor::Nobody)
}

#[test]
fn the_log_that_is_tampered_with_has_every_kind_of_record_and_verifies() {
    let copy = Copy::of(&ours().bytes);
    let report = copy.verify().expect("the log verifies");
    assert!(report.records > 40, "{} records", report.records);
    assert_eq!(report.unsigned_tail, 0);
    let lines = copy.lines();
    let kinds: std::collections::BTreeSet<&str> = lines
        .iter()
        .map(|line| Record::from_line(line).expect("a record").0.event.name())
        .collect();
    let all = vault_core::audit::event::Event::ALL.iter();
    let absent: Vec<&str> = all
        .filter(|e| e.is_made())
        .map(|e| e.name())
        .filter(|e| !kinds.contains(e))
        .collect();
    let expected = [
        "envelope.takeover",
        "envelope.check",
        "envelope.drill",
        "envelope.revoke",
        "envelope.close",
        "envelope.classify",
        "person.change_credential",
        "transfer.import",
        "log.forget",
        "log.accept_rollback",
        "log.merge",
        "log.fork",
    ];
    assert_eq!(absent, expected);
    assert!(lines.iter().any(|line| is_unsigned(line)));
}

#[test]
fn every_changed_byte_of_every_record_is_found_at_that_record() {
    let lines = Copy::of(&ours().bytes).lines();
    let mut ledger = Ledger::default();
    let mut bytes = 0;
    for (seq, line) in lines.iter().enumerate() {
        let mut patched = line.clone();
        for at in 0..line.len() {
            patched[at] ^= 1;
            let mut replayed = ledger.clone();
            let read = replayed.read(&patched, Scrutiny::Full);
            if let Err(bad) = read {
                assert_eq!(bad.seq, place(seq), "byte {at}");
            } else {
                assert!(is_unsigned(line), "byte {at} of record {seq}");
                let next = replayed.read(&lines[seq + 1], Scrutiny::Full);
                let flaw = Flaw::BrokenChain;
                let seq = place(seq + 1);
                assert_eq!(next.err(), Some(BadRecord { seq, flaw }));
            }
            patched[at] ^= 1;
            bytes += 1;
        }
        ledger.read(line, Scrutiny::Full).expect("as it was made");
    }
    assert!(bytes > 20_000, "{bytes} bytes");
}

#[test]
fn a_changed_byte_is_found_in_the_file_too() {
    const SAMPLES: usize = 300;
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    let total: usize = lines.iter().map(Vec::len).sum();
    let connection = copy.connect();
    for sample in 0..SAMPLES {
        let mut at = sample * total / SAMPLES;
        let seq = lines.iter().position(|line| {
            let here = at < line.len();
            if !here {
                at -= line.len();
            }
            here
        });
        let seq = seq.expect("within the lines");
        let mut patched = lines[seq].clone();
        patched[at] ^= 0x20;
        set_line(&copy, seq, &patched);
        let bad = bad_seq(&copy.verify()).expect("it is found");
        let expected = if is_unsigned(&lines[seq]) {
            seq + 1
        } else {
            seq
        };
        let allowed = [place(seq).get(), place(expected).get()];
        assert!(allowed.contains(&bad), "byte {at} of record {seq}: {bad}");
        set_line(&copy, seq, &lines[seq]);
    }
    drop(connection);
    copy.verify().expect("as it was");
}

fn set_line(copy: &Copy, seq: usize, line: &[u8]) {
    copy.tamper(|connection| {
        let sql = "UPDATE record SET line = ? WHERE seq = ?";
        connection
            .execute(sql, params![line, int(seq)])
            .expect("a row");
    });
}

#[test]
fn every_dropped_swapped_and_repeated_record_is_found_at_its_place() {
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    for seq in 0..lines.len() {
        let mut dropped = lines.clone();
        dropped.remove(seq);
        copy.set_lines(&dropped);
        assert_eq!(bad_seq(&copy.verify()), Some(place(seq).get()), "dropped");
        let mut repeated = lines.clone();
        repeated.insert(seq, lines[seq].clone());
        copy.set_lines(&repeated);
        assert_eq!(
            bad_seq(&copy.verify()),
            Some(place(seq + 1).get()),
            "repeated"
        );
        if seq + 1 < lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(seq, seq + 1);
            copy.set_lines(&swapped);
            assert_eq!(bad_seq(&copy.verify()), Some(place(seq).get()), "swapped");
        }
    }
}

#[test]
fn every_inserted_record_is_found_at_its_place() {
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    let foreign = Copy::of(&theirs().bytes).lines();
    for seq in 0..lines.len() {
        let mut inserted = lines.clone();
        inserted.insert(seq, lines[(seq + 7) % lines.len()].clone());
        copy.set_lines(&inserted);
        assert_eq!(bad_seq(&copy.verify()), Some(place(seq).get()), "inserted");
        // Another log's first record begins a log: what follows it is then what does not fit.
        let first_misfit = place(seq.max(1)).get();
        let foreign = foreign[seq.min(foreign.len() - 1)].clone();
        let mut spliced = lines.clone();
        spliced.insert(seq, foreign.clone());
        copy.set_lines(&spliced);
        assert_eq!(bad_seq(&copy.verify()), Some(first_misfit), "spliced in");
        spliced.remove(seq + 1);
        copy.set_lines(&spliced);
        assert_eq!(bad_seq(&copy.verify()), Some(first_misfit), "put instead");
    }
}

#[test]
fn a_number_beside_a_record_that_is_not_its_own_is_found() {
    let copy = Copy::of(&ours().bytes);
    let last = copy.lines().len() - 1;
    for (sql, seq) in [
        ("UPDATE record SET seq = seq + 1000 WHERE seq = ?", last),
        ("UPDATE record SET seq = 100000 - seq WHERE seq = ?", last),
    ] {
        copy.write(&ours().bytes);
        copy.tamper(|connection| connection.execute(sql, [int(seq)]).expect("a row"));
        assert_eq!(bad_seq(&copy.verify()), Some(place(seq).get()), "{sql}");
    }
    copy.write(&ours().bytes);
    copy.tamper(|c| execute(c, "INSERT INTO record (seq, line) VALUES (-1, x'7b7d')"));
    assert!(copy.verify().is_err(), "a record before the first");
}

#[test]
fn every_change_to_the_words_of_a_record_is_found_at_that_record() {
    let copy = Copy::of(&ours().bytes);
    let mut with_words = 0;
    for (seq, line) in copy.lines().iter().enumerate() {
        let (record, _) = Record::from_line(line).expect("a record");
        let changes: &[&str] = match record.sealed {
            Some(_) => &[
                "UPDATE detail SET box = cast(box || x'00' AS BLOB) WHERE seq = ?",
                "UPDATE detail SET box = (SELECT box FROM detail WHERE seq <> ?1 LIMIT 1) WHERE seq = ?1",
                "DELETE FROM detail WHERE seq = ?",
            ],
            None => &["INSERT INTO detail (seq, box) VALUES (?, x'00')"],
        };
        with_words += usize::from(record.sealed.is_some());
        for sql in changes {
            copy.write(&ours().bytes);
            copy.tamper(|c| c.execute(sql, [int(seq)]).expect("a row"));
            let flaw = Flaw::Details;
            let expected = BadRecord {
                seq: place(seq),
                flaw,
            };
            assert_eq!(bad_record(&copy.verify()), Some(expected), "{sql}");
        }
    }
    assert!(with_words > 10);
    copy.tamper(|c| execute(c, "INSERT INTO detail (seq, box) VALUES (100000, x'00')"));
    assert!(bad_record(&copy.verify()).is_some_and(|bad| bad.flaw == Flaw::Details));
}

#[test]
fn every_change_to_a_sessions_sealed_key_is_found_at_its_first_record() {
    let copy = Copy::of(&ours().bytes);
    for (seq, line) in copy.lines().iter().enumerate() {
        let (record, _) = Record::from_line(line).expect("a record");
        if record.detail_key.is_none() {
            continue;
        }
        for sql in [
            "UPDATE detail_key SET file = cast(file || x'00' AS BLOB) WHERE session = ?",
            "UPDATE detail_key SET generation = generation + 1 WHERE session = ?",
            "UPDATE detail_key SET session = zeroblob(16) WHERE session = ?",
            "DELETE FROM detail_key WHERE session = ?",
        ] {
            copy.write(&ours().bytes);
            copy.tamper(|c| c.execute(sql, [record.session.as_bytes()]).expect("a row"));
            let flaw = Flaw::Details;
            let expected = BadRecord {
                seq: place(seq),
                flaw,
            };
            assert_eq!(bad_record(&copy.verify()), Some(expected), "{sql}");
        }
    }
    copy.write(&ours().bytes);
    copy.tamper(|c| execute(c, "INSERT INTO detail_key VALUES (zeroblob(16), 1, x'00')"));
    assert!(bad_record(&copy.verify()).is_some_and(|bad| bad.flaw == Flaw::Details));
}

#[test]
fn words_that_were_taken_away_are_not_shown_as_if_there_had_been_none() {
    let copy = Copy::of(&ours().bytes);
    for sql in [
        "DELETE FROM detail WHERE seq = (SELECT max(seq) FROM detail)",
        "DELETE FROM detail_key",
        "UPDATE detail_key SET generation = 99",
    ] {
        copy.write(&ours().bytes);
        copy.tamper(|c| execute(c, sql));
        let shown = copy.try_as(AUDITOR, |session| session.log().map(|_| ()));
        assert!(shown.is_err(), "{sql}");
    }
}

#[test]
fn hashes_alone_find_every_change_of_the_lines_and_of_the_last_checkpoint() {
    let copy = Copy::of(&ours().bytes);
    let quick = || verify(&copy.path(), Depth::Quick);
    let report = quick().expect("the log verifies");
    assert!(!report.signatures_checked && report.vkeys.is_empty());
    let lines = copy.lines();
    let all = lines.len();
    let found_by = |seq: usize, changed: &[Vec<u8>]| {
        copy.set_lines(changed);
        let bad = bad_seq(&quick()).expect("it is found");
        let places = [place(seq).get(), place(seq + 1).get()];
        assert!(places.contains(&bad), "{bad}, and not {places:?}");
    };
    for seq in 0..all {
        // A change within the line shows at the next one, and in the last at the checkpoint.
        let mut changed = lines.clone();
        let middle = changed[seq].len() / 2;
        changed[seq][middle] ^= 1;
        found_by(seq, &changed);
        let mut dropped = lines.clone();
        dropped.remove(seq);
        found_by(seq, &dropped);
        let mut swapped = lines.clone();
        swapped.swap(seq, (seq + 1) % all);
        found_by(seq.min((seq + 1) % all), &swapped);
    }
    copy.set_lines(&lines);
    quick().expect("as it was");
    copy.tamper(|file| {
        let noted = "(SELECT max(size) FROM checkpoint)";
        let sql = format!("UPDATE checkpoint SET size = size + 1 WHERE size = {noted}");
        execute(file, &sql);
    });
    assert_eq!(bad_seq(&quick()), Some(place(all).get()));
}
