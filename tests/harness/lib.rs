//! A parish council to test with: people, entries, an envelope and a clock.
#![expect(
    clippy::missing_panics_doc,
    reason = "a test that cannot set its stage must fail"
)]

mod shared;
mod witness;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;

use vault_core::audit::event::Event;
use vault_core::audit::record::Record;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::Rule;
use vault_core::entry::{EntryKind, EntryState, Field, FieldName};
use vault_core::error::Error;
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::store::Store;
use vault_core::time::{Clock, Timestamp};
use vault_core::vault::entries::NewEntry;
use vault_core::vault::founding::Founding;
use vault_core::vault::log::LogLine;
use vault_core::vault::opening::{Journal, Terms};
use vault_core::vault::{KdfParams, Session, Surroundings, Vault};

pub use shared::{shared, skip};
pub use witness::WITNESS;

/// With this in its environment the tests' program derives keys as the shipped one does.
pub const FULL_DERIVATION: &str = "COFFER_TESTS_FULL_DERIVATION";

/// Lets passphrases cost this process next to nothing; an optimised build knows no such thing.
pub fn derive_quickly() {
    #[cfg(debug_assertions)]
    vault_core::crypto::kdf::quick::begin();
}

/// A clock that a test sets. It begins at noon on 22 November 2026.
#[derive(Clone)]
pub struct TestClock(Rc<Cell<i64>>);

impl TestClock {
    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: i64) {
        self.0.set(self.0.get() + seconds);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Rc::new(Cell::new(1_795_348_800)))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.get()).expect("a test stays within the calendar")
    }
}

/// A journal that keeps its lines where the test sees them.
#[derive(Clone, Default)]
pub struct TestJournal(Rc<std::cell::RefCell<Vec<Vec<u8>>>>);

impl TestJournal {
    /// The lines so far.
    pub fn lines(&self) -> Vec<Vec<u8>> {
        self.0.borrow().clone()
    }
}

impl Journal for TestJournal {
    fn append(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.0.borrow_mut().push(line.to_vec());
        Ok(())
    }
}

/// Who is on the council; each one's passphrase is four words and their name in lower case.
pub const PROVIDER: &str = "Pat Provider";
/// The clerk.
pub const CLERK: &str = "Clem Clerk";
/// The chair.
pub const CHAIR: &str = "Chris Chair";
/// A councillor.
pub const COUNCILLOR: &str = "Con Councillor";
/// The auditor.
pub const AUDITOR: &str = "Alex Auditor";

/// The website's first password.
pub const WEBSITE_PASSWORD: &str = "PurpleCandleRiver-7";

/// A council in a folder of its own, removed afterwards.
pub struct Council {
    folder: tempfile::TempDir,
    /// The clock of every vault that the council opens.
    pub clock: TestClock,
}

/// The passphrase of a person of the council.
pub fn passphrase_of(name: &str) -> SecretString {
    SecretString::new(format!(
        "violet anchor thirty maple {}",
        name.to_lowercase()
    ))
}

impl Council {
    /// A fresh vault whose founder is the IT provider.
    pub fn found() -> Self {
        Self::found_by(TestClock::default())
    }

    /// The same, and the founder's passphrase costs what it costs in a shipped program.
    pub fn found_at_the_floor() -> Self {
        Self::found_with(TestClock::default(), KdfParams::FLOOR)
    }

    fn found_by(clock: TestClock) -> Self {
        derive_quickly();
        Self::found_with(clock, KdfParams::usual())
    }

    fn found_with(clock: TestClock, kdf: KdfParams) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let council = Self { folder, clock };
        let founding = Founding {
            council: "Example Parish Council",
            name: PROVIDER,
            role: Role::ItProvider,
            passphrase: &passphrase_of(PROVIDER),
            preset: "standard",
            kdf,
        };
        Vault::found(&council.path(), &founding, council.surroundings()).expect("a founding");
        council
    }

    /// The provider, the clerk, the chair and the auditor, with a collection of services, an entry
    /// for the website in it, and one of administration that the clerk may read.
    pub fn at_work() -> Self {
        static PREPARED: OnceLock<Vec<u8>> = OnceLock::new();
        Self::copied(PREPARED.get_or_init(|| Self::newly_at_work().file()))
    }

    /// The same council in a vault of its own, which shares no key or id with any other.
    pub fn newly_at_work() -> Self {
        Self::found().set_to_work()
    }

    /// A council that was set to work five years before the others.
    pub fn long_at_work() -> Self {
        let clock = TestClock::default();
        clock.advance(-1826 * 24 * 3600);
        Self::found_by(clock).set_to_work()
    }

    fn set_to_work(self) -> Self {
        let council = self;
        for (name, role) in [
            (CLERK, Role::Clerk),
            (CHAIR, Role::Chair),
            (AUDITOR, Role::Auditor),
        ] {
            council.enrol(name, role);
        }
        council.unlocked(PROVIDER, |session| {
            session.make_collection("Services", CollectionKind::Service)?;
            session.make_collection("Administration", CollectionKind::Admin)?;
            session.grant("Administration", CLERK, Permission::Read)?;
            session.add("Services", &entry("Website", WEBSITE_PASSWORD))?;
            session.add("Administration", &entry("Mail tenant", "first-mail-secret"))
        });
        council
    }

    /// The council at work, with an envelope under `any-two` of chair, clerk and safe; gives the
    /// words of the three sheets in that order.
    pub fn with_envelope() -> (Self, Vec<SecretString>) {
        static PREPARED: OnceLock<(Vec<u8>, Vec<String>)> = OnceLock::new();
        let (file, words) = PREPARED.get_or_init(|| {
            let (council, sheets) = Self::newly_with_envelope();
            let words = sheets.iter().map(|sheet| sheet.expose().to_owned());
            (council.file(), words.collect())
        });
        let sheets = words.iter().cloned().map(SecretString::new).collect();
        (Self::copied(file), sheets)
    }

    /// The same in a vault of its own.
    pub fn newly_with_envelope() -> (Self, Vec<SecretString>) {
        let council = Self::newly_at_work();
        let sheets = council.unlocked(PROVIDER, |session| {
            let holders = [CHAIR, CLERK, "place:Safe"];
            session.choose_rule(Rule::AnyTwo, &holders, None)?;
            let issue = |holder: &&str| Ok(session.issue_sheet(holder)?.words);
            let sheets: Result<Vec<_>, Error> = holders.iter().map(issue).collect();
            session.seal()?;
            sheets
        });
        (council, sheets)
    }

    /// A council whose vault is a copy of `file`, an hour after it was made.
    fn copied(file: &[u8]) -> Self {
        derive_quickly();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let council = Self {
            folder,
            clock: TestClock::default(),
        };
        council.clock.advance(3600);
        std::fs::write(council.path(), file).expect("a copy of a vault");
        council
    }

    /// The bytes of the vault file.
    pub fn file(&self) -> Vec<u8> {
        std::fs::read(self.path()).expect("a vault file")
    }

    /// The lines of the log but for those that unlocking leaves, whatever comes of it: that somebody
    /// did, and the keys that they owed to others.
    pub fn lines_but_of_unlocking(&self) -> Vec<Vec<u8>> {
        let store = Store::open(&self.path()).expect("the file");
        let mut lines = Vec::new();
        let read = store.lines::<Error>(0, |line| {
            let (record, _) = Record::from_line(line).expect("a record");
            if !matches!(record.event, Event::VaultUnlock | Event::CollectionChange) {
                lines.push(line.to_vec());
            }
            Ok(())
        });
        read.expect("the log");
        lines
    }

    /// The vault file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("coffer.vault")
    }

    /// The folder of the vault file.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the council's vaults take from the world.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            clock: Box::new(self.clock.clone()),
            entropy: Box::new(OsEntropy),
            host: "example-host".to_owned(),
            state: None,
        }
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// The vault's.
    pub fn open(&self) -> Result<Vault, Error> {
        Vault::open(&self.path(), self.surroundings())
    }

    /// Does something as `name`; it must succeed.
    pub fn unlocked<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
    ) -> T {
        self.try_as(name, act).expect("it is permitted")
    }

    /// Does something as `name`.
    ///
    /// # Errors
    /// The vault's.
    pub fn try_as<T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut vault = self.open()?;
        let mut session = vault.unlock(name, &passphrase_of(name))?;
        act(&mut session)
    }

    /// The log, as the auditor reads it.
    pub fn read_log(&self) -> Vec<LogLine> {
        let mut vault = self.open().expect("the vault opens");
        let session = vault.unlock(AUDITOR, &passphrase_of(AUDITOR));
        session
            .and_then(|mut session| session.log())
            .expect("a log")
    }

    /// Invites somebody; gives their initial passphrase.
    pub fn invite(&self, name: &str, role: Role) -> SecretString {
        self.unlocked(PROVIDER, |session| {
            let initial = session.initial_passphrase()?;
            session.invite(name, role, &initial)?;
            Ok(initial)
        })
    }

    /// Invites and enrols somebody.
    pub fn enrol(&self, name: &str, role: Role) {
        let initial = self.invite(name, role);
        self.clock.advance(60);
        let mut vault = self.open().expect("the vault opens");
        vault
            .enrol(name, &initial, &passphrase_of(name))
            .expect("the enrolment");
    }

    /// The terms of an opening.
    pub fn terms() -> Terms<'static> {
        Terms {
            opener: CHAIR,
            reason: "the website is down and the clerk is away",
            witnesses: &[],
        }
    }
}

/// An entry with a password and nothing else.
pub fn entry(title: &str, password: &str) -> NewEntry {
    NewEntry {
        title: title.to_owned(),
        username: "council-admin".to_owned(),
        url: "https://example.org/login".to_owned(),
        kind: EntryKind::Service,
        state: EntryState::InUse,
        fields: vec![Field {
            name: FieldName::password(),
            value: SecretBytes::copy_from(password.as_bytes()),
        }],
    }
}
