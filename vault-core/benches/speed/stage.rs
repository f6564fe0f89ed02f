//! A folder with a vault and what a machine remembers of it.

use std::path::{Path, PathBuf};

use vault_core::crypto::random::OsEntropy;
use vault_core::secret::SecretString;
use vault_core::time::{Clock, Timestamp};
use vault_core::vault::{Surroundings, Vault};

use crate::crowd;

/// A clock that stands still.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(1_795_348_800).expect("a time")
    }
}

pub(crate) fn passphrase() -> SecretString {
    SecretString::new("purple candle river seven".to_owned())
}

pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.beside("coffer.vault")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.beside("state")
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            clock: Box::new(Noon),
            entropy: Box::new(OsEntropy),
            host: "example-host".to_owned(),
            state: Some(self.state()),
        }
    }

    pub(crate) fn found(&self, path: &Path, size: (usize, u64)) -> Vault {
        let passphrase = passphrase();
        let made = crowd::found(path, &passphrase, self.surroundings(), size);
        made.expect("a vault")
    }
}
