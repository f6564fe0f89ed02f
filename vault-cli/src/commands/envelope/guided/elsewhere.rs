//! Where the vault file cannot be written: nothing is shown that is not recorded, so a copy of it is
//! opened in a place that can be.

use std::path::{Path, PathBuf};

use vault_core::error::{Error, StoreError};
use vault_core::vault::Vault;
use vault_core::vault::opening::Requested;

use super::talk::{Talk, sentences};
use crate::commands::envelope::start::{self, Answers};
use crate::failure::Failure;

/// Asks for an opening, with its own record in `journal` or beside the vault file.
pub(super) fn request<'v>(
    vault: &'v mut Vault,
    answers: &Answers,
    journal: Option<&Path>,
    talk: &Talk<'_, '_>,
) -> Result<(Requested<'v>, PathBuf), Failure> {
    let (path, journal) = start::journal_once(journal, talk.context)?;
    let requested = vault.request_opening(&answers.terms(), Box::new(journal))?;
    Ok((requested, path))
}

/// Whether a copy in another place would help.
pub(super) const fn helps(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Vault(
            Error::Store(StoreError::Unwritable | StoreError::Full | StoreError::Device)
                | Error::Journal(_)
        )
    )
}

/// Asks for a folder until the vault is copied into one; the copy, and where it stands. From now on
/// it is the vault that the command is about.
pub(super) fn copied(
    failure: &Failure,
    talk: &mut Talk<'_, '_>,
) -> Result<(Vault, PathBuf), Failure> {
    let (what, _) = failure.wording();
    talk.tell(&format!(
        "\n{}\nNothing is shown here that is not recorded first. So the vault file has to be copied \
         to a place that can be written to, such as another stick or your own folder, and the copy \
         is opened there.",
        sentences((what, None))
    ))?;
    let original = talk.context.config.vault.clone();
    loop {
        let folder = talk.text("Which folder? You may drag it here")?;
        let path = talk
            .path(&folder)
            .join(original.file_name().unwrap_or_default());
        let source = Vault::inspect(&original, talk.context.surroundings())?;
        match source.copy_aside(&path) {
            Ok(()) => {
                talk.tell(&format!("The vault was copied: {}.", path.display()))?;
                talk.context.config.vault.clone_from(&path);
                let copy = Vault::inspect(&path, talk.context.surroundings())?;
                return Ok((copy, path));
            }
            Err(error @ Error::NotCopied { .. }) => {
                talk.tell(&sentences(Failure::from(error).wording()))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
