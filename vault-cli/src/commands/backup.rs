//! `coffer backup`: a copy of the vault, recorded, checksummed and read back.

use std::path::Path;

use vault_core::vault::backup::checksum_path;

use super::Context;
use super::init::has_folder;
use crate::failure::Failure;
use crate::files::FileError;
use crate::outcome::Outcome;

pub(crate) fn run(dest: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let refused = |path: &Path, error| Failure::File {
        path: path.to_owned(),
        error,
    };
    for path in [dest, &checksum_path(dest)] {
        if path.symlink_metadata().is_ok() {
            return Err(refused(path, FileError::Exists));
        }
    }
    if !has_folder(dest) {
        return Err(refused(dest, FileError::NoFolder));
    }
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    context.progress("copying the vault and reading the copy back...")?;
    let backup = session.backup(dest)?;
    let remark = format!(
        "copied the vault to {}: {} records, read back and checked",
        dest.display(),
        backup.records
    );
    Ok(Outcome::done(&dest.display(), backup.record, remark)
        .remark("next: keep the copy and its .sha256 file away from this computer"))
}
