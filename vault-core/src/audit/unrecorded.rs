//! Tries to unlock that left no record of their own, as the next record counts them.

use serde::{Deserialize, Serialize};

/// How many tries left no record of their own. At least one did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnrecordedFacts {
    /// Those that were cut off before they had an answer.
    pub cut_off: u32,
    /// Those that came while the vault waited, and were not looked into.
    pub paused: u32,
}

impl UnrecordedFacts {
    /// Whether there were none.
    pub const fn is_none(self) -> bool {
        self.cut_off == 0 && self.paused == 0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self {
            cut_off: self.cut_off.saturating_add(more.cut_off),
            paused: self.paused.saturating_add(more.paused),
        }
    }
}
