//! The fictional council: its people, their vault, and what stands in it.

use vault_core::collection::{CollectionKind, Permission};
use vault_core::crypto::random::OsEntropy;
use vault_core::error::Error;
use vault_core::exchange;
use vault_core::generator::{self, Words};
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::founding::Founding;
use vault_core::vault::{KdfParams, Session, Vault};

use super::folder::Folder;
use super::narrator::Narrator;
use crate::config;
use crate::failure::Failure;
use crate::output::erased;
use crate::output::shell;

pub(super) const COUNCIL: &str = "Example Parish Council";
pub(super) const PROVIDER: &str = "Pat Provider";
pub(super) const CLERK: &str = "Clem Clerk";
pub(super) const CHAIR: &str = "Chris Chair";
pub(super) const AUDITOR: &str = "Alex Auditor";
pub(super) const SAFE: &str = "place:Safe";

/// The collection that the stories are about, and the entry.
pub(super) const SERVICES: &str = "Services";
pub(super) const WEBSITE: &str = "Website admin";

/// What another password manager might have exported. `{}` stands for a password.
const EXPORT: &str = include_str!("export.json");

/// The council and what is needed to act for its people.
pub(super) struct Council {
    pub(super) folder: Folder,
    pub(super) vault: Vault,
    people: Vec<(&'static str, SecretString)>,
}

impl Council {
    /// Founds the vault, brings everybody in, and imports the passwords.
    pub(super) fn found(folder: Folder, narrator: &mut Narrator<'_, '_>) -> Result<Self, Failure> {
        narrator.command(&format!(
            "coffer init --council \"{COUNCIL}\" --person \"{PROVIDER}\""
        ))?;
        let passphrase = passphrase()?;
        folder.keep(PROVIDER, &passphrase)?;
        let founding = Founding {
            council: COUNCIL,
            name: PROVIDER,
            role: Role::ItProvider,
            passphrase: &passphrase,
            preset: "standard",
            kdf: KdfParams::usual(),
        };
        let vault = Vault::found(&folder.vault(), &founding, narrator.surroundings())?;
        narrator.say(&format!(
            "{PROVIDER}, the IT provider, founds the vault of {COUNCIL}."
        ))?;
        let mut council = Self {
            folder,
            vault,
            people: vec![(PROVIDER, passphrase)],
        };
        council.bring_in(narrator)?;
        council.fill(narrator)?;
        Ok(council)
    }

    /// A session of one of the people.
    pub(super) fn unlock(&mut self, name: &str) -> Result<Session<'_>, Failure> {
        let known = self.people.iter().find(|(known, _)| *known == name);
        let (_, passphrase) = known.ok_or(Error::WrongPassphrase { recorded: false })?;
        Ok(self.vault.unlock(name, passphrase)?)
    }

    /// The provider lists what is in a copy of the vault.
    pub(super) fn look_into(&self, vault: &mut Vault) -> Result<(), Error> {
        let known = self.people.iter().find(|(known, _)| *known == PROVIDER);
        let (_, passphrase) = known.ok_or(Error::WrongPassphrase { recorded: false })?;
        vault.unlock(PROVIDER, passphrase)?.entries().map(drop)
    }

    /// Invites and enrols the clerk, the chair and the auditor; the clerk confirms the others.
    fn bring_in(&mut self, narrator: &mut Narrator<'_, '_>) -> Result<(), Failure> {
        let newcomers = [
            (CLERK, Role::Clerk),
            (CHAIR, Role::Chair),
            (AUDITOR, Role::Auditor),
        ];
        narrator.command(&format!(
            "coffer person add \"{CLERK}\" --role clerk --initial-passphrase-file first.txt"
        ))?;
        narrator.command(&format!(
            "coffer enrol --as \"{CLERK}\"    (and so the others)"
        ))?;
        let mut invited = Vec::with_capacity(newcomers.len());
        let mut session = self.unlock(PROVIDER)?;
        for (name, role) in newcomers {
            let initial = session.initial_passphrase()?;
            session.invite(name, role, &initial)?;
            invited.push((name, initial));
        }
        for (name, initial) in invited {
            let chosen = passphrase()?;
            self.folder.keep(name, &chosen)?;
            self.vault.enrol(name, &initial, &chosen)?;
            self.people.push((name, chosen));
            narrator.say(&format!(
                "{name} enrols and chooses a passphrase that nobody else knows."
            ))?;
        }
        self.confirm_all(CLERK)?;
        narrator.say(&format!("{CLERK} confirms that it was really them."))
    }

    /// Confirms everything that waits for a second person.
    pub(super) fn confirm_all(&mut self, name: &str) -> Result<(), Failure> {
        let mut session = self.unlock(name)?;
        for waiting in session.waiting()? {
            session.approve(waiting.record)?;
        }
        Ok(())
    }

    /// Makes the collection, imports into it, and lets the clerk read it.
    fn fill(&mut self, narrator: &mut Narrator<'_, '_>) -> Result<(), Failure> {
        narrator.command(&format!("coffer collection add {SERVICES} --kind service"))?;
        narrator.command(&format!(
            "coffer import export.json --collection {SERVICES} --apply"
        ))?;
        let export = export()?;
        let reading = exchange::read(&export)?;
        let mut session = self.unlock(PROVIDER)?;
        session.make_collection(SERVICES, CollectionKind::Service)?;
        let imported = session.import(reading, Some(SERVICES))?;
        session.grant(SERVICES, CLERK, Permission::Read)?;
        narrator.say(&format!(
            "{PROVIDER} imports {} entries from another password manager into {SERVICES},",
            imported.plan.new
        ))?;
        narrator.say(&format!("and lets {CLERK} read them."))
    }

    /// Commands that the reader can try, with this very program, and how to throw it all away.
    pub(super) fn try_next(&self) -> Vec<String> {
        let folder = shell::path(self.folder.path());
        let program = config::own_program();
        let program = program.map_or_else(|_| "coffer".to_owned(), |path| shell::path(&path));
        let of = |name: &str| {
            let file = shell::path(&self.folder.passphrase_of(name));
            format!("--as \"{name}\" --passphrase-file {file}")
        };
        let vault = shell::path(&self.folder.vault());
        vec![
            String::new(),
            "Try next (these lines can be pasted):".to_owned(),
            format!("  alias coffer={program}"),
            format!("  export COFFER_VAULT={vault}"),
            "  coffer status".to_owned(),
            "  coffer log verify".to_owned(),
            format!("  coffer list {}", of(PROVIDER)),
            format!("  coffer get \"{WEBSITE}\" --reveal {}", of(CLERK)),
            format!("  coffer log show {}", of(AUDITOR)),
            "The passphrases and sheets lie in that folder too, and stay until you remove it:"
                .to_owned(),
            format!("  rm -r {folder}"),
        ]
    }
}

/// A passphrase made up for this run.
fn passphrase() -> Result<SecretString, Failure> {
    let made = generator::passphrase(Words::PASSPHRASE, &mut OsEntropy);
    Ok(made.map_err(Error::from)?)
}

/// The export, with passwords made up for this run.
fn export() -> Result<SecretBytes, Failure> {
    let places = EXPORT.matches("{}").count();
    let mut passwords = Vec::with_capacity(places);
    for _ in 0..places {
        passwords.push(passphrase()?);
    }
    Ok(erased::written(|to| {
        let mut passwords = passwords.iter();
        for (at, part) in EXPORT.split("{}").enumerate() {
            if at > 0 {
                to.write_str(passwords.next().map_or("", SecretString::expose))?;
            }
            to.write_str(part)?;
        }
        Ok(())
    }))
}
