//! Unlocking the vault: who is asking, how often a passphrase may be typed, and what whoever unlocks
//! has to know of this machine.

use std::fmt::Display;
use std::path::Path;

use vault_core::audit::pins;
use vault_core::error::Error;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::{Remembered, Session, Unlocked, Vault};

use super::Context;
use super::envelope::notice::in_a_note;
use crate::failure::{self, Failure};
use crate::output::for_people;
use crate::prompt::{PromptError, is_shared, secret_from_fd, secret_from_file};
use crate::words::news;

/// How often a passphrase may be typed, as with ssh and sudo.
const TRIES: usize = 3;

/// Who unlocks: a name, or an id, and how the passphrase is asked for.
struct Who {
    name: String,
    label: String,
}

impl Context<'_> {
    /// Who is asking: `--as`, else `COFFER_PERSON`, else the answer to a question.
    pub(crate) fn person(&mut self) -> Result<String, Failure> {
        if let Some(person) = &self.config.person {
            return Ok(person.clone());
        }
        match self.prompt.line("Your name in the vault") {
            Ok(name) => Ok(name.expose().to_owned()),
            Err(PromptError::NoInput | PromptError::NoTerminal) => Err(Failure::usage(
                "it is not known who you are",
                "give --as \"YOUR NAME\" or set COFFER_PERSON",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Who is asking, and without a question where there is one person, or where this machine knows
    /// who last used the vault.
    fn who(&mut self, vault: &Vault) -> Result<Who, Failure> {
        let named = |name| Who {
            name,
            label: "Passphrase".to_owned(),
        };
        if self.config.person.is_some() || self.global.no_input {
            return self.person().map(named);
        }
        if let Some((person, _)) = vault.only_person() {
            return Ok(named(person.to_string()));
        }
        match vault.last_person() {
            Some((person, role)) if self.is_typed() => Ok(Who {
                name: person.to_string(),
                label: format!(
                    "Passphrase of the {} who last used this vault here (others give --as NAME)",
                    title(role)
                ),
            }),
            _ => self.person().map(named),
        }
    }

    /// Whether the passphrase is typed, and comes from no file.
    const fn is_typed(&self) -> bool {
        self.global.passphrase_file.is_none() && self.global.passphrase_fd.is_none()
    }

    /// The person's passphrase: from a file, a descriptor, or the answer to a question.
    pub(crate) fn passphrase(&mut self) -> Result<SecretString, Failure> {
        self.passphrase_for("Passphrase")
    }

    fn passphrase_for(&mut self, label: &str) -> Result<SecretString, Failure> {
        match (
            self.global.passphrase_file.clone(),
            self.global.passphrase_fd,
        ) {
            (Some(file), _) => self.secret_file("--passphrase-file", &file),
            (None, Some(fd)) => secret_from_fd(fd).map_err(|error| Failure::Source {
                what: "--passphrase-fd",
                error,
            }),
            (None, None) => match self.prompt.passphrase(label) {
                Err(PromptError::NoInput | PromptError::NoTerminal) => Err(Failure::Locked),
                asked => Ok(asked?),
            },
        }
    }

    /// The passphrase in a file, with a warning where others may read it too.
    pub(crate) fn secret_file(
        &mut self,
        what: &'static str,
        file: &Path,
    ) -> Result<SecretString, Failure> {
        let secret = secret_from_file(file).map_err(|error| Failure::Source { what, error })?;
        if is_shared(file) {
            self.tell(&format!(
                "warning: others who use this computer may read the passphrase in {}: take that \
                 right away from them (chmod 600)",
                file.display()
            ))?;
        }
        Ok(secret)
    }

    /// Asks who it is and has them unlock, three times where the passphrase is typed. Each wrong one
    /// is on record.
    fn identified(&mut self, vault: &mut Vault) -> Result<Unlocked, Failure> {
        let typed = self.is_typed();
        let mut left = if typed { TRIES } else { 1 };
        loop {
            let who = self.who(vault)?;
            let passphrase = self.passphrase_for(&who.label)?;
            left -= 1;
            // Enter alone is a slip, and no try.
            let found = if typed && passphrase.is_empty() && left > 0 {
                continue;
            } else {
                self.progress("unlocking...")?;
                vault.identify(&who.name, &passphrase)
            };
            match found {
                Err(error @ Error::WrongPassphrase { .. }) if left > 0 => {
                    let (what, _) = Failure::from(error).wording();
                    self.tell(&format!("{what}: try again"))?;
                }
                found => return Ok(found?),
            }
        }
    }

    /// Unlocks the vault for the person who is asking.
    pub(crate) fn unlock<'v>(&mut self, vault: &'v mut Vault) -> Result<Session<'v>, Failure> {
        let remembered = vault.remembered()?;
        let copy = vault.copy()?.map(|mark| failure::copied(&mark));
        let beside = vault.beside().map(failure::beside);
        let (genesis, keys) = (vault.ledger().genesis, pins::members(vault.ledger()));
        let unlocked = self.identified(vault)?;
        let mut session = vault.session(unlocked)?;
        let of_machine = remembered.iter().flat_map(|it| remarks(it, genesis, keys));
        let news = session.news();
        // That the person unlocked is on record before anything of an opening is told.
        let untold = session.untold()?;
        let untold = untold.iter().map(in_a_note);
        let told = of_machine.chain(copy).chain(beside).chain(untold);
        for remark in told.chain(news.iter().map(news::in_words)) {
            self.tell(&remark)?;
        }
        Ok(session)
    }
}

/// A role as people say it.
const fn title(role: Role) -> &'static str {
    match role {
        Role::ItProvider => "IT provider",
        Role::Clerk | Role::Chair | Role::Councillor | Role::Staff | Role::Auditor => role.name(),
    }
}

/// What a person has to know of this machine's memory.
fn remarks(remembered: &Remembered, genesis: impl Display, keys: impl Display) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(before) = &remembered.predecessor {
        remarks.push(format!(
            "warning: this is another vault than the one used here until {}: that was {}",
            for_people(before.time),
            before.origin
        ));
    }
    if remembered.seen.is_none() {
        remarks.push(format!(
            "first use of this vault on this machine; compare with the minutes, or by coffer log \
             verify --pins FILE: First record: {genesis} Keys: {keys}"
        ));
    }
    if remembered.trouble.is_some() {
        remarks.push(
            "warning: this machine cannot remember what it has seen of the vault, so an old copy \
             put in its place would not be noticed: see COFFER_STATE_DIR"
                .to_owned(),
        );
    }
    remarks
}
