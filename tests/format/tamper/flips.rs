//! A file in which one bit is another: what is damaged says so, and no value is ever a wrong one.

use std::fmt::Write;

use harness::{Council, PROVIDER, entry, passphrase_of};
use vault_core::collection::CollectionKind;
use vault_core::error::{Error, StoreError};
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{State, verify};

use super::{Copy, TITLES, ours, password};

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
        let verified = verify(&copy.path(), State::Checked).is_ok();
        // What verifies, rows and all, is used in every case; of the rest, a part all the same.
        if sample % 6 > 1 && !verified {
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

/// The one entry of a small vault, and its password.
const ENTRY: (&str, &str) = ("Website", "PurpleCandleRiver-7");

/// A founder, a collection and an entry.
fn small() -> Vec<u8> {
    let council = Council::found();
    council.unlocked(PROVIDER, |session| {
        session.make_collection("Services", CollectionKind::Service)?;
        session.add("Services", &entry(ENTRY.0, ENTRY.1))
    });
    council.file()
}

/// Whether the check that needs no key finds something.
fn is_reported(copy: &Copy) -> bool {
    verify(&copy.path(), State::Checked).is_err()
}

/// All that a founder can be shown of a vault's first `records` records and of all that it holds.
fn content(copy: &Copy, records: usize) -> Result<String, Error> {
    let mut vault = copy.open()?;
    let mut session = vault.unlock(PROVIDER, &passphrase_of(PROVIDER))?;
    let mut all = String::new();
    let mut line = |text: &dyn std::fmt::Debug| {
        writeln!(all, "{text:?}").expect("a String takes any text");
    };
    line(&session.people()?);
    line(&session.collections()?);
    let mut entries = session.entries()?;
    entries.push(session.show(ENTRY.0)?);
    for entry in entries {
        let catalogue = serde_json::to_string(&entry.catalogue).expect("a catalogue is JSON");
        line(&(entry.entry, entry.collection, catalogue));
        line(&(entry.version, entry.pending, entry.due));
    }
    let revealed = session.reveal(ENTRY.0, "password", Wanted::Current, None)?;
    line(&revealed.value.expose());
    for read in session.log()?.iter().take(records) {
        line(&(&read.record.to_line("origin", None), &read.words));
        line(&(&read.actor, &read.subject, &read.object));
    }
    Ok(all)
}

/// What became of the flips.
#[derive(Default)]
struct Outcomes {
    /// Found without a key.
    reported: usize,
    /// Refused, and not taken for somebody's mistake, when the vault is used.
    refused: usize,
    /// Without any effect.
    identical: usize,
    lapses: Vec<String>,
}

impl Outcomes {
    fn and(mut self, other: Self) -> Self {
        self.reported += other.reported;
        self.refused += other.refused;
        self.identical += other.identical;
        self.lapses.extend(other.lapses);
        self
    }

    fn flip(&mut self, copy: &Copy, bytes: &[u8], at: usize, intact: &(usize, String)) {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1 << (at % 8);
        copy.write(&flipped);
        if is_reported(copy) {
            self.reported += 1;
            return;
        }
        match content(copy, intact.0) {
            Ok(all) if all == intact.1 => self.identical += 1,
            Ok(_) => self.lapses.push(format!("byte {at}: another content")),
            Err(Error::Store(error)) if !matches!(error, StoreError::Internal(_)) => {
                self.refused += 1;
            }
            Err(error) => self.lapses.push(format!("byte {at}: {error:?}")),
        }
    }
}

#[test]
fn one_flip_in_any_byte_of_a_small_vault_is_reported_or_changes_nothing() {
    let bytes = small();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    let copy = Copy::of(&bytes);
    let records = copy.lines().len();
    assert!(!is_reported(&copy));
    let intact = (records, content(&copy, records).expect("an intact vault"));
    let half = |first: usize| {
        let copy = Copy::of(&bytes);
        let mut outcomes = Outcomes::default();
        for at in places.iter().skip(first).step_by(2) {
            outcomes.flip(&copy, &bytes, *at, &intact);
        }
        outcomes
    };
    let all = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0).and(other.join().expect("no panic"))
    });
    let Outcomes {
        reported,
        refused,
        identical,
        lapses,
    } = all;
    told(&format!(
        "{} flips in a vault of {} bytes: {reported} reported, {refused} refused at use, \
         {identical} without effect",
        places.len(),
        bytes.len()
    ));
    assert!(lapses.is_empty(), "{}\n{}", lapses.len(), lapses.join("\n"));
    assert_eq!(reported + refused + identical, places.len());
}

/// What a test counted, for whoever reads its output.
#[expect(
    clippy::print_stdout,
    reason = "a count that nobody sees proves nothing"
)]
fn told(what: &str) {
    println!("{what}");
}
