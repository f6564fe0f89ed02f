//! A member with a program of their own: it has their keys and the store's public API, and leaves
//! out what ours insists on. Whatever it records is refused, or takes nothing from anybody.
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path to a session's method is not general over its lifetime"
)]

mod administrator;
mod brought;
mod counting;
mod credentials;
mod names;
mod openings;
mod sabotage;
mod seals;
mod takeover;
mod witnesses;

use std::collections::BTreeMap;

use harness::{AUDITOR, CLERK, Council, PROVIDER, TestJournal, entry, passphrase_of};
use rusqlite::Connection;
use vault_core::audit::actor::Actor;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::flaw::Unentitled;
use vault_core::audit::ledger::{Ledger, leaf_of};
use vault_core::audit::record::{RECORD_VERSION, Record};
use vault_core::audit::row::RowKey;
use vault_core::collection::CollectionKind;
use vault_core::crypto::kdf;
use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{BadRecord, Error, Flaw, StoreError};
use vault_core::id::{CollectionId, PersonId, RecordSeq, SessionId, VaultId};
use vault_core::keys::PersonKeys;
use vault_core::person::{Role, login_tag};
use vault_core::secret::SecretString;
use vault_core::store::Store;
use vault_core::store::act::{DetailKey, Moment};
use vault_core::store::draft::{Draft, Signer};
use vault_core::store::rows::CredentialRow;
use vault_core::time::Clock;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::tree::Frontier;
use vault_core::vault::opening::Requested;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};
use vault_core::vault::{Session, Vault};

/// A member at work with a program of their own.
struct Insider<'c> {
    council: &'c Council,
    store: Store,
    ledger: Ledger,
    person: PersonId,
    role: Role,
    keys: PersonKeys,
}

impl<'c> Insider<'c> {
    /// The member of this name, with the log as it stands.
    fn of(council: &'c Council, name: &str) -> Self {
        let store = Store::open(&council.path()).expect("the file");
        let mut ledger = Ledger::default();
        store.catch_up(&mut ledger).expect("the log");
        let vault = ledger.vault.as_ref().expect("a vault").vault;
        let row = store.person_by_login(&login_tag(vault, name), &ledger);
        let person = row.expect("a row").expect("a person").person;
        let credential: Option<CredentialRow> = store
            .row(&RowKey::Credential(person), &ledger)
            .expect("a row");
        let credential = credential.expect("a credential");
        let params = credential.params().expect("within the bounds");
        let unlock = kdf::unlock_key(&passphrase_of(name), &credential.salt, params, vault)
            .expect("a derivation");
        let (keys, _) =
            PersonKeys::open(&unlock.key, vault, person, &credential.identity).expect("their keys");
        let role = ledger.person(person).expect("a person").facts.role;
        Self {
            council,
            store,
            ledger,
            person,
            role,
            keys,
        }
    }

    fn vault(&self) -> VaultId {
        self.ledger.vault.as_ref().expect("a vault").vault
    }

    /// Who has this role.
    fn somebody(&self, role: Role) -> PersonId {
        let mut people = self.ledger.people.iter();
        let found = people.find(|(_, person)| person.facts.role == role);
        *found.expect("somebody of the role").0
    }

    fn built_in(&self, kind: CollectionKind) -> CollectionId {
        self.ledger
            .built_in(kind)
            .expect("a collection of the kind")
    }

    /// Records what `drafts` say in one act, through the store.
    fn record(mut self, drafts: Vec<Draft>) -> Result<(), StoreError> {
        let mut entropy = OsEntropy;
        let words = DetailKey::generate(&mut entropy).expect("a key");
        let mut moment = Moment {
            now: self.council.clock.now(),
            entropy: &mut entropy,
        };
        let signer = Signer {
            actor: Actor::Person(self.person),
            role: Some(self.role),
            key: Some(self.keys.signing()),
        };
        let mut act = self.store.begin(self.ledger)?;
        for draft in drafts {
            act.record(draft, &signer, &words, &mut moment)?;
        }
        act.commit(Some(self.keys.signing())).map(|_| ())
    }

    /// Records what a draft says and takes it back.
    fn offer(&mut self, draft: Draft) -> Result<(), StoreError> {
        let mut entropy = OsEntropy;
        let words = DetailKey::generate(&mut entropy).expect("a key");
        let mut moment = Moment {
            now: self.council.clock.now(),
            entropy: &mut entropy,
        };
        let signer = Signer {
            actor: Actor::Person(self.person),
            role: Some(self.role),
            key: Some(self.keys.signing()),
        };
        let mut act = self.store.begin(self.ledger.clone())?;
        act.record(draft, &signer, &words, &mut moment).map(|_| ())
    }

    /// A record of theirs, for [`Self::write`].
    fn line(&self, event: Event) -> Record {
        Record {
            v: RECORD_VERSION,
            seq: self.ledger.next(),
            prev: self.ledger.last,
            time: self.council.clock.now(),
            event,
            step: None,
            outcome: Outcome::Ok,
            actor: Actor::Person(self.person),
            role: Some(self.role),
            subject: None,
            object: None,
            version: None,
            permission: None,
            under: None,
            session: SessionId::from_bytes([8; 16]),
            facts: Vec::new(),
            rows: Vec::new(),
            sealed: None,
            detail_key: None,
            details: BTreeMap::new(),
        }
    }

    /// Writes records past the store, each where it follows the one before, all signed with their
    /// own key whomever they name, and a checkpoint that counts them.
    fn write(self, records: Vec<Record>) {
        let db = Connection::open(self.council.path()).expect("the file");
        let (mut prev, mut seq) = (self.ledger.last, self.ledger.next());
        for record in records {
            let record = Record {
                seq,
                prev,
                ..record
            };
            let line = record.to_line(&self.ledger.origin, Some(self.keys.signing()));
            prev = leaf_of(&line);
            let row = (integer(seq), line);
            db.execute("INSERT INTO record (seq, line) VALUES (?, ?)", row)
                .expect("a record");
            seq = seq.next();
        }
        let checkpoint = Checkpoint {
            origin: self.ledger.origin.parse().expect("an origin"),
            size: seq.get(),
            root: frontier(&db).root(),
        };
        let row = (integer(seq), checkpoint.sign(self.keys.signing()));
        db.execute("INSERT INTO checkpoint (size, note) VALUES (?, ?)", row)
            .expect("a checkpoint");
        db.execute("DELETE FROM frontier", []).expect("no frontier");
    }
}

/// The tree over every line of the file.
fn frontier(db: &Connection) -> Frontier {
    let mut frontier = Frontier::new();
    let mut statement = db
        .prepare("SELECT line FROM record ORDER BY seq")
        .expect("a query");
    let lines = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
    for line in lines.expect("lines") {
        frontier.push(leaf_of(&line.expect("a line")));
    }
    frontier
}

/// As the file's numbers are.
fn integer(seq: RecordSeq) -> i64 {
    i64::try_from(seq.get()).expect("a short log")
}

/// What the log has against a record that lacks a row it must write.
const FORM: Option<Flaw> = Some(Flaw::Unentitled(Unentitled::Form));

/// What the log has against it.
fn flaw(recorded: &Result<(), StoreError>) -> Option<Flaw> {
    match recorded {
        Err(StoreError::Log(BadRecord { flaw, .. })) => Some(*flaw),
        _ => None,
    }
}

/// The file verifies from end to end.
fn verifies(council: &Council) {
    verify(&council.path(), Depth::Full).expect("a log that verifies");
}

fn state(council: &Council) -> EnvelopeState {
    let status = council.open().and_then(|mut vault| vault.status());
    status.expect("a status").envelope.state
}

/// Asks for an opening and shows the first two sheets, which meets the rule.
fn asked<'v>(vault: &'v mut Vault, sheets: &[SecretString]) -> Requested<'v> {
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    for sheet in &sheets[..2] {
        requested.accept(sheet).expect("a sheet");
    }
    requested
}

/// An opening from its beginning to its end, in which these titles are revealed; gives how many
/// there are.
fn opened(council: &Council, sheets: &[SecretString], titles: &[&str]) -> usize {
    let mut vault = council.open().expect("the vault opens");
    let mut opening = asked(&mut vault, sheets).release().expect("an opening");
    let listed = opening.list().expect("the titles").len();
    for title in titles {
        opening.reveal(title).expect("its values");
    }
    opening.close().expect("the end");
    listed
}

/// What of everybody's daily work fails, and how.
fn broken(council: &Council) -> Vec<String> {
    let mut broken = Vec::new();
    for (who, work) in [
        (PROVIDER, manage as fn(&mut Session<'_>) -> Vec<Done>),
        (CLERK, look),
        (AUDITOR, |s| vec![("log", s.log().map(drop))]),
    ] {
        let done = council.try_as(who, |s| Ok(work(s)));
        let done = done.unwrap_or_else(|error| vec![("unlock", Err(error))]);
        let failed = done.into_iter().filter_map(|(what, done)| {
            let error = done.err()?;
            Some(format!("{who}, {what}: {error:?}"))
        });
        broken.extend(failed);
    }
    broken
}

/// Something that was tried, and how it went.
type Done = (&'static str, Result<(), Error>);

fn look(session: &mut Session<'_>) -> Vec<Done> {
    vec![
        ("entries", session.entries().map(drop)),
        ("collections", session.collections().map(drop)),
        ("people", session.people().map(drop)),
    ]
}

fn manage(session: &mut Session<'_>) -> Vec<Done> {
    let mut done = look(session);
    let revealed = session.reveal("Website", "password", Wanted::Current, None);
    done.push(("reveal", revealed.map(drop)));
    let added = session.add("Services", &entry("Domain", "fourth-secret"));
    done.push(("add", added.map(drop)));
    done
}

/// Nobody's daily work fails, and the file verifies.
fn unharmed(council: &Council) {
    verifies(council);
    assert_eq!(broken(council), Vec::<String>::new());
}
