//! The folder that the demonstration leaves behind.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use vault_core::error::Error;
use vault_core::id::Serial;
use vault_core::secret::SecretString;

use crate::commands::Context;
use crate::config;
use crate::failure::Failure;
use crate::files::create_private;

/// A new folder that only its owner may enter, with a folder each for passphrases and sheets.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder among the system's temporary ones.
    pub(super) fn make(context: &Context<'_>) -> Result<Self, Failure> {
        let mut random = [0; 8];
        let filled = context.surroundings().entropy.fill(&mut random);
        filled.map_err(Error::from)?;
        let name = format!("coffer-demo-{:016x}", u64::from_be_bytes(random));
        let folder = Self(config::temporary_folder().join(name));
        for part in [folder.path(), &folder.passphrases(), &folder.sheets()] {
            make_private(part).map_err(|error| Failure::File {
                path: part.to_owned(),
                error: error.into(),
            })?;
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn vault(&self) -> PathBuf {
        self.0.join("coffer.vault")
    }

    fn passphrases(&self) -> PathBuf {
        self.0.join("passphrases")
    }

    fn sheets(&self) -> PathBuf {
        self.0.join("sheets")
    }

    /// Where somebody's passphrase is kept: `pat.txt` for "Pat Provider".
    pub(super) fn passphrase_of(&self, name: &str) -> PathBuf {
        self.passphrases().join(file_name(name))
    }

    /// Where a sheet is kept.
    pub(super) fn sheet(&self, serial: &Serial, ending: &str) -> PathBuf {
        self.sheets().join(format!("{serial}.{ending}"))
    }

    /// Keeps a passphrase where the reader finds it.
    pub(super) fn keep(&self, name: &str, passphrase: &SecretString) -> Result<(), Failure> {
        write(&self.passphrase_of(name), passphrase.expose().as_bytes())
    }
}

/// Writes a file that only its owner may read.
pub(super) fn write(path: &Path, contents: &[u8]) -> Result<(), Failure> {
    create_private(path, contents).map_err(|error| Failure::File {
        path: path.to_owned(),
        error,
    })
}

fn file_name(name: &str) -> String {
    let first = name.split(' ').next();
    format!("{}.txt", first.unwrap_or(name).to_lowercase())
}

fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
