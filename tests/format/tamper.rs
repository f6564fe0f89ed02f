//! What somebody can do who has the file, and some of them a member's key too: whatever they
//! change is found, and the first bad record or the row is named.

mod aftermath;
mod ciphertexts;
mod copies;
mod flips;
mod forged;
mod leaving;
mod log;
mod overreach;
mod retention;
mod rows;
mod schema;
mod since_last;
#[cfg(unix)]
mod state;
mod tail;
mod verifying;
mod witnesses;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use harness::{
    AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestClock, TestJournal, entry, passphrase_of,
};
use rusqlite::Connection;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::crypto::random::OsEntropy;
use vault_core::entry::{Field, FieldName};
use vault_core::error::{BadRecord, Error, StoreError};
use vault_core::id::RecordSeq;
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::incidents::About;
use vault_core::vault::restore::Restoration;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, Report, verify};
use vault_core::vault::{Session, Surroundings, Vault};

/// Invited, and never enrolled.
const INVITED: &str = "Ida Invited";

/// The titles of the fixture, each entry with two versions, the first with two fields.
const TITLES: [&str; 3] = ["Website", "Domain", "Router"];

/// A vault with every kind of record that the program writes.
struct Fixture {
    bytes: Vec<u8>,
    /// The same vault before its last rotations.
    earlier: Vec<u8>,
    invitation: String,
    /// The words of the sheets of the epoch in force: chair, clerk, safe.
    sheets: Vec<String>,
}

/// The vault that is tampered with.
fn ours() -> &'static Fixture {
    static OURS: OnceLock<Fixture> = OnceLock::new();
    OURS.get_or_init(Fixture::make)
}

/// Another vault, of another council with the same people and titles.
fn theirs() -> &'static Fixture {
    static THEIRS: OnceLock<Fixture> = OnceLock::new();
    THEIRS.get_or_init(Fixture::make)
}

fn secret(text: &str) -> SecretBytes {
    SecretBytes::copy_from(text.as_bytes())
}

/// The value that the fixture gave the password of `title` in `version`.
fn password(title: &str, version: u64) -> String {
    format!("{title}-password-{version}")
}

impl Fixture {
    fn make() -> Self {
        let (council, sheets) = Council::newly_with_envelope();
        fill(&council);
        open_envelope(&council, &sheets);
        let sheets = seal_again(&council);
        let earlier = read(&council.path());
        rotate(&council);
        look_after(&council);
        let invitation = council.invite(INVITED, Role::Staff);
        assert!(
            council
                .open()
                .and_then(|mut vault| {
                    vault
                        .unlock(CLERK, &SecretString::new("wrong".to_owned()))
                        .map(|_| ())
                })
                .is_err()
        );
        let denied = council.try_as(AUDITOR, |s| {
            s.reveal("Website", "password", Wanted::Current, None)
        });
        assert!(denied.is_err());
        council.read_log();
        council.unlocked(PROVIDER, |s| {
            s.reveal("Router", "notes", Wanted::Current, None)
        });
        council.unlocked(AUDITOR, |s| {
            s.export_log("a folder", |export| export.records(|_| Ok::<_, Error>(())))
        });
        let witness = council.name_witness();
        council.vouched_by(&witness);
        let report = verify(&council.path(), Depth::Full).expect("the log verifies");
        council.unlocked(AUDITOR, |s| s.record_verification(&report));
        copy_and_put_back(&council);
        Self {
            bytes: read(&council.path()),
            earlier,
            invitation: invitation.expose().to_owned(),
            sheets,
        }
    }
}

/// The lines of the vault that is tampered with.
fn ours_lines() -> Vec<Vec<u8>> {
    Copy::of(&ours().bytes).lines()
}

/// Three entries with two fields each, beside those of the council at work.
fn fill(council: &Council) {
    council.unlocked(PROVIDER, |session| {
        for title in TITLES.iter().skip(1) {
            let mut new = entry(title, &password(title, 1));
            new.fields.push(Field {
                name: FieldName::parse("notes").expect("a name"),
                value: secret(&format!("{title}-notes")),
            });
            session.add("Services", &new)?;
        }
        session.make_collection("Social media", CollectionKind::Social)?;
        session.add("Social media", &entry("Old page", "old-page-secret"))?;
        Ok(())
    });
}

fn open_envelope(council: &Council, sheets: &[SecretString]) {
    let mut vault = council.open().expect("the vault opens");
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    for sheet in [&sheets[0], &sheets[2]] {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    opening.list().expect("the titles");
    opening.reveal("Domain").expect("the domain");
    opening.close().expect("the end");
}

/// New sheets and a new epoch, confirmed by the clerk.
fn seal_again(council: &Council) -> Vec<String> {
    let (sheets, seal) = council.unlocked(PROVIDER, |session| {
        let mut sheets = Vec::new();
        for holder in [CHAIR, CLERK, "place:Safe"] {
            sheets.push(session.issue_sheet(holder)?.words.expose().to_owned());
        }
        Ok((sheets, session.seal()?.record))
    });
    council.unlocked(CLERK, |session| session.approve(seal));
    sheets
}

fn rotate(council: &Council) {
    council.unlocked(PROVIDER, |session| {
        for title in TITLES {
            session.propose(title, secret(&password(title, 2)), None)?;
            session.confirm(title, None)?;
        }
        Ok(())
    });
}

/// A membership that ended, an entry that is retired, incidents that were looked into.
fn look_after(council: &Council) {
    let number = council.unlocked(PROVIDER, |session| {
        session.grant("Social media", CHAIR, Permission::Read)?;
        session.revoke("Social media", CHAIR)?;
        session.retire("Old page", Some("nobody visits it"))?;
        let about = About::Device("an old telephone");
        session.raise_incident(about, Some("it was lost"))?;
        session.raise_incident(About::Entry("Old page"), Some("seen on a note"))
    });
    council.unlocked(CLERK, |session| {
        session.decide_incident(number, Some("nothing follows"))?;
        session.close_incident(number, None)
    });
}

fn copy_and_put_back(council: &Council) {
    let [copy, other] = ["copy.vault", "other.vault"].map(|name| council.folder().join(name));
    council.unlocked(PROVIDER, |session| session.backup(&other));
    council.unlocked(PROVIDER, |session| session.backup(&copy));
    Restoration::begin(&copy, &council.path(), council.surroundings())
        .and_then(|it| it.finish(PROVIDER, &passphrase_of(PROVIDER)))
        .expect("a restoration");
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("the file can be read")
}

/// A copy of a vault file, to be tampered with.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn of(bytes: &[u8]) -> Self {
        // In the machine's memory, where there is one: nobody waits for a disk then.
        let in_memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let copy = Self {
            folder: in_memory.expect("a temporary folder"),
        };
        copy.write(bytes);
        copy
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("coffer.vault")
    }

    fn write(&self, bytes: &[u8]) {
        std::fs::write(self.path(), bytes).expect("the copy can be written");
    }

    /// A connection of the adversary's own.
    fn connect(&self) -> Connection {
        let connection = Connection::open(self.path()).expect("SQLite opens the copy");
        connection
            .pragma_update(None, "synchronous", "OFF")
            .expect("a setting");
        connection
    }

    /// Does something to the tables without the triggers, which stand as before afterwards.
    fn tamper<T>(&self, act: impl FnOnce(&Connection) -> T) -> T {
        let connection = self.connect();
        let triggers = texts(
            &connection,
            "SELECT sql FROM sqlite_schema WHERE type = 'trigger'",
        );
        for name in texts(
            &connection,
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        ) {
            execute(&connection, &format!("DROP TRIGGER {name}"));
        }
        let done = act(&connection);
        for trigger in triggers {
            execute(&connection, &trigger);
        }
        done
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let connection = self.connect();
        let mut statement = connection
            .prepare("SELECT line FROM record ORDER BY seq")
            .expect("a query");
        let lines = statement.query_map([], |row| row.get(0)).expect("lines");
        lines.collect::<Result<_, _>>().expect("lines")
    }

    /// Replaces the whole log by `lines`.
    fn set_lines(&self, lines: &[Vec<u8>]) {
        self.tamper(|connection| {
            execute(connection, "BEGIN");
            execute(connection, "DELETE FROM record");
            for (seq, line) in (0_i64..).zip(lines) {
                let sql = "INSERT INTO record (seq, line) VALUES (?, ?)";
                connection.execute(sql, (seq, line)).expect("a row");
            }
            execute(connection, "COMMIT");
        });
    }

    fn verify(&self) -> Result<Report, Error> {
        verify(&self.path(), Depth::Full)
    }

    fn open(&self) -> Result<Vault, Error> {
        open(&self.path())
    }

    /// Does something as `name`, in a session of its own.
    fn try_as<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut vault = self.open()?;
        let mut session = vault.unlock(name, &passphrase_of(name))?;
        act(&mut session)
    }
}

fn open(path: &Path) -> Result<Vault, Error> {
    let clock = TestClock::default();
    clock.advance(86_400);
    let surroundings = Surroundings {
        clock: Box::new(clock),
        entropy: Box::new(OsEntropy),
        host: "example-host".to_owned(),
        state: None,
    };
    Vault::open(path, surroundings)
}

fn execute(connection: &Connection, sql: &str) {
    connection.execute_batch(sql).expect(sql);
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| row.get(0)).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

/// The first bad record, where that is what is wrong.
fn bad_record<T>(result: &Result<T, Error>) -> Option<BadRecord> {
    match result {
        Err(Error::Store(StoreError::Log(bad))) => Some(*bad),
        _ => None,
    }
}

fn bad_seq<T>(result: &Result<T, Error>) -> Option<u64> {
    bad_record(result).map(|bad| bad.seq.get())
}

fn place(seq: usize) -> RecordSeq {
    RecordSeq::new(u64::try_from(seq).expect("a small number"))
}

/// SQLite's integers are signed.
fn int(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}
