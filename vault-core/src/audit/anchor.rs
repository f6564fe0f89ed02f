//! A head of the log in a form that is written into minutes and typed from them.
//!
//! `1204-ABCD-EFGH-…`: how many records there were, the first 160 bits of the tree's root in base32
//! (RFC 4648) in groups of four, and a last group that checks the others. A shorter root could be
//! collided by whoever writes records; the check tells a slip of the pen from a log that was
//! changed.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;

use crate::crypto::digest::Digest;
use crate::encoding::Label;

/// How much of the root is written down, in bytes.
pub const ROOT_LEN: usize = 20;

/// The letters of the root, and those of the check.
const ROOT_TEXT: usize = 32;
const CHECK_TEXT: usize = 4;
const GROUP: usize = 4;

/// A head: the size of the log and the beginning of its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    size: u64,
    root: [u8; ROOT_LEN],
}

/// A text that is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidAnchor {
    /// It does not have the form of one.
    Form,
    /// It has the form, and its last group does not fit the others: something is mistyped.
    Mistyped,
}

impl Anchor {
    /// The anchor of a log with so many records and this root.
    pub fn of(size: u64, root: &Digest) -> Self {
        let mut first = [0; ROOT_LEN];
        first.copy_from_slice(&root.as_bytes()[..ROOT_LEN]);
        Self { size, root: first }
    }

    /// How many records there were; at least one.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Whether a log that had this root at [`Self::size`] is the one that was written down.
    pub fn matches(&self, root: &Digest) -> bool {
        root.as_bytes()[..ROOT_LEN] == self.root
    }

    /// The first 20 bits of `SHA-256(label ⏎ size ⏎ first 20 bytes of the root)`, in base32.
    fn check(&self) -> String {
        let size = self.size.to_string();
        let label = Label::Anchor.as_bytes();
        let digest = Digest::of(&[label, b"\n", size.as_bytes(), b"\n", &self.root]);
        let mut text = BASE32_NOPAD.encode(digest.as_bytes());
        text.truncate(CHECK_TEXT);
        text
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.size)?;
        let text = BASE32_NOPAD.encode(&self.root) + &self.check();
        (0..text.len())
            .step_by(GROUP)
            .try_for_each(|at| write!(f, "-{}", &text[at..at + GROUP]))
    }
}

impl FromStr for Anchor {
    type Err = InvalidAnchor;

    /// Reads what [`fmt::Display`] writes, as people type it: in either case, with blanks or
    /// without hyphens between the groups, and with digits for the letters that look like them.
    fn from_str(text: &str) -> Result<Self, InvalidAnchor> {
        let (size, groups) = text
            .trim()
            .split_once(['-', ' '])
            .ok_or(InvalidAnchor::Form)?;
        let number: u64 = size.parse().map_err(|_| InvalidAnchor::Form)?;
        let letters: String = groups
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| match c.to_ascii_uppercase() {
                '0' => 'O',
                '1' => 'I',
                '8' => 'B',
                other => other,
            })
            .collect();
        if number == 0 || letters.len() != ROOT_TEXT + CHECK_TEXT || !letters.is_ascii() {
            return Err(InvalidAnchor::Form);
        }
        let (root, check) = letters.split_at(ROOT_TEXT);
        let bytes = BASE32_NOPAD.decode(root.as_bytes());
        let bytes = bytes.map_err(|_| InvalidAnchor::Mistyped)?;
        let anchor = Self {
            size: number,
            root: bytes.try_into().map_err(|_| InvalidAnchor::Form)?,
        };
        if anchor.check() == check {
            Ok(anchor)
        } else {
            Err(InvalidAnchor::Mistyped)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Anchor {
        Anchor::of(1204, &Digest::of(&[b"a root"]))
    }

    #[test]
    fn an_anchor_is_typed_in_either_case_and_with_any_gaps() {
        let text = example().to_string();
        assert_eq!(text.len(), 4 + 9 * 5, "{text}");
        let (size, groups) = text.split_once('-').expect("a size");
        let joined = groups.replace('-', "");
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', " "),
            format!("  {text} "),
            format!("{size}-{joined}"),
            text.replace('O', "0").replace('I', "1"),
        ] {
            assert_eq!(typed.parse(), Ok(example()), "{typed}");
        }
        assert!(example().matches(&Digest::of(&[b"a root"])));
        assert!(!example().matches(&Digest::of(&[b"another"])));
    }

    #[test]
    fn a_slip_of_the_pen_is_told_from_another_log() {
        let text = example().to_string();
        let mut slips = 0;
        for (at, is) in text.char_indices().filter(|(_, c)| *c != '-') {
            for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars() {
                if other == is {
                    continue;
                }
                let mut slip = text.clone();
                slip.replace_range(at..=at, &other.to_string());
                let read = slip.parse::<Anchor>();
                assert!(read.is_err(), "{slip}");
                slips += usize::from(read == Err(InvalidAnchor::Mistyped));
            }
        }
        assert!(slips > 36 * 31 - 36, "{slips}");
        let mut groups: Vec<&str> = text.split('-').collect();
        groups.swap(2, 3);
        assert_eq!(
            groups.join("-").parse::<Anchor>(),
            Err(InvalidAnchor::Mistyped)
        );
        groups.pop();
        for other in ["", "1204", "1204-", &groups.join("-"), "x-ABCD", "0-AAAA"] {
            assert_eq!(other.parse::<Anchor>(), Err(InvalidAnchor::Form), "{other}");
        }
    }

    #[test]
    fn the_letters_are_the_roots_own_in_base32() {
        // `printf 'a root' | sha256sum` begins with these bytes, so that anybody can redo it.
        let root = Digest::of(&[b"a root"]);
        let text = example().to_string().replace('-', "");
        assert_eq!(&text[4..36], BASE32_NOPAD.encode(&root.as_bytes()[..20]));
    }
}
