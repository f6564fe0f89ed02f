//! How a person unlocks the vault.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What changed of how a person unlocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialChange {
    /// They chose another passphrase.
    Passphrase,
    /// The same passphrase costs more to try, as the policy asks.
    Cost,
}

impl CredentialChange {
    /// The name that is recorded.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Cost => "cost",
        }
    }
}

impl fmt::Display for CredentialChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
