//! The letters that a page can print: those of the fonts that stand in the file.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::Font;

/// What stands for a letter that cannot be printed.
pub(super) const UNKNOWN: char = '?';

/// Whether every letter of `text` can be printed as it is.
pub fn is_whole(text: &str) -> bool {
    text.nfc().all(|c| Font::Regular.has(c))
}

/// `text` in letters that can be printed, with single blanks between its words. Letters that the
/// fonts lack lose their marks, and where that does not help a question mark stands for them.
pub fn printable(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    if text.bytes().all(plain) && !text.contains("  ") && text.trim() == text {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !printed.is_empty() {
            printed.push(' ');
        }
        for c in word.nfc() {
            if Font::Regular.has(c) {
                printed.push(c);
            } else {
                printed.extend(without_marks(c));
            }
        }
    }
    Cow::Owned(printed)
}

/// A letter in its parts, of which the marks are left out. A mark that stands alone belongs to the
/// letter before it, which is there.
fn without_marks(c: char) -> Vec<char> {
    let mut parts = Vec::new();
    decompose_compatible(c, |part| parts.push(part));
    parts.retain(|part| !is_combining_mark(*part));
    if parts.iter().all(|part| Font::Regular.has(*part)) {
        parts
    } else {
        vec![UNKNOWN]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_welsh_gaelic_and_other_latin_letters_are_printed_as_they_are() {
        for name in [
            "Siân Ŵyn-Ŷnys, Llanŵyn ẁ ẃ ẅ ỳ ẽ ŵ ŷ",
            "Ḃ ḃ Ċ ċ Ḋ ḋ Ḟ ḟ Ġ ġ Ṁ ṁ Ṗ ṗ Ṡ ṡ Ṫ ṫ",
            "Zoë O’Brien – 5 €, №\u{a0}7…",
            "Łukasz Đorđević, Žofie Šťastná, Nguyễn, Ștefan, Ağrı, Þór",
        ] {
            assert!(is_whole(name), "{name}");
            let blank = name.replace('\u{a0}', " ");
            assert_eq!(printable(name), blank);
        }
        assert!(matches!(printable("Zoe O'Brien"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_letter_of_latin_extended_a_and_additional_is_in_both_fonts() {
        for c in ('\u{100}'..='\u{17f}').chain('\u{1e00}'..='\u{1eff}') {
            assert!(Font::Regular.has(c) && Font::Bold.has(c), "{c:?}");
        }
    }

    #[test]
    fn a_name_in_two_pieces_a_letter_is_printed_in_one() {
        assert_eq!(printable("Llanw\u{302}yn  a\u{301}"), "Llanŵyn á");
        assert!(is_whole("Llanw\u{302}yn"));
    }

    #[test]
    fn other_letters_lose_their_marks_or_are_seen_to_be_missing() {
        for (name, printed) in [
            ("Νίκος", "?????"),
            ("日本", "??"),
            ("x\u{304}y", "xy"),
            ("ﬁve", "five"),
            ("tab\tbed", "tab bed"),
        ] {
            assert_eq!(printable(name), printed);
            assert!(is_whole(&printable(name)) && !is_whole(name), "{name}");
        }
    }
}
