//! The published vectors of SLIP-0039, and what must hold for every splitting.

mod corruptions;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::RngSeed;
use vault_core::crypto::digest::Digest;
use vault_core::crypto::random::{Entropy, NoEntropy};
use vault_core::crypto::shamir::{
    CombineError, GroupScheme, IterationExponent, Located, ParseError, Quorum, Share, combine,
    complete, key_of_words, locate_wrong_word, split,
};
use vault_core::secret::{SecretBytes, SecretString};

const WORDS: &str = include_str!("../../vault-core/src/crypto/shamir/wordlist.txt");

/// Description, mnemonics, master secret in hexadecimal or nothing, and a wallet's key.
type Vector = (String, Vec<String>, String, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Parse(ParseError),
    Combine(CombineError),
}

use Refusal::{Combine, Parse};

/// What the description of a vector says, and the refusal that it calls for.
const REFUSALS: [(&str, Refusal); 15] = [
    ("invalid checksum", Parse(ParseError::Checksum)),
    ("invalid padding", Parse(ParseError::Padding)),
    ("Basic sharing 2-of-3", Combine(too_few_members(0))),
    ("different identifiers", Combine(CombineError::Identifiers)),
    (
        "different iteration exponents",
        Combine(CombineError::IterationExponents),
    ),
    (
        "mismatching group thresholds",
        Combine(CombineError::GroupThresholds),
    ),
    (
        "mismatching group counts",
        Combine(CombineError::GroupCounts),
    ),
    (
        "greater group threshold than group counts",
        Parse(ParseError::GroupThresholdExceedsCount),
    ),
    (
        "duplicate member indices",
        Combine(CombineError::DuplicateMember {
            group: 0,
            member: 2,
        }),
    ),
    (
        "mismatching member thresholds",
        Combine(CombineError::MemberThresholds { group: 0 }),
    ),
    (
        "giving an invalid digest",
        Combine(CombineError::MemberDigest { group: 0 }),
    ),
    (
        "Insufficient number of groups",
        Combine(CombineError::GroupNumber {
            given: 1,
            needed: 2,
        }),
    ),
    (
        "insufficient number of members in one group",
        Combine(too_few_members(3)),
    ),
    (
        "insufficient length",
        Parse(ParseError::TooFewWords { words: 19 }),
    ),
    (
        "invalid master secret length",
        Parse(ParseError::MasterSecretLength { words: 21 }),
    ),
];

/// One member of a group of which it takes two.
const fn too_few_members(group: u8) -> CombineError {
    let (given, needed) = (1, 2);
    CombineError::MemberNumber {
        group,
        given,
        needed,
    }
}

/// Bytes that are the same in every run.
struct Seeded(u64, u64);

impl Entropy for Seeded {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in buffer.chunks_mut(32) {
            self.1 += 1;
            let block = Digest::of(&[&self.0.to_be_bytes(), &self.1.to_be_bytes()]);
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

fn text(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

fn recover(mnemonics: &[String], passphrase: &str) -> Result<SecretBytes, Refusal> {
    let shares = mnemonics
        .iter()
        .map(|words| Share::from_words(&text(words)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Parse)?;
    combine(&shares, &text(passphrase)).map_err(Combine)
}

/// The one refusal that a vector's description calls for.
fn called_for(description: &str) -> Refusal {
    let mut fitting = REFUSALS
        .iter()
        .filter(|(says, _)| description.contains(says));
    match (fitting.next(), fitting.next()) {
        (Some(&(_, refusal)), None) => refusal,
        _ => panic!("no single refusal for {description}"),
    }
}

#[test]
fn every_published_vector_gives_its_secret_or_its_own_refusal() {
    let Some(vectors) = harness::shared("vectors/slip39/vectors.json", 45, "SLIP-0039 vectors")
    else {
        return;
    };
    let json = std::fs::read_to_string(vectors).expect("the vectors can be read");
    let vectors: Vec<Vector> = serde_json::from_str(&json).expect("the vectors are JSON");
    let (mut given, mut refused) = (0, 0);
    for (description, mnemonics, secret, _) in &vectors {
        match recover(mnemonics, "TREZOR") {
            Ok(recovered) => {
                let bytes = recovered.expose().iter();
                let hex = bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
                assert_eq!(&hex, secret, "{description}");
                given += 1;
            }
            Err(refusal) => {
                assert!(secret.is_empty(), "{description}: {refusal:?}");
                assert_eq!(refusal, called_for(description), "{description}");
                refused += 1;
            }
        }
    }
    assert_eq!((given, refused), (15, 30));
}

fn quorum(threshold: u8, count: u8) -> Quorum {
    Quorum::new(threshold, count).expect("a threshold that can be met")
}

fn secret_of(length: usize, seed: u64) -> SecretBytes {
    let mut secret = SecretBytes::zeroed(length);
    Seeded(seed, 1 << 32)
        .fill(secret.expose_mut())
        .expect("seeded entropy never fails");
    secret
}

fn shares_of(secret: &SecretBytes, scheme: &GroupScheme, seed: u64) -> Vec<Vec<Share>> {
    let exponent = IterationExponent::ZERO;
    split(secret, scheme, &text(""), exponent, &mut Seeded(seed, 0)).expect("a fine secret")
}

#[test]
fn of_all_subsets_exactly_the_minimal_ones_give_the_secret() {
    let groups = vec![quorum(2, 3), quorum(1, 1), quorum(3, 4)];
    let scheme = GroupScheme::new(2, groups).expect("a scheme of the standard");
    for length in [16, 32] {
        let secret = secret_of(length, 1);
        let shares: Vec<_> = shares_of(&secret, &scheme, 2)
            .into_iter()
            .flatten()
            .collect();
        let mut minimal = 0;
        for subset in 0_u32..1 << shares.len() {
            let chosen = (0..shares.len()).filter(|place| subset >> place & 1 == 1);
            let chosen: Vec<&Share> = chosen.map(|place| &shares[place]).collect();
            let in_group = |index| {
                let of_group = |share: &&&Share| share.header().group_index == index;
                u8::try_from(chosen.iter().filter(of_group).count()).expect("few shares")
            };
            let counts: Vec<_> = (0..3).map(in_group).collect();
            let touched = counts.iter().filter(|&&count| count > 0).count();
            let met = counts
                .iter()
                .zip(scheme.groups())
                .all(|(&count, group)| count == 0 || count == group.threshold().get());
            match combine(chosen, &text("")) {
                Ok(recovered) => {
                    assert!(touched == 2 && met && recovered.same_as(&secret));
                    minimal += 1;
                }
                Err(_) => assert!(touched != 2 || !met, "{subset:b}"),
            }
        }
        assert_eq!(minimal, 3 + 12 + 4);
    }
}

#[test]
fn another_passphrase_gives_another_secret() {
    let (secret, zero) = (secret_of(16, 3), IterationExponent::ZERO);
    let groups = split(
        &secret,
        &GroupScheme::sole(),
        &text("plum"),
        zero,
        &mut Seeded(4, 0),
    )
    .expect("a fine secret");
    let recovered = |passphrase| combine(&groups[0], &text(passphrase)).expect("one of one");
    assert!(recovered("plum").same_as(&secret));
    assert!(!recovered("").same_as(&secret));
}

/// The same cases in every run, and no files beside the sources.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(39),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn quorums() -> impl Strategy<Value = Quorum> {
    prop_oneof![
        Just(Quorum::SOLE),
        (2_u8..=16).prop_flat_map(|count| {
            (2..=count).prop_map(move |threshold| quorum(threshold, count))
        }),
    ]
}

fn schemes() -> impl Strategy<Value = GroupScheme> {
    proptest::collection::vec(quorums(), 1..=5)
        .prop_flat_map(|groups| (1..=groups.len(), Just(groups)))
        .prop_map(|(threshold, groups)| {
            let threshold = u8::try_from(threshold).expect("five groups at most");
            GroupScheme::new(threshold, groups).expect("a scheme of the standard")
        })
}

/// A scheme and a minimal choice: which groups, and which members of each.
fn choices() -> impl Strategy<Value = (GroupScheme, Vec<(usize, Vec<usize>)>)> {
    schemes().prop_flat_map(|scheme| {
        let across = scheme.across();
        let groups: Vec<usize> = (0..usize::from(across.count().get())).collect();
        let members = |group: &Quorum| {
            let all: Vec<usize> = (0..usize::from(group.count().get())).collect();
            subsequence(all, usize::from(group.threshold().get())).prop_shuffle()
        };
        let members: Vec<_> = scheme.groups().iter().map(members).collect();
        let groups = subsequence(groups, usize::from(across.threshold().get())).prop_shuffle();
        (Just(scheme), groups, members).prop_map(|(scheme, groups, members)| {
            let choice = groups
                .into_iter()
                .map(|group| (group, members[group].clone()));
            let choice = choice.collect();
            (scheme, choice)
        })
    })
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn any_minimal_choice_of_shares_suffices_and_one_share_fewer_does_not(
        (scheme, choice) in choices(),
        length in (8_usize..=32).prop_map(|half| half * 2),
        seed: u64,
        dropped: Index,
    ) {
        let secret = secret_of(length, seed);
        let groups = shares_of(&secret, &scheme, seed);
        let mut chosen: Vec<&Share> = choice
            .iter()
            .flat_map(|(group, members)| members.iter().map(|&member| &groups[*group][member]))
            .collect();
        let recovered = combine(chosen.iter().copied(), &text(""));
        prop_assert!(recovered.is_ok_and(|recovered| recovered.same_as(&secret)));
        chosen.remove(dropped.index(chosen.len()));
        let refusal = combine(chosen, &text("")).err();
        let fewer = matches!(
            refusal,
            Some(
                CombineError::NoShares
                    | CombineError::GroupNumber { .. }
                    | CombineError::MemberNumber { .. }
            )
        );
        prop_assert!(fewer, "{refusal:?}");
    }

    #[test]
    fn up_to_three_wrong_words_are_never_accepted_and_a_single_one_is_located(
        length in prop_oneof![Just(16_usize), Just(32)],
        seed: u64,
        places in subsequence((0..20).collect::<Vec<usize>>(), 1..=3),
        errors: [Index; 3],
    ) {
        let list: Vec<&str> = WORDS.lines().collect();
        let groups = shares_of(&secret_of(length, seed), &GroupScheme::sole(), seed);
        let words = groups[0][0].to_words();
        let mut typed: Vec<&str> = words.expose().split(' ').collect();
        for (place, error) in places.iter().zip(errors) {
            let right = list.binary_search(&typed[*place]).expect("a word of the list");
            typed[*place] = list[(right + 1 + error.index(1023)) % 1024];
        }
        let typed = text(&typed.join(" "));
        prop_assert_eq!(Share::from_words(&typed).err(), Some(ParseError::Checksum));
        let located = match places[..] {
            [place] => Located::One { position: place + 1 },
            _ => Located::Several,
        };
        // Three errors may look like one elsewhere: the code parts words that differ in up to three.
        let beyond_the_code = places.len() == 3;
        prop_assert!(beyond_the_code || locate_wrong_word(&typed) == Ok(located));
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(
        any in "\\PC*",
        indexes in proptest::collection::vec(0_usize..1024, 0..80),
    ) {
        let list: Vec<&str> = WORDS.lines().collect();
        let words: Vec<_> = indexes.iter().map(|&index| list[index]).collect();
        for input in [text(&any), text(&words.join("\n"))] {
            prop_assert!(Share::from_words(&input).is_err());
            prop_assert!(key_of_words(&input).is_err());
            prop_assert!(locate_wrong_word(&input) != Ok(Located::Nowhere));
            complete(input.expose());
        }
    }
}
