//! Whoever changes an export and wants nobody to see it: what follows from a change is changed too,
//! as far as there are keys for it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use harness::{Council, passphrase_of};
use vault_core::audit::ledger::Ledger;
use vault_core::audit::row::RowKey;
use vault_core::crypto::digest::Digest;
use vault_core::crypto::kdf;
use vault_core::crypto::random::OsEntropy;
use vault_core::keys::PersonKeys;
use vault_core::person::login_tag;
use vault_core::store::Store;
use vault_core::store::rows::CredentialRow;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::hash::leaf;
use vault_core::tlog::inclusion::prove_inclusion;
use vault_core::tlog::note::{Name, Verifier};
use vault_core::tlog::proof::Proof;
use vault_core::tlog::tree::root;

use crate::export::Export;

/// The end of a signed line: `,"sig":"`, 88 characters and `"}`.
const SIGNATURE: usize = 98;

/// Keys, and whose they are.
pub(crate) struct Forger {
    keys: PersonKeys,
    actor: String,
}

impl Forger {
    /// A member of the council with a program of their own.
    pub(crate) fn member(council: &Council, name: &str) -> Self {
        let store = Store::open(&council.path()).expect("the file");
        let mut ledger = Ledger::default();
        store.catch_up(&mut ledger).expect("the log");
        let vault = ledger.vault.as_ref().expect("a vault").vault;
        let row = store.person_by_login(&login_tag(vault, name), &ledger);
        let person = row.expect("a row").expect("a person").person;
        let credential: Option<CredentialRow> = store
            .row(&RowKey::Credential(person), &ledger)
            .expect("a row");
        let credential = credential.expect("a credential");
        let params = credential.params().expect("within the bounds");
        let unlock = kdf::unlock_key(&passphrase_of(name), &credential.salt, params, vault)
            .expect("a derivation");
        let (keys, _) =
            PersonKeys::open(&unlock.key, vault, person, &credential.identity).expect("their keys");
        let actor = format!("person:{person}");
        Self { keys, actor }
    }

    /// Somebody of whom the log knows nothing.
    pub(crate) fn stranger() -> Self {
        let keys = PersonKeys::generate(&mut OsEntropy).expect("randomness");
        let actor = "person:unknown".to_owned();
        Self { keys, actor }
    }

    /// Whether a line is a record of theirs.
    pub(crate) fn made(&self, line: &str) -> bool {
        line.contains(&format!("\"actor\":\"{}\"", self.actor))
    }

    /// The key as `log.vkeys` and `members.vkeys` hold it.
    pub(crate) fn vkey(&self, export: &Export) -> Verifier {
        Verifier {
            name: origin(export),
            key: self.keys.verify_key(),
        }
    }

    /// Signs a record again.
    pub(crate) fn sign(&self, line: &str, export: &Export) -> String {
        let body = &line[..line.len() - SIGNATURE];
        let message = format!("coffer/v1/record\n{}\n{body}}}", origin(export));
        let signature =
            BASE64_STANDARD.encode(self.keys.signing().sign(message.as_bytes()).as_bytes());
        format!("{body},\"sig\":\"{signature}\"}}")
    }

    /// Lets every record follow the one before, and signs their own again.
    pub(crate) fn chain(&self, export: &mut Export) {
        let finish = |line: String| {
            if self.made(&line) {
                self.sign(&line, export)
            } else {
                line
            }
        };
        let lines = chained(export.lines(), finish);
        export.set_lines(&lines);
    }

    /// Signs the last head again and leaves out those before it, as if theirs were the only key.
    pub(crate) fn sign_head(&self, export: &mut Export) {
        for name in export.within("checkpoints/") {
            export.remove(&name);
        }
        let key = self.vkey(export);
        export.put("log.vkeys", format!("{key}\n"));
        lead_to(export, &|checkpoint, _| {
            checkpoint.sign(self.keys.signing())
        });
    }
}

/// Lets every record follow the one before, whatever becomes of the signatures.
pub(crate) fn chain(export: &mut Export) {
    let lines = chained(export.lines(), |line| line);
    export.set_lines(&lines);
}

fn chained(lines: Vec<String>, finish: impl Fn(String) -> String) -> Vec<String> {
    let mut prev = Digest::from_bytes([0; 32]);
    let follow = |(seq, line): (usize, String)| {
        let (_, rest) = line.split_once("\"prev\":\"").expect("a member");
        let rest = &rest[prev.to_string().len()..];
        let line = finish(format!("{{\"v\":1,\"seq\":{seq},\"prev\":\"{prev}{rest}"));
        prev = leaf(line.as_bytes());
        line
    };
    lines.into_iter().enumerate().map(follow).collect()
}

/// Computes the roots and the proofs anew, and leaves each head the signature that it had.
pub(crate) fn lead(export: &mut Export) {
    lead_to(export, &|checkpoint, old| {
        let (_, signature) = old.split_once("\n\n").expect("a head");
        format!("{}\n{signature}", checkpoint.to_text())
    });
}

/// Computes the roots and the proofs anew; `sign` is given each head and what stood in its place.
fn lead_to(export: &mut Export, sign: &dyn Fn(&Checkpoint, &str) -> String) {
    let lines = export.lines();
    let leaves: Vec<Digest> = lines.iter().map(|line| leaf(line.as_bytes())).collect();
    let over = |size: usize| Checkpoint {
        origin: origin(export),
        size: size as u64,
        root: root(leaves[..size].iter().copied()),
    };
    let head = sign(&over(leaves.len()), export.head());
    let mut written = vec![("checkpoint".to_owned(), Some(head.clone()))];
    for name in export.within("checkpoints/") {
        let size = number(&name);
        let note = (size <= leaves.len()).then(|| sign(&over(size), export.text(&name)));
        written.push((name, note));
    }
    for name in export.within("proofs/") {
        let index = number(&name) as u64;
        let proof = |hashes| {
            let checkpoint = head.clone();
            Proof {
                index,
                hashes,
                checkpoint,
            }
            .to_string()
        };
        written.push((name, prove_inclusion(index, &leaves).ok().map(proof)));
    }
    for (name, text) in written {
        match text {
            Some(text) => export.put(&name, text),
            None => export.remove(&name),
        }
    }
}

/// The number in a file's name.
fn number(name: &str) -> usize {
    let digits = name.chars().filter(char::is_ascii_digit);
    digits.collect::<String>().parse().expect("a number")
}

fn origin(export: &Export) -> Name {
    let origin = export.head().lines().next().expect("a line");
    origin.parse().expect("a name")
}
