//! Finding the vault file, for somebody who has it on a stick.

use std::path::{Path, PathBuf};

use vault_core::error::{Error, StoreError};
use vault_core::vault::Vault;

use super::talk::sentences;
use crate::commands::Context;
use crate::config;
use crate::failure::Failure;
use crate::prompt::{PromptError, typed_path};

/// The vault; where there is no file, a person is asked for it. From then on it is the one that the
/// command is about.
pub(super) fn vault(context: &mut Context<'_>) -> Result<Vault, Failure> {
    let mut nearby = config::vaults_nearby().into_iter();
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
            "{} It was looked for here: {place}",
            sentences((what, None))
        );
        match context.prompt.tell(&said) {
            Err(PromptError::NoTerminal) => return Err(missing),
            told => told?,
        }
        context.config.vault = match nearby.find(|path| path.is_file()) {
            Some(found) if is_meant(&found, context)? => found,
            Some(_) => continue,
            None => asked(context)?,
        };
    }
}

/// A vault file that lies where the program does may be the one.
fn is_meant(found: &Path, context: &mut Context<'_>) -> Result<bool, Failure> {
    let label = format!(
        "There is one here: {}. Is it that one? (yes or no)",
        found.display()
    );
    loop {
        let answer = context.prompt.line(&label)?;
        match answer.expose().trim().to_lowercase().as_str() {
            "yes" | "y" => return Ok(true),
            "no" | "n" => return Ok(false),
            _ => {}
        }
    }
}

fn asked(context: &mut Context<'_>) -> Result<PathBuf, Failure> {
    context
        .prompt
        .tell("The sheet says where it is. You may also drag the file into this window.")?;
    loop {
        let answer = context.prompt.line("Where is the vault file?")?;
        if !answer.expose().trim().is_empty() {
            return Ok(typed_path(answer.expose(), context.config.home.as_deref()));
        }
    }
}
