//! Openings on copies by docs/format.md, section 8: where the ways part, and the lines that were
//! brought in.

use std::collections::BTreeSet;

use harness::{CLERK, Council, TestJournal};
use serde_json::Value;
use vault_core::vault::Vault;

use super::access_log::{AccessLog, array, leaf, root, split, string};
use super::encoding::{Word, hex};
use super::{read, spelling};

/// The events of a run.
const RUN: [&str; 4] = [
    "envelope.open",
    "envelope.sheet",
    "envelope.takeover",
    "secret.reveal",
];

impl AccessLog {
    /// A fork comes from this log or from the end of a way that is known; the next record may
    /// bring its lines.
    pub(super) fn take_branch(&mut self, record: &Value) -> Result<(), &'static str> {
        if record["outcome"] != "ok" {
            return Ok(());
        }
        let fact = &record["facts"][0];
        match string(&record["event"]) {
            "log.fork" => self.check_fork(&fact["fork"]),
            "log.merge" => {
                let fork = self.records.last().ok_or("nothing before it")?;
                let under = record["seq"].as_u64().map(|seq| seq - 1);
                if fork["event"] != "log.fork" || record["under"].as_u64() != under {
                    return Err("no fork before it");
                }
                let fork = fork["facts"][0]["fork"].clone();
                self.check_run(&fork, array(&fact["merge"]))?;
                let ends = |end: &Value| (end["size"].clone(), end["last"].clone());
                self.branches.retain(|known| *known != ends(&fork["from"]));
                self.branches.push(ends(&fork["to"]));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check_fork(&self, fork: &Value) -> Result<(), &'static str> {
        let (size, last) = (&fork["from"]["size"], &fork["from"]["last"]);
        if self.branches.contains(&(size.clone(), last.clone())) {
            return Ok(());
        }
        let at = size.as_u64().and_then(|size| size.checked_sub(1));
        let at = at.and_then(|at| usize::try_from(at).ok());
        let at = at.filter(|at| *at < self.leaves.len());
        let at = at.ok_or("a fork beyond the log")?;
        let path: Vec<Value> = path(at, &self.leaves)
            .iter()
            .map(|it| hex(it).into())
            .collect();
        if *last != hex(&self.leaves[at]).as_str() || array(&fork["proof"]) != path {
            return Err("a fork of another log");
        }
        Ok(())
    }

    /// The lines are of one run, follow each other, are signed, and meet the rule.
    fn check_run(&self, fork: &Value, lines: &[Value]) -> Result<(), &'static str> {
        let mut prev = string(&fork["from"]["last"]).to_owned();
        let mut seq = fork["from"]["size"].as_u64().expect("a size");
        let mut session = None;
        let (mut sheets, mut released) = (BTreeSet::new(), None);
        for line in lines {
            let line = string(line).as_bytes();
            let (body, signature) = split(line);
            let said: Value = serde_json::from_slice(&body).map_err(|_| "not a record")?;
            let actor = string(&said["actor"]).to_owned();
            let same = *session.get_or_insert(said["session"].clone()) == said["session"];
            let of_a_run = RUN.contains(&string(&said["event"])) && !actor.starts_with("person:");
            let follows = said["seq"] == seq && said["prev"] == prev.as_str();
            if spelling::record(&said).as_bytes() != body || !follows || !same || !of_a_run {
                return Err("a line that does not belong there");
            }
            self.check_signature(&actor, &body, signature)?;
            if said["event"] == "envelope.sheet" && said["outcome"] == "ok" {
                sheets.insert(actor.replace("sheet:", ""));
            }
            if said["step"] == "released" {
                released = Some(string(&said["object"]).replace("epoch:", ""));
            }
            (prev, seq) = (hex(&leaf(line)), seq + 1);
        }
        let (size, last) = (&fork["to"]["size"], &fork["to"]["last"]);
        if *size != seq || *last != prev.as_str() {
            return Err("lines are missing");
        }
        // A later part of a run that is known already met it.
        let known = self
            .branches
            .iter()
            .any(|(_, at)| *at == fork["from"]["last"]);
        match released {
            Some(epoch) if self.meets(&sheets, &epoch) => Ok(()),
            None if known => Ok(()),
            _ => Err("the rule was not met"),
        }
    }

    fn meets(&self, sheets: &BTreeSet<String>, epoch: &str) -> bool {
        let Some(seal) = self.facts.get(&format!("seal {epoch}")) else {
            return false;
        };
        let scheme = &seal["scheme"];
        let enough = |group: &&Value| {
            let shares = array(&group["shares"]).iter();
            let at_hand = |share: &&Value| {
                let mut serials = array(share).iter();
                serials.any(|serial| sheets.contains(string(serial)))
            };
            Some(shares.filter(at_hand).count() as u64) >= group["threshold"].as_u64()
        };
        let groups = array(&scheme["groups"]).iter().filter(enough).count();
        Some(groups as u64) >= scheme["threshold"].as_u64()
    }
}

/// `PATH(m, D[n])` of RFC 6962, section 2.1.1, by its own recursion.
fn path(at: usize, leaves: &[Word]) -> Vec<Word> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, sibling) = if at < left.len() {
        (path(at, left), root(right))
    } else {
        (path(at - left.len(), right), root(left))
    };
    path.push(sibling);
    path
}

/// A council that went on while somebody opened the envelope on a copy, and brought that in.
fn brought() -> Council {
    let (council, sheets) = Council::with_envelope();
    let path = council.folder().join("copy.vault");
    std::fs::copy(council.path(), &path).expect("a copy");
    council.unlocked(CLERK, |s| s.entries().map(drop));
    let mut copy = Vault::open(&path, council.surroundings()).expect("the copy");
    for title in ["Website", "Mail tenant"] {
        let journal = TestJournal::default();
        let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
        let mut requested = requested.expect("a request");
        for sheet in &sheets[1..] {
            requested.accept(sheet).expect("a sheet");
        }
        let mut opening = requested.release().expect("the rule is met");
        opening.reveal(title).expect("an entry in scope");
        opening.close().expect("an end");
        let lines = journal.lines();
        // Once in two parts.
        for count in [5, lines.len()] {
            let lines = lines[..count].iter();
            let text: Vec<u8> = lines.flat_map(|line| [line, &b"\n"[..]].concat()).collect();
            council.unlocked(CLERK, |s| s.merge_opening(&text, None));
        }
    }
    council
}

#[test]
fn openings_that_were_brought_in_are_checked_from_their_lines_alone() {
    let council = brought();
    let (file, whole) = read(&council);
    let merges = whole.records.iter().filter(|r| r["event"] == "log.merge");
    assert_eq!(merges.count(), 4);
    assert_eq!(whole.branches.len(), 1);
    let mut log = AccessLog::default();
    let mut changed = 0;
    for (seq, line) in file.lines().iter().enumerate() {
        let record = &whole.records[seq];
        let brought = array(&record["facts"][0]["merge"]);
        for (at, embedded) in brought.iter().enumerate() {
            let fork = &whole.records[seq - 1]["facts"][0]["fork"];
            log.check_run(fork, brought).expect("as it is");
            let mut lines = brought.to_vec();
            lines[at] = string(embedded).replace(":00Z\"", ":01Z\"").into();
            assert_ne!(lines[at], *embedded);
            let refused = log.check_run(fork, &lines);
            assert!(refused.is_err(), "line {at} of record {seq}");
            lines.remove(at);
            assert!(log.check_run(fork, &lines).is_err(), "without line {at}");
            changed += 1;
        }
        log.take(line).expect("a sound record");
    }
    assert_eq!(changed, 12);
}
