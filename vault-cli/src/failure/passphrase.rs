//! Words for passphrases that are not taken.

use vault_core::error::PassphraseRefused;
use vault_core::strength::{LEAST_BITS, Weakness};

use super::{Wording, said};

/// What is good enough.
const GOOD: &str = "take four words or more that have nothing to do with each other or with you: \
                    coffer generate words:4 makes some up";

pub(super) fn wording(why: PassphraseRefused) -> Wording {
    match why {
        PassphraseRefused::Same => said(
            "that is the passphrase that you have already; nothing was changed",
            "choose another one",
        ),
        PassphraseRefused::Overtaken => said(
            "your passphrase was changed in another place at the same moment; nothing was changed \
             here",
            "if that was not you, tell the clerk and the IT provider",
        ),
        PassphraseRefused::Weak(weakness) => weak(weakness),
    }
}

fn weak(weakness: Weakness) -> Wording {
    match weakness {
        Weakness::Character(c) => said(
            format!(
                "the passphrase holds a character that cannot be seen, or that not every computer \
                 knows: U+{:04X}",
                u32::from(c)
            ),
            "use letters, digits, blanks and ordinary signs",
        ),
        Weakness::Saying => said(
            "the passphrase is a saying, a rhyme or a series, and those are tried first",
            GOOD,
        ),
        Weakness::Names => said(
            "the passphrase is made of names that everybody here knows, the council's or people's",
            GOOD,
        ),
        Weakness::Guessable(bits) => said(
            format!(
                "the passphrase is too easy to guess for a file that may be copied: it has \
                 {bits} of the {LEAST_BITS} bits to which four words drawn at random come"
            ),
            GOOD,
        ),
    }
}
