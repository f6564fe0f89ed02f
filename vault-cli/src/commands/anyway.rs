//! A title that is in use: whoever wants two entries of it says so, in advance or when asked.

use vault_core::error::Error;
use vault_core::vault::entries::Beside;

use super::Context;
use crate::failure::Failure;
use crate::prompt::PromptError;

/// Does what is asked. Where the title is in use, a person at a terminal is asked whether they want
/// two; `anyway` says so without a question.
///
/// # Errors
/// Those of `act`; [`Error::TitleTaken`] where nobody can be asked.
pub(super) fn ask<T>(
    anyway: bool,
    context: &mut Context<'_>,
    mut act: impl FnMut(Beside) -> Result<T, Error>,
) -> Result<T, Failure> {
    let beside = if anyway { Beside::Others } else { Beside::None };
    let taken = match act(beside) {
        Err(taken @ Error::TitleTaken(_)) => Failure::from(taken),
        done => return Ok(done?),
    };
    if context.global.no_input {
        return Err(taken);
    }
    let (what, _) = taken.wording();
    context.tell(&format!("warning: {what}"))?;
    let label = "Two entries of one title are easily confused. Type \"two\" to have both";
    match context.prompt.confirm(label, "two") {
        Ok(()) => Ok(act(Beside::Others)?),
        Err(PromptError::NoTerminal) => Err(taken),
        Err(error) => Err(error.into()),
    }
}
