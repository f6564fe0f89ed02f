//! What every command is given: the options, where things are, and somebody to ask.

use std::path::Path;

use vault_core::crypto::random::OsEntropy;
use vault_core::secret::SecretBytes;
use vault_core::vault::{self, Surroundings, Unsettled, Vault};

use crate::args::Global;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::failure::{self, Failure};
use crate::output::{Output, Table};
use crate::prompt::{Clearing, NoInput, Prompt, Terminal};

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
}

/// How the screen is cleared. What goes to a file or another program cannot be.
fn clearing(config: &Config, output: &Output) -> Clearing {
    let term = config.term.as_deref();
    Clearing::of(term.filter(|_| output.is_shown()))
}
