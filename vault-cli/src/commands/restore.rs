//! `coffer restore`: a backup takes the place of the vault file, which is kept.

use std::path::Path;

use vault_core::vault;
use vault_core::vault::backup::checksum_path;
use vault_core::vault::restore::Restoration;

use super::Context;
use super::init::{has_folder, make_folder_of};
use crate::failure::{self, Failure};
use crate::files::FileError;
use crate::outcome::Outcome;
use crate::prompt::SourceError;

pub(crate) fn run(source: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let target = context.config.vault.clone();
    if let Err(error) = source.symlink_metadata() {
        let error = SourceError::Failed(error.kind());
        let what = "the backup";
        return Err(Failure::Source { what, error });
    }
    if is_same(source, &target) {
        return Err(Failure::usage(
            "that is the vault file itself",
            "name the backup, and with --vault the file whose place it is to take",
        ));
    }
    if context.config.vault_by_habit {
        make_folder_of(&target)?;
    } else if !has_folder(&target) {
        return Err(Failure::File {
            path: target,
            error: FileError::NoFolder,
        });
    }
    if let Ok(Some(found)) = vault::unsettled(source) {
        let wording = if checksum_path(source).exists() {
            failure::ignored
        } else {
            failure::left_as_it_is
        };
        context.tell(&wording(source, found))?;
    }
    context.progress("checking the backup...")?;
    let restoration = Restoration::begin(source, &target, context.surroundings())?;
    let person = context.person()?;
    let passphrase = context.passphrase()?;
    context.progress("unlocking...")?;
    let restored = restoration.finish(&person, &passphrase)?;
    let remark = format!(
        "put the backup in place as {}: {} records",
        target.display(),
        restored.records
    );
    let mut outcome = Outcome::done(&restored.vault, restored.record, remark);
    if let Some(kept) = restored.kept {
        outcome = outcome.remark(format!("the file that stood there is {}", kept.display()));
    }
    Ok(outcome.remark("next: coffer status, and do again what was done since the backup"))
}

/// Whether both names are one file, links in their folders resolved.
fn is_same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(Path::canonicalize);
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}
