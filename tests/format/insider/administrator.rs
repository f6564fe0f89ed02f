//! Whoever looks after the computers: with every file and every key but the chair's. What stands
//! before the chair's last record is out of their reach; what they cut off, the minutes show.

use std::collections::BTreeMap;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER};
use rusqlite::Connection;
use vault_core::audit::actor::Actor;
use vault_core::audit::anchor::Anchor;
use vault_core::audit::event::Event;
use vault_core::audit::ledger::{Ledger, leaf_of};
use vault_core::audit::pins::Pins;
use vault_core::audit::record::Record;
use vault_core::crypto::digest::Digest;
use vault_core::error::{BadRecord, Error, Flaw, StoreError};
use vault_core::id::{PersonId, RecordSeq};
use vault_core::keys::PersonKeys;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::vault::verify::{Comparison, Report, Request, verify};

use super::{Insider, frontier, integer};

/// What stands in the minutes.
struct Minutes {
    anchor: Anchor,
    pins: Pins,
}

/// Everything that the administrator has.
struct Administrator {
    council: Council,
    origin: String,
    lines: Vec<Vec<u8>>,
    keys: BTreeMap<PersonId, PersonKeys>,
    provider: PersonId,
    minutes: Minutes,
}

/// How the chair's records are made to follow others.
#[derive(Debug, Clone, Copy)]
enum Chairs {
    /// As they were.
    Kept,
    /// With the chair's old signature.
    Rechained,
    /// With the provider's key.
    Resigned,
}

impl Administrator {
    /// The chair reads the log last but for some of the provider's daily work; then the head is
    /// written into the minutes.
    fn at_work() -> Self {
        let council = Council::newly_at_work();
        council.unlocked(CHAIR, |session| session.log());
        council.unlocked(PROVIDER, |session| session.own_name());
        let insiders = [PROVIDER, CLERK, AUDITOR].map(|name| {
            let insider = Insider::of(&council, name);
            (insider.person, insider.keys)
        });
        let provider = insiders[0].0;
        let keys = insiders.into_iter().collect();
        let db = Connection::open(council.path()).expect("the file");
        let ledger = Insider::of(&council, PROVIDER).ledger;
        let minutes = Minutes {
            anchor: Anchor::of(ledger.size, &frontier(&db).root()),
            pins: Pins::of(&ledger).expect("records"),
        };
        Self {
            lines: lines(&db),
            origin: ledger.origin,
            council,
            keys,
            provider,
            minutes,
        }
    }

    fn verify(&self) -> Result<Report, Error> {
        let request = Request {
            anchors: vec![self.minutes.anchor],
            pins: vec![self.minutes.pins.clone()],
            ..Request::default()
        };
        verify(&self.council.path(), request)
    }

    fn of(&self, event: Event) -> usize {
        let of = |line: &Vec<u8>| read(line).event == event;
        self.lines.iter().rposition(of).expect("such a record")
    }

    /// The first of the chair's records after this one.
    fn chairs_after(&self, place: usize) -> usize {
        let theirs = |line: &Vec<u8>| match read(line).actor {
            Actor::Person(person) => !self.keys.contains_key(&person),
            _ => false,
        };
        let after = self.lines.iter().skip(place).position(theirs);
        place + after.expect("the chair was there after it")
    }

    /// A record changed, and all that follow it made to follow.
    fn changed(&self, place: usize, chairs: Chairs) -> Vec<Vec<u8>> {
        let mut lines = self.lines.clone();
        for at in place..lines.len() {
            let mut record = read(&lines[at]);
            if at == place {
                record.time = record.time.plus(1);
            } else {
                record.prev = leaf_of(&lines[at - 1]);
            }
            let theirs = match record.actor {
                Actor::Person(person) => self.keys.get(&person),
                _ => None,
            };
            lines[at] = match (theirs, chairs) {
                (Some(keys), _) => record.to_line(&self.origin, Some(keys.signing())),
                (None, Chairs::Kept) => lines[at].clone(),
                (None, Chairs::Rechained) => with_signature_of(&record, &lines[at], &self.origin),
                (None, Chairs::Resigned) => {
                    let provider = self.keys[&self.provider].signing();
                    record.to_line(&self.origin, Some(provider))
                }
            };
        }
        lines
    }

    /// The log cut before this place, and made as long as it was by the provider's daily work.
    fn cut(&self, place: usize, until: usize) -> Vec<Vec<u8>> {
        let mut lines = self.lines[..place].to_vec();
        let provider = self.keys[&self.provider].signing();
        let work = |line: &&Vec<u8>| {
            let record = read(line);
            let plain = record.sealed.is_none() && record.facts.is_empty();
            record.event == Event::LogRead && plain
        };
        let model = self.lines.iter().find(work).expect("a record to imitate");
        for _ in place..until {
            let mut record = read(model);
            record.seq = RecordSeq::new(lines.len() as u64);
            record.prev = leaf_of(lines.last().expect("records"));
            record.event = Event::PolicyAcknowledge;
            record.actor = Actor::Person(self.provider);
            record.role = Some(vault_core::person::Role::ItProvider);
            lines.push(record.to_line(&self.origin, Some(provider)));
        }
        lines
    }

    /// Puts `lines` in the log's place, with a checkpoint that counts them.
    fn write(&self, lines: &[Vec<u8>]) {
        let db = Connection::open(self.council.path()).expect("the file");
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
        let mut triggers = db.prepare(sql).expect("a query");
        let triggers = triggers.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        });
        let triggers: Vec<_> = triggers
            .expect("triggers")
            .map(|it| it.expect("one"))
            .collect();
        let execute = |sql: &str| db.execute_batch(sql).expect("done");
        for (name, _) in &triggers {
            execute(&format!("DROP TRIGGER {name}"));
        }
        execute("BEGIN; DELETE FROM record; DELETE FROM checkpoint; DELETE FROM frontier");
        for (seq, line) in (0_i64..).zip(lines) {
            let sql = "INSERT INTO record (seq, line) VALUES (?, ?)";
            db.execute(sql, (seq, line)).expect("a record");
        }
        let size = RecordSeq::new(lines.len() as u64);
        db.execute("DELETE FROM detail WHERE seq >= ?", [integer(size)])
            .expect("no words without a record");
        let checkpoint = Checkpoint {
            origin: self.origin.parse().expect("an origin"),
            size: size.get(),
            root: frontier(&db).root(),
        };
        let note = checkpoint.sign(self.keys[&self.provider].signing());
        db.execute(
            "INSERT INTO checkpoint (size, note) VALUES (?, ?)",
            (integer(size), note),
        )
        .expect("a checkpoint");
        execute("COMMIT");
        for (_, sql) in &triggers {
            execute(sql);
        }
    }

    /// Takes away the words of records that are gone or changed, and keys that no record names.
    fn tidy(&self, lines: &[Vec<u8>]) {
        let db = Connection::open(self.council.path()).expect("the file");
        for (seq, line) in (0_i64..).zip(lines) {
            if read(line).sealed.is_none() {
                db.execute("DELETE FROM detail WHERE seq = ?", [seq])
                    .expect("gone");
            }
        }
        let named: Vec<Vec<u8>> = lines
            .iter()
            .map(|line| read(line))
            .filter(|record| record.detail_key.is_some())
            .map(|record| record.session.as_bytes().to_vec())
            .collect();
        let mut sessions = db
            .prepare("SELECT session FROM detail_key")
            .expect("a query");
        let sessions = sessions.query_map([], |row| row.get::<_, Vec<u8>>(0));
        let sessions: Vec<_> = sessions.expect("keys").map(|it| it.expect("one")).collect();
        for session in sessions.iter().filter(|session| !named.contains(session)) {
            db.execute("DELETE FROM detail_key WHERE session = ?", [session])
                .expect("gone");
        }
    }
}

fn lines(db: &Connection) -> Vec<Vec<u8>> {
    let mut lines = db
        .prepare("SELECT line FROM record ORDER BY seq")
        .expect("a query");
    let lines = lines.query_map([], |row| row.get(0)).expect("lines");
    lines.map(|line| line.expect("a line")).collect()
}

fn read(line: &[u8]) -> Record {
    Record::from_line(line).expect("a record").0
}

/// The record's line with the signature of another line.
fn with_signature_of(record: &Record, line: &[u8], origin: &str) -> Vec<u8> {
    const SIGNATURE: usize = 98;
    let mut body = record.to_line(origin, None);
    body.pop();
    body.extend_from_slice(&line[line.len() - SIGNATURE..]);
    body
}

#[test]
fn nothing_before_the_chairs_last_record_is_changed_without_the_chairs_key() {
    let administrator = Administrator::at_work();
    let report = administrator.verify().expect("as it was made");
    assert!(report.is_the_one());
    let place = administrator.of(Event::SecretCreate);
    let chairs = administrator.chairs_after(place);
    for (how, flaw) in [
        (Chairs::Kept, Flaw::BrokenChain),
        (Chairs::Rechained, Flaw::WrongSignature),
        (Chairs::Resigned, Flaw::WrongSignature),
    ] {
        administrator.write(&administrator.changed(place, how));
        let refused = administrator.verify();
        let seq = RecordSeq::new(chairs as u64);
        let expected = BadRecord { seq, flaw };
        assert!(
            matches!(&refused, Err(Error::Store(StoreError::Log(bad))) if *bad == expected),
            "{how:?}: {refused:?}"
        );
    }
}

#[test]
fn a_log_cut_back_before_the_chairs_last_record_is_not_the_one_in_the_minutes() {
    let administrator = Administrator::at_work();
    let size = administrator.lines.len();
    let chairs = administrator.chairs_after(administrator.of(Event::SecretCreate));
    for (until, anchor, pins) in [
        (chairs, Comparison::Ended, Comparison::Ended),
        (size, Comparison::OtherRecords, Comparison::Same),
        (size + 3, Comparison::OtherRecords, Comparison::Same),
    ] {
        let lines = administrator.cut(chairs, until);
        administrator.write(&lines);
        administrator.tidy(&lines);
        // In itself it verifies: that is why the minutes hold a head.
        let report = administrator.verify().expect("a sound log");
        assert!(!report.is_the_one(), "{until} records");
        assert_eq!(report.anchors[0].1, anchor, "{until} records");
        assert_eq!(report.pins[0].1, pins, "{until} records");
    }
}

#[test]
fn a_council_that_was_made_up_is_not_the_one_that_was_pinned() {
    let administrator = Administrator::at_work();
    let invented = Council::newly_at_work();
    std::fs::write(administrator.council.path(), invented.file()).expect("another file");
    let report = administrator.verify().expect("a sound log");
    assert_eq!(report.pins[0].1, Comparison::OtherLog);
    assert!(!report.is_the_one());
    let none = Pins::of(&Ledger::default());
    assert_eq!(none, None);
    assert_ne!(report.genesis, Digest::from_bytes([0; 32]));
}
