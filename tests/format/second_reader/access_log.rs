//! The log by docs/format.md, sections 7 and 8: lines, chain, signatures, tree, checkpoints. It
//! trusts nothing but the lines and the notes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

use super::branches::Branches;
use super::encoding::{Word, hex, sha256, unhex};
use super::spelling;
use super::vault_file::VaultFile;

/// A log that was read and verified.
#[derive(Default)]
pub(crate) struct AccessLog {
    pub(crate) vault: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) records: Vec<Value>,
    pub(crate) leaves: Vec<Word>,
    /// The latest digest of each row.
    pub(crate) rows: BTreeMap<String, String>,
    /// The latest fact of each kind and subject, such as `person 10…` and `generation 20… 1`.
    pub(crate) facts: BTreeMap<String, Value>,
    /// Who signs each actor's records, by the facts so far.
    keys: BTreeMap<String, String>,
    /// The key of each record that a person or an opened envelope signed.
    signers: Vec<Option<String>>,
    /// The keys of the witnesses that are named now, by name.
    pub(crate) witnesses: BTreeMap<String, Vec<u8>>,
    /// The heads that a witness vouched for: the record, the size, and the root in hex.
    pub(crate) vouched: Vec<(usize, usize, String)>,
    /// Copies that went a way of their own.
    pub(super) branches: Branches,
}

/// What is wrong, and with which record.
pub(crate) type Flaw = (usize, &'static str);

impl AccessLog {
    /// Reads and verifies the log of a file.
    pub(crate) fn of(file: &VaultFile) -> Result<Self, Flaw> {
        Self::verified(&file.lines(), &file.checkpoints())
    }

    /// Verifies lines and the checkpoints over them.
    pub(crate) fn verified(lines: &[Vec<u8>], checkpoints: &[(u64, String)]) -> Result<Self, Flaw> {
        let mut log = Self::default();
        for line in lines {
            let seq = log.leaves.len();
            log.take(line).map_err(|what| (seq, what))?;
        }
        let mut covered = 0;
        for (size, note) in checkpoints {
            let size = usize::try_from(*size).expect("a size");
            log.check_note(size, note).map_err(|what| (size, what))?;
            covered = covered.max(size);
        }
        for (seq, size, root_then) in &log.vouched {
            let noted = checkpoints.iter().any(|(noted, _)| *noted == *size as u64);
            let leaves = log.leaves.get(..*size).filter(|_| size <= seq && noted);
            if leaves.map(|leaves| hex(&root(leaves))).as_ref() != Some(root_then) {
                return Err((*seq, "a witness vouched for other records"));
            }
        }
        match log.signers[covered..].iter().position(Option::is_some) {
            Some(at) => Err((covered + at, "not covered by a checkpoint")),
            None => Ok(log),
        }
    }

    pub(super) fn take(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let (body, signature) = split(line);
        let record: Value = serde_json::from_slice(&body).map_err(|_| "not a record")?;
        if spelling::record(&record).as_bytes() != body {
            return Err("not the one spelling");
        }
        let words = ["sealed", "details"].map(|member| record[member].is_null());
        if words[0] != words[1] || (words[0] && !record["detail_key"].is_null()) {
            return Err("not the form of a record");
        }
        let before = self.leaves.last().map_or([0; 32], |leaf| *leaf);
        if record["v"] != 1 || record["seq"] != self.leaves.len() {
            return Err("not in its place");
        }
        if record["prev"] != hex(&before).as_str() {
            return Err("the chain is broken");
        }
        let actor = string(&record["actor"]).to_owned();
        if self.leaves.is_empty() {
            // The first record names the key that signs it.
            self.take_facts(&record);
        }
        self.check_signature(&actor, &body, signature)?;
        let key = self.keys.get(&actor).cloned();
        self.take_facts(&record);
        self.take_witness(&record)?;
        for row in array(&record["rows"]) {
            let (name, digest) = (string(&row[0]).to_owned(), row[1].as_str());
            match digest {
                Some(digest) => self.rows.insert(name, digest.to_owned()),
                None => self.rows.remove(&name),
            };
        }
        self.take_branch(&record)?;
        let commits = !actor.starts_with("sheet:");
        self.signers.push(key.filter(|_| commits));
        self.leaves.push(leaf(line));
        self.records.push(record);
        Ok(())
    }

    /// The signature of a line's body is its actor's, by the keys that stand; nobody has none.
    pub(super) fn check_signature(
        &self,
        actor: &str,
        body: &[u8],
        signature: Option<Vec<u8>>,
    ) -> Result<(), &'static str> {
        match (self.keys.get(actor), signature) {
            (Some(key), Some(signature)) => {
                let said = [b"coffer/v1/record\n", self.origin.as_bytes(), b"\n", body].concat();
                if !signed(&unhex(key), &said, &signature) {
                    return Err("the signature is another's");
                }
                Ok(())
            }
            (None, None) if actor == "nobody" => Ok(()),
            _ => Err("the signature is missing or nobody's"),
        }
    }

    fn take_facts(&mut self, record: &Value) {
        for fact in array(&record["facts"]) {
            let (kind, fact) = fact.as_object().and_then(|f| f.iter().next()).expect("one");
            let of = |name: &str| string(&fact[name]).to_owned();
            let subject = match kind.as_str() {
                "vault" => {
                    self.vault = unhex(&of("vault"));
                    self.origin = format!("{}/vault/{}", of("slug"), &of("vault")[..16]);
                    String::new()
                }
                "person" => {
                    let actor = format!("person:{}", of("person"));
                    self.keys.insert(actor, of("verify_key"));
                    of("person")
                }
                "sheet" => {
                    let actor = format!("sheet:{}", of("serial"));
                    self.keys.insert(actor, of("verify_key"));
                    of("serial")
                }
                "seal" => {
                    let actor = format!("escrow:{}", fact["epoch"]);
                    self.keys.insert(actor, of("verify_key"));
                    fact["epoch"].to_string()
                }
                "generation" => format!("{} {}", of("collection"), fact["generation"]),
                "membership" => format!("{} {}", of("collection"), of("person")),
                "collection" => of("collection"),
                "entry" => of("entry"),
                _ => String::new(),
            };
            self.facts.insert(format!("{kind} {subject}"), fact.clone());
        }
    }

    /// A witness that is named or dropped, or its word for a head.
    fn take_witness(&mut self, record: &Value) -> Result<(), &'static str> {
        for fact in array(&record["facts"]) {
            if let Some(vkey) = fact["witness"]["vkey"].as_str() {
                let (name, key) = vkey.split_once('+').ok_or("not a witness's key")?;
                let (id, key) = key.split_once('+').ok_or("not a witness's key")?;
                let key = BASE64_STANDARD.decode(key).map_err(|_| "not base64")?;
                let named = [name.as_bytes(), b"\n", &key].concat();
                if key.first() != Some(&4) || hex(&sha256(&named)[..4]) != id {
                    return Err("not a witness's key");
                }
                if fact["witness"]["standing"] == "named" {
                    self.witnesses.insert(name.to_owned(), key);
                } else {
                    self.witnesses.remove(name);
                }
            }
            if let Some(line) = fact["cosignature"]["line"].as_str() {
                let (size, root) = (&fact["cosignature"]["size"], &fact["cosignature"]["root"]);
                let root = string(root).to_owned();
                let size = size.as_u64().and_then(|size| usize::try_from(size).ok());
                let size = size.ok_or("not a size")?;
                let seconds = cosigned(line, &self.witnesses, &self.origin, size, &root)?;
                assert!(seconds < 253_370_764_800, "a time in the calendar");
                self.vouched.push((self.leaves.len(), size, root));
            }
        }
        Ok(())
    }

    /// The note of a checkpoint: its text, and the signature of whoever made the last record.
    fn check_note(&self, size: usize, note: &str) -> Result<(), &'static str> {
        let leaves = self.leaves.get(..size).ok_or("records are missing")?;
        let (text, lines) = note.split_once("\n\n").ok_or("not a note")?;
        let root = BASE64_STANDARD.encode(root(leaves));
        if text != format!("{}\n{size}\n{root}", self.origin) {
            return Err("the checkpoint is of other records");
        }
        let last = self.signers[size - 1].as_ref();
        let key = unhex(last.ok_or("nobody could sign there")?);
        let line = lines
            .strip_prefix(&format!("\u{2014} {} ", self.origin))
            .and_then(|line| line.strip_suffix('\n'))
            .ok_or("not a note")?;
        let bytes = BASE64_STANDARD.decode(line).map_err(|_| "not a note")?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or("not a note")?;
        let named = [self.origin.as_bytes(), b"\n\x01", &key].concat();
        if sha256(&named)[..4] != *id || !signed(&key, format!("{text}\n").as_bytes(), signature) {
            return Err("the checkpoint is another's");
        }
        Ok(())
    }
}

/// The time at which one of the witnesses says to have seen this head.
pub(crate) fn cosigned(
    line: &str,
    witnesses: &BTreeMap<String, Vec<u8>>,
    origin: &str,
    size: usize,
    root: &str,
) -> Result<u64, &'static str> {
    let (name, bytes) = line
        .strip_prefix("\u{2014} ")
        .and_then(|line| line.split_once(' '))
        .ok_or("not a cosignature")?;
    let key = witnesses.get(name).ok_or("a witness that is not named")?;
    let bytes = BASE64_STANDARD.decode(bytes).map_err(|_| "not base64")?;
    let (id, rest) = bytes.split_first_chunk::<4>().ok_or("too short")?;
    let (seconds, signature) = rest.split_first_chunk::<8>().ok_or("too short")?;
    let seconds = u64::from_be_bytes(*seconds);
    let root = BASE64_STANDARD.encode(unhex(root));
    let said = format!("cosignature/v1\ntime {seconds}\n{origin}\n{size}\n{root}\n");
    let named = sha256(&[name.as_bytes(), b"\n", key].concat());
    if named[..4] == *id && signed(&key[1..], said.as_bytes(), signature) {
        Ok(seconds)
    } else {
        Err("the cosignature is another's")
    }
}

/// The line without its signature, and the signature.
pub(super) fn split(line: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let text = std::str::from_utf8(line).expect("lines are UTF-8");
    match text.rsplit_once(",\"sig\":\"") {
        None => (line.to_vec(), None),
        Some((head, tail)) => {
            let signature = tail.strip_suffix("\"}").expect("the last member");
            let signature = BASE64_STANDARD.decode(signature).expect("base64");
            ([head.as_bytes(), b"}"].concat(), Some(signature))
        }
    }
}

/// Whether the signature is the key's, verified strictly.
pub(crate) fn signed(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = key.try_into().ok().map(VerifyingKey::from_bytes);
    let Some(Ok(key)) = key else { return false };
    Signature::from_slice(signature).is_ok_and(|s| key.verify_strict(message, &s).is_ok())
}

pub(crate) fn leaf(line: &[u8]) -> Word {
    sha256(&[&[0], line].concat())
}

/// The root by RFC 6962's own recursion.
pub(crate) fn root(leaves: &[Word]) -> Word {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha256(&[&[1][..], &root(left), &root(right)].concat())
        }
    }
}

/// The text of a member that must be one.
pub(crate) fn string(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The elements of a member that may be missing.
pub(crate) fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
