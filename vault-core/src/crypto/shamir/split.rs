//! Splitting a secret into groups of shares.

use std::fmt;

use super::feistel::{Cipher, IterationExponent};
use super::identifier::Identifier;
use super::polynomial;
use super::scheme::GroupScheme;
use super::share::{Header, Share};
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::secret::{SecretBytes, SecretString};

/// The length of the shortest secret in bytes.
const SHORTEST: usize = 16;

/// Why a secret was not split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitError {
    /// The secret has fewer than 16 bytes, or an odd number of them.
    SecretLength {
        /// How many it has.
        bytes: usize,
    },
    /// The passphrase has a character other than the 95 printable ones of ASCII: on another machine
    /// it might be other bytes.
    Passphrase,
    /// There is no randomness.
    NoEntropy,
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecretLength { bytes } => {
                write!(
                    f,
                    "a secret of {bytes} bytes: it needs 16 or a greater even number"
                )
            }
            Self::Passphrase => f.write_str("the passphrase has characters other than plain ASCII"),
            Self::NoEntropy => NoEntropy.fmt(f),
        }
    }
}

impl std::error::Error for SplitError {}

impl From<NoEntropy> for SplitError {
    fn from(NoEntropy: NoEntropy) -> Self {
        Self::NoEntropy
    }
}

/// Splits `secret` among the groups of `scheme`; for each group its shares, in order.
///
/// The shares are *extendable*: another splitting of the same secret under the same passphrase
/// decrypts to it as well.
///
/// # Errors
/// [`SplitError`]; no share is given out then.
pub fn split(
    secret: &SecretBytes,
    scheme: &GroupScheme,
    passphrase: &SecretString,
    iteration_exponent: IterationExponent,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Vec<Share>>, SplitError> {
    let identifier = Identifier::masked(u16::from_be_bytes(random::array(entropy)?));
    let way = (passphrase, iteration_exponent, identifier);
    split_as(secret, scheme, way, entropy)
}

/// The same, with an identifier that was chosen.
pub(super) fn split_as(
    secret: &SecretBytes,
    scheme: &GroupScheme,
    (passphrase, iteration_exponent, identifier): (&SecretString, IterationExponent, Identifier),
    entropy: &mut dyn Entropy,
) -> Result<Vec<Vec<Share>>, SplitError> {
    if secret.len() < SHORTEST || secret.len() % 2 == 1 {
        return Err(SplitError::SecretLength {
            bytes: secret.len(),
        });
    }
    if !passphrase
        .expose()
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~'))
    {
        return Err(SplitError::Passphrase);
    }
    let encrypted = Cipher::new(passphrase, iteration_exponent, true, identifier).encrypt(secret);
    let group_values = polynomial::share_out(&encrypted, scheme.across(), entropy)?;
    let mut groups = Vec::with_capacity(group_values.len());
    for ((group_index, quorum), group_value) in (0..).zip(scheme.groups()).zip(&group_values) {
        let values = polynomial::share_out(group_value, *quorum, entropy)?;
        let share = |(member_index, value)| Share {
            header: Header {
                identifier,
                extendable: true,
                iteration_exponent,
                group_index,
                group_threshold: scheme.across().threshold(),
                group_count: scheme.across().count(),
                member_index,
                member_threshold: quorum.threshold(),
            },
            value,
        };
        groups.push((0..).zip(values).map(share).collect());
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::{SplitError, split};
    use crate::crypto::random::{Entropy, NoEntropy};
    use crate::crypto::shamir::seeded::Seeded;
    use crate::crypto::shamir::{GroupScheme, IterationExponent};
    use crate::secret::{SecretBytes, SecretString};

    #[test]
    fn secrets_and_passphrases_outside_the_standard_are_refused() {
        let fails = |bytes, passphrase: &str| {
            split(
                &SecretBytes::zeroed(bytes),
                &GroupScheme::sole(),
                &SecretString::new(passphrase.to_owned()),
                IterationExponent::ZERO,
                &mut Seeded::new(6),
            )
            .err()
        };
        for bytes in [0, 14, 15, 17, 33] {
            assert_eq!(fails(bytes, ""), Some(SplitError::SecretLength { bytes }));
        }
        for bytes in [16, 18, 32, 64] {
            assert_eq!(fails(bytes, "~ printable"), None);
        }
        assert_eq!(fails(16, "naïve"), Some(SplitError::Passphrase));
        assert_eq!(fails(16, "new\nline"), Some(SplitError::Passphrase));
    }

    #[test]
    fn without_randomness_nothing_is_split() {
        struct Dry;
        impl Entropy for Dry {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
                Err(NoEntropy)
            }
        }
        let outcome = split(
            &SecretBytes::zeroed(16),
            &GroupScheme::sole(),
            &SecretString::new(String::new()),
            IterationExponent::ZERO,
            &mut Dry,
        );
        assert_eq!(outcome.err(), Some(SplitError::NoEntropy));
    }
}
