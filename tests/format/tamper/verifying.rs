//! Verifying on several threads: whichever thread finds what is wrong, the record with the lowest
//! number is named, as one thread alone would; and what somebody says of their verification.

use std::num::NonZeroUsize;

use harness::{AUDITOR, CHAIR, PROVIDER};
use rusqlite::params;
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::{BadRecord, Flaw};
use vault_core::audit::record::Record;
use vault_core::audit::verification::{Thoroughness, VerificationFacts};
use vault_core::error::{Error, Invalid, LogRefused};
use vault_core::id::Epoch;
use vault_core::vault::verify::{Depth, Report, Request, verify, verify_telling};

use super::forged::Bench;
use super::{Copy, bad_record, execute, int, ours, place, theirs};

fn on(threads: usize, depth: Depth) -> Request {
    Request {
        threads: NonZeroUsize::new(threads),
        ..depth.into()
    }
}

fn found(copy: &Copy, threads: usize, depth: Depth) -> Result<Report, Error> {
    verify(&copy.path(), on(threads, depth))
}

/// Changes that leave a record's own line what a record may be, and what is then wrong with it.
const HARMS: [(&str, Flaw); 4] = [
    ("signature", Flaw::WrongSignature),
    ("words", Flaw::Details),
    ("checkpoint", Flaw::Checkpoint),
    ("line", Flaw::NotARecord),
];

/// Does one of [`HARMS`] to a record, where it has what is harmed.
fn harm(copy: &Copy, seq: usize, what: &str) -> bool {
    let number = int(seq);
    let lines = copy.lines();
    let (record, signature) = Record::from_line(&lines[seq]).expect("a record");
    copy.tamper(|file| match what {
        "signature" if signature.is_some() => {
            let mut line = lines[seq].clone();
            let at = line.len() - 40;
            line[at] = if line[at] == b'A' { b'B' } else { b'A' };
            let sql = "UPDATE record SET line = ? WHERE seq = ?";
            file.execute(sql, params![line, number]).expect("a row") == 1
        }
        "words" if record.sealed.is_some() => {
            let sql = "UPDATE detail SET box = cast(box || x'00' AS BLOB) WHERE seq = ?";
            file.execute(sql, [number]).expect("a row") == 1
        }
        "checkpoint" => {
            // The last letters but the very last one, which holds bits that nobody may set.
            let sql = "UPDATE checkpoint SET note = substr(note, 1, length(note) - 12) || \
                       CASE WHEN substr(note, -12, 1) = 'A' THEN 'B' ELSE 'A' END || \
                       substr(note, -11) WHERE size = ? + 1";
            file.execute(sql, [number]).expect("a row") == 1
        }
        "line" => {
            let sql = "UPDATE record SET line = cast(line || x'20' AS BLOB) WHERE seq = ?";
            file.execute(sql, [number]).expect("a row") == 1
        }
        _ => false,
    })
}

#[test]
fn of_two_bad_records_the_first_is_named_whatever_is_wrong_with_which() {
    let copy = Copy::of(&ours().bytes);
    let all = copy.lines().len();
    let mut tried = 0;
    for (first, expected) in HARMS {
        for (then, _) in HARMS {
            // Near each other, in one batch of signatures and in several.
            for apart in [1, 2, 30] {
                for seq in (3..all - apart).step_by(7) {
                    copy.write(&ours().bytes);
                    // The one behind first: what is done to the one before it changes nothing there.
                    if !harm(&copy, seq + apart, then) || !harm(&copy, seq, first) {
                        continue;
                    }
                    let expected = BadRecord {
                        seq: place(seq),
                        flaw: expected,
                    };
                    for threads in [1, 3] {
                        let bad = bad_record(&found(&copy, threads, Depth::Full));
                        assert_eq!(bad, Some(expected), "{first} then {then}, {apart} apart");
                    }
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn every_bad_signature_is_named_at_its_record_by_any_number_of_threads() {
    let copy = Copy::of(&ours().bytes);
    let mut signed = 0;
    for seq in 0..copy.lines().len() {
        copy.write(&ours().bytes);
        if !harm(&copy, seq, "signature") {
            continue;
        }
        signed += 1;
        let flaw = Flaw::WrongSignature;
        let seq = place(seq);
        for threads in [1, 2, 5] {
            let bad = bad_record(&found(&copy, threads, Depth::Full));
            assert_eq!(bad, Some(BadRecord { seq, flaw }), "{threads} threads");
        }
        // The chain shows that a line was changed, at the next one or at the last checkpoint.
        let quick = bad_record(&found(&copy, 1, Depth::Quick));
        assert!(quick.is_some_and(|bad| bad.seq.get() - seq.get() <= 1));
    }
    assert!(signed > 50, "{signed}");
}

/// What several threads find, beside what one does.
fn same(copy: &Copy, what: &str) {
    let one = found(copy, 1, Depth::Quick);
    for threads in [2, 3, 7] {
        let several = found(copy, threads, Depth::Quick);
        match (&one, &several) {
            (Ok(one), Ok(several)) => {
                let said = |report: &Report| (report.records, report.last, report.unsigned_tail);
                assert_eq!(said(one), said(several), "{what}");
            }
            (Err(_), Err(_)) => assert_eq!(bad_record(&one), bad_record(&several), "{what}"),
            _ => panic!("{what}: {one:?} and {several:?}"),
        }
    }
}

#[test]
fn hashes_followed_in_parts_find_what_one_thread_finds() {
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    let foreign = Copy::of(&theirs().bytes).lines();
    same(&copy, "intact");
    for seq in 0..lines.len() {
        let mut tampered = Vec::new();
        let mut with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let mut lines = lines.clone();
            change(&mut lines);
            tampered.push(lines);
        };
        with(&|lines| {
            let middle = lines[seq].len() / 2;
            lines[seq][middle] ^= 1;
        });
        with(&|lines| lines[seq].clear());
        with(&|lines| drop(lines.remove(seq)));
        with(&|lines| lines.insert(seq, lines[seq].clone()));
        with(&|lines| {
            let other = lines.len() - 1 - seq;
            lines.swap(seq, other);
        });
        with(&|lines| lines[seq] = foreign[seq.min(foreign.len() - 1)].clone());
        with(&|lines| lines.truncate(seq));
        for (number, lines) in tampered.iter().enumerate() {
            copy.set_lines(lines);
            same(&copy, &format!("change {number} at record {seq}"));
        }
    }
    for sql in [
        "UPDATE record SET seq = seq + 1000 WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET seq = 4611686018427387904 WHERE seq = (SELECT max(seq) FROM record)",
        "UPDATE record SET seq = -1 WHERE seq = 9",
        "DELETE FROM record",
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET size = size + 1 WHERE size = (SELECT max(size) FROM checkpoint)",
        "UPDATE checkpoint SET note = replace(note, 'a', 'b') \
         WHERE size = (SELECT max(size) FROM checkpoint)",
    ] {
        copy.write(&ours().bytes);
        copy.tamper(|file| execute(file, sql));
        same(&copy, sql);
    }
}

#[test]
fn an_intact_log_is_followed_in_parts_once_and_the_roots_are_those_of_a_replay() {
    let copy = Copy::of(&ours().bytes);
    let all = place(copy.lines().len()).get();
    let mut request = on(3, Depth::Quick);
    request.heads = (1..=all + 1).collect();
    let mut told = Vec::new();
    let parts = verify_telling(&copy.path(), &request, &mut |progress| told.push(progress));
    let parts = parts.expect("it is as it was made");
    // One thread says nothing of so short a log.
    assert!(
        told.iter()
            .all(|progress| progress.of == all && progress.done <= all)
    );
    assert!(!told.is_empty());
    request.depth = Depth::Full;
    let full = verify(&copy.path(), request).expect("it is as it was made");
    assert_eq!(parts.heads.len(), copy.lines().len());
    for (by_parts, by_replay) in parts.heads.iter().zip(&full.heads) {
        assert_eq!(by_parts.size, by_replay.size);
        assert_eq!(by_parts.root, by_replay.root, "{}", by_parts.size);
        assert!(by_parts.members.is_none() && by_replay.members.is_some());
    }
    assert_eq!(full.heads.len(), parts.heads.len());
}

#[test]
fn how_far_a_verification_is_never_goes_back_and_ends_at_the_end() {
    let copy = Copy::of(&ours().bytes);
    let all = place(copy.lines().len()).get();
    let mut last = 0;
    let told = |progress: vault_core::vault::verify::Progress| {
        assert!(progress.done >= last && progress.of == all);
        last = progress.done;
    };
    let mut told = told;
    verify_telling(&copy.path(), &Depth::Full.into(), &mut told).expect("it is as it was made");
    assert_eq!(last, all);
}

fn verified(size: u64, since: u64) -> Fact {
    Fact::Verified(VerificationFacts {
        size,
        since,
        depth: Thoroughness::Full,
    })
}

#[test]
fn nobody_says_that_they_verified_what_was_not_there() {
    let bench = Bench::get();
    let next = bench.ledger.size;
    for by in [PROVIDER, AUDITOR] {
        let offered = |change: &dyn Fn(&mut Record)| {
            let mut record = bench.record(by, Event::LogVerify);
            record.facts = vec![verified(next, 0)];
            change(&mut record);
            bench.offer(&record).is_ok()
        };
        assert!(offered(&|_| ()));
        assert!(offered(&|record| record.facts = vec![verified(next, next)]));
        for (size, since) in [(0, 0), (next + 1, 0), (u64::MAX, 0), (3, 4)] {
            let fact = verified(size, since);
            assert!(
                !offered(&|record| record.facts = vec![fact.clone()]),
                "{size}"
            );
        }
        assert!(!offered(&|record| record.facts.clear()));
        assert!(!offered(&|record| record.facts.push(verified(1, 0))));
        assert!(!offered(
            &|record| record.object = Some(ObjectRef::Epoch(Epoch::new(1)))
        ));
        assert!(!offered(&|record| record.outcome = Outcome::Failed));
        assert!(!offered(&|record| record.actor = Actor::Nobody));
    }
    let mut invited = bench.record(super::INVITED, Event::LogVerify);
    invited.facts = vec![verified(next, 0)];
    assert!(bench.offer(&invited).is_err());
}

#[test]
fn a_verification_is_recorded_of_the_log_that_was_verified_and_of_no_other() {
    let copy = Copy::of(&ours().bytes);
    let report = copy.verify().expect("the log verifies");
    let lines = copy.lines().len();
    let record = copy.try_as(CHAIR, |session| {
        // What others did meanwhile does not matter.
        session.log()?;
        session.record_verification(&report)
    });
    let record = record.expect("it is put on record").get();
    let written = &copy.lines()[usize::try_from(record).expect("a place")];
    let (written, _) = Record::from_line(written).expect("a record");
    assert_eq!(written.facts, [verified(place(lines).get(), 0)]);
    copy.verify().expect("it verifies with that record too");
    let other = Copy::of(&theirs().bytes);
    let refused = other.try_as(CHAIR, |session| session.record_verification(&report));
    let why = matches!(
        refused,
        Err(Error::Invalid(Invalid::Log(LogRefused::OtherThanVerified)))
    );
    assert!(why, "{refused:?}");
    // Of the other log nothing is said but that the chair unlocked.
    let lines = other.lines();
    let (last, before) = lines.split_last().expect("a record");
    let (last, _) = Record::from_line(last).expect("a record");
    assert_eq!((last.event, last.facts.len()), (Event::VaultUnlock, 0));
    assert_eq!(before.len(), Copy::of(&theirs().bytes).lines().len());
}
