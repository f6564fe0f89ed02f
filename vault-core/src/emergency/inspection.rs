//! Looking after sealed sheets while nothing happens: looking at a bag, having a sheet prove itself,
//! and rehearsing an opening with enough of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::Epoch;

/// What somebody found, or did, with a sheet in their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It was put into its bag and sealed.
    Bagged,
    /// The bag is where it should be, and its seal is whole.
    Intact,
    /// The seal is broken: the words may be known to anybody.
    Broken,
    /// Its holder gave it back unopened.
    Returned,
    /// It was destroyed.
    Destroyed,
    /// Its words were typed and are those of this vault; the sheet's own signature says so too.
    Proved,
}

impl Found {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bagged => "bagged",
            Self::Intact => "intact",
            Self::Broken => "broken",
            Self::Returned => "returned",
            Self::Destroyed => "destroyed",
            Self::Proved => "proved",
        }
    }

    /// Whether the sheet opens nothing from then on.
    pub const fn ends_the_sheet(self) -> bool {
        matches!(self, Self::Broken | Self::Destroyed)
    }

    /// Whether somebody may say so who has no more than looked.
    pub const fn is_seen(self) -> bool {
        !matches!(self, Self::Proved)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the log says of a rehearsal: every key that the epoch was given opened, and is the one that
/// the log has a commitment to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillFacts {
    /// Which epoch.
    pub epoch: Epoch,
    /// How many keys it was given.
    pub keys: u64,
}
