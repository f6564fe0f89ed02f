//! The 1,024 words of SLIP-0039: four to eight letters, told apart by the first four.

use std::sync::LazyLock;

/// How many letters tell a word.
pub(super) const SUFFICIENT: usize = 4;

static WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("wordlist.txt").lines().collect());

/// The words, in the order of their indexes, which is that of the alphabet.
pub(super) fn words() -> &'static [&'static str] {
    &WORDS
}

/// The word of a ten-bit index.
pub(super) fn word(index: u16) -> &'static str {
    WORDS[usize::from(index)]
}

/// The index of the word that `text` is, or of which it is the first four or more letters; in
/// capitals or not.
pub(super) fn find(text: &str) -> Option<u16> {
    let mut start = *text.as_bytes().first_chunk::<SUFFICIENT>()?;
    start.make_ascii_lowercase();
    let index = WORDS.partition_point(|word| word.as_bytes()[..SUFFICIENT] < start[..]);
    begins(WORDS.get(index)?, text).then(|| u16::try_from(index).expect("there are 1,024 words"))
}

/// Whether `word` begins with `text`, in capitals or not.
pub(super) fn begins(word: &str, text: &str) -> bool {
    word.as_bytes()
        .get(..text.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{SUFFICIENT, find, word, words};
    use crate::crypto::digest::Digest;

    #[test]
    fn the_list_is_that_of_the_standard() {
        let digest = Digest::of(&[include_str!("wordlist.txt").replace('\r', "").as_bytes()]);
        assert_eq!(
            digest.to_string(),
            "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3"
        );
        assert_eq!(words().len(), 1024);
    }

    #[test]
    fn four_letters_tell_every_word_and_each_finds_its_own_index() {
        for index in 0..1024 {
            let word = word(index);
            assert!((4..=8).contains(&word.len()));
            for letters in SUFFICIENT..=word.len() {
                assert_eq!(find(&word[..letters]), Some(index), "{word}");
                assert_eq!(find(&word[..letters].to_uppercase()), Some(index), "{word}");
            }
            assert_eq!(find(&word[..3]), None);
            assert_eq!(find(&format!("{word}x")), None);
        }
        assert_eq!(find(""), None);
        assert_eq!(find("éééé"), None);
    }
}
