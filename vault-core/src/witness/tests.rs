use std::fs;
use std::thread;

use super::*;
use crate::crypto::digest::Digest;
use crate::crypto::random::OsEntropy;
use crate::secret::Key;
use crate::time::Timestamp;
use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::consistency::prove_consistency;
use crate::tlog::hash::leaf;
use crate::tlog::note::{Note, NoteError, Verifier};
use crate::tlog::submission::Submission;
use crate::tlog::tree::{root, tests::leaves};
use crate::tlog::witness::Refused;

const LOG: &str = "example-parish/vault/00112233445566aa";

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).expect("a time")
}

fn vkeys(origin: &str, seeds: &[u8]) -> Vec<u8> {
    let line = |seed: &u8| {
        let (name, key) = (name(origin), key(*seed).verify_key());
        format!("{}\n", Verifier { name, key })
    };
    seeds.iter().map(line).collect::<String>().into_bytes()
}

/// A request for the head of `leaves`, signed by the key with this seed.
fn request(leaves: &[Digest], old: u64, seed: u8) -> Vec<u8> {
    let head = Checkpoint {
        origin: name(LOG),
        size: leaves.len() as u64,
        root: root(leaves.iter().copied()),
    };
    let submission = Submission {
        old_size: old,
        proof: prove_consistency(old, leaves).unwrap_or_default(),
        note: Note::parse(head.sign(&key(seed)).as_bytes()).expect("a note"),
    };
    submission.to_string().into_bytes()
}

/// A folder, and a witness in it who trusts key 1 for the log.
fn witness() -> (tempfile::TempDir, Witness) {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("witness");
    let witness = Witness::found(&folder, &name("w.example"), &mut OsEntropy).expect("new");
    witness.trust(&vkeys(LOG, &[1]), Trust::Add).expect("keys");
    (place, witness)
}

fn refusal(signed: Result<KeptHead, WitnessError>) -> Refusal {
    match signed {
        Err(WitnessError::Refused(refusal)) => *refusal,
        other => panic!("{other:?}"),
    }
}

/// How many requests are kept as evidence.
fn evidence(witness: &Witness) -> usize {
    let folder = witness.folder.log(&name(LOG)).join("refused");
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn a_witness_has_one_key_for_good() {
    let (_place, witness) = witness();
    let folder = witness.path();
    let again = Witness::found(&folder, &name("another"), &mut OsEntropy);
    assert_eq!(again.err(), Some(WitnessError::Founded));
    let opened = Witness::open(&folder).expect("founded");
    assert_eq!(opened.cosigner(), witness.cosigner());
    let elsewhere = Witness::open(&folder.join("none"));
    assert_eq!(elsewhere.err(), Some(WitnessError::NotFounded));
    fs::write(folder.join("key"), "PRIVATE+KEY+w.example").expect("writable");
    let damaged = Witness::open(&folder).err();
    assert_eq!(damaged, Some(WitnessError::Damaged(folder.join("key"))));
}

#[cfg(unix)]
#[test]
fn what_a_witness_keeps_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let (_place, witness) = witness();
    let leaves = leaves(3);
    witness
        .sign(&request(&leaves, 0, 1), at(5))
        .expect("a head");
    refusal(witness.sign(&request(&leaves[..2], 0, 1), at(5)));
    let mut folders = vec![witness.path()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700, "{folder:?}");
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{path:?}");
                files += 1;
            }
        }
    }
    assert_eq!(files, 5, "key, lock, keys, head and one refused request");
}

#[test]
fn a_log_that_grows_is_cosigned_and_its_last_head_is_kept() {
    let (_place, witness) = witness();
    let leaves = leaves(30);
    let mut old = 0;
    for (time, size) in (100..).zip([1, 2, 2, 7, 16, 30]) {
        let request = request(&leaves[..size], old, 1);
        let head = witness.sign(&request, at(time)).expect("a continuation");
        old = size as u64;
        assert_eq!(head.checkpoint.size, old);
        assert_eq!(head.cosignature.time(), at(time));
        let text = head.checkpoint.to_text();
        assert!(witness.cosigner().signed(&text, &head.cosignature));
        let again = Witness::open(&witness.path()).expect("founded");
        assert_eq!(again.head(&name(LOG)), Ok(Some(head.clone())));
        let (origin, keys, head) = (name(LOG), 1, Some(head));
        assert_eq!(again.logs(), Ok(vec![KnownLog { origin, keys, head }]));
    }
    assert_eq!(witness.head(&name("another/log")), Ok(None));
}

#[test]
fn a_log_or_a_key_that_is_not_trusted_is_not_cosigned_until_it_is() {
    let (_place, witness) = witness();
    let leaves = leaves(3);
    let by_another = request(&leaves, 0, 2);
    let refused = refusal(witness.sign(&by_another, at(5)));
    let unsigned = CheckpointError::Note(NoteError::NotSigned);
    assert_eq!(
        (refused.why, refused.evidence),
        (Refused::Head(unsigned), None)
    );
    let elsewhere = String::from_utf8(by_another.clone()).expect("text");
    let elsewhere = elsewhere.replace(LOG, "another/log").into_bytes();
    let unknown = WitnessError::UnknownLog(name("another/log"));
    assert_eq!(witness.sign(&elsewhere, at(5)), Err(unknown));

    let told = witness.trust(&vkeys(LOG, &[2, 1, 2]), Trust::Add);
    let (origin, keys, new) = (name(LOG), 2, 1);
    assert_eq!(told, Ok(vec![Trusted { origin, keys, new }]));
    witness.sign(&by_another, at(5)).expect("trusted now");
    witness
        .trust(&vkeys(LOG, &[3]), Trust::Replace)
        .expect("keys");
    let refused = refusal(witness.sign(&request(&leaves, 3, 2), at(6)));
    assert_eq!(refused.why, Refused::Head(unsigned));
    witness
        .sign(&request(&leaves, 3, 3), at(6))
        .expect("trusted");
}

#[test]
fn a_file_that_is_not_all_keys_changes_nothing() {
    let (_place, witness) = witness();
    let good = String::from_utf8(vkeys(LOG, &[2])).expect("text");
    for (file, error) in [
        (format!("{good}\nx\n"), WitnessError::NotAKey(3)),
        (witness.cosigner().to_string(), WitnessError::NotAKey(1)),
        ("\n \n".to_owned(), WitnessError::NoKeys),
        (good.repeat(4097), WitnessError::TooManyKeys),
    ] {
        assert_eq!(witness.trust(file.as_bytes(), Trust::Add), Err(error));
    }
    assert_eq!(
        witness.trust(&[0xff], Trust::Add),
        Err(WitnessError::NotAKey(1))
    );
    assert_eq!(
        witness.trusted_keys(&name(LOG)),
        Ok(vec![key(1).verify_key()])
    );
}

#[test]
fn every_older_copy_and_every_fork_is_refused_and_kept_as_evidence() {
    let (_place, witness) = witness();
    let leaves = leaves(40);
    let head = witness
        .sign(&request(&leaves, 0, 1), at(7))
        .expect("a head");
    for size in 1..40 {
        let older = request(&leaves[..size], 0, 1);
        let refused = refusal(witness.sign(&older, at(8)));
        let (kept, size) = (40, size as u64);
        assert_eq!(refused.why, Refused::Rollback { kept, size });
        assert_eq!(
            refused.kept,
            Some(Kept {
                size: 40,
                time: at(7)
            })
        );
        let path = refused.evidence.expect("evidence").expect("kept");
        assert_eq!(fs::read(path).expect("there"), older);
    }
    let mut forked = leaves.clone();
    forked[17] = leaf(b"another");
    let refused = refusal(witness.sign(&request(&forked, 40, 1), at(8)));
    assert_eq!(refused.why, Refused::Fork { size: 40 });
    forked.push(leaf(b"and on"));
    let refused = refusal(witness.sign(&request(&forked, 40, 1), at(8)));
    assert_eq!(refused.why, Refused::NotContinued { kept: 40 });
    assert_eq!(evidence(&witness), 41);
    refusal(witness.sign(&request(&forked, 40, 1), at(9)));
    assert_eq!(evidence(&witness), 41, "the same once");
    assert_eq!(witness.head(&name(LOG)), Ok(Some(head)));
}

#[test]
fn a_request_that_begins_elsewhere_is_no_evidence() {
    let (_place, witness) = witness();
    let leaves = leaves(9);
    witness
        .sign(&request(&leaves[..4], 0, 1), at(5))
        .expect("a head");
    for old in [0, 2, 8] {
        let refused = refusal(witness.sign(&request(&leaves, old, 1), at(5)));
        let why = Refused::OtherOldSize { kept: 4, size: 9 };
        assert_eq!((refused.why, refused.evidence), (why, None));
    }
    let refused = refusal(witness.sign(&request(&leaves, 10, 1), at(5)));
    assert_eq!(refused.why, Refused::OldBeyondHead);
    assert_eq!(evidence(&witness), 0);
}

#[test]
fn evidence_does_not_fill_the_disk() {
    let (_place, witness) = witness();
    let leaves = leaves(270);
    witness
        .sign(&request(&leaves, 0, 1), at(5))
        .expect("a head");
    let last = (1..270).map(|size| refusal(witness.sign(&request(&leaves[..size], 0, 1), at(5))));
    let kept = last.filter(|refused| matches!(refused.evidence, Some(Ok(_))));
    assert_eq!(kept.count(), 256);
    assert_eq!(evidence(&witness), 256);
}

#[test]
fn a_head_that_cannot_be_read_back_stops_the_witness() {
    let (_place, witness) = witness();
    let leaves = leaves(9);
    let head = witness
        .sign(&request(&leaves[..4], 0, 1), at(5))
        .expect("a head");
    let path = witness.folder.log(&name(LOG)).join("head");
    let whole = head.note.to_string();
    let another = Witness::found(
        &witness.path().join("w"),
        &name("w.example"),
        &mut OsEntropy,
    );
    let another = another.expect("new");
    another.trust(&vkeys(LOG, &[1]), Trust::Add).expect("keys");
    let foreign = another
        .sign(&request(&leaves[..4], 0, 1), at(5))
        .expect("a head");
    for damaged in [
        "",
        &whole[..whole.len() - 2],
        &whole.replace("\n4\n", "\n3\n"),
        &foreign.note.to_string(),
    ] {
        fs::write(&path, damaged).expect("writable");
        let stopped = Err(WitnessError::Damaged(path.clone()));
        assert_eq!(witness.sign(&request(&leaves, 4, 1), at(6)), stopped);
        assert!(witness.logs().is_err());
    }
    fs::write(&path, &whole).expect("writable");
    let elsewhere = witness.folder.log(&name("another/log"));
    fs::create_dir_all(&elsewhere).expect("writable");
    fs::write(elsewhere.join("head"), &whole).expect("writable");
    let misplaced = witness.head(&name("another/log"));
    assert!(matches!(misplaced, Err(WitnessError::Damaged(_))));
}

#[test]
fn of_witnesses_at_work_at_once_none_signs_what_another_has_passed() {
    let (_place, witness) = witness();
    let leaves = leaves(64);
    let mut forked = leaves.clone();
    forked[0] = leaf(b"another");
    let signed: Vec<(u64, Digest)> = thread::scope(|scope| {
        let runs: Vec<_> = [&leaves, &forked, &leaves, &forked]
            .map(|leaves| {
                let folder = witness.path();
                scope.spawn(move || climb(&folder, leaves))
            })
            .into_iter()
            .collect();
        let joined = runs.into_iter().map(|run| run.join().expect("a thread"));
        joined.flatten().collect()
    });
    let mut by_size = std::collections::BTreeMap::new();
    for (size, root) in signed {
        assert_eq!(
            *by_size.entry(size).or_insert(root),
            root,
            "two heads of {size}"
        );
    }
    assert!(
        by_size.contains_key(&64),
        "the last to come is refused by nobody"
    );
}

/// Submits one head after another, from whatever is kept, until there is no longer one.
fn climb(folder: &Path, leaves: &[Digest]) -> Vec<(u64, Digest)> {
    let witness = Witness::open(folder).expect("founded");
    let mut signed = Vec::new();
    for size in 1..=leaves.len() {
        let kept = witness.head(&name(LOG)).expect("readable");
        let old = kept.map_or(0, |head| head.checkpoint.size);
        match witness.sign(&request(&leaves[..size], old, 1), at(5)) {
            Ok(head) => signed.push((head.checkpoint.size, head.checkpoint.root)),
            Err(WitnessError::Refused(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    signed
}
