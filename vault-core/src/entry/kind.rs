//! What an entry is for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of the councils' policies, one for each clause that treats them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A service or system password such as the website's (clause 4.1.6).
    Service,
    /// An administrative credential (clause 4.1.2).
    Admin,
    /// A social-media login (clause 9.1.4).
    Social,
    /// One person's own password (clause 4.1.2).
    Personal,
}

impl EntryKind {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Admin => "admin",
            Self::Social => "social",
            Self::Personal => "personal",
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
