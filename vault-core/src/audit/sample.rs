//! A sample that nobody could steer: the records that an auditor looks at, chosen by the root of a
//! signed head, which was fixed before, and by a word that the auditor says on the day.

use std::collections::BTreeSet;

use crate::crypto::digest::Digest;
use crate::encoding::Label;
use crate::id::RecordSeq;
use crate::text::Line;

/// An auditor's word: its folded form, so that it may be said aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleWord(String);

impl SampleWord {
    /// The word in `text`; `None` where there is none, or none that can be said.
    pub fn parse(text: &str) -> Option<Self> {
        let line = Line::parse(text, Line::NAME).ok()?;
        Some(Self(line.folded()))
    }

    /// The word, as it is hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The numbers of `count` of the first `size` records, each once; all of them where there are no
/// more. Anybody comes to the same from the same root and word (docs/format.md, section 15).
pub fn sample(root: &Digest, size: u64, word: &SampleWord, count: u64) -> BTreeSet<RecordSeq> {
    if count >= size {
        return (0..size).map(RecordSeq::new).collect();
    }
    let mut chosen = BTreeSet::new();
    let draws = (0..).map(|number| draw(root, word, number));
    // Of the highest draws, which are not a whole round of the numbers, none counts: each number
    // is as likely as any other.
    let uneven = (u64::MAX % size + 1) % size;
    let even = draws.filter(|drawn| *drawn <= u64::MAX - uneven);
    let mut records = even.map(|drawn| RecordSeq::new(drawn % size));
    while (chosen.len() as u64) < count {
        chosen.extend(records.next());
    }
    chosen
}

/// The first eight bytes of `SHA-256(label ⏎ root ‖ number ‖ word)`, as a number.
fn draw(root: &Digest, word: &SampleWord, number: u64) -> u64 {
    let digest = Digest::of(&[
        Label::Sample.as_bytes(),
        b"\n",
        root.as_bytes(),
        &number.to_be_bytes(),
        word.0.as_bytes(),
    ]);
    let mut first = [0; 8];
    first.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> SampleWord {
        SampleWord::parse(text).expect("a word")
    }

    fn root() -> Digest {
        Digest::of(&[b"a root"])
    }

    #[test]
    fn a_word_is_the_same_however_it_is_written_and_no_word_is_refused() {
        assert_eq!(word("Heron"), word("  HERON "));
        assert_eq!(word("Zoë"), word("ZOE\u{308}"));
        assert_eq!(word("grey  heron").as_str(), "grey heron");
        for none in ["", "  ", "\t\n", "a\u{1b}b", "a\u{202e}b"] {
            assert_eq!(SampleWord::parse(none), None);
        }
    }

    #[test]
    fn so_many_are_drawn_each_once_within_the_log_and_all_where_there_are_no_more() {
        for size in [0, 1, 2, 24, 25, 26, 1000, u64::MAX] {
            let drawn = sample(&root(), size, &word("heron"), 25);
            assert_eq!(drawn.len() as u64, size.min(25), "{size}");
            assert!(drawn.iter().all(|record| record.get() < size));
        }
        assert!(sample(&root(), 9, &word("heron"), 0).is_empty());
        assert_eq!(sample(&root(), 1000, &word("heron"), 999).len(), 999);
    }

    #[test]
    fn another_root_or_word_draws_others_and_the_same_draw_the_same() {
        let drawn = sample(&root(), 100_000, &word("heron"), 25);
        assert_eq!(drawn, sample(&root(), 100_000, &word(" Heron"), 25));
        let other_word = sample(&root(), 100_000, &word("kestrel"), 25);
        let other_root = sample(&Digest::of(&[b"another"]), 100_000, &word("heron"), 25);
        assert!(drawn.is_disjoint(&other_word) && drawn.is_disjoint(&other_root));
        let more = sample(&root(), 100_000, &word("heron"), 40);
        assert!(
            drawn.is_subset(&more),
            "a larger sample goes on from a smaller one"
        );
    }

    #[test]
    fn the_draw_is_the_one_that_is_written_down() {
        let root = Digest::from_bytes([0x0c; 32]);
        let drawn = sample(&root, 1000, &word("Grey  HERON"), 5);
        let numbers: Vec<u64> = drawn.iter().map(|record| record.get()).collect();
        assert_eq!(numbers, [101, 384, 603, 664, 978]);
    }

    #[test]
    fn every_record_is_about_as_likely_as_any_other() {
        const WORDS: u32 = 4000;
        let mut times = [0_u32; 50];
        for number in 0..WORDS {
            for record in sample(&root(), 50, &word(&format!("word {number}")), 5) {
                times[usize::try_from(record.get()).expect("small")] += 1;
            }
        }
        let expected = f64::from(WORDS * 5 / 50);
        let off = |times: &u32| (f64::from(*times) - expected).powi(2) / expected;
        let chi_squared: f64 = times.iter().map(off).sum();
        // 49 degrees of freedom: above 85.4 once in a thousand roots. This root is fixed.
        assert!(chi_squared < 85.4, "{chi_squared}");
    }
}
