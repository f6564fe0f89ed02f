//! The keys that an escrow secret and a sheet's words yield.

use crate::crypto::digest;
use crate::crypto::recipient::Identity;
use crate::crypto::shamir::Identifier;
use crate::crypto::signature::SigningKey;
use crate::encoding::Label;
use crate::id::{Epoch, VaultId};
use crate::secret::SecretBytes;

/// The length of an escrow secret and of a sheet's key, in bytes: 20 words of SLIP-0039.
pub const SECRET: usize = 16;

/// What opens, and what signs.
pub struct EscrowKeys {
    /// Opens what is wrapped to the epoch, or the share that is sealed to the sheet.
    pub identity: Identity,
    /// Signs what is done with the opened envelope, or the sheet's acceptance.
    pub signing: SigningKey,
}

impl EscrowKeys {
    /// The keys of epoch `epoch`: `HKDF(S, salt = vault, label ‖ epoch)`.
    pub fn of_epoch(secret: &SecretBytes, vault: VaultId, epoch: Epoch) -> Self {
        let number = epoch.get();
        Self::derive(
            secret,
            vault,
            &Label::EscrowAge.numbered(number),
            &Label::EscrowSign.numbered(number),
        )
    }

    /// The keys of the sheet with the key `secret`: `HKDF(K, salt = vault, label)`.
    pub fn of_sheet(secret: &SecretBytes, vault: VaultId) -> Self {
        let (age, sign) = (Label::SheetAge.as_bytes(), Label::SheetSign.as_bytes());
        Self::derive(secret, vault, age, sign)
    }

    /// What the words of the sheet with the key `secret` begin with in this vault: 15 bits of
    /// `HKDF(K, salt = vault, label)`. By them a sheet is known for one of this vault where no record
    /// tells of it, since the file is older than the sheet.
    pub fn identifier_of_sheet(secret: &SecretBytes, vault: VaultId) -> Identifier {
        let label = Label::SheetMark.as_bytes();
        let derived = digest::derive(secret.expose(), vault.as_bytes(), label);
        let [high, low, ..] = derived.expose();
        Identifier::masked(u16::from_be_bytes([*high, *low]))
    }

    fn derive(secret: &SecretBytes, vault: VaultId, age: &[u8], sign: &[u8]) -> Self {
        let key = |info| digest::derive(secret.expose(), vault.as_bytes(), info);
        Self {
            identity: Identity::from_key(&key(age)),
            signing: SigningKey::from_seed(&key(sign)),
        }
    }
}
