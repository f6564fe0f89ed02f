//! SLIP-0039 in both directions: what is split here the reference program combines, and the other
//! way round; in one process of it, over mixed groups, both lengths, with and without a passphrase.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use vault_core::crypto::random::{Entropy, OsEntropy};
use vault_core::crypto::shamir::{
    GroupScheme, IterationExponent, Quorum, Share, combine, key_of_words, split, words_of_key,
};
use vault_core::secret::{SecretBytes, SecretString};

use crate::{repository, tools};

/// How many secrets go each way.
const ROUNDS: usize = 120;

/// Groups needed, and of each group how many of how many.
type Shape = (u8, &'static [(u8, u8)]);

/// What the rules make, and what else the standard allows.
const SHAPES: [Shape; 10] = [
    (1, &[(1, 1)]),
    (1, &[(2, 3)]),
    (2, &[(1, 1), (1, 1), (1, 1)]),
    (2, &[(1, 1), (2, 3)]),
    (2, &[(1, 1), (3, 5)]),
    (2, &[(1, 1), (2, 3), (3, 5)]),
    (3, &[(1, 1), (2, 2), (4, 7)]),
    (1, &[(1, 1), (2, 4)]),
    (2, &[(16, 16), (1, 1)]),
    (4, &[(2, 3), (1, 1), (3, 3), (5, 9), (1, 1)]),
];

const PASSPHRASES: [&str; 3] = ["", "TREZOR", "a parish & its ~ passphrase"];

/// The reference program, which answers line by line.
struct Reference {
    child: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reference {
    fn start(tools: &Path) -> Self {
        let mut command = Command::new(tools.join("bin/python"));
        command
            .arg(repository("tests/recovery/slip39.py"))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("Python");
        let asked = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            asked,
            answers,
        }
    }

    fn ask(&mut self, words: &[&str]) -> String {
        writeln!(self.asked, "{}", words.join("\t")).expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        answer.trim_end().to_owned()
    }

    fn end(mut self) {
        drop(self.asked);
        assert!(self.child.wait().expect("an end").success());
    }
}

fn text(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    })
}

fn random(length: usize) -> SecretBytes {
    let mut secret = SecretBytes::zeroed(length);
    OsEntropy.fill(secret.expose_mut()).expect("randomness");
    secret
}

/// Of each group that is taken its last members, of the groups the last ones: as many as suffice.
fn chosen<T>(shape: Shape, groups: &[Vec<T>]) -> Vec<&T> {
    let (threshold, quorums) = shape;
    let from = groups.len() - usize::from(threshold);
    let taken = groups[from..].iter().zip(&quorums[from..]);
    let members =
        taken.flat_map(|(group, (needed, _))| &group[group.len() - usize::from(*needed)..]);
    members.collect()
}

/// The shape, length and passphrase of a round.
fn round(number: usize) -> (Shape, usize, &'static str) {
    let length = [16, 32][number % 2];
    (
        SHAPES[number / 2 % SHAPES.len()],
        length,
        PASSPHRASES[number % PASSPHRASES.len()],
    )
}

#[test]
fn what_is_split_here_the_reference_combines() {
    let Some(tools) = tools(ROUNDS, "splits for the reference program") else {
        return;
    };
    let mut reference = Reference::start(&tools);
    for number in 0..ROUNDS {
        let (shape, length, passphrase) = round(number);
        let quorum = |&(threshold, count): &(u8, u8)| Quorum::new(threshold, count);
        let groups: Result<_, _> = shape.1.iter().map(quorum).collect();
        let scheme = GroupScheme::new(shape.0, groups.expect("quorums")).expect("a scheme");
        let secret = random(length);
        let exponent = IterationExponent::new(u8::from(number % 7 == 0)).expect("0 or 1");
        let shares = split(
            &secret,
            &scheme,
            &text(passphrase),
            exponent,
            &mut OsEntropy,
        );
        let shares = shares.expect("a split");
        let words: Vec<SecretString> = chosen(shape, &shares)
            .into_iter()
            .map(Share::to_words)
            .collect();
        let words: Vec<&str> = words.iter().map(SecretString::expose).collect();
        let passphrase = hex(passphrase.as_bytes());
        let recovered = reference.ask(&["combine", &passphrase, &words.join(";")]);
        assert_eq!(recovered, hex(secret.expose()), "{shape:?}");
        if words.len() > 1 {
            let fewer = reference.ask(&["combine", &passphrase, &words[1..].join(";")]);
            assert!(fewer.starts_with("refused: "), "{shape:?}: {fewer}");
        }
    }
    reference.end();
}

#[test]
fn what_the_reference_splits_is_combined_here() {
    let Some(tools) = tools(ROUNDS, "splits of the reference program") else {
        return;
    };
    let mut reference = Reference::start(&tools);
    for number in 0..ROUNDS {
        let (shape, length, passphrase) = round(number);
        let secret = random(length);
        let groups = shape.1.iter().map(|(needed, of)| format!("{needed}/{of}"));
        let groups = groups.collect::<Vec<_>>().join(",");
        let extendable = if number % 4 == 0 { "0" } else { "1" };
        let exponent = if number % 7 == 0 { "1" } else { "0" };
        let answer = reference.ask(&[
            "split",
            &shape.0.to_string(),
            &groups,
            &hex(secret.expose()),
            &hex(passphrase.as_bytes()),
            extendable,
            exponent,
        ]);
        let read = |words: &str| Share::from_words(&text(words)).expect("a share");
        let shares: Vec<Vec<Share>> = answer
            .split('|')
            .map(|group| group.split(';').map(read).collect())
            .collect();
        let chosen = chosen(shape, &shares);
        assert!(
            chosen
                .iter()
                .all(|share| share.header().extendable == (extendable == "1"))
        );
        let recovered = combine(chosen.iter().copied(), &text(passphrase)).expect("a secret");
        assert!(recovered.same_as(&secret), "{shape:?}");
        assert!(combine(chosen[1..].iter().copied(), &text(passphrase)).is_err());
    }
    reference.end();
}

#[test]
fn a_sheets_words_are_the_references_one_of_one() {
    const SHEETS: usize = 32;
    let Some(tools) = tools(2 * SHEETS, "sheets for the reference program") else {
        return;
    };
    let mut reference = Reference::start(&tools);
    for _ in 0..SHEETS {
        let key = random(16);
        let words = words_of_key(&key, &mut OsEntropy).expect("a key");
        assert_eq!(
            reference.ask(&["combine", "", words.expose()]),
            hex(key.expose())
        );
        let theirs = reference.ask(&["split", "1", "1/1", &hex(key.expose()), "", "1", "0"]);
        assert!(key_of_words(&text(&theirs)).expect("a sheet").same_as(&key));
    }
    reference.end();
}
