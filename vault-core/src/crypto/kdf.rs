//! Argon2id (RFC 9106) from a passphrase to an unlock key, and a commitment to that key.
//!
//! `okm = Argon2id(OpaqueString(passphrase), salt, m, t, p, 32 bytes)` (RFC 8265);
//! `unlock key = HKDF(okm, salt = vault id, "coffer/v1/unlock")`;
//! `commitment = HKDF(okm, salt = vault id, "coffer/v1/unlock-commit")`.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use super::digest;
use crate::encoding::Label;
use crate::id::VaultId;
use crate::secret::{Key, SecretString};
use crate::text::passphrase::opaque;

#[cfg(all(feature = "quick-derivation", debug_assertions))]
pub mod quick;

/// The length of a salt in bytes.
pub const SALT: usize = 16;

const MIB: u32 = 1024;

/// Argon2id parameters between the floor and the ceiling; there are no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Cost", into = "Cost")]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Parameters below the floor (a downgrade) or above the ceiling (a trap for the memory).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamsOutOfBounds;

impl std::fmt::Display for ParamsOutOfBounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("parameters that are too weak or too costly")
    }
}

impl std::error::Error for ParamsOutOfBounds {}

/// The parameters as they stand in a policy.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl TryFrom<Cost> for KdfParams {
    type Error = ParamsOutOfBounds;

    fn try_from(cost: Cost) -> Result<Self, ParamsOutOfBounds> {
        Self::new(cost.memory_kib, cost.passes, cost.lanes)
    }
}

impl From<KdfParams> for Cost {
    fn from(params: KdfParams) -> Self {
        Self {
            memory_kib: params.memory_kib,
            passes: params.passes,
            lanes: params.lanes,
        }
    }
}

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
    /// memory up to 256 MiB, which costs an attacker's hardware most, then twice the passes up to
    /// 12; `None` at the top.
    pub fn stronger(self) -> Option<Self> {
        if self.memory_kib < 256 * MIB {
            Self::new(self.memory_kib * 2, self.passes, self.lanes).ok()
        } else if self.passes < 12 {
            Self::new(self.memory_kib, self.passes * 2, self.lanes).ok()
        } else {
            None
        }
    }

    /// These, raised to what `least` costs in memory and in passes; `None` where nothing is to be
    /// raised, or it would come to more than is accepted.
    pub fn raised_to(self, least: Self) -> Option<Self> {
        let memory_kib = self.memory_kib.max(least.memory_kib);
        let passes = self.passes.max(least.passes);
        let raised = Self::new(memory_kib, passes, least.lanes).ok()?;
        (memory_kib > self.memory_kib || passes > self.passes).then_some(raised)
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

/// Derives the unlock key of a passphrase, in whatever form of Unicode it was typed.
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
        .hash_password_into(
            opaque(passphrase).expose().as_bytes(),
            salt,
            okm.expose_mut(),
        )
        .map_err(|_| DerivationFailed)?;
    let derive = |label: Label| digest::derive(okm.expose(), vault.as_bytes(), label.as_bytes());
    Ok(UnlockKey {
        key: derive(Label::Unlock),
        commitment: derive(Label::UnlockCommit),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(memory_mib: u32, passes: u32) -> KdfParams {
        KdfParams::new(memory_mib * MIB, passes, 4).expect("within the bounds")
    }

    #[test]
    fn a_quicker_machine_pays_with_memory_before_passes() {
        let each = std::iter::successors(Some(KdfParams::FLOOR), |params| params.stronger());
        let each: Vec<_> = each.map(|it| (it.memory_kib / MIB, it.passes)).collect();
        assert_eq!(each, [(64, 3), (128, 3), (256, 3), (256, 6), (256, 12)]);
    }

    #[test]
    fn what_is_raised_is_weaker_in_nothing() {
        for (one, least, raised) in [
            ((64, 3), (256, 3), Some((256, 3))),
            ((64, 12), (256, 3), Some((256, 12))),
            ((256, 6), (256, 3), None),
            ((1024, 4), (64, 16), None),
        ] {
            let raised = raised.map(|(memory, passes)| params(memory, passes));
            let (one, least) = (params(one.0, one.1), params(least.0, least.1));
            assert_eq!(one.raised_to(least), raised);
        }
    }
}
