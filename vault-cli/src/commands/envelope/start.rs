//! What every opening begins and ends with: its journal, and what is said of it afterwards.

use std::path::{Path, PathBuf};

use vault_core::error::{Error, Noun};
use vault_core::vault::Vault;

use super::FileJournal;
use crate::commands::{Context, duty};
use crate::failure::Failure;
use crate::files::FileError;
use crate::outcome::Outcome;

/// The journal of a new opening and where it stands: in `wanted`, or beside the vault. Where the
/// file cannot be made, a person is asked for another place.
///
/// # Errors
/// [`Error::NotFound`] where nothing was ever sealed, so that no journal is made in vain.
pub(super) fn journal(
    wanted: Option<&Path>,
    vault: &Vault,
    context: &mut Context<'_>,
) -> Result<(PathBuf, FileJournal), Failure> {
    if vault.ledger().envelope.seals.is_empty() {
        return Err(Error::NotFound(Noun::Seal).into());
    }
    let mut path = match wanted {
        Some(path) => path.to_owned(),
        None => default_path(context)?,
    };
    loop {
        match FileJournal::create(&path) {
            Ok(journal) => return Ok((path, journal)),
            Err(error) if context.global.no_input => return Err(not_made(&path, wanted, error)),
            Err(error) => {
                let (what, _) = not_made(&path, wanted, error).wording();
                context.tell(&format!("the opening's own record needs a place: {what}"))?;
                let other = context
                    .prompt
                    .line("Another file for it, on a stick for example")?;
                path = PathBuf::from(other.expose().trim());
            }
        }
    }
}

fn default_path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    let mut id = [0; 8];
    let filled = context.surroundings().entropy.fill(&mut id);
    filled.map_err(Error::from)?;
    Ok(FileJournal::beside(&context.config.vault, id))
}

/// Beside the vault it is the folder that is at fault, and `--journal` the way out.
fn not_made(path: &Path, wanted: Option<&Path>, error: FileError) -> Failure {
    match (wanted, error) {
        (None, FileError::NotPermitted | FileError::Full | FileError::Failed(_)) => {
            Error::Journal(std::io::ErrorKind::PermissionDenied).into()
        }
        _ => Failure::File {
            path: path.to_owned(),
            error,
        },
    }
}

/// What is said after every opening: too few witnesses, where the journal is, what is owed now.
pub(super) fn aftermath(
    outcome: Outcome,
    vault: &mut Vault,
    witnesses: usize,
    journal: &Path,
) -> Outcome {
    let wanted = usize::try_from(vault.ledger().policy.witnesses).unwrap_or(usize::MAX);
    let mut outcome = outcome;
    if witnesses < wanted {
        outcome = outcome.remark(format!(
            "{witnesses} of {wanted} witnesses were named; that is on record"
        ));
    }
    outcome = outcome
        .remark(format!(
            "keep the opening's own record with the council's papers: {}",
            journal.display()
        ))
        .remark("the envelope is now opened, and every member will be shown that");
    // The opening has ended well; what cannot be read now, `status` tells later.
    let duties = vault.status().map_or(Vec::new(), |s| s.envelope.duties);
    duties.iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {}", duty::in_words(left)))
    })
}
