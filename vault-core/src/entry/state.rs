//! How far a password can be relied on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// default → initial → in use → suspected compromised → retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// A vendor's default, to be changed at once (clause 4.1.1).
    Default,
    /// An initial password that was handed over, to be changed at first use (clause 4.1.1).
    Initial,
    /// Nothing speaks against it.
    InUse,
    /// Perhaps known to others, to be changed at once (clause 4.1.4).
    SuspectedCompromised,
    /// No longer used.
    Retired,
}

impl EntryState {
    /// The name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Initial => "initial",
            Self::InUse => "in-use",
            Self::SuspectedCompromised => "suspected-compromised",
            Self::Retired => "retired",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Default,
            Self::Initial,
            Self::InUse,
            Self::SuspectedCompromised,
            Self::Retired,
        ];
        all.into_iter().find(|state| state.name() == name)
    }

    /// Why the password has to be changed, where this state alone says so.
    pub const fn due(self) -> Option<&'static str> {
        match self {
            Self::Default | Self::Initial | Self::SuspectedCompromised => Some(self.name()),
            Self::InUse | Self::Retired => None,
        }
    }
}

impl fmt::Display for EntryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
