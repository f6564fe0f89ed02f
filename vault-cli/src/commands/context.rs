//! What every command is given: the options, where things are, and somebody to ask.

use std::fmt::Display;
use std::path::Path;

use vault_core::audit::pins;
use vault_core::crypto::random::OsEntropy;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::{self, Remembered, Session, Surroundings, Unsettled, Vault};

use super::envelope::notice::in_a_note;
use super::{news, passphrase};
use crate::args::Global;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::failure::{self, Failure};
use crate::output::{Output, Table, for_people};
use crate::prompt::{
    Clearing, NoInput, Prompt, PromptError, Terminal, secret_from_fd, secret_from_file,
};

/// What every command is given.
pub(crate) struct Context<'o> {
    /// The options that stand before or after any command.
    pub(crate) global: Global,
    /// Where things are, and who is asking.
    pub(crate) config: Config,
    /// Asks the person, or nobody.
    pub(crate) prompt: Box<dyn Prompt>,
    output: &'o mut Output,
}

impl<'o> Context<'o> {
    pub(crate) fn new(global: Global, config: Config, output: &'o mut Output) -> Self {
        let prompt: Box<dyn Prompt> = if global.no_input {
            Box::new(NoInput)
        } else {
            Box::new(Terminal::new(clearing(&config, output)))
        };
        Self {
            global,
            config,
            prompt,
            output,
        }
    }

    /// What the vault takes from the world.
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            clock: Box::new(SystemClock),
            entropy: Box::new(OsEntropy),
            host: self.config.host.clone(),
            state: self.config.state.clone(),
        }
    }

    /// The vault, locked, for a command that acts.
    pub(crate) fn vault(&mut self) -> Result<Vault, Failure> {
        self.tell_of_unsettled(failure::undone)?;
        Ok(Vault::open(&self.config.vault, self.surroundings())?)
    }

    /// The vault for a command that needs nobody: it is looked at, and not written to.
    pub(crate) fn looked_at(&mut self) -> Result<Vault, Failure> {
        self.tell_of_unsettled(failure::left_as_it_is)?;
        Ok(Vault::look(&self.config.vault, self.surroundings())?)
    }

    /// The same for the few that also serve where this machine has seen records that the file does
    /// not have. The person is warned.
    pub(crate) fn looked_at_even_rolled_back(&mut self) -> Result<Vault, Failure> {
        self.tell_of_unsettled(failure::left_as_it_is)?;
        let vault = Vault::look_even_rolled_back(&self.config.vault, self.surroundings())?;
        self.tell_of_rollback(&vault)?;
        Ok(vault)
    }

    /// The vault, locked, for the few commands that act also where this machine has seen records
    /// that the file does not have. The person is warned.
    pub(crate) fn vault_even_rolled_back(&mut self) -> Result<Vault, Failure> {
        self.tell_of_unsettled(failure::undone)?;
        let vault = Vault::inspect(&self.config.vault, self.surroundings())?;
        self.tell_of_rollback(&vault)?;
        Ok(vault)
    }

    /// Says what lies beside the vault file and is part of its state.
    pub(crate) fn tell_of_unsettled(
        &mut self,
        wording: fn(&Path, Unsettled) -> String,
    ) -> Result<(), Failure> {
        let path = self.config.vault.clone();
        // Why the file cannot be had is said by whoever opens it.
        if let Ok(Some(found)) = vault::unsettled(&path) {
            self.tell(&wording(&path, found))?;
        }
        Ok(())
    }

    fn tell_of_rollback(&mut self, vault: &Vault) -> Result<(), Failure> {
        if let Some(rollback) = vault.rollback() {
            let (what, hint) = failure::rolled_back(rollback);
            self.tell(&format!("warning: {what}"))?;
            if let Some(hint) = hint {
                self.tell(&format!("hint: {hint}"))?;
            }
        }
        Ok(())
    }

    /// Why the person does this, as far as they said.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.global.reason.as_deref()
    }

    /// Tells a person who is waiting at a terminal what takes time.
    pub(crate) fn progress(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.output.progress(text)?)
    }

    /// Whether what is shown while questions are asked can be taken off the screen again.
    pub(crate) fn clears(&self) -> bool {
        clearing(&self.config, self.output) != Clearing::Never
    }

    /// Tells the person something before a question.
    pub(crate) fn tell(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.output.message(text)?)
    }

    /// Whether the data is shown to a person at a terminal.
    pub(crate) fn is_shown(&self) -> bool {
        self.output.is_shown()
    }

    /// Shows rows while the command goes on, as data.
    pub(crate) fn show_table(&mut self, table: &Table) -> Result<(), Failure> {
        Ok(self.output.table(table)?)
    }

    /// Shows a line while the command goes on, as data.
    pub(crate) fn show_line(&mut self, line: &str) -> Result<(), Failure> {
        Ok(self.output.data(line)?)
    }

    /// Shows a secret while the command goes on, as data.
    pub(crate) fn show_secret(&mut self, secret: &SecretBytes) -> Result<(), Failure> {
        self.output.secret(secret).map(drop)?;
        Ok(())
    }

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

    /// The person's passphrase: from a file, a descriptor, or the answer to a question.
    pub(crate) fn passphrase(&mut self) -> Result<SecretString, Failure> {
        let (what, read) = match (&self.global.passphrase_file, self.global.passphrase_fd) {
            (Some(file), _) => ("--passphrase-file", secret_from_file(file)),
            (None, Some(fd)) => ("--passphrase-fd", secret_from_fd(fd)),
            (None, None) => {
                return match self.prompt.passphrase("Passphrase") {
                    Err(PromptError::NoInput | PromptError::NoTerminal) => Err(Failure::Locked),
                    asked => Ok(asked?),
                };
            }
        };
        read.map_err(|error| Failure::Source { what, error })
    }

    /// A passphrase to be, from `file` or asked for twice, and not a weak one.
    pub(crate) fn new_passphrase(&mut self, file: Option<&Path>) -> Result<SecretString, Failure> {
        let chosen = match file {
            Some(file) => secret_from_file(file).map_err(|error| Failure::Source {
                what: "--new-passphrase-file",
                error,
            })?,
            None => self.asked_twice()?,
        };
        passphrase::check(&chosen)?;
        Ok(chosen)
    }

    fn asked_twice(&mut self) -> Result<SecretString, Failure> {
        let first = match self.prompt.passphrase("New passphrase, four words or more") {
            Err(PromptError::NoInput | PromptError::NoTerminal) => {
                return Err(Failure::usage(
                    "a new passphrase is needed",
                    "give --new-passphrase-file FILE, or leave out --no-input to be asked",
                ));
            }
            asked => asked?,
        };
        // The weak one is refused before it is typed a second time.
        passphrase::check(&first)?;
        let second = self.prompt.passphrase("The same again")?;
        if first.same_as(&second) {
            Ok(first)
        } else {
            Err(Failure::usage(
                "the two passphrases are not the same; nothing was changed",
                "try again, slowly",
            ))
        }
    }

    /// Unlocks the vault for the person who is asking.
    pub(crate) fn unlock<'v>(&mut self, vault: &'v mut Vault) -> Result<Session<'v>, Failure> {
        let person = self.person()?;
        let passphrase = self.passphrase()?;
        self.progress("unlocking...")?;
        let remembered = vault.remembered()?;
        let copy = vault.copy()?.map(|mark| failure::copied(&mark));
        let beside = vault.beside().map(failure::beside);
        let (genesis, keys) = (vault.ledger().genesis, pins::members(vault.ledger()));
        let mut session = vault.unlock(&person, &passphrase)?;
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

/// How the screen is cleared. What goes to a file or another program cannot be.
fn clearing(config: &Config, output: &Output) -> Clearing {
    let term = config.term.as_deref();
    Clearing::of(term.filter(|_| output.is_shown()))
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
