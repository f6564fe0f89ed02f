//! Choosing a passphrase: from a file or at a terminal, where words are made up for whoever has none;
//! and `coffer passphrase change`.

use std::path::Path;

use vault_core::error::{Error, Invalid, PassphraseRefused};
use vault_core::generator::{self, Words};
use vault_core::secret::SecretString;

use super::Context;
use crate::args::PassphraseCommand;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::prompt::PromptError;

/// How often a new passphrase is asked for.
const TRIES: usize = 3;

/// Says whether a passphrase is good enough.
pub(super) type Judge<'j> = dyn FnMut(&SecretString) -> Result<(), Error> + 'j;

/// Runs `coffer passphrase`.
pub(super) fn run(
    command: &PassphraseCommand,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let PassphraseCommand::Change {
        new_passphrase_file,
    } = command;
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let file = new_passphrase_file.as_deref();
    let chosen = choose(context, file, &mut |chosen| {
        session.judge_passphrase(chosen)
    })?;
    context.progress("encrypting your keys anew...")?;
    let record = session.change_passphrase(&chosen)?;
    let remark = "changed your passphrase; the old one opens nothing any more but copies of the vault \
                  that were made before";
    Ok(Outcome::done(&session.person(), record, remark))
}

/// A passphrase to be, from `file` or asked for at the terminal, and not a weak one.
pub(super) fn choose(
    context: &mut Context<'_>,
    file: Option<&Path>,
    judge: &mut Judge<'_>,
) -> Result<SecretString, Failure> {
    if let Some(file) = file {
        let chosen = context.secret_file("--new-passphrase-file", file)?;
        judge(&chosen)?;
        return Ok(chosen);
    }
    let mut tries = 1;
    loop {
        match ask(context, judge) {
            Err(failure) if tries < TRIES && may_choose_again(&failure) => {
                let (what, hint) = failure.wording();
                context.prompt.tell(&what)?;
                if is_weak(&failure)
                    && let Some(drawn) = offer(context)?
                {
                    return Ok(drawn);
                }
                if let Some(hint) = hint {
                    context.prompt.tell(&format!("hint: {hint}"))?;
                }
                tries += 1;
            }
            chosen => return chosen,
        }
    }
}

/// A passphrase to be, typed twice.
pub(super) fn ask(
    context: &mut Context<'_>,
    judge: &mut Judge<'_>,
) -> Result<SecretString, Failure> {
    let first = match context
        .prompt
        .passphrase("New passphrase, four words or more")
    {
        Err(PromptError::NoInput | PromptError::NoTerminal) => {
            return Err(Failure::usage(
                "a new passphrase is needed",
                "give --new-passphrase-file FILE, or leave out --no-input to be asked",
            ));
        }
        asked => asked?,
    };
    // The weak one is refused before it is typed a second time.
    judge(&first)?;
    again(context, first)
}

/// Has a passphrase typed once more.
fn again(context: &mut Context<'_>, first: SecretString) -> Result<SecretString, Failure> {
    let second = context.prompt.passphrase("The same again")?;
    if first.same_as(&second) {
        Ok(first)
    } else {
        Err(Failure::Differ)
    }
}

/// Four words that were drawn just now, where they vanish from the screen again. Whoever takes them
/// types them; nobody need judge them.
fn offer(context: &mut Context<'_>) -> Result<Option<SecretString>, Failure> {
    if !context.is_shown() || context.prompt.open_page()?.is_none() {
        return Ok(None);
    }
    let taken = offered(context);
    context.prompt.close_page()?;
    taken
}

fn offered(context: &mut Context<'_>) -> Result<Option<SecretString>, Failure> {
    let mut entropy = context.surroundings().entropy;
    let drawn = generator::passphrase(Words::PASSPHRASE, &mut *entropy).map_err(Error::from)?;
    context
        .prompt
        .tell("These four words were drawn just now, and may be taken. Write them down first:\n")?;
    context.show_secret(&drawn.to_bytes())?;
    let label = "Type them to take them, or press Enter to choose your own";
    let typed = context.prompt.passphrase(label)?;
    Ok(typed.same_as(&drawn).then_some(drawn))
}

/// Whether somebody at a terminal may simply choose again: what they typed was weak, or not the same
/// twice.
pub(super) fn may_choose_again(failure: &Failure) -> bool {
    matches!(failure, Failure::Differ) || is_weak(failure)
}

fn is_weak(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Vault(Error::Invalid(Invalid::Passphrase(
            PassphraseRefused::Weak(_)
        )))
    )
}
