//! A new password: made up, or from standard input.

use vault_core::crypto::random::OsEntropy;
use vault_core::error::{Error, StoreError};
use vault_core::generator::{self, Recipe};
use vault_core::secret::{SecretBytes, SecretString};

use crate::failure::Failure;
use crate::prompt::secret_from_stdin;

/// A password by `recipe`, else from standard input. The recipe is read before anything is done.
///
/// # Errors
/// [`Failure::Usage`] for a text that is no recipe, [`Failure::Source`].
pub(super) fn new_password(recipe: Option<&str>) -> Result<SecretBytes, Failure> {
    match recipe {
        Some(recipe) => Ok(made_up(recipe.parse()?)?.to_bytes()),
        None => secret_from_stdin().map_err(|error| Failure::Source {
            what: "--password-stdin",
            error,
        }),
    }
}

/// A password by `recipe`.
///
/// # Errors
/// Where the operating system gives no randomness.
pub(super) fn made_up(recipe: Recipe) -> Result<SecretString, Failure> {
    let made = generator::generate(recipe, &mut OsEntropy);
    made.map_err(|_| Error::Store(StoreError::NoEntropy).into())
}
