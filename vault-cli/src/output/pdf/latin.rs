//! The letters that a page can print: those of Windows code page 1252, which PDF calls `WinAnsi`.

use std::borrow::Cow;

use unicode_normalization::char::decompose_canonical;

/// What stands for a letter that cannot be printed.
pub(super) const UNKNOWN: char = '?';

/// Codes 0x80 to 0x9f; the five that mean nothing are control characters here too.
const EIGHTH_AND_NINTH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Letters that are no other letter with a mark.
const PLAIN: [(char, &str); 14] = [
    ('Ł', "L"),
    ('ł', "l"),
    ('Đ', "D"),
    ('đ', "d"),
    ('Ħ', "H"),
    ('ħ', "h"),
    ('ı', "i"),
    ('Ŧ', "T"),
    ('ŧ', "t"),
    ('Ŋ', "Ng"),
    ('ŋ', "ng"),
    ('ẞ', "SS"),
    ('Ə', "E"),
    ('ə', "e"),
];

/// The code of a character, where it can be printed as it is.
pub(super) fn code(c: char) -> Option<u8> {
    match c {
        ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        _ => {
            let mut codes = (0x80..).zip(EIGHTH_AND_NINTH.chars());
            codes.find_map(|(code, at)| (at == c && !c.is_control()).then_some(code))
        }
    }
}

/// Whether every letter of `text` can be printed as it is.
pub fn is_whole(text: &str) -> bool {
    text.chars().all(|c| code(c).is_some())
}

/// `text` in letters that can be printed: those that cannot lose their marks, and where that does
/// not help a question mark stands for them.
pub fn printable(text: &str) -> Cow<'_, str> {
    if is_whole(text) {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len());
    for c in text.chars() {
        match code(c) {
            Some(_) => printed.push(c),
            None => printed.push_str(&without_marks(c)),
        }
    }
    Cow::Owned(printed)
}

fn without_marks(c: char) -> String {
    if let Some((_, plain)) = PLAIN.iter().find(|(letter, _)| *letter == c) {
        return (*plain).to_owned();
    }
    let mut base = None;
    decompose_canonical(c, |part| base = base.or(Some(part)));
    let known = base.filter(|base| code(*base).is_some());
    // A mark that stands alone belongs to the letter before it, which is there.
    if known.is_none() && unicode_normalization::char::is_combining_mark(c) {
        return String::new();
    }
    known.unwrap_or(UNKNOWN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn western_letters_are_printed_as_they_are() {
        for text in ["Zoë O’Brien", "Cluain Tairbh – 5 €", "Žofie Šťastná"] {
            let expected = text.replace('ť', "t");
            assert_eq!(printable(text), expected, "{text}");
        }
        assert!(matches!(printable("Zoë O’Brien"), Cow::Borrowed(_)));
    }

    #[test]
    fn other_letters_lose_their_marks_or_are_seen_to_be_missing() {
        for (name, printed) in [
            ("Siân Ŵyn-Ŷnys", "Siân Wyn-Ynys"),
            ("Łukasz Đorđević", "Lukasz Dordevic"),
            ("Nguyễn", "Nguyen"),
            ("Νίκος", "?????"),
            ("日本", "??"),
            ("x\u{304}y", "xy"),
            ("tab\tbed", "tab?bed"),
        ] {
            assert_eq!(printable(name), printed);
            assert!(is_whole(&printable(name)) && !is_whole(name));
        }
    }

    #[test]
    fn each_code_has_one_character() {
        let characters = (0..=0x2fff).filter_map(char::from_u32);
        let mut codes: Vec<u8> = characters.filter_map(code).collect();
        codes.sort_unstable();
        // ASCII, what is above 0xa0 but for the soft hyphen, and 27 of the 32 between.
        assert_eq!(codes.len(), 95 + 94 + 27);
        codes.dedup();
        assert_eq!(codes.len(), 95 + 94 + 27);
    }
}
