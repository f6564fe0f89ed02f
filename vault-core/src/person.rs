//! People: who they are to the vault, and how far they have come.

pub mod credential;
pub mod role;

use serde::{Deserialize, Serialize};

use crate::crypto::digest::Digest;
use crate::crypto::recipient::Recipient;
use crate::crypto::signature::VerifyKey;
use crate::encoding::{Encoder, Label};
use crate::id::{PersonId, VaultId};
use crate::text::fold;
pub use credential::CredentialChange;
pub use role::Role;

/// How far a person has come: invited → active → suspended → left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Holds an initial passphrase and may only enrol.
    Invited,
    /// Has keys of their own.
    Active,
    /// May do nothing until reinstated.
    Suspended,
    /// Will not come back.
    Left,
}

impl Standing {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }
}

/// What the log says of a person. Every field is public; names are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    /// Who.
    pub person: PersonId,
    /// What they may ever do.
    pub role: Role,
    /// How far they have come.
    pub standing: Standing,
    /// Receives keys for them.
    pub recipient: Recipient,
    /// Verifies what they sign.
    pub verify_key: VerifyKey,
}

/// `SHA-256(label ‖ vault ‖ folded name)`: finds a person by the name they type, without the name
/// being in the file. Whoever has the file can confirm a name that they guess.
pub fn login_tag(vault: VaultId, name: &str) -> Digest {
    let encoded = Encoder::new(Label::Login)
        .bytes(vault.as_bytes())
        .bytes(fold(name).as_bytes())
        .finish();
    Digest::of(&[&encoded])
}
