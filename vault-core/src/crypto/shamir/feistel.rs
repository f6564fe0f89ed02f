//! The encryption of the secret before it is shared out: four Feistel rounds, each with
//! PBKDF2-HMAC-SHA-256 (RFC 8018) of the passphrase.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;

use super::identifier::Identifier;
use crate::secret::{SecretBytes, SecretString};

/// How much work a passphrase costs: 10,000 iterations times two to the power of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IterationExponent(u8);

impl IterationExponent {
    /// The least. Enough where the passphrase is empty and the secret random.
    pub const ZERO: Self = Self(0);

    /// 0 to 15, the four bits that a mnemonic has for it; else `None`.
    pub const fn new(exponent: u8) -> Option<Self> {
        if exponent < 16 {
            Some(Self(exponent))
        } else {
            None
        }
    }

    /// The exponent.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The iterations of one of the four rounds.
    const fn iterations_a_round(self) -> u32 {
        (10_000 << self.0) / 4
    }
}

/// Encrypts and decrypts under one passphrase.
pub(super) struct Cipher<'a> {
    passphrase: &'a SecretString,
    exponent: IterationExponent,
    salt: Vec<u8>,
}

impl<'a> Cipher<'a> {
    /// The identifier is part of the salt unless the backup is extendable.
    pub(super) fn new(
        passphrase: &'a SecretString,
        exponent: IterationExponent,
        extendable: bool,
        identifier: Identifier,
    ) -> Self {
        let salt = if extendable {
            Vec::new()
        } else {
            [&b"shamir"[..], &u16::from(identifier).to_be_bytes()].concat()
        };
        Self {
            passphrase,
            exponent,
            salt,
        }
    }

    /// Encrypts `secret`, an even number of bytes.
    pub(super) fn encrypt(&self, secret: &SecretBytes) -> SecretBytes {
        self.run([0, 1, 2, 3], secret)
    }

    /// Decrypts what [`Cipher::encrypt`] gave; another passphrase gives other bytes.
    pub(super) fn decrypt(&self, secret: &SecretBytes) -> SecretBytes {
        self.run([3, 2, 1, 0], secret)
    }

    fn run(&self, rounds: [u8; 4], input: &SecretBytes) -> SecretBytes {
        let mut output = SecretBytes::copy_from(input.expose());
        let (mut left, mut right) = output.expose_mut().split_at_mut(input.len() / 2);
        for round in rounds {
            let pad = self.pad(round, right);
            for (byte, pad) in left.iter_mut().zip(pad.expose()) {
                *byte ^= pad;
            }
            std::mem::swap(&mut left, &mut right);
        }
        left.swap_with_slice(right);
        output
    }

    fn pad(&self, round: u8, right: &[u8]) -> SecretBytes {
        let password = joined(&[round], self.passphrase.expose().as_bytes());
        let salt = joined(&self.salt, right);
        let mut pad = SecretBytes::zeroed(right.len());
        pbkdf2_hmac::<Sha256>(
            password.expose(),
            salt.expose(),
            self.exponent.iterations_a_round(),
            pad.expose_mut(),
        );
        pad
    }
}

fn joined(first: &[u8], second: &[u8]) -> SecretBytes {
    SecretBytes::new([first, second].concat())
}
