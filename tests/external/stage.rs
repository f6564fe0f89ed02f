//! The exports that the checkers are tried on: written by the program, from vaults in which there
//! is a record by everybody who can make one.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use harness::{CLERK, COUNCILLOR, Council, PROVIDER, TestJournal, passphrase_of};
use vault_core::error::Error;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::reveal::Wanted;

use crate::export::Export;
use crate::forger::Forger;

/// Exports of two councils' logs.
pub(crate) struct Stage {
    /// The provider's, of a log with refusals, an opening and everything before.
    pub(crate) export: Export,
    /// The provider's of the same log, some records before.
    pub(crate) earlier: Export,
    /// A councillor's of the same log, who may not read its words.
    pub(crate) wordless: Export,
    /// The one of another vault, which was only just founded.
    pub(crate) young: Export,
    /// The provider with a program of their own.
    pub(crate) provider: Forger,
}

/// The one stage of all tests.
pub(crate) fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(set)
}

fn set() -> Stage {
    let (council, sheets) = Council::newly_with_envelope();
    refuse(&council);
    open(&council, &sheets);
    council.enrol(COUNCILLOR, Role::Councillor);
    let wordless = exported(&council, COUNCILLOR);
    let earlier = exported(&council, PROVIDER);
    council.read_log();
    council.unlocked(PROVIDER, |session| {
        // Characters that JSON has to escape, and others that it may.
        let reason = Some("the host moves to \"Caf\u{e9}\" \\ </\u{1f3db}>");
        session.reveal("Website", "password", Wanted::Current, reason)
    });
    Stage {
        export: exported(&council, PROVIDER),
        earlier,
        wordless,
        young: exported(&Council::found(), PROVIDER),
        provider: Forger::member(&council, PROVIDER),
    }
}

/// A reveal without permission, and a wrong passphrase.
fn refuse(council: &Council) {
    let revealed = council.try_as(CLERK, |session| {
        session.reveal("Website", "password", Wanted::Current, None)
    });
    assert!(matches!(revealed, Err(Error::Denied { .. })));
    let mut vault = council.open().expect("the vault opens");
    let unlocked = vault.unlock(CLERK, &passphrase_of("somebody else"));
    assert!(matches!(unlocked, Err(Error::WrongPassphrase { .. })));
}

/// An opening with the sheets of chair and safe.
fn open(council: &Council, sheets: &[SecretString]) {
    let mut vault = council.open().expect("the vault opens");
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    requested.accept(&sheets[0]).expect("the chair's sheet");
    requested.accept(&sheets[2]).expect("the safe's sheet");
    let mut opening = requested.release().expect("the rule is met");
    opening.list().expect("the titles");
    opening.reveal("Website").expect("the website");
    opening.close().expect("the end");
}

/// What `name` exports with the program.
fn exported(council: &Council, name: &str) -> Export {
    let room = tempfile::tempdir().expect("a temporary folder");
    let [passphrase, folder] = ["passphrase", "log"].map(|name| room.path().join(name));
    fs::write(&passphrase, passphrase_of(name).expose()).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffer"));
    command
        .env_clear()
        .env("COFFER_VAULT", council.path())
        .env("COFFER_STATE_DIR", room.path().join("state"))
        .args(["log", "export", "--no-input", "--as", name])
        .arg("--passphrase-file")
        .args([&passphrase, &folder]);
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{output:?}");
    Export::read(&folder)
}
