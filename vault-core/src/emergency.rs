//! The council's emergency envelope: its rule, its sheets, its epochs, and what is owed after an
//! opening. sealed → opened → sealed again.

mod admission;
pub mod duty;
pub mod follow_up;
pub mod holder;
pub mod inspection;
pub mod likeness;
pub mod register;
pub mod rule;
pub mod scheme;
pub mod survival;
pub mod witnesses;

use serde::{Deserialize, Serialize};

use crate::crypto::recipient::Recipient;
use crate::crypto::shamir::Identifier;
use crate::crypto::signature::VerifyKey;
use crate::id::{Epoch, Serial};
pub use holder::Holder;
pub use rule::Rule;
pub use scheme::Scheme;

/// What the log says of the rule for the next seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFacts {
    /// Who may open.
    pub rule: Rule,
    /// Who holds a sheet, in the order given.
    pub holders: Vec<Holder>,
    /// How many councillors it takes, for the rule that asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub councillors: Option<u8>,
}

/// What the log says of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetFacts {
    /// What stands on its envelope.
    pub serial: Serial,
    /// Who keeps it.
    pub holder: Holder,
    /// Receives the holder's share.
    pub recipient: Recipient,
    /// Verifies what the sheet signs in an opening.
    pub verify_key: VerifyKey,
    /// What its words begin with: which sheet somebody is typing shows after two words. It proves
    /// nothing.
    pub identifier: Identifier,
    /// Whether words of it were read back from the paper before it stood.
    pub read_back: bool,
}

/// What the log says of an escrow epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealFacts {
    /// Which epoch.
    pub epoch: Epoch,
    /// The rule under which it was sealed.
    pub rule: Rule,
    /// Which sheets open which shares, and how many it takes.
    pub scheme: Scheme,
    /// `E_n`: receives every key that the envelope is given.
    pub recipient: Recipient,
    /// Verifies what the opened envelope signs.
    pub verify_key: VerifyKey,
}
