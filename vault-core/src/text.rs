//! Names and titles: what a line of text may hold, and when two spellings are the same name.

pub mod look;
pub mod passphrase;

use std::fmt;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One line of printable text in NFC, with no blanks at either end and no invisible characters.
/// People's names, titles, user names and the like are lines.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(String);

/// Why a text is not a [`Line`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidLine {
    /// Nothing is left between the blanks.
    Empty,
    /// More characters than this.
    TooLong(usize),
    /// A control character, a line break, or a character that changes the direction of text or
    /// cannot be seen.
    Unprintable(char),
}

impl fmt::Display for InvalidLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong(most) => write!(f, "it is longer than {most} characters"),
            Self::Unprintable(c) => write!(
                f,
                "it holds the unprintable character U+{:04X}",
                u32::from(*c)
            ),
        }
    }
}

impl std::error::Error for InvalidLine {}

impl Line {
    /// The most characters of a person's or collection's name, or of a title.
    pub const NAME: usize = 200;
    /// The most characters of a user name, a URL or a reason.
    pub const LONG: usize = 4096;

    /// Accepts `text` of at most `most` characters, in NFC and without blanks at the ends.
    ///
    /// # Errors
    /// [`InvalidLine`]; an empty line is refused too.
    pub fn parse(text: &str, most: usize) -> Result<Self, InvalidLine> {
        let text = text.trim();
        let line: String = if text.is_ascii() {
            // It is in NFC already.
            text.to_owned()
        } else {
            text.nfc().collect()
        };
        if line.is_empty() {
            return Err(InvalidLine::Empty);
        }
        if line.chars().count() > most {
            return Err(InvalidLine::TooLong(most));
        }
        match line.chars().find(|c| is_unprintable(*c)) {
            Some(c) => Err(InvalidLine::Unprintable(c)),
            None => Ok(Self(line)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two spellings of one name are equal: case-folded NFC, blanks folded.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(..)")
    }
}

/// The form of `text` in which names are compared: trimmed, blanks folded, case folded, NFC.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        // What the general way makes of it, in a fraction of the time: a list folds every title.
        let mut folded = blanks_folded(text);
        folded.make_ascii_lowercase();
        return folded;
    }
    let folded: String = text.nfd().default_case_fold().nfc().collect();
    blanks_folded(&folded)
}

/// The folded form of a text without its accents, as people who are in a hurry write names.
pub fn bare(text: &str) -> String {
    let folded = fold(text);
    if folded.is_ascii() {
        return folded;
    }
    folded.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The words of `text`, with one space between two.
fn blanks_folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Control characters, line and paragraph separators, and the invisible characters with which one
/// name can be made to look like another.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_for_ascii_comes_to_the_same() {
        for byte in 0..128_u8 {
            let text = format!("a{}B", char::from(byte));
            let general: String = text.nfd().default_case_fold().nfc().collect();
            assert_eq!(text.to_ascii_lowercase(), general, "{byte}");
        }
    }

    #[test]
    fn spellings_that_differ_in_case_blanks_or_composition_are_one_name() {
        let spellings = ["Zoë  Clerk", " zoë clerk ", "ZOE\u{308} CLERK"];
        for spelling in spellings {
            assert_eq!(fold(spelling), "zoë clerk");
        }
    }

    #[test]
    fn invisible_and_control_characters_are_refused_by_name() {
        for c in [
            '\n', '\u{1b}', '\u{202e}', '\u{200b}', '\u{2028}', '\0', '\u{85}',
        ] {
            let text = format!("a{c}b");
            assert_eq!(
                Line::parse(&text, 10).map(|_| ()),
                Err(InvalidLine::Unprintable(c))
            );
        }
    }

    #[test]
    fn empty_and_endless_lines_are_refused() {
        assert_eq!(Line::parse("  ", 10).map(|_| ()), Err(InvalidLine::Empty));
        assert_eq!(
            Line::parse("abcd", 3).map(|_| ()),
            Err(InvalidLine::TooLong(3))
        );
    }
}
