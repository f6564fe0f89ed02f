//! A key as a single mnemonic of 20 words: SLIP-0039's 1-of-1.

use std::fmt;

use super::combine::combine;
use super::feistel::IterationExponent;
use super::identifier::Identifier;
use super::mnemonic::ParseError;
use super::scheme::{Count, GroupScheme};
use super::share::{Header, Share};
use super::split::{SplitError, split_as};
use crate::crypto::random::{self, Entropy};
use crate::secret::{SecretBytes, SecretString};

/// The length of a key in bytes.
const KEY: usize = 16;

/// Why words are not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// They are not a share at all.
    Parse(ParseError),
    /// They are a share of something else: not a 1-of-1 of 16 bytes as [`words_of_key`] makes it.
    NotAKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => error.fmt(f),
            Self::NotAKey => f.write_str("the words are a share, but not a key of 20 words"),
        }
    }
}

impl std::error::Error for KeyError {}

/// The 20 words of a key of 16 random bytes. They alone give the key back: group and member
/// threshold are one, the passphrase is empty. Called twice it gives other words for the same key,
/// since the identifier is drawn anew.
///
/// # Errors
/// [`SplitError::SecretLength`] for any other length, [`SplitError::NoEntropy`].
pub fn words_of_key(
    key: &SecretBytes,
    entropy: &mut dyn Entropy,
) -> Result<SecretString, SplitError> {
    let identifier = Identifier::masked(u16::from_be_bytes(random::array(entropy)?));
    words_of_key_as(key, identifier, entropy)
}

/// The same, beginning with an identifier that was chosen.
///
/// # Errors
/// As [`words_of_key`].
pub fn words_of_key_as(
    key: &SecretBytes,
    identifier: Identifier,
    entropy: &mut dyn Entropy,
) -> Result<SecretString, SplitError> {
    let bytes = key.len();
    if bytes != KEY {
        return Err(SplitError::SecretLength { bytes });
    }
    let way = (&no_passphrase(), IterationExponent::ZERO, identifier);
    let groups = split_as(key, &GroupScheme::sole(), way, entropy)?;
    Ok(groups[0][0].to_words())
}

/// The key of 20 words that [`words_of_key`] made.
///
/// # Errors
/// [`KeyError`].
pub fn key_of_words(words: &SecretString) -> Result<SecretBytes, KeyError> {
    let share = Share::from_words(words).map_err(KeyError::Parse)?;
    let header = share.header();
    let lone = Header {
        identifier: header.identifier,
        extendable: true,
        iteration_exponent: IterationExponent::ZERO,
        group_index: 0,
        group_threshold: Count::ONE,
        group_count: Count::ONE,
        member_index: 0,
        member_threshold: Count::ONE,
    };
    if header != lone || share.value().len() != KEY {
        return Err(KeyError::NotAKey);
    }
    combine([&share], &no_passphrase()).map_err(|_| KeyError::NotAKey)
}

fn no_passphrase() -> SecretString {
    SecretString::new(String::new())
}

#[cfg(test)]
mod tests {
    use super::{KeyError, key_of_words, words_of_key};
    use crate::crypto::shamir::seeded::Seeded;
    use crate::crypto::shamir::{
        GroupScheme, IterationExponent, ParseError, Quorum, SplitError, split,
    };
    use crate::secret::{SecretBytes, SecretString};

    fn key() -> SecretBytes {
        SecretBytes::new((100..116).collect())
    }

    fn empty() -> SecretString {
        SecretString::new(String::new())
    }

    #[test]
    fn twenty_words_give_the_key_back() {
        let words = words_of_key(&key(), &mut Seeded::new(1)).expect("a key of 16 bytes");
        assert_eq!(words.expose().split(' ').count(), 20);
        let read = key_of_words(&words).expect("its own words");
        assert!(read.same_as(&key()));
    }

    #[test]
    fn keys_of_other_lengths_have_no_words() {
        for bytes in [0, 15, 18, 32] {
            let error = words_of_key(&SecretBytes::zeroed(bytes), &mut Seeded::new(2)).err();
            assert_eq!(error, Some(SplitError::SecretLength { bytes }));
        }
    }

    #[test]
    fn a_share_of_something_else_is_not_a_key() {
        let pair = GroupScheme::new(1, vec![Quorum::new(2, 2).expect("a quorum")]);
        let pair = pair.expect("a scheme");
        let sole = GroupScheme::sole();
        let one = IterationExponent::new(1).expect("0 to 15");
        let zero = IterationExponent::ZERO;
        let long = SecretBytes::zeroed(32);
        for (secret, scheme, exponent) in [
            (&key(), &pair, zero),
            (&key(), &sole, one),
            (&long, &sole, zero),
        ] {
            let groups = split(secret, scheme, &empty(), exponent, &mut Seeded::new(3))
                .expect("a fine secret");
            let error = key_of_words(&groups[0][0].to_words()).err();
            assert_eq!(error, Some(KeyError::NotAKey));
        }
        let error = key_of_words(&empty()).err();
        assert_eq!(
            error,
            Some(KeyError::Parse(ParseError::TooFewWords { words: 0 }))
        );
    }
}
