//! Entries: one credential each, with a catalogue that members may see and secret fields that are
//! revealed one access at a time.

pub mod field;
pub mod kind;
pub mod state;
pub mod totp;

use serde::{Deserialize, Serialize};

use crate::crypto::digest::Digest;
use crate::id::{Generation, Version};
use crate::time::Timestamp;
pub use field::{Field, FieldName, FieldSlot, InvalidField};
pub use kind::EntryKind;
pub use state::EntryState;

/// What may be seen of an entry without revealing it. Encrypted under the catalogue key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// What the entry is called.
    pub title: String,
    /// The user name, or empty.
    pub username: String,
    /// Where it is used, or empty.
    pub url: String,
    /// What it is for.
    pub kind: EntryKind,
    /// How far its password can be relied on.
    pub state: EntryState,
    /// How far it could be before the entry was retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<EntryState>,
    /// When the entry was made.
    pub created_at: Timestamp,
    /// When the current password was confirmed.
    pub changed_at: Timestamp,
    /// Its secret fields, and in which version each stands.
    pub fields: Vec<FieldSlot>,
    /// By what a later import knows it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportMark>,
}

/// Which row of which export an entry came from, as keyed digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportMark {
    /// Which row: under the vault's tag key.
    pub identity: Digest,
    /// What the row said: under a key that only readers of the collection have.
    pub content: Digest,
    /// What its password was, likewise; `None` where it had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Digest>,
    /// The generation of that key.
    pub generation: Generation,
}

impl Catalogue {
    /// The catalogue of the entry once it is retired.
    #[must_use]
    pub fn retired(mut self) -> Self {
        self.was = Some(self.state);
        self.state = EntryState::Retired;
        self
    }

    /// The catalogue of a retired entry that is used again: as far to be relied on as before.
    #[must_use]
    pub fn restored(mut self) -> Self {
        self.state = self.was.take().unwrap_or(EntryState::SuspectedCompromised);
        self
    }

    /// The slot of the field called `name`.
    pub fn slot(&self, name: &FieldName) -> Option<&FieldSlot> {
        self.fields.iter().find(|slot| slot.name == *name)
    }

    /// The catalogue once `version`, which changed `names`, is the current one.
    #[must_use]
    pub fn with_version(mut self, version: Version, names: &[FieldName], now: Timestamp) -> Self {
        for (place, name) in (0..).zip(names) {
            let slot = FieldSlot {
                name: name.clone(),
                version,
                place,
            };
            match self.fields.iter_mut().find(|old| old.name == *name) {
                Some(old) => *old = slot,
                None => self.fields.push(slot),
            }
        }
        self.state = EntryState::InUse;
        self.changed_at = now;
        self
    }
}

/// What may be seen of one version. Encrypted under the catalogue key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionCatalogue {
    /// When the version was made.
    pub made_at: Timestamp,
    /// The fields that it changed, in the order in which they are stored.
    pub fields: Vec<FieldName>,
}
