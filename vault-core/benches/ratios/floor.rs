//! What verifying and appending cannot do without, done by hand.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// How many characters a signature takes at the end of a line: `,"sig":"`, base64 and `"}`.
const SIGNED: usize = 98;

/// A log in memory.
pub(crate) struct Log {
    /// All lines, one after another.
    pub(crate) lines: Vec<u8>,
    pub(crate) records: usize,
    /// What was signed, and its signature.
    signed: Vec<(Vec<u8>, Signature)>,
    /// The key of the one person whose log it is.
    key: VerifyingKey,
}

impl Log {
    /// Reads the log of a vault in which only its founder acted.
    pub(crate) fn read(path: &Path) -> Self {
        let file = Connection::open(path).expect("the file");
        let lines = texts(&file, "SELECT CAST(line AS TEXT) FROM record ORDER BY seq");
        let notes = texts(&file, "SELECT note FROM checkpoint");
        let origin = notes[0].split_once('\n').expect("lines").0.to_owned();
        let mut signed: Vec<_> = lines.iter().map(|line| of_line(&origin, line)).collect();
        signed.extend(notes.iter().map(|note| of_note(note)));
        Self {
            records: lines.len(),
            signed,
            key: founder(&lines[0]),
            lines: lines.concat().into_bytes(),
        }
    }

    pub(crate) fn signatures(&self) -> usize {
        self.signed.len()
    }

    /// SHA-256 over all lines.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.lines).into()
    }

    /// Checks every signature, on so many threads.
    pub(crate) fn check(&self, threads: usize) {
        let share = self.signed.len().div_ceil(threads);
        std::thread::scope(|scope| {
            for part in self.signed.chunks(share) {
                scope.spawn(move || {
                    for (message, signature) in part {
                        let checked = self.key.verify_strict(message, signature);
                        checked.expect("a good signature");
                    }
                });
            }
        });
    }
}

fn texts(file: &Connection, sql: &str) -> Vec<String> {
    let mut statement = file.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

fn of_line(origin: &str, line: &str) -> (Vec<u8>, Signature) {
    let (body, signature) = line.split_at(line.len() - SIGNED);
    let message = format!("coffer/v1/record\n{origin}\n{body}}}");
    let signature = BASE64_STANDARD.decode(&signature[8..SIGNED - 2]);
    let signature = Signature::from_slice(&signature.expect("base64"));
    (message.into_bytes(), signature.expect("64 bytes"))
}

fn of_note(note: &str) -> (Vec<u8>, Signature) {
    let (text, signature) = note.split_once("\n\n").expect("a note");
    let signature = signature.trim_end().rsplit_once(' ').expect("a line").1;
    let signature = BASE64_STANDARD.decode(signature).expect("base64");
    let signature = Signature::from_slice(&signature[4..]).expect("64 bytes");
    (format!("{text}\n").into_bytes(), signature)
}

/// The key that the first record gives its actor.
fn founder(line: &str) -> VerifyingKey {
    let key = line.split_once("\"verify_key\":\"").expect("a key").1;
    let byte = |at: usize| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).expect("hex");
    let bytes: [u8; 32] = std::array::from_fn(byte);
    VerifyingKey::from_bytes(&bytes).expect("a point")
}

/// The rows that an act leaves where its record is signed, by their lengths: a line, the box of its
/// words, a checkpoint, and the edge of the tree in the place of the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    line: usize,
    details: usize,
    note: usize,
    hashes: usize,
}

impl Rows {
    /// Those of a vault's last act.
    pub(crate) fn last(path: &Path) -> Self {
        let file = Connection::open(path).expect("the file");
        let sql = "SELECT length(line), length(box), octet_length(note), length(hashes) \
                   FROM record JOIN detail USING (seq) JOIN checkpoint ON checkpoint.size = seq + 1 \
                   JOIN frontier ON frontier.size = seq + 1";
        let row = file.query_row(sql, [], |row| {
            let length = |at: usize| row.get::<_, u16>(at).map(usize::from);
            Ok(Self {
                line: length(0)?,
                details: length(1)?,
                note: length(2)?,
                hashes: length(3)?,
            })
        });
        row.expect("a last act")
    }

    /// How many bytes they have.
    pub(crate) fn bytes(self) -> usize {
        self.line + self.details + self.note + self.hashes
    }
}

/// A file with the tables that an act writes to, without their triggers, under the settings of a
/// vault: a commit writes as many pages, and syncs as often.
pub(crate) struct Bare(Connection);

impl Bare {
    pub(crate) fn create(path: &Path) -> Self {
        let file = Connection::open(path).expect("a file");
        let settings = "PRAGMA page_size = 8192; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; \
                        PRAGMA secure_delete = ON; PRAGMA mmap_size = 0; \
                        CREATE TABLE record (seq INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT; \
                        CREATE TABLE detail (seq INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT; \
                        CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT; \
                        CREATE TABLE frontier (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT";
        file.execute_batch(settings).expect("tables");
        Self(file)
    }

    /// Commits rows as long as these, in one transaction.
    pub(crate) fn append(&self, rows: Rows) {
        self.0.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        self.write("INSERT INTO record (line) VALUES (?)", rows.line);
        self.write("INSERT INTO detail (box) VALUES (?)", rows.details);
        self.write("INSERT INTO checkpoint (note) VALUES (?)", rows.note);
        let edge = "INSERT OR REPLACE INTO frontier (id, hashes) VALUES (1, ?)";
        self.write(edge, rows.hashes);
        self.0.execute_batch("COMMIT").expect("a commit");
    }

    /// Commits one row of so many bytes.
    pub(crate) fn append_one(&self, bytes: usize) {
        self.write("INSERT INTO record (line) VALUES (?)", bytes);
    }

    fn write(&self, sql: &str, bytes: usize) {
        let mut statement = self.0.prepare_cached(sql).expect("a statement");
        statement.execute([vec![7_u8; bytes]]).expect("a row");
    }
}
