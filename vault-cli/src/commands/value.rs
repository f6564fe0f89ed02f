//! A new password: made up, or from standard input.

use vault_core::crypto::random::OsEntropy;
use vault_core::error::{Error, StoreError};
use vault_core::generator::{self, Recipe};
use vault_core::secret::{SecretBytes, SecretString};

use super::Context;
use crate::failure::Failure;
use crate::prompt::{secret_from_stdin, without_mark};

/// A password by `recipe`, else from standard input. The recipe is read before anything is done.
///
/// # Errors
/// [`Failure::Usage`] for a text that is no recipe, [`Failure::Source`].
pub(super) fn new_password(
    recipe: Option<&str>,
    context: &mut Context<'_>,
) -> Result<SecretBytes, Failure> {
    if let Some(recipe) = recipe {
        return Ok(made_up(recipe.parse()?)?.to_bytes());
    }
    let what = "--password-stdin";
    let given = secret_from_stdin().map_err(|error| Failure::Source { what, error })?;
    unmarked(given, what, context)
}

/// A value without the byte-order mark that another program wrote before it: no site would take it
/// with one.
///
/// # Errors
/// Where the person cannot be told.
pub(super) fn unmarked(
    given: SecretBytes,
    what: &str,
    context: &mut Context<'_>,
) -> Result<SecretBytes, Failure> {
    let value = without_mark(given.expose());
    if value.len() == given.len() {
        return Ok(given);
    }
    context.tell(&format!(
        "note: {what} began with a byte-order mark, which is no part of the value and was left out"
    ))?;
    Ok(SecretBytes::copy_from(value))
}

/// A password by `recipe`.
///
/// # Errors
/// Where the operating system gives no randomness.
pub(super) fn made_up(recipe: Recipe) -> Result<SecretString, Failure> {
    let made = generator::generate(recipe, &mut OsEntropy);
    made.map_err(|_| Error::Store(StoreError::NoEntropy).into())
}
