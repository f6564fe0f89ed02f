//! The small files that go to a witness and come back, from whoever may have written them: whatever
//! they hold, nothing is signed but what the log's own key signed, and nothing panics.

use std::sync::OnceLock;

use harness::{Council, PROVIDER, WITNESS};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use vault_core::tlog::answer::Answer;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::note::MAX_LENGTH as LONGEST_NOTE;
use vault_core::tlog::submission::{MAX_LENGTH, Submission};
use vault_core::tlog::witness::judge;
use vault_core::witness::WitnessError;

/// What a witness knows of a log, and a request that it would sign.
struct Known {
    keys: Vec<vault_core::tlog::note::Verifier>,
    kept: Checkpoint,
    request: String,
    head: Checkpoint,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let council = Council::at_work();
        let witness = council.name_witness();
        council.vouched_by(&witness);
        council.unlocked(PROVIDER, |session| session.entries().map(drop));
        let mut vault = council.open().expect("the vault opens");
        let request = vault.submission(WITNESS, None).expect("a request");
        let origin = Checkpoint::parse(request.note.text())
            .expect("a head")
            .origin;
        let kept = witness.head(&origin).expect("readable").expect("a head");
        Known {
            keys: vault.head_keys().expect("keys"),
            kept: kept.checkpoint,
            head: Checkpoint::parse(request.note.text()).expect("a head"),
            request: request.to_string(),
        }
    })
}

/// What would be signed of these bytes.
fn signed(bytes: &[u8]) -> Option<Checkpoint> {
    let known = known();
    let keys: Vec<_> = known.keys.iter().map(|verifier| verifier.key).collect();
    let submission = Submission::parse(bytes).ok()?;
    let again = submission.to_string();
    assert_eq!(again.as_bytes(), bytes, "one spelling");
    judge(&submission, &keys, Some(&known.kept)).ok()
}

#[test]
fn the_request_itself_is_signed() {
    assert_eq!(
        signed(known().request.as_bytes()),
        Some(known().head.clone())
    );
}

#[test]
fn every_flipped_bit_of_a_request_is_refused() {
    let good = known().request.as_bytes();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.to_vec();
            changed[at] ^= 1 << bit;
            assert_eq!(signed(&changed), None, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_file_without_an_end_is_not_read_to_its_end() {
    let council = Council::at_work();
    let witness = council.name_witness();
    let long = vec![b'a'; MAX_LENGTH + 1];
    let refused = witness.sign(&long, council.surroundings().clock.now());
    assert!(matches!(refused, Err(WitnessError::Request(_))));
    assert!(Answer::parse(&vec![b'\n'; LONGEST_NOTE + 1]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_request_with_lines_moved_dropped_repeated_or_made_up_signs_nothing_else(
        moves in proptest::collection::vec((any::<Index>(), any::<Index>(), 0..5_u8), 1..6),
        made_up in "[ -~\u{2014}]{0,80}",
    ) {
        let mut lines: Vec<&str> = known().request.lines().collect();
        for (from, to, what) in &moves {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            match what {
                0 => lines.swap(from, to),
                1 if lines.len() > 1 => drop(lines.remove(from)),
                2 => lines.insert(to, lines[from]),
                3 => lines[from] = &made_up,
                _ => lines.insert(to, &made_up),
            }
        }
        let text = lines.join("\n") + "\n";
        let head = signed(text.as_bytes());
        prop_assert!(head.is_none_or(|head| head == known().head));
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        text in "(old [0-9]{1,20}\n|[A-Za-z0-9+/]{43}=\n|\n|\u{2014} [a-z.]{1,9} [A-Za-z0-9+/]{4,200}={0,2}\n|[0-9]{1,20}\n){0,12}",
    ) {
        for bytes in [&bytes[..], text.as_bytes()] {
            prop_assert_eq!(signed(bytes), None);
            if let Ok(Answer::Cosignatures(lines)) = Answer::parse(bytes) {
                prop_assert!(lines.len() <= 16);
            }
        }
    }
}
