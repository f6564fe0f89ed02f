//! A stranger with an export and nothing else: another program, written from its README.txt.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// What a stranger could check.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) records: usize,
    pub(crate) signatures: usize,
    pub(crate) checkpoints: usize,
    pub(crate) proofs: usize,
    pub(crate) words: usize,
}

fn sha(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn hex(hash: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).expect("a digit");
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    hash.iter().flat_map(digits).collect()
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha(&[&[1], &root(left), &root(right)])
        }
    }
}

/// What `ok` is, else what is wrong.
fn must(ok: bool, wrong: impl Into<String>) -> Result<(), String> {
    if ok { Ok(()) } else { Err(wrong.into()) }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    let decoded = BASE64_STANDARD.decode(text);
    decoded.map_err(|error| format!("{text}: {error}"))
}

fn verifies(key: &Hash, message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    let signature = Signature::from_slice(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verify_strict(message, &signature).is_ok())
}

/// A key of a `vkeys` file, with its id.
fn vkey(text: &str, origin: &str) -> Result<([u8; 4], Hash), String> {
    let mut parts = text.splitn(3, '+');
    let (name, id) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let bytes = decode(parts.next().unwrap_or(""))?;
    let key: Hash = match bytes.split_first() {
        Some((1, key)) => key.try_into().map_err(|_| "a key of another length")?,
        _ => return Err("a key of another kind".to_owned()),
    };
    let hash = sha(&[name.as_bytes(), b"\n\x01", &key]);
    must(
        name == origin && hex(&hash[..4]) == id,
        "a key's name or id",
    )?;
    Ok(([hash[0], hash[1], hash[2], hash[3]], key))
}

/// A signed head: its size and root, where one of `keys` signed it.
fn head(note: &str, origin: &str, keys: &[([u8; 4], Hash)]) -> Result<(usize, Hash), String> {
    let (text, signatures) = note.split_once("\n\n").ok_or("a head without an end")?;
    let text = format!("{text}\n");
    let mut signed = false;
    for line in signatures.lines() {
        let rest = line
            .strip_prefix("\u{2014} ")
            .ok_or("a line that is no signature")?;
        let (name, signature) = rest.split_once(' ').ok_or("a signature without a name")?;
        let signature = decode(signature)?;
        let key = keys.iter().find(|(id, _)| signature.starts_with(id));
        let ours = |(_, key): &([u8; 4], Hash)| verifies(key, text.as_bytes(), &signature[4..]);
        signed |= name == origin && key.is_some_and(ours);
    }
    must(signed, "a head that none of the keys signed")?;
    let lines: Vec<&str> = text.lines().collect();
    must(lines.len() == 3 && lines[0] == origin, "another log's head")?;
    let root = decode(lines[2])?.try_into().map_err(|_| "a short root")?;
    Ok((lines[1].parse().map_err(|_| "a head without a size")?, root))
}

/// Follows a proof from a leaf to the root.
fn follow(leaf: Hash, index: usize, size: usize, path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = sha(&[&[1], sibling, &hash]);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = sha(&[&[1], &hash, sibling]);
        }
        (at, last) = (at / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

struct Export<'p> {
    folder: &'p Path,
    origin: String,
    lines: Vec<String>,
    leaves: Vec<Hash>,
}

impl Export<'_> {
    fn read(&self, name: &str) -> Result<String, String> {
        read(self.folder, name)
    }

    /// The chain, and each record's signature by the key that stands for its actor.
    fn records(&self, checked: &mut Checked) -> Result<(), String> {
        let standing = standing(self.folder, &self.origin)?;
        let mut prev = [0; 32];
        for (seq, line) in self.lines.iter().enumerate() {
            let record: Value = serde_json::from_str(line).map_err(|e| format!("{seq}: {e}"))?;
            let follows = record["seq"] == seq && record["prev"] == hex(&prev);
            must(follows, format!("record {seq} does not follow"))?;
            prev = self.leaves[seq];
            checked.signatures += usize::from(signed(line, &record, &standing, &self.origin)?);
        }
        checked.records = self.lines.len();
        Ok(())
    }

    fn heads(&self, checked: &mut Checked) -> Result<(), String> {
        let keys = self.read("log.vkeys")?;
        let keys: Result<Vec<_>, _> = keys.lines().map(|it| vkey(it, &self.origin)).collect();
        let keys = keys?;
        let last = self.read("checkpoint")?;
        let whole = (self.lines.len(), root(&self.leaves));
        must(head(&last, &self.origin, &keys)? == whole, "another root")?;
        for entry in fs::read_dir(self.folder.join("checkpoints")).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a number");
            let (size, found) = head(
                &self.read(&format!("checkpoints/{name}"))?,
                &self.origin,
                &keys,
            )?;
            let fits = size.to_string() == name && size <= self.lines.len();
            must(
                fits && root(&self.leaves[..size]) == found,
                format!("head {name}"),
            )?;
            checked.checkpoints += 1;
        }
        for entry in fs::read_dir(self.folder.join("proofs")).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a name");
            let proof = self.read(&format!("proofs/{name}"))?;
            let index = name
                .strip_suffix(".tlog-proof")
                .and_then(|it| it.parse().ok());
            let index: usize = index.ok_or("a proof of no line")?;
            let leaf = *self.leaves.get(index).ok_or("a proof beyond the log")?;
            proved(&proof, leaf, index, &self.origin, &keys)?;
            checked.proofs += 1;
        }
        Ok(())
    }

    fn words(&self, checked: &mut Checked) -> Result<(), String> {
        for line in self.read("details.jsonl")?.lines() {
            let entry: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            let seq = entry["seq"].as_u64().ok_or("words of no record")?;
            let line = self.lines.get(usize::try_from(seq).expect("a place"));
            let record: Value = serde_json::from_str(line.ok_or("words of no record")?)
                .map_err(|error| error.to_string())?;
            let words = entry["details"].as_object().ok_or("no words")?;
            let digests = record["details"]
                .as_object()
                .ok_or("a record without words")?;
            must(
                words.len() == digests.len(),
                format!("record {seq} has other words"),
            )?;
            for (name, salted) in words {
                let array = serde_json::json!([salted[0], name, salted[1]]).to_string();
                let fits = digests
                    .get(name)
                    .is_some_and(|d| *d == hex(&sha(&[array.as_bytes()])));
                must(fits, format!("the word {name} of record {seq}"))?;
                checked.words += 1;
            }
        }
        Ok(())
    }
}

/// With which keys each actor signs, from which record on.
type Standing = BTreeMap<String, Vec<(usize, Hash)>>;

fn standing(folder: &Path, origin: &str) -> Result<Standing, String> {
    let mut standing = Standing::new();
    for line in read(folder, "members.vkeys")?.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [key, actor, _, record] = parts[..] else {
            return Err("a member without a place".to_owned());
        };
        let record = record.parse().map_err(|_| "a member's record")?;
        let (_, key) = vkey(key, origin)?;
        let theirs = standing.entry(actor.to_owned()).or_default();
        theirs.push((record, key));
    }
    Ok(standing)
}

/// Whether a record is signed, and by the key that stands for its actor.
fn signed(line: &str, record: &Value, standing: &Standing, origin: &str) -> Result<bool, String> {
    let seq = record["seq"]
        .as_u64()
        .and_then(|seq| usize::try_from(seq).ok());
    let seq = seq.ok_or("a record without a number")?;
    let actor = record["actor"].as_str().unwrap_or("");
    let Some(signature) = record["sig"].as_str() else {
        must(actor == "nobody", format!("record {seq} is not signed"))?;
        return Ok(false);
    };
    let keys = standing.get(actor).into_iter().flatten();
    let key = keys.rev().find(|(from, _)| *from < seq || seq == 0);
    let (_, key) = key.ok_or_else(|| format!("record {seq} is by an unknown key"))?;
    let body = line.replace(&format!(",\"sig\":\"{signature}\"}}"), "}");
    let message = format!("coffer/v1/record\n{origin}\n{body}");
    let ours = verifies(key, message.as_bytes(), &decode(signature)?);
    must(ours, format!("record {seq} is not signed by {actor}"))?;
    Ok(true)
}

/// Checks that `proof` proves a leaf at its place under a head of this log; gives the head.
fn proved(
    proof: &str,
    leaf: Hash,
    index: usize,
    origin: &str,
    keys: &[([u8; 4], Hash)],
) -> Result<String, String> {
    let (path, checkpoint) = proof.split_once("\n\n").ok_or("a proof without a head")?;
    let mut path = path.lines();
    must(path.next() == Some("c2sp.org/tlog-proof@v1"), "no proof")?;
    let told = format!("index {index}");
    must(
        path.next() == Some(&told),
        format!("another line than {index}"),
    )?;
    let path: Result<Vec<Hash>, String> = path
        .map(|it| decode(it)?.try_into().map_err(|_| "a hash".to_owned()))
        .collect();
    let (size, root) = head(checkpoint, origin, keys)?;
    must(index < size, "a proof beyond its head")?;
    let found = follow(leaf, index, size, &path?);
    must(found == Some(root), format!("the proof of line {index}"))?;
    Ok(checkpoint.to_owned())
}

/// Checks an extract of a log whose origin is known from elsewhere: every line by its own proof.
pub(crate) fn check_extract(folder: &Path, origin: &str) -> Result<Checked, String> {
    let keys = read(folder, "log.vkeys")?;
    let keys: Result<Vec<_>, _> = keys.lines().map(|it| vkey(it, origin)).collect();
    let (keys, standing) = (keys?, standing(folder, origin)?);
    let checkpoint = read(folder, "checkpoint")?;
    let entries = read(folder, "entries.jsonl")?;
    let entries = entries.strip_suffix('\n').ok_or("a line that is cut off")?;
    let mut checked = Checked::default();
    let mut digests = BTreeMap::new();
    for line in entries.split('\n') {
        let record: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let index = record["seq"]
            .as_u64()
            .and_then(|it| usize::try_from(it).ok());
        let index = index.ok_or("a line without a number")?;
        let proof = read(folder, &format!("proofs/{index}.tlog-proof"))?;
        let leaf = sha(&[&[0], line.as_bytes()]);
        let under = proved(&proof, leaf, index, origin, &keys)?;
        must(
            under == checkpoint,
            format!("line {index} is under another head"),
        )?;
        checked.signatures += usize::from(signed(line, &record, &standing, origin)?);
        checked.records += 1;
        checked.proofs += 1;
        digests.insert(index, record["details"].clone());
    }
    let proofs = fs::read_dir(folder.join("proofs")).expect("a folder");
    must(proofs.count() == checked.proofs, "a proof of no line")?;
    for line in read(folder, "details.jsonl")?.lines() {
        let entry: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let seq = entry["seq"]
            .as_u64()
            .and_then(|it| usize::try_from(it).ok());
        let digests = seq.and_then(|seq| digests.get(&seq));
        let digests = digests.ok_or("words of no line")?;
        for (name, salted) in entry["details"].as_object().ok_or("no words")? {
            let array = serde_json::json!([salted[0], name, salted[1]]).to_string();
            let fits = digests[name] == hex(&sha(&[array.as_bytes()]));
            must(fits, format!("the word {name} of line {seq:?}"))?;
            checked.words += 1;
        }
    }
    Ok(checked)
}

fn read(folder: &Path, name: &str) -> Result<String, String> {
    let bytes = fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))
}

/// Checks an export whose log's origin is known from elsewhere; what is wrong, in words.
pub(crate) fn check(folder: &Path, origin: &str) -> Result<Checked, String> {
    let entries = read(folder, "entries.jsonl")?;
    let entries = entries.strip_suffix('\n').ok_or("a line that is cut off")?;
    let lines: Vec<String> = entries.split('\n').map(str::to_owned).collect();
    let export = Export {
        folder,
        origin: origin.to_owned(),
        leaves: lines
            .iter()
            .map(|line| sha(&[&[0], line.as_bytes()]))
            .collect(),
        lines,
    };
    let mut checked = Checked::default();
    export.records(&mut checked)?;
    export.heads(&mut checked)?;
    export.words(&mut checked)?;
    Ok(checked)
}
