//! A file in which one bit is another: what is damaged says so, and no value is ever a wrong one.

use harness::{PROVIDER, passphrase_of};
use vault_core::error::Error;
use vault_core::vault::reveal::Wanted;

use super::{Copy, TITLES, ours, password, rows};

/// How many bytes are tried.
const SAMPLES: usize = 300;

/// What a provider is shown of a file: the passwords of every entry of the fixture.
fn shown(copy: &Copy) -> Result<Vec<Vec<u8>>, Error> {
    let mut vault = copy.open()?;
    let mut session = vault.unlock(PROVIDER, &passphrase_of(PROVIDER))?;
    let reveal = |title: &&str| {
        let revealed = session.reveal(title, "password", Wanted::Current, None)?;
        Ok(revealed.value.expose().to_vec())
    };
    TITLES.iter().map(reveal).collect()
}

#[derive(Default)]
struct Tally {
    found: usize,
    harmless: usize,
}

/// Flips the sampled bytes of every second sample from `first` on.
fn flip(first: usize) -> Tally {
    let bytes = &ours().bytes;
    let expected: Vec<Vec<u8>> = TITLES.map(|title| password(title, 2).into_bytes()).into();
    let copy = Copy::of(bytes);
    let mut tally = Tally::default();
    for sample in (first..SAMPLES).step_by(2) {
        let at = sample * bytes.len() / SAMPLES;
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (sample % 8);
        copy.write(&flipped);
        let verified = copy.verify().is_ok();
        // What verifies, rows and all, is used in every case; of the rest, a part all the same.
        if sample % 6 > 1 && !(verified && rows::are_intact(&copy)) {
            tally.found += 1;
            continue;
        }
        match shown(&copy) {
            Ok(values) => {
                assert_eq!(values, expected, "byte {at}");
                tally.harmless += usize::from(verified);
                tally.found += usize::from(!verified);
            }
            Err(error) => {
                // A damaged file is never the fault of whoever types.
                let blamed = matches!(error, Error::WrongPassphrase { .. } | Error::NotFound(_));
                assert!(!blamed, "byte {at}: {error:?}");
                tally.found += 1;
            }
        }
        let journal = copy.path().with_file_name("coffer.vault-journal");
        assert!(!journal.exists(), "byte {at} left a journal");
    }
    tally
}

#[test]
fn one_flipped_bit_is_reported_or_leaves_every_value_right() {
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| flip(1));
        (flip(0), other.join().expect("no panic"))
    });
    assert_eq!(one.found + one.harmless + two.found + two.harmless, SAMPLES);
    assert!(
        one.found + two.found > SAMPLES / 3,
        "{}",
        one.found + two.found
    );
}
