//! Finding the vault file, for somebody who has it on a stick.

use std::path::PathBuf;

use vault_core::error::{Error, StoreError};
use vault_core::vault::Vault;

use super::talk::{sentences, unquoted};
use crate::commands::Context;
use crate::failure::Failure;
use crate::prompt::PromptError;

/// The vault; where there is no file, a person is asked for it. From then on it is the one that the
/// command is about.
pub(super) fn vault(context: &mut Context<'_>) -> Result<Vault, Failure> {
    loop {
        let missing = match context.vault_even_rolled_back() {
            Err(failure @ Failure::Vault(Error::Store(StoreError::Missing))) => failure,
            found => return found,
        };
        if context.global.json {
            return Err(missing);
        }
        let place = context.config.vault.display();
        let (what, _) = missing.wording();
        let said = format!(
            "{} It was looked for here: {place}\nThe sheet says where it is. You may also drag the \
             file into this window.",
            sentences((what, None))
        );
        match context.prompt.tell(&said) {
            Err(PromptError::NoTerminal) => return Err(missing),
            told => told?,
        }
        let answer = context.prompt.line("Where is the vault file?")?;
        let answer = answer.expose().trim();
        if !answer.is_empty() {
            context.config.vault = PathBuf::from(unquoted(answer));
        }
    }
}
