//! Going on from what this machine verified before: what is new is looked at as closely as ever, and
//! nothing older is read.

use std::path::PathBuf;

use harness::{AUDITOR, Council, PROVIDER};
use vault_core::audit::flaw::{BadRecord, Flaw};
use vault_core::audit::record::Record;
use vault_core::error::Error;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Beginning, Depth, Report, Request, verify};

use super::{Copy, bad_record, execute, int, place};

/// A machine's memory and a log that it verified some time ago.
struct Machine {
    copy: Copy,
    /// The file as it was verified.
    before: Vec<u8>,
    /// The same with more records.
    now: Vec<u8>,
}

impl Machine {
    fn new() -> Self {
        let council = Council::at_work();
        let copy = Copy::of(&council.file());
        let machine = Self {
            before: council.file(),
            now: Self::go_on(&council),
            copy,
        };
        machine.verify(Depth::Full).expect("the log verifies");
        machine.copy.write(&machine.now);
        machine
    }

    fn go_on(council: &Council) -> Vec<u8> {
        council.unlocked(PROVIDER, |session| {
            session.reveal("Website", "password", Wanted::Current, None)
        });
        council.read_log();
        let denied = council.try_as(AUDITOR, |session| {
            session.reveal("Website", "password", Wanted::Current, Some("a look"))
        });
        assert!(denied.is_err());
        let wrong = vault_core::secret::SecretString::new("wrong".to_owned());
        let mut vault = council.open().expect("the vault opens");
        assert!(vault.unlock(PROVIDER, &wrong).is_err());
        council.file()
    }

    fn state(&self) -> PathBuf {
        self.copy.path().with_file_name("state")
    }

    fn verify(&self, depth: Depth) -> Result<Report, Error> {
        let request = Request {
            memory: Some(self.state()),
            ..depth.into()
        };
        verify(&self.copy.path(), request)
    }

    /// Where the log was verified up to.
    fn head(&self) -> usize {
        Copy::of(&self.before).lines().len()
    }

    fn memory(&self) -> PathBuf {
        let files = std::fs::read_dir(self.state()).expect("a folder");
        let mut files = files.map(|file| file.expect("a file").path());
        let found = files.find(|path| path.extension().is_some_and(|it| it == "verified"));
        found.expect("a memory of what was verified")
    }
}

#[test]
fn what_is_new_is_verified_alone_and_comes_to_the_same_as_everything() {
    let machine = Machine::new();
    let full = verify(&machine.copy.path(), Depth::Full).expect("the log verifies");
    let new = machine.verify(Depth::SinceLast).expect("the log verifies");
    let before = place(machine.head()).get();
    assert_eq!(full.beginning, Beginning::First);
    assert_eq!(new.beginning, Beginning::After(before));
    assert!(full.records > before + 5 && new.signatures_checked);
    let said = |report: &Report| {
        let marks = (report.records, report.unsigned_tail, report.last);
        (marks, report.checkpoint.clone(), report.vkeys.clone())
    };
    assert_eq!(said(&new), said(&full));
    // The next time begins where this one ended.
    let next = machine.verify(Depth::SinceLast).expect("the log verifies");
    assert_eq!(next.beginning, Beginning::After(full.records));
}

#[test]
fn a_machine_that_remembers_no_verification_verifies_everything_and_says_so() {
    let copy = Copy::of(&Council::at_work().file());
    let alone = verify(&copy.path(), Depth::SinceLast).expect("the log verifies");
    assert_eq!(alone.beginning, Beginning::NothingRemembered);
    let machine = Machine::new();
    let other = Council::newly_at_work();
    machine.copy.write(&other.file());
    let other = machine.verify(Depth::SinceLast).expect("the log verifies");
    assert_eq!(other.beginning, Beginning::NothingRemembered);
}

/// Every change to the records after the head, to what stands beside them, and to what stands after
/// them.
fn tamperings(machine: &Machine) -> Vec<String> {
    let (head, lines) = (machine.head(), machine.copy.lines());
    let mut all = Vec::new();
    for (seq, line) in lines.iter().enumerate().skip(head) {
        let (record, signature) = Record::from_line(line).expect("a record");
        let mut with = |sql: &str| all.push(sql.replace('?', &seq.to_string()));
        with("DELETE FROM record WHERE seq = ?");
        with("UPDATE record SET line = cast(line || x'20' AS BLOB) WHERE seq = ?");
        with("UPDATE record SET line = (SELECT line FROM record WHERE seq = ? - 1) WHERE seq = ?");
        if signature.is_some() {
            with(
                "UPDATE record SET line = cast(substr(line, 1, length(line) - 40) || \
                 CASE WHEN substr(line, -40, 1) = x'41' THEN x'42' ELSE x'41' END || \
                 substr(line, -39) AS BLOB) WHERE seq = ?",
            );
        }
        if record.sealed.is_some() {
            with("DELETE FROM detail WHERE seq = ?");
            with("UPDATE detail SET box = cast(box || x'00' AS BLOB) WHERE seq = ?");
        } else {
            with("INSERT INTO detail VALUES (?, x'00')");
        }
        if record.detail_key.is_some() {
            let session = record.session;
            with(&format!(
                "DELETE FROM detail_key WHERE session = x'{session}'"
            ));
        }
        with("DELETE FROM checkpoint WHERE size = ? + 1");
        with("UPDATE checkpoint SET note = replace(note, 'A', 'B') WHERE size = ? + 1");
        with("INSERT OR IGNORE INTO checkpoint VALUES (? + 1, 'no note')");
    }
    all.push("INSERT INTO detail VALUES (100000, x'00')".to_owned());
    all.push("INSERT INTO checkpoint VALUES (100000, 'no note')".to_owned());
    all.push("INSERT INTO record VALUES (100000, x'7b7d')".to_owned());
    all
}

#[test]
fn every_change_after_what_was_verified_is_found_as_a_full_verification_finds_it() {
    let machine = Machine::new();
    let remembered = std::fs::read(machine.memory()).expect("a memory");
    let mut found = 0;
    for sql in tamperings(&machine) {
        machine.copy.write(&machine.now);
        std::fs::write(machine.memory(), &remembered).expect("a memory");
        machine.copy.tamper(|file| execute(file, &sql));
        let full = verify(&machine.copy.path(), Depth::Full);
        let new = machine.verify(Depth::SinceLast);
        assert_eq!(full.is_err(), new.is_err(), "{sql}");
        assert_eq!(bad_record(&full), bad_record(&new), "{sql}");
        if full.is_err() {
            // What did not verify is not remembered as verified.
            let after = std::fs::read(machine.memory()).expect("a memory");
            assert!(after == remembered, "{sql}");
            found += 1;
        }
    }
    assert!(found > 50, "{found}");
}

#[test]
fn what_stands_before_is_not_read_again_and_a_full_verification_does_read_it() {
    let machine = Machine::new();
    machine.copy.tamper(|file| {
        execute(
            file,
            "UPDATE detail SET box = x'00' WHERE seq = (SELECT min(seq) FROM detail)",
        );
    });
    assert!(bad_record(&machine.verify(Depth::Full)).is_some());
    machine
        .verify(Depth::SinceLast)
        .expect("nothing new is wrong");
}

#[test]
fn a_file_that_does_not_go_on_from_what_was_verified_is_verified_whole() {
    let machine = Machine::new();
    let head = machine.head();
    let sql = "UPDATE record SET line = cast(line || x'20' AS BLOB) WHERE seq = ?";
    machine
        .copy
        .tamper(|file| file.execute(sql, [int(head - 1)]).expect("a row"));
    let flaw = Flaw::NotARecord;
    let seq = place(head - 1);
    let expected = Some(BadRecord { seq, flaw });
    assert_eq!(bad_record(&machine.verify(Depth::SinceLast)), expected);
    // The same council went on otherwise from an older copy.
    let earlier = Council::at_work();
    machine.copy.write(&earlier.file());
    let report = machine.verify(Depth::SinceLast).expect("the log verifies");
    assert_eq!(report.beginning, Beginning::After(place(head).get()));
}

#[test]
fn a_memory_that_was_damaged_anywhere_is_not_gone_by() {
    let machine = Machine::new();
    let bytes = std::fs::read(machine.memory()).expect("a memory");
    let full = verify(&machine.copy.path(), Depth::Full).expect("the log verifies");
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        for memory in [&damaged[..], &bytes[..at]] {
            std::fs::write(machine.memory(), memory).expect("a memory");
            let report = machine.verify(Depth::SinceLast).expect("the log verifies");
            assert_eq!(report.last, full.last);
        }
    }
}

/// How many bytes the calling thread has read so far; none where the system does not say.
fn bytes_read() -> Option<u64> {
    let Ok(text) = std::fs::read_to_string("/proc/thread-self/io") else {
        return None;
    };
    let read = text.lines().find_map(|line| line.strip_prefix("rchar: "))?;
    Some(read.parse().expect("a number"))
}

#[test]
fn going_on_reads_no_more_of_a_long_log_than_of_a_short_one() {
    if bytes_read().is_none() {
        harness::skip(1, "counts of what is read: the system keeps none");
        return;
    }
    let cost = |reveals: usize| {
        let council = Council::at_work();
        let request = |depth: Depth| Request {
            memory: Some(council.folder().join("verified")),
            ..depth.into()
        };
        let reveal = |times: usize| {
            council.unlocked(PROVIDER, |session| {
                for _ in 0..times {
                    session.reveal("Website", "password", Wanted::Current, None)?;
                }
                Ok(())
            });
        };
        reveal(reveals);
        verify(&council.path(), request(Depth::Full)).expect("the log verifies");
        reveal(5);
        let before = bytes_read();
        let report = verify(&council.path(), request(Depth::SinceLast));
        let read = bytes_read()
            .zip(before)
            .map_or(0, |(after, before)| after - before);
        let report = report.expect("the log verifies");
        assert!(matches!(report.beginning, Beginning::After(size) if size + 6 == report.records));
        read
    };
    let (short, long) = (cost(20), cost(1_500));
    // A deeper tree of pages is a few pages more; a thousand records would be a megabyte.
    assert!(long < short + 32 * 1024, "{short} bytes and {long}");
}
