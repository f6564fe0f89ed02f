//! Passphrases as they are compared: RFC 8265's `OpaqueString`, so that one that is typed on another
//! keyboard, or kept in a file by another program, is the same one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_public_assigned;

use super::is_unprintable;
use crate::secret::SecretString;

/// The most bytes that a character takes up after composition, for each that it had before
/// (Unicode's report 15, section 9).
const GROWTH: usize = 3;

/// The form that a key is derived from: every blank that is not ASCII's is a space, then NFC. Case,
/// width and blanks at the ends stay as they are.
pub fn opaque(passphrase: &SecretString) -> SecretString {
    let text = passphrase.expose();
    // Of its final size from the beginning: growing would leave a copy behind.
    let mut opaque = String::with_capacity(GROWTH * text.len());
    if text.is_ascii() {
        opaque.push_str(text);
    } else {
        opaque.extend(text.chars().map(plain_blank).nfc());
    }
    SecretString::new(opaque)
}

/// The first character that no new passphrase may hold: one that cannot be seen, or that this
/// version of Unicode does not know. A later one might compose it otherwise, and nobody could
/// unlock any more.
pub fn unfit(passphrase: &SecretString) -> Option<char> {
    let mut characters = passphrase.expose().chars();
    characters.find(|c| is_unprintable(*c) || !is_public_assigned(*c))
}

/// A space for any other blank (general category Zs).
const fn plain_blank(c: char) -> char {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            ' '
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::new(text.to_owned())
    }

    #[test]
    fn a_passphrase_is_the_same_in_every_unicode_form_and_with_every_blank() {
        for spelling in [
            "Zo\u{eb} \u{174}yn caf\u{e9}",
            "Zoe\u{308} W\u{302}yn cafe\u{301}",
            "Zo\u{eb}\u{a0}\u{174}yn\u{3000}cafe\u{301}",
        ] {
            let opaque = opaque(&secret(spelling));
            assert_eq!(opaque.expose(), "Zo\u{eb} \u{174}yn caf\u{e9}");
        }
    }

    #[test]
    fn nothing_else_is_changed() {
        for text in [
            " Tin  Otter ",
            "\u{ff34}in",
            "STRASSE",
            "stra\u{df}e",
            "a\tb",
        ] {
            assert_eq!(opaque(&secret(text)).expose(), text);
        }
    }

    #[test]
    fn what_grows_most_in_composition_fits() {
        // U+0958 and U+1D160 are left decomposed; both are the worst of their kind.
        for text in ["\u{958}", "\u{1d160}", "\u{fb2c}"] {
            let before = secret(&text.repeat(50));
            let room = GROWTH * before.expose().len();
            assert!(opaque(&before).expose().len() <= room, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_or_is_unknown_is_for_no_new_passphrase() {
        for (text, unfit_one) in [
            ("tin\totter", Some('\t')),
            ("tin\u{200d}otter", Some('\u{200d}')),
            ("tin\u{378}otter", Some('\u{378}')),
            ("tin\u{e000}otter", Some('\u{e000}')),
            ("Zo\u{eb} \u{1f9a6} otter", None),
        ] {
            assert_eq!(unfit(&secret(text)), unfit_one, "{text:?}");
        }
    }
}
