//! Argon2id (RFC 9106) from a passphrase to an unlock key, and a commitment to that key.
//!
//! `okm = Argon2id(passphrase, salt, m, t, p, 32 bytes)`;
//! `unlock key = HKDF(okm, salt = vault id, "coffer/v1/unlock")`;
//! `commitment = HKDF(okm, salt = vault id, "coffer/v1/unlock-commit")`.

use argon2::{Algorithm, Argon2, Params, Version};

use super::digest;
use crate::encoding::Label;
use crate::id::VaultId;
use crate::secret::{Key, SecretString};

#[cfg(all(feature = "quick-derivation", debug_assertions))]
pub mod quick;

/// The length of a salt in bytes.
pub const SALT: usize = 16;

const MIB: u32 = 1024;

/// Argon2id parameters between the floor and the ceiling; there are no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Parameters below the floor (a downgrade) or above the ceiling (a trap for the memory).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamsOutOfBounds;

impl KdfParams {
    /// RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes. Nothing weaker is accepted.
    pub const FLOOR: Self = Self {
        memory_kib: 64 * MIB,
        passes: 3,
        lanes: 4,
    };

    /// What a passphrase costs where nobody chose: [`Self::FLOOR`], in every program that is shipped.
    pub fn usual() -> Self {
        #[cfg(all(feature = "quick-derivation", debug_assertions))]
        if quick::is_on() {
            return quick::PARAMS;
        }
        Self::FLOOR
    }

    /// Accepts 64 MiB to 1 GiB, 3 to 16 passes, 1 to 8 lanes, and memory times passes up to 4 GiB.
    ///
    /// # Errors
    /// [`ParamsOutOfBounds`]; nothing was allocated.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, ParamsOutOfBounds> {
        #[cfg(all(feature = "quick-derivation", debug_assertions))]
        if quick::accepts(memory_kib, passes, lanes) {
            return Ok(quick::PARAMS);
        }
        let within = (64 * MIB..=1024 * MIB).contains(&memory_kib)
            && (3..=16).contains(&passes)
            && (1..=8).contains(&lanes)
            && u64::from(memory_kib) * u64::from(passes) <= u64::from(4096 * MIB);
        if within {
            Ok(Self {
                memory_kib,
                passes,
                lanes,
            })
        } else {
            Err(ParamsOutOfBounds)
        }
    }

    /// Memory in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    /// Derives a key from nothing in particular, so that its cost on this machine can be measured.
    ///
    /// # Errors
    /// [`DerivationFailed`].
    pub fn trial(self) -> Result<(), DerivationFailed> {
        let nothing = SecretString::new(String::new());
        unlock_key(&nothing, &[0; SALT], self, VaultId::from_bytes([0; 16]))?;
        Ok(())
    }

    /// The next stronger parameters for a machine that is quicker than it need be: twice the
    /// passes up to 12, then twice the memory up to 256 MiB; `None` at the top.
    pub fn stronger(self) -> Option<Self> {
        if self.passes < 12 {
            Self::new(self.memory_kib, self.passes * 2, self.lanes).ok()
        } else if self.memory_kib < 256 * MIB {
            Self::new(self.memory_kib * 2, self.passes, self.lanes).ok()
        } else {
            None
        }
    }
}

/// What a passphrase yields.
pub struct UnlockKey {
    /// Opens the person's identity.
    pub key: Key,
    /// What the stored commitment must equal, compared in constant time.
    pub commitment: Key,
}

/// Not enough memory for the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivationFailed;

/// Derives the unlock key of a passphrase.
///
/// # Errors
/// [`DerivationFailed`].
pub fn unlock_key(
    passphrase: &SecretString,
    salt: &[u8; SALT],
    params: KdfParams,
    vault: VaultId,
) -> Result<UnlockKey, DerivationFailed> {
    let argon2_params = Params::new(
        params.memory_kib,
        params.passes,
        params.lanes,
        Some(Key::LEN),
    )
    .map_err(|_| DerivationFailed)?;
    let mut okm = Key::zeroed();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, argon2_params)
        .hash_password_into(passphrase.expose().as_bytes(), salt, okm.expose_mut())
        .map_err(|_| DerivationFailed)?;
    let derive = |label: Label| digest::derive(okm.expose(), vault.as_bytes(), label.as_bytes());
    Ok(UnlockKey {
        key: derive(Label::Unlock),
        commitment: derive(Label::UnlockCommit),
    })
}
