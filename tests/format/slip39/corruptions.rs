//! A hundred thousand slips of the pen in sheets and shares: none is taken for the right words, and
//! a single wrong word is found.

use std::thread;

use vault_core::crypto::shamir::{
    GroupScheme, KeyError, Located, ParseError, Share, key_of_words, locate_wrong_word,
    words_of_key,
};

use super::{Seeded, WORDS, quorum, secret_of, shares_of, text};

/// How many are tried.
const CORRUPTIONS: u64 = 100_000;

/// How many words are wrong at most.
const WRONG: u64 = 6;

/// Numbers that are the same in every run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end).expect("a small number");
        usize::try_from((mixed ^ mixed >> 31) % end).expect("below a small number")
    }
}

/// Mnemonics as indexes of words: sheets, and shares of secrets of both lengths.
struct Originals {
    words: Vec<&'static str>,
    mnemonics: Vec<Vec<usize>>,
}

impl Originals {
    fn new() -> Self {
        let words: Vec<&str> = WORDS.lines().collect();
        let sheets = (0..8).map(|seed| {
            let key = secret_of(16, seed);
            words_of_key(&key, &mut Seeded(seed, 0)).expect("a key of 16 bytes")
        });
        let groups = vec![quorum(2, 3), quorum(3, 5)];
        let scheme = GroupScheme::new(2, groups).expect("a scheme of the standard");
        let shares = [16, 32].map(|length| shares_of(&secret_of(length, 9), &scheme, 10));
        let shares = shares.iter().flatten().flatten().map(Share::to_words);
        let index = |word: &str| words.binary_search(&word).expect("a word of the list");
        let mnemonics = sheets
            .chain(shares)
            .map(|mnemonic| mnemonic.expose().split(' ').map(index).collect())
            .collect();
        Self { words, mnemonics }
    }

    /// One mnemonic with so many wrong words, and where they are, counted from 1.
    fn corrupt(&self, wrong: u64, numbers: &mut Numbers) -> (String, Vec<usize>) {
        let mut mnemonic = self.mnemonics[numbers.below(self.mnemonics.len())].clone();
        let mut places: Vec<usize> = Vec::new();
        while (places.len() as u64) < wrong {
            let place = numbers.below(mnemonic.len());
            if !places.contains(&(place + 1)) {
                mnemonic[place] = (mnemonic[place] + 1 + numbers.below(1023)) % 1024;
                places.push(place + 1);
            }
        }
        let words: Vec<_> = mnemonic.iter().map(|&index| self.words[index]).collect();
        (words.join(" "), places)
    }
}

/// Demands of every corruption with these numbers that it is refused; gives how many had one wrong
/// word, which was found.
fn refuse(originals: &Originals, numbers: std::ops::Range<u64>) -> u64 {
    let mut located = 0;
    for number in numbers {
        let wrong = number % WRONG + 1;
        let (typed, places) = originals.corrupt(wrong, &mut Numbers(number));
        let typed = text(&typed);
        let share = Share::from_words(&typed).err();
        assert_eq!(share, Some(ParseError::Checksum), "{number}: {places:?}");
        let key = key_of_words(&typed).err();
        assert_eq!(key, Some(KeyError::Parse(ParseError::Checksum)), "{number}");
        if let [position] = places[..] {
            let found = locate_wrong_word(&typed);
            assert_eq!(found, Ok(Located::One { position }), "{number}");
            located += 1;
        }
    }
    located
}

#[test]
fn of_a_hundred_thousand_corruptions_none_is_accepted_and_every_single_one_is_located() {
    let originals = Originals::new();
    assert_eq!(originals.mnemonics.len(), 8 + 2 * 8);
    let middle = CORRUPTIONS / 2;
    let located: u64 = thread::scope(|scope| {
        let first = scope.spawn(|| refuse(&originals, 0..middle));
        refuse(&originals, middle..CORRUPTIONS) + first.join().expect("the first half")
    });
    assert_eq!(located, CORRUPTIONS.div_ceil(WRONG));
}
