//! Openings on copies by docs/format.md, section 8: where the ways part, and the lines that were
//! brought in.

use std::collections::{BTreeMap, BTreeSet};

use harness::{CLERK, Council, TestJournal};
use serde_json::Value;
use vault_core::secret::SecretString;
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

/// What is known of a copy's lines: by the hash of each how many records the copy had with it, and by
/// the session of a run the sheets that it accepted and whether it released an epoch.
#[derive(Default)]
pub(super) struct Branches {
    ends: BTreeSet<(u64, String)>,
    lines: BTreeSet<String>,
    runs: BTreeMap<String, (BTreeSet<String>, bool)>,
}

impl AccessLog {
    /// A fork comes from this log or from a record of a copy that is known; the next record may
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
                let found = self.check_lines(&fork, array(&fact["merge"]))?;
                self.branches.ends.insert(end_of(&fork["to"]));
                self.branches.ends.extend(found.ends);
                self.branches.lines.extend(found.lines);
                self.branches.runs.extend(found.runs);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check_fork(&self, fork: &Value) -> Result<(), &'static str> {
        let (size, last) = end_of(&fork["from"]);
        if self.branches.ends.contains(&(size, last.clone())) {
            let none = array(&fork["proof"]).is_empty();
            return none.then_some(()).ok_or("a proof of what is known");
        }
        let at = size.checked_sub(1);
        let at = at.and_then(|at| usize::try_from(at).ok());
        let at = at.filter(|at| *at < self.leaves.len());
        let at = at.ok_or("a fork beyond the log")?;
        let path: Vec<Value> = path(at, &self.leaves)
            .iter()
            .map(|it| hex(it).into())
            .collect();
        if last != hex(&self.leaves[at]) || array(&fork["proof"]) != path {
            return Err("a fork of another log");
        }
        Ok(())
    }

    /// The lines are of openings, follow each other or a head, are new and signed, and what they
    /// release meets the rule.
    fn check_lines(&self, fork: &Value, lines: &[Value]) -> Result<Branches, &'static str> {
        let (mut seq, mut prev) = end_of(&fork["from"]);
        let mut found = Branches::default();
        for line in lines {
            if let Some((size, last)) = head(string(line)) {
                if size <= seq {
                    return Err("a head that goes back");
                }
                (seq, prev) = (size, last);
                continue;
            }
            let line = string(line).as_bytes();
            let (body, signature) = split(line);
            let said: Value = serde_json::from_slice(&body).map_err(|_| "not a record")?;
            let actor = string(&said["actor"]).to_owned();
            let of_a_run = RUN.contains(&string(&said["event"])) && !actor.starts_with("person:");
            let follows = said["seq"] == seq && said["prev"] == prev.as_str();
            let leaf = hex(&leaf(line));
            let is_new = !self.branches.lines.contains(&leaf);
            if spelling::record(&said).as_bytes() != body || !follows || !of_a_run || !is_new {
                return Err("a line that does not belong there");
            }
            self.check_signature(&actor, &body, signature)?;
            let session = string(&said["session"]).to_owned();
            let known = self.branches.runs.get(&session).cloned();
            let run = found.runs.entry(session);
            let (sheets, released) = run.or_insert(known.unwrap_or_default());
            if said["event"] == "envelope.sheet" && said["outcome"] == "ok" {
                sheets.insert(actor.replace("sheet:", ""));
            }
            if said["step"] == "released" {
                let epoch = string(&said["object"]).replace("epoch:", "");
                *released = self.meets(sheets, &epoch);
            }
            let uses = actor.starts_with("escrow:") || said["step"] == "released";
            if uses && !*released {
                return Err("the rule was not met");
            }
            (prev, seq) = (leaf.clone(), seq + 1);
            found.ends.insert((seq, leaf.clone()));
            found.lines.insert(leaf);
        }
        if found.lines.is_empty() || end_of(&fork["to"]) != (seq, prev) {
            return Err("lines are missing");
        }
        Ok(found)
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

fn end_of(head: &Value) -> (u64, String) {
    let size = head["size"].as_u64().expect("a size");
    (size, string(&head["last"]).to_owned())
}

/// The head that a text is, in its one spelling.
fn head(text: &str) -> Option<(u64, String)> {
    let (size, last) = text.split_once(' ')?;
    let number: u64 = size.parse().ok()?;
    let digits = last.len() == 64 && last.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (number.to_string() == size && digits).then(|| (number, last.to_owned()))
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

/// A council that went on while somebody opened the envelope on a copy, after a try that came to
/// nothing and an unlock that failed, and brought that in: what the journal had first, in two parts, and
/// then the copy itself.
fn brought() -> Council {
    let (council, sheets) = Council::with_envelope();
    let path = council.folder().join("copy.vault");
    std::fs::copy(council.path(), &path).expect("a copy");
    council.unlocked(CLERK, |s| s.entries().map(drop));
    let mut copy = Vault::open(&path, council.surroundings()).expect("the copy");
    for (nth, title) in ["Website", "Mail tenant"].into_iter().enumerate() {
        let journal = TestJournal::default();
        let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
        let mut requested = requested.expect("a request");
        for sheet in &sheets[1..] {
            requested.accept(sheet).expect("a sheet");
        }
        let mut opening = requested.release().expect("the rule is met");
        opening.reveal(title).expect("an entry in scope");
        opening.close().expect("an end");
        if nth > 0 {
            continue;
        }
        let lines = journal.lines();
        for count in [5, lines.len()] {
            let lines = lines[..count].iter();
            let text: Vec<u8> = lines.flat_map(|line| [line, &b"\n"[..]].concat()).collect();
            council.unlocked(CLERK, |s| s.merge_opening(&text, None));
        }
        let tried = copy.request_opening(&Council::terms(), Box::new(TestJournal::default()));
        tried
            .expect("a request")
            .accept(&sheets[0])
            .expect("a sheet");
        let wrong = copy.unlock(CLERK, &SecretString::new("wrong".to_owned()));
        assert!(wrong.is_err());
    }
    council.unlocked(CLERK, |s| s.merge_copy(&path, None));
    council
}

#[test]
fn openings_that_were_brought_in_are_checked_from_their_lines_alone() {
    let council = brought();
    let (file, whole) = read(&council);
    let merges = whole.records.iter().filter(|r| r["event"] == "log.merge");
    assert_eq!(merges.count(), 3);
    assert_eq!(whole.branches.runs.len(), 3);
    let mut log = AccessLog::default();
    let (mut changed, mut passed) = (0, 0);
    for (seq, line) in file.lines().iter().enumerate() {
        let record = &whole.records[seq];
        let brought = array(&record["facts"][0]["merge"]);
        for (at, embedded) in brought.iter().enumerate() {
            let fork = &whole.records[seq - 1]["facts"][0]["fork"];
            log.check_lines(fork, brought).expect("as it is");
            let mut lines = brought.to_vec();
            if head(string(embedded)).is_some() {
                passed += 1;
            } else {
                lines[at] = string(embedded).replace(":00Z\"", ":01Z\"").into();
                assert_ne!(lines[at], *embedded);
                let refused = log.check_lines(fork, &lines);
                assert!(refused.is_err(), "line {at} of record {seq}");
                changed += 1;
            }
            // A head passes over what stands before it, as much as that is.
            let next = brought.get(at + 1);
            let passed_over = next.is_some_and(|next| head(string(next)).is_some());
            lines.remove(at);
            let without = log.check_lines(fork, &lines);
            assert_eq!(without.is_ok(), passed_over, "without line {at}");
        }
        log.take(line).expect("a sound record");
    }
    assert_eq!((changed, passed), (14, 1));
}
